// Smoothed l1 norm:  f(x) = sum_j a_j (sqrt(x_j^2 + eps^2) - eps),  f' = a x / sqrt(x^2 + eps^2),  ||x| - f| <= eps for each coordinate with a = 1.
//
// Convex, smooth with constant a / eps, |f'| < a, not strongly convex: the smaller eps, the nearer the norm and the larger L. The value is written as
// x^2 / (sqrt(x^2 + eps^2) + eps). It is 1 / eps times the pseudo-Huber function with delta = eps.
// Source: definition; smoothing of norms: Y. Nesterov, "Smooth minimization of non-smooth functions", Math. Prog. 103, 2005 (with another kernel).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct SmoothedL1 {
  static constexpr Entry entry{"smoothed-l1", "Smoothed l1 norm", "definition: sum of sqrt(x_j^2 + eps^2) - eps"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (sqrt(x_j^2 + eps^2) - eps)";

  Coefficients scale;
  double eps;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R square = m::sqr(x);
    return R(scale[j]) * (square / (m::sqrt(square + R(eps * eps)) + R(eps)));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * (x / m::sqrt(m::sqr(x) + R(eps * eps)));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), {"eps", {0.0625}, 1e-30, 1e30, false, "width of the smoothed kink"},
            start_parameter(2.0), box_parameter(6.0)};
  }

  static Built<SmoothedL1> build(const Parameters& values) {
    const double eps = number(values, "eps");
    TermFacts term;
    term.convex = term.takes_every_slope = true;
    term.L = term.at_min = quotient(1.0, eps);
    term.mu = exact(0.0, "linear far out");
    term.slope = exact(1.0);
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<SmoothedL1>(values, term, eps);
  }
};

}  // namespace thalweg

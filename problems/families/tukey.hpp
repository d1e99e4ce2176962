// Tukey's biweight:  f(x) = sum_j a_j (c^2 / 6) (1 - (1 - u^2)^3) for |u| <= 1, a_j c^2 / 6 beyond,  u = x / c,  f' = a x (1 - u^2)^2 inside, 0 beyond.
//
// Nonconvex, smooth: f'' = a (1 - u^2) (1 - 5 u^2) in [-4 a / 5, a]; |f'| <= 16 a c / (25 sqrt 5) (at u^2 = 1/5). The value is written as
// x^2 (3 - 3 u^2 + u^4) / 6. Beyond c every point is stationary.
// Source: A. E. Beaton, J. W. Tukey, Technometrics 16, 1974; P. J. Huber, Robust Statistics, 1981, section 4.8.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Tukey {
  static constexpr Entry entry{"tukey", "Sum of Tukey biweight functions", "Beaton & Tukey 1974; Huber 1981, section 4.8"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (c^2 / 6) (1 - (1 - (x_j / c)^2)^3) for |x_j| <= c, a_j c^2 / 6 beyond";

  Coefficients scale;
  double c;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R v = m::sqr(x / R(c));
    const R inside = m::sqr(x) * (R(3.0) - v * (R(3.0) - v)) / R(6.0);
    return R(scale[j]) * m::select(v < R(1.0), inside, R(c * c / 6.0));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    const R v = m::sqr(x / R(c));
    return R(scale[j]) * m::select(v < R(1.0), x * m::sqr(R(1.0) - v), R(0.0));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), {"c", {4.685}, 1e-30, 1e30, false, "residuals beyond do not count; 4.685 is 95 % efficient on Gaussian data"},
            start_parameter(3.0)};
  }

  static Built<Tukey> build(const Parameters& values) {
    const double c = number(values, "c");
    TermFacts term;
    term.quasi_convex = true;
    term.L = term.at_min = exact(1.0);
    term.slope = scaled(rounded(0.286216701119973, "16 c / (25 sqrt 5)"), c);
    term.weak_convexity = quotient(4.0, 5.0, "at u^2 = 3/5");
    term.hessian_lipschitz = quotient(8.0, c, "at |x| = c");
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<Tukey>(values, term, c);
  }
};

}  // namespace thalweg

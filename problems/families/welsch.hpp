// Welsch function (Leclerc, Gaussian correntropy):  f(x) = sum_j a_j (c^2 / 2) (1 - exp(-u^2)),  u = x / c,  f' = a x exp(-u^2).
//
// Nonconvex, smooth: f'' = a (1 - 2 u^2) exp(-u^2) in [-2 e^(-3/2) a, a]. |f'| <= a c / sqrt(2 e) (at u^2 = 1/2). One minimiser, but flat far out: not PL.
// Source: J. E. Dennis, R. E. Welsch, "Techniques for nonlinear least squares and robust regression", Comm. Stat. B 7, 1978; J. T. Barron, "A general and
// adaptive robust loss function", CVPR 2019 (other scalings of c).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Welsch {
  static constexpr Entry entry{"welsch", "Sum of Welsch functions", "Dennis & Welsch 1978; Barron 2019"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (c^2 / 2) (1 - exp(-(x_j / c)^2))";

  Coefficients scale;
  double c;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * (R(-0.5 * c * c) * m::expm1(-m::sqr(x / R(c))));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * (x * m::exp(-m::sqr(x / R(c))));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), {"c", {1.0}, 1e-30, 1e30, false, "scale beyond which a residual counts little"},
            start_parameter(1.5)};
  }

  static Built<Welsch> build(const Parameters& values) {
    const double c = number(values, "c");
    TermFacts term;
    term.quasi_convex = true;
    term.L = term.at_min = exact(1.0);
    term.slope = scaled(rounded(0.428881942480353, "c / sqrt(2 e)"), c);
    term.weak_convexity = rounded(0.446260320296860, "2 e^(-3/2), at u^2 = 3/2");
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<Welsch>(values, term, c);
  }
};

}  // namespace thalweg

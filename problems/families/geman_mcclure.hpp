// Geman-McClure function:  f(x) = sum_j (a_j / 2) x_j^2 / (1 + u^2),  u = x / c,  f' = a x / (1 + u^2)^2.
//
// Nonconvex, smooth: f'' = a (1 - 3 u^2) / (1 + u^2)^3 in [-a / 4, a]. |f'| <= 9 a c / (16 sqrt 3) (at u^2 = 1/3). One minimiser, but flat far out: not
// PL. With c = 1 it is half of x^2 / (1 + x^2) (scale = 2 gives that function, L = 2).
// Source: S. Geman, D. E. McClure, "Bayesian image analysis: an application to single photon emission tomography", Proc. ASA, 1985; J. T. Barron, "A
// general and adaptive robust loss function", CVPR 2019.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct GemanMcclure {
  static constexpr Entry entry{"geman-mcclure", "Sum of Geman-McClure functions", "Geman & McClure 1985; Barron 2019"};
  static constexpr std::string_view formula = "f(x) = sum_j (a_j / 2) x_j^2 / (1 + (x_j / c)^2)";

  Coefficients scale;
  double c;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(0.5) * R(scale[j]) * (m::sqr(x) / (R(1.0) + m::sqr(x / R(c))));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * (x / m::sqr(R(1.0) + m::sqr(x / R(c))));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), {"c", {1.0}, 1e-30, 1e30, false, "scale beyond which a residual counts little"},
            start_parameter(1.5)};
  }

  static Built<GemanMcclure> build(const Parameters& values) {
    const double c = number(values, "c");
    TermFacts term;
    term.quasi_convex = true;
    term.L = term.at_min = exact(1.0);
    term.slope = scaled(rounded(0.324759526419164, "9 c / (16 sqrt 3)"), c);
    term.weak_convexity = exact(0.25, "at |u| = 1");
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<GemanMcclure>(values, term, c);
  }
};

}  // namespace thalweg

// Pseudo-Huber function:  f(x) = sum_j a_j delta^2 (sqrt(1 + (x_j / delta)^2) - 1),  f' = a x / s,  s = sqrt(1 + (x / delta)^2).
//
// Convex, smooth with constant a (f'' = a s^-3 in (0, a]), |f'| < a delta, not strongly convex: linear far out. The value is written as
// x^2 / (1 + s): relatively accurate for small x. The third derivative, 3 a u s^-5 / delta with u = x / delta, is largest at |u| = 1/2.
// Source: P. Charbonnier, L. Blanc-Feraud, G. Aubert, M. Barlaud, ICIP 1994; R. Hartley, A. Zisserman, Multiple View Geometry, 2003, appendix 6.8.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct PseudoHuber {
  static constexpr Entry entry{"pseudo-huber", "Sum of pseudo-Huber functions", "Charbonnier et al. 1994; Hartley & Zisserman 2003, appendix 6.8"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j delta^2 (sqrt(1 + (x_j / delta)^2) - 1)";

  Coefficients scale;
  double delta;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * (m::sqr(x) / (R(1.0) + m::sqrt(R(1.0) + m::sqr(x / R(delta)))));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * (x / m::sqrt(R(1.0) + m::sqr(x / R(delta))));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(1), scale_parameter("a_j: weight of each term"), {"delta", {1.0}, 1e-30, 1e30, false, "where the function bends from a parabola to a line"},
            start_parameter(2.0), box_parameter(6.0)};
  }

  static Built<PseudoHuber> build(const Parameters& values) {
    const double delta = number(values, "delta");
    TermFacts term;
    term.convex = term.takes_every_slope = true;
    term.L = term.at_min = exact(1.0);
    term.mu = exact(0.0, "linear far out");
    term.slope = exact(delta);
    term.hessian_lipschitz = scaled(rounded(0.858650103359919, "at |x| = delta / 2"), 1.0 / delta);
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<PseudoHuber>(values, term, delta);
  }
};

}  // namespace thalweg

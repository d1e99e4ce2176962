// Weighted l1 norm, least absolute deviations of one observation a coordinate:  f(x) = sum_j a_j |x_j|,  a_j sign x_j a subgradient (0 at 0).
//
// Convex, with kinks, |g_j| <= a; sharp: f >= min a |x|, Kurdyka-Lojasiewicz exponent 0.
// Source: definition; N. Z. Shor, Minimization Methods for Non-differentiable Functions, 1985 (subgradient methods).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Absolute {
  static constexpr Entry entry{"absolute", "Weighted l1 norm", "definition: sum of a_j |x_j|"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j |x_j|";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * m::abs(x);
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * m::sign(x);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(2.0), box_parameter(6.0)};
  }

  static Built<Absolute> build(const Parameters& values) {
    TermFacts term;
    term.convex = true;
    term.differentiable = false;
    term.mu = exact(0.0, "linear");
    term.slope = exact(1.0);
    term.kl_exponent = exact(0.0, "sharp");
    return scaled_sum<Absolute>(values, term);
  }
};

}  // namespace thalweg

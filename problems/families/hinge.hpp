// Sum of hinge functions:  f(x) = sum_j a_j max(0, 1 - x_j),  subgradient -a_j where x_j < 1, else 0.
//
// Convex, with kinks, |g_j| <= a; every x >= 1 is a minimiser.
// Source: C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning 20, 1995.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Hinge {
  static constexpr Entry entry{"hinge", "Sum of hinge functions", "Cortes & Vapnik 1995; definition: sum of a_j max(0, 1 - x_j)"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j max(0, 1 - x_j)";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * m::max(R(0.0), R(1.0) - x);
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return m::select(x < R(1.0), -R(scale[j]), R(0.0));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(-1.5), box_parameter(6.0)};
  }

  static Built<Hinge> build(const Parameters& values) {
    TermFacts term;
    term.convex = true;
    term.differentiable = term.unique = false;
    term.minimiser = 1.0;
    term.minimisers = "x >= 1";
    term.mu = exact(0.0, "linear");
    term.slope = exact(1.0);
    term.kl_exponent = exact(0.0, "sharp");
    return scaled_sum<Hinge>(values, term);
  }
};

}  // namespace thalweg

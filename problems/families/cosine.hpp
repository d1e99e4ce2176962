// Sum of cosines:  f(x) = sum_j a_j (1 - cos x_j) = sum_j 2 a_j sin^2(x_j / 2),  f' = a sin x.
//
// Nonconvex, smooth with constant a, |f'| <= a everywhere; minima at the multiples of 2 pi, saddles and maxima elsewhere: not PL.
// Source: definition.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Cosine {
  static constexpr Entry entry{"cosine", "Sum of 1 - cos x", "definition: sum of a_j (1 - cos x_j)"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (1 - cos x_j)";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(2.0) * R(scale[j]) * m::sqr(m::sin(R(0.5) * x));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * m::sin(x);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(2.0)};
  }

  static Built<Cosine> build(const Parameters& values) {
    TermFacts term;
    term.unique = false;
    term.minimisers = "a multiple of 2 pi";
    term.L = term.at_min = term.slope = term.weak_convexity = term.hessian_lipschitz = exact(1.0);
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<Cosine>(values, term);
  }
};

}  // namespace thalweg

// Sum of cosines:  f(x) = sum_j a_j (1 - cos x_j) = sum_j 2 a_j sin^2(x_j / 2),  f' = a sin x.
//
// Nonconvex, smooth with constant a, |f'| <= a everywhere; minima at the multiples of 2 pi, saddles and maxima elsewhere: not PL.
// Source: definition.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Cosine {
  static constexpr Entry entry{"cosine", "Sum of 1 - cos x", "definition: sum of a_j (1 - cos x_j)"};

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
    const std::size_t n = count(values, "dim");
    const PerCoordinate<double> scale = spread(values, "scale", n);

    Facts facts = facts_with_minimiser_zero(n);
    facts.L_j = products(scale, 1.0);
    facts.L = facts.hess_at_min = largest(facts.L_j);
    facts.gradient_bound = facts.L_j;

    auto storage = std::make_shared<Storage>();
    const Cosine functor{storage->keep_coefficients(scale)};
    return {functor, storage, facts, spread(values, "start", n), {}};
  }
};

}  // namespace thalweg

// Sum of log(1 + x^2):  f(x) = sum_j a_j log(1 + x_j^2),  f' = 2 a x / (1 + x^2),  f'' = 2 a (1 - x^2) / (1 + x^2)^2 in [-a/4, 2 a].
//
// Nonconvex, smooth with constant 2 a, |f'| <= a everywhere (at |x| = 1); 0 is the only stationary point, but f' -> 0 as f -> infinity: not
// PL.
// Source: definition.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct LogOnePlusSquare {
  static constexpr Entry entry{"log-one-plus-square", "Sum of log(1 + x^2)", "definition: sum of a_j log(1 + x_j^2)"};

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * m::log1p(m::sqr(x));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * ((x + x) / (R(1.0) + m::sqr(x)));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(2.0)};
  }

  static Built<LogOnePlusSquare> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const PerCoordinate<double> scale = spread(values, "scale", n);

    Facts facts = facts_with_minimiser_zero(n);
    facts.minimiser_unique = true;
    facts.L_j = products(scale, 2.0);
    facts.L = facts.hess_at_min = largest(facts.L_j);
    facts.gradient_bound = products(scale, 1.0);

    auto storage = std::make_shared<Storage>();
    const LogOnePlusSquare functor{storage->keep_coefficients(scale)};
    return {functor, storage, facts, spread(values, "start", n), {}};
  }
};

}  // namespace thalweg

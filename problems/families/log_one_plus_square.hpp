// Sum of log(1 + x^2):  f(x) = sum_j a_j log(1 + x_j^2),  f' = 2 a x / (1 + x^2),  f'' = 2 a (1 - x^2) / (1 + x^2)^2 in [-a/4, 2 a].
//
// Nonconvex, smooth with constant 2 a, |f'| <= a everywhere (at |x| = 1); 0 is the only stationary point, but f' -> 0 as f -> infinity: not
// PL.
// Source: definition.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct LogOnePlusSquare {
  static constexpr Entry entry{"log-one-plus-square", "Sum of log(1 + x^2)", "definition: sum of a_j log(1 + x_j^2)"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j log(1 + x_j^2)";

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
    TermFacts term;
    term.quasi_convex = true;
    term.L = term.at_min = exact(2.0);
    term.slope = exact(1.0, "at |x| = 1");
    term.weak_convexity = exact(0.25, "at |x| = sqrt 3");
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<LogOnePlusSquare>(values, term);
  }
};

}  // namespace thalweg

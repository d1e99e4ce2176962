// Two problems added:  F(x) = (f(x) - f*) + (g(x) - g*), of one dimension.
//
// L, L_j, mu, weak convexity, G_j on both regions and the Hessian's constant add up (L and L_j as upper bounds; between convex functions the larger is a lower
// one). Where f and g have a minimiser in common it is F's, and the infimum is 0; elsewhere 0 is a lower bound. At most one of them may have an oracle of its own.
// Source: Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, lemma 2.1.4.
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Added {
  const Operand* second;
};

struct SumOfTwo {
  static constexpr Entry entry{"sum", "f(x) - f* + g(x) - g*", "Nesterov 2004, lemma 2.1.4"};
  static constexpr std::string_view rules = "L, L_j, G_j, weak convexity and M add up as upper bounds, mu as a lower one; a minimiser that both have stays and f* is 0, else 0 is a lower bound";
  static constexpr std::size_t operands = 2;
  using Map = Added;

  static std::vector<Parameter> parameters() { return {}; }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

// Himmelblau's function:  f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2.
//
// Four minima of value 0, of which (3, 2) is exact; four saddles and a maximum near (-0.27, -0.92). Curvatures at the minima differ. Not smooth everywhere.
// Source: D. M. Himmelblau, Applied Nonlinear Programming, 1972.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Himmelblau {
  static constexpr Entry entry{"himmelblau", "Himmelblau's function", "Himmelblau 1972"};
  static constexpr std::string_view formula = "f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2";

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return m::sqr(first(x)) + m::sqr(second(x));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R a = R(2.0) * first(x), b = R(2.0) * second(x);
    g[0] = a * (x[0] + x[0]) + b;
    g[1] = a + b * (x[1] + x[1]);
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: 0, 0"), region_parameter(6.0)}; }
  static Built<Himmelblau> build(const Parameters& values) {
    Facts facts = facts_with_minimiser({3.0, 2.0}, number(values, "region"));
    facts.minimisers = "(3, 2) and, rounded, (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)";
    return {Himmelblau{}, nullptr, facts, start_or(values, {0.0}, 2), {}};
  }

 private:
  template <class R>
  THALWEG_HD static R first(View<const R> x) {
    return m::sqr(x[0]) + (x[1] - R(11.0));
  }
  template <class R>
  THALWEG_HD static R second(View<const R> x) {
    return m::sqr(x[1]) + (x[0] - R(7.0));
  }
};

}  // namespace thalweg

// Beale's function:  f(x, y) = (1.5 - x (1 - y))^2 + (2.25 - x (1 - y^2))^2 + (2.625 - x (1 - y^3))^2.
//
// f = 0 at (3, 1/2) alone: the first two squares vanish where x (1 - y) = 1.5 and 1 + y = 1.5. Valleys run out to infinity along y = 1; (0, 1) is a saddle. Not
// smooth everywhere.
// Source: E. M. L. Beale, "On an iterative method for finding a local minimum of a function of more than one variable", 1958; J. J. More, B. S. Garbow,
// K. E. Hillstrom, ACM Trans. Math. Software 7, 1981, problem 5.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Beale {
  static constexpr Entry entry{"beale", "Beale's function", "Beale 1958; More, Garbow & Hillstrom 1981, problem 5"};
  static constexpr std::string_view formula = "f(x, y) = (1.5 - x (1 - y))^2 + (2.25 - x (1 - y^2))^2 + (2.625 - x (1 - y^3))^2";

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R y = x[1], square = m::sqr(y), one = R(1.0);
    return m::sqr(R(1.5) - x[0] * (one - y)) + (m::sqr(R(2.25) - x[0] * (one - square)) + m::sqr(R(2.625) - x[0] * (one - square * y)));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R y = x[1], square = m::sqr(y), one = R(1.0), two = R(2.0);
    const R a = one - y, b = one - square, c = one - square * y;
    const R ra = two * (R(1.5) - x[0] * a), rb = two * (R(2.25) - x[0] * b), rc = two * (R(2.625) - x[0] * c);
    g[0] = -(ra * a + (rb * b + rc * c));
    g[1] = x[0] * (ra + (rb * (two * y) + rc * (R(3.0) * square)));
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: 1, 1"), region_parameter(4.5)}; }
  static Built<Beale> build(const Parameters& values) {
    Facts facts = facts_with_minimiser({3.0, 0.5}, number(values, "region"));
    facts.minimiser_unique = true;
    return {Beale{}, nullptr, facts, start_or(values, {1.0}, 2), {}};
  }
};

}  // namespace thalweg

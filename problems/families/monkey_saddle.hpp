// The monkey saddle made bounded below by a quartic:  f(x, y) = x^3 - 3 x y^2 + (3/4) r^4 + 1/4,  r^2 = x^2 + y^2.
//
// In polar coordinates r^3 cos 3 theta + (3/4) r^4 + 1/4: the origin is stationary with Hessian 0 and three descents; the minima, of value 0, are the third roots
// (-1, 0), (1/2, +-sqrt(3)/2), where the Hessian has the eigenvalues 3 (radial) and 9 (angular). As a sum of terms that do not cancel there
//   f = (r - 1)^2 (3 r^2 + 2 r + 1) / 4 + (r + x)(2 x - r)^2,  r - 1 = (r^2 - 1) / (r + 1),  r + x = y^2 / (r - x) for x < 0.
// Not smooth everywhere.
// Source: the saddle: D. Hilbert, S. Cohn-Vossen, Anschauliche Geometrie, 1932, section 29; the quartic: definition.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct MonkeySaddle {
  static constexpr Entry entry{"monkey-saddle", "Monkey saddle bounded below by a quartic", "Hilbert & Cohn-Vossen 1932, with (3/4) r^4"};
  static constexpr std::string_view formula = "f(x, y) = x^3 - 3 x y^2 + (3/4) (x^2 + y^2)^2 + 1/4";

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> p) const {
    const R x = p[0], y = p[1], one = R(1.0), two = R(2.0), zero = R(0.0);
    const R square = m::sqr(x) + m::sqr(y), r = m::sqrt(square);
    const R off = ((x - one) * (x + one) + m::sqr(y)) / (r + one);
    const R sum = m::select(x < zero, m::sqr(y) / m::select(x < zero, r - x, one), r + x);
    return R(0.25) * m::sqr(off) * (two * square + m::sqr(r + one)) + sum * m::sqr(two * x - r);
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> p, View<R> g) const {
    const R x = p[0], y = p[1], three = R(3.0), square = m::sqr(x) + m::sqr(y);
    g[0] = three * ((m::sqr(x) - m::sqr(y)) + square * x);
    g[1] = three * y * (square - (x + x));
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: 0.01, 0"), region_parameter(1.5)}; }
  static Built<MonkeySaddle> build(const Parameters& values) {
    Facts facts = facts_with_minimiser({-1.0, 0.0}, number(values, "region"));
    facts.minimisers = "(-1, 0) and (1/2, +-sqrt(3)/2)";
    facts.hess_at_min = exact(9.0, "angular; 3 radially");
    facts.kl_exponent = exact(0.5, "positive definite Hessian at the minimisers");
    return {MonkeySaddle{}, nullptr, facts, start_or(values, {0.01, 0.0}, 2), {}};
  }
};

}  // namespace thalweg

// Powell's singular function, extended:  f(x) = sum over groups (a, b, c, e) of four coordinates of (a + 10 b)^2 + 5 (c - e)^2 + (b - 2 c)^4 + 10 (a - e)^4.
//
// f = 0 at 0 alone, where the Hessian has rank 2 in each group: methods that count on a positive definite Hessian slow down there. Every term is convex, so f is,
// but it is not strongly convex and not smooth everywhere.
// Source: M. J. D. Powell, Computer Journal 5, 1962; J. J. More, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Software 7, 1981, problems 13 and 22.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct PowellSingular {
  static constexpr Entry entry{"powell-singular", "Powell's singular function", "Powell 1962; More, Garbow & Hillstrom 1981, problem 22"};
  static constexpr std::string_view formula = "f(x) = sum over groups (a, b, c, e) of four coordinates of (a + 10 b)^2 + 5 (c - e)^2 + (b - 2 c)^4 + 10 (a - e)^4";

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < size; i += 4) {
      const R middle = m::sqr(x[i + 1] - R(2.0) * x[i + 2]), outer = m::sqr(x[i] - x[i + 3]);
      sum.add((m::sqr(x[i] + R(10.0) * x[i + 1]) + R(5.0) * m::sqr(x[i + 2] - x[i + 3])) + (m::sqr(middle) + R(10.0) * m::sqr(outer)));
    }
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    for (std::size_t i = 0; i < size; i += 4) {
      const R first = R(2.0) * (x[i] + R(10.0) * x[i + 1]), second = R(10.0) * (x[i + 2] - x[i + 3]);
      const R u = x[i + 1] - R(2.0) * x[i + 2], v = x[i] - x[i + 3];
      const R middle = R(4.0) * (u * m::sqr(u)), outer = R(40.0) * (v * m::sqr(v));
      g[i] = first + outer;
      g[i + 1] = R(10.0) * first + middle;
      g[i + 2] = second - (middle + middle);
      g[i + 3] = -(second + outer);
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {4}, 4, most_alike_coordinates, true, "number of coordinates, a multiple of 4"},
            listed_start_parameter("first iterate; default: 3, -1, 0, 1, repeated"), region_parameter(4.0), box_parameter(8.0)};
  }
  static Built<PowellSingular> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    if (n % 4 != 0) throw SpecError({Place{}, "dim", std::to_string(n), "must be a multiple of 4"});
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 0.0), number(values, "region"));
    facts.convex = facts.minimiser_unique = true;
    facts.mu = exact(0.0, "singular Hessian at the minimiser");
    return {PowellSingular{n}, nullptr, facts, start_or(values, {3.0, -1.0, 0.0, 1.0}, n), box_of_side(n, number(values, "box"))};
  }
};

}  // namespace thalweg

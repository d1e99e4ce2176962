// Wood's function:  f(x) = 100 (x_2 - x_1^2)^2 + (1 - x_1)^2 + 90 (x_4 - x_3^2)^2 + (1 - x_3)^2 + 10 (x_2 + x_4 - 2)^2 + (x_2 - x_4)^2 / 10.
//
// Two of Rosenbrock's valleys with a bridge between them. f = 0 at (1, 1, 1, 1) alone. Near (-1, 1, -1, 1) there is a saddle with a flat neighbourhood, f = 7.88.
// Not smooth everywhere. 1/10 is the double 0.1.
// Source: A. R. Colville, IBM New York Scientific Center report 320-2949, 1968; J. J. More, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Software 7, 1981,
// problem 14.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Wood {
  static constexpr Entry entry{"wood", "Wood's function", "Colville 1968; More, Garbow & Hillstrom 1981, problem 14"};
  static constexpr std::string_view formula = "f(x) = 100 (x_2 - x_1^2)^2 + (1 - x_1)^2 + 90 (x_4 - x_3^2)^2 + (1 - x_3)^2 + 10 (x_2 + x_4 - 2)^2 + (x_2 - x_4)^2 / 10";

  std::size_t dim() const { return 4; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R one = R(1.0);
    const R left = R(100.0) * m::sqr(x[1] - m::sqr(x[0])) + m::sqr(one - x[0]);
    const R right = R(90.0) * m::sqr(x[3] - m::sqr(x[2])) + m::sqr(one - x[2]);
    return (left + right) + (R(10.0) * m::sqr((x[1] - one) + (x[3] - one)) + R(0.1) * m::sqr(x[1] - x[3]));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R one = R(1.0), two = R(2.0);
    const R left = R(200.0) * (x[1] - m::sqr(x[0])), right = R(180.0) * (x[3] - m::sqr(x[2]));
    const R sum = R(20.0) * ((x[1] - one) + (x[3] - one)), difference = R(0.2) * (x[1] - x[3]);
    g[0] = -(two * x[0] * left + two * (one - x[0]));
    g[1] = left + (sum + difference);
    g[2] = -(two * x[2] * right + two * (one - x[2]));
    g[3] = right + (sum - difference);
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: -3, -1, -3, -1"), region_parameter(3.0)}; }
  static Built<Wood> build(const Parameters& values) {
    Facts facts = facts_with_minimiser(PerCoordinate<double>(4, 1.0), number(values, "region"));
    facts.minimiser_unique = true;
    return {Wood{}, nullptr, facts, start_or(values, {-3.0, -1.0}, 4), {}};
  }
};

}  // namespace thalweg

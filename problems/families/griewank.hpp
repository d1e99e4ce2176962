// Griewank's function:  f(x) = |x|^2 / 4000 + 1 - prod_j cos(x_j / sqrt(j)).
//
// Smooth: H_jj is at most 1/2000 + 1/j, attained at 0, and the product's second derivatives are at most 1 / sqrt(j k), so that L lies in
// [1 + 1/2000, 1/2000 + sum 1/j]; largest curvature at 0: 1 + 1/2000. f = 0 at 0 alone, among very many local minima. With c_j the cosines
//   1 - prod c_j = sum_j c_1 ... c_{j-1} 2 sin^2(x_j / (2 sqrt(j))),
// which does not cancel near 0. The gradient's products without c_j are made from both ends: 2 d multiplications.
// Source: A. O. Griewank, "Generalized descent for global optimization", J. Optim. Theory Appl. 34, 1981.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Griewank {
  static constexpr Entry entry{"griewank", "Griewank's function", "Griewank 1981"};
  static constexpr std::string_view formula = "f(x) = |x|^2 / 4000 + 1 - prod_j cos(x_j / sqrt(j))";

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> squares, drops;
    R product = R(1.0);
    for (std::size_t j = 0; j < size; ++j) {
      const R t = x[j] / m::sqrt(R(static_cast<double>(j + 1)));
      squares.add(m::sqr(x[j]));
      drops.add(product * (R(2.0) * m::sqr(m::sin(R(0.5) * t))));
      product = product * m::cos(t);
    }
    return squares.total() / R(4000.0) + drops.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    R before = R(1.0), after = R(1.0);
    for (std::size_t j = 0; j < size; ++j) {
      g[j] = before;
      before = before * m::cos(x[j] / m::sqrt(R(static_cast<double>(j + 1))));
    }
    for (std::size_t j = size; j-- > 0;) {
      const R r = m::sqrt(R(static_cast<double>(j + 1))), t = x[j] / r;
      g[j] = x[j] / R(2000.0) + g[j] * after * (m::sin(t) / r);
      after = after * m::cos(t);
    }
  }

  static std::vector<Parameter> parameters() { return {dim_parameter(4, most_listed_coordinates), start_parameter(20.0), region_parameter(10.0)}; }
  static Built<Griewank> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 0.0), number(values, "region"));
    facts.smooth = facts.minimiser_unique = true;
    std::vector<Constant> curvature(n);
    double sum = 5e-4;
    for (std::size_t j = 0; j < n; ++j) {
      const double inverse = 1.0 / static_cast<double>(j + 1);
      curvature[j] = rounded(5e-4 + inverse, "1/2000 + 1/j, at 0");
      sum += inverse;
    }
    facts.L_j = curvature;
    facts.hess_at_min = rounded(1.0005, "1 + 1/2000");
    if (n == 1) facts.L = facts.hess_at_min;
    else facts.L = proved(facts.hess_at_min.lower, sum * (1.0 + 1e-9), "bounds 1 + 1/2000, at 0, and 1/2000 + sum 1/j");
    return {Griewank{n}, nullptr, facts, spread(values, "start", n), {}};
  }
};

}  // namespace thalweg

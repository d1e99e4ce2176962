// Levy's function 8:  with u_j = (x_j - 1) / 4,
//   f(x) = sin^2(pi u_1) + sum_{j<d} u_j^2 (1 + 10 sin^2(pi u_j + 1)) + u_d^2 (1 + sin^2(2 pi u_d)).
//
// In the source w = 1 + u and the sines have pi w_1, pi w_j + 1 and 2 pi w_d: their squares are these. pi is the double next to it. f = 0 at (1, ..., 1) alone,
// among about 5^d local minima in [-10, 10]^d. The ripples' height grows with u^2: not smooth everywhere. No term has two coordinates, but they differ in form.
// Source: A. V. Levy, A. Montalvo, "The tunneling algorithm for the global minimization of functions", SIAM J. Sci. Stat. Comput. 6, 1985.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Levy {
  static constexpr Entry entry{"levy", "Levy's function", "Levy & Montalvo 1985"};
  static constexpr std::string_view formula = "f(x) = sin^2(pi u_1) + sum_{j<d} u_j^2 (1 + 10 sin^2(pi u_j + 1)) + u_d^2 (1 + sin^2(2 pi u_d)),  u_j = (x_j - 1) / 4";
  static constexpr double pi = 0x1.921fb54442d18p+1;

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R one = R(1.0), last = unit(x[size - 1]);
    Sum<R> sum;
    for (std::size_t j = 0; j + 1 < size; ++j) {
      const R u = unit(x[j]);
      sum.add(m::sqr(u) * (one + R(10.0) * m::sqr(m::sin(R(pi) * u + one))));
    }
    return m::sqr(m::sin(R(pi) * unit(x[0]))) + (sum.total() + m::sqr(last) * (one + m::sqr(m::sin(R(2.0 * pi) * last))));
  }
  // du/dx = 1/4.
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R one = R(1.0), two = R(2.0);
    for (std::size_t j = 0; j + 1 < size; ++j) {
      const R u = unit(x[j]), angle = R(pi) * u + one;
      g[j] = R(0.25) * (two * u * (one + R(10.0) * m::sqr(m::sin(angle))) + R(10.0 * pi) * m::sqr(u) * m::sin(two * angle));
    }
    const R u = unit(x[size - 1]), angle = R(2.0 * pi) * u;
    g[size - 1] = R(0.25) * (two * u * (one + m::sqr(m::sin(angle))) + R(2.0 * pi) * m::sqr(u) * m::sin(two * angle));
    g[0] = g[0] + R(0.25 * pi) * m::sin(R(2.0 * pi) * unit(x[0]));
  }

  static std::vector<Parameter> parameters() { return {dim_parameter(2), start_parameter(-4.0), region_parameter(10.0)}; }
  static Built<Levy> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 1.0), number(values, "region"));
    facts.minimiser_unique = true;
    return {Levy{n}, nullptr, facts, spread(values, "start", n), {}};
  }

 private:
  template <class R>
  THALWEG_HD static R unit(const R& x) {
    return R(0.25) * (x - R(1.0));
  }
};

}  // namespace thalweg

// Zakharov's function:  f(x) = |x|^2 + s^2 + s^4,  s = sum_j j x_j / 2.
//
// Often listed among hard functions, yet strongly convex: the Hessian is 2 I + (2 + 12 s^2) w w' with w_j = j / 2. mu = 2 for d >= 2 (across w), 2 + 2 w_1^2 =
// 5/2 for d = 1; largest curvature at the minimiser 0 is 2 + 2 |w|^2. Not smooth everywhere.
// Source: M. Jamil, X.-S. Yang, "A literature survey of benchmark functions", arXiv:1308.4008, function 173.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Zakharov {
  static constexpr Entry entry{"zakharov", "Zakharov's function", "Jamil & Yang 2013, function 173"};
  static constexpr std::string_view formula = "f(x) = |x|^2 + s^2 + s^4,  s = sum_j j x_j / 2";

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> squares;
    for (std::size_t j = 0; j < size; ++j) squares.add(m::sqr(x[j]));
    const R square = m::sqr(weighted(x));
    return squares.total() + (square + m::sqr(square));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R s = weighted(x), slope = s * (R(1.0) + R(2.0) * m::sqr(s));  // half of d/ds
    for (std::size_t j = 0; j < size; ++j) g[j] = R(2.0) * x[j] + R(static_cast<double>(j + 1)) * slope;
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(4, most_listed_coordinates), start_parameter(2.0), region_parameter(5.0), box_parameter(10.0)};
  }
  static Built<Zakharov> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 0.0), number(values, "region"));
    facts.convex = facts.minimiser_unique = true;
    facts.mu = exact(n == 1 ? 2.5 : 2.0, "least eigenvalue of 2 I + (2 + 12 s^2) w w'");
    if (n <= 1000) {
      double squares = 0.0;  // 2 |w|^2 = sum j^2 / 2, exact
      for (std::size_t j = 1; j <= n; ++j) squares += 0.5 * static_cast<double>(j * j);
      facts.hess_at_min = exact(2.0 + squares, "2 + 2 |w|^2");
    }
    return {Zakharov{n}, nullptr, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
  }

 private:
  template <class R>
  THALWEG_HD R weighted(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t j = 0; j < size; ++j) sum.add(R(0.5 * static_cast<double>(j + 1)) * x[j]);
    return sum.total();
  }
};

}  // namespace thalweg

// Two basins of equal depth and chosen width:  f(x) = q(x_1) ((x_1^2 - 1)^2 / 8 + (x_2^2 + ... + x_d^2) / 2),
//   q(t) = flat (1 - t)^2 / 4 + sharp (1 + t)^2 / 4.
//
// f = 0 at (-1, 0, ..., 0) and (1, 0, ..., 0) alone (q > 0); the bracket and its gradient vanish there and its Hessian is I, so that the Hessian is flat I at the
// first and sharp I at the second, exactly. Not smooth everywhere. Which basin a method prefers, and how sharp the minimum is that it finds, are known here.
// Source: definition; the question: S. Hochreiter, J. Schmidhuber, "Flat minima", Neural Computation 9, 1997.
#pragma once

#include <cmath>

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct TwoBasins {
  static constexpr Entry entry{"two-basins", "Two basins of equal depth and chosen width", "Definition, after Hochreiter & Schmidhuber 1997"};
  static constexpr std::string_view formula = "f(x) = q(x_1) ((x_1^2 - 1)^2 / 8 + (x_2^2 + ... + x_d^2) / 2),  q(t) = flat (1 - t)^2 / 4 + sharp (1 + t)^2 / 4";

  std::size_t size;
  double flat;
  double sharp;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return width(x[0]) * bracket(x);
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R one = R(1.0), t = x[0], q = width(t);
    const R change = R(0.5 * sharp) * (one + t) - R(0.5 * flat) * (one - t);
    g[0] = change * bracket(x) + q * (R(0.5) * t * ((t - one) * (t + one)));
    for (std::size_t j = 1; j < size; ++j) g[j] = q * x[j];
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(2),
            {"flat", {1.0}, 1e-100, 1e100, false, "curvature at (-1, 0, ..., 0)"},
            {"sharp", {10.0}, 1e-100, 1e100, false, "curvature at (1, 0, ..., 0)"},
            listed_start_parameter("first iterate; default: 0.2 in coordinate 1, 1 in the others"),
            region_parameter(2.0)};
  }
  static Built<TwoBasins> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const double flat = number(values, "flat"), sharp = number(values, "sharp");
    PerCoordinate<double> minimiser(n, 0.0), start(n, 1.0);
    minimiser.set(0, 1.0);
    start.set(0, 0.2);
    if (!list(values, "start").empty()) start = start_or(values, {}, n);
    Facts facts = facts_with_minimiser(minimiser, number(values, "region"));
    facts.minimisers = "(-1, 0, ..., 0), curvature " + written(flat) + ", and (1, 0, ..., 0), curvature " + written(sharp);
    facts.hess_at_min = exact(sharp, "definition, at (1, 0, ..., 0)");
    facts.kl_exponent = exact(0.5, "positive definite Hessian at the minimisers");
    facts.distance = [](View<const double> x) {
      double square = 0.0;
      for (std::size_t j = 1; j < x.size(); ++j) square += x[j] * x[j];
      const double along = std::fabs(x[0]) - 1.0;
      return std::sqrt(along * along + square);
    };
    return {TwoBasins{n, flat, sharp}, nullptr, facts, start, {}};
  }

 private:
  template <class R>
  THALWEG_HD R width(const R& t) const {
    const R one = R(1.0);
    return R(0.25 * flat) * m::sqr(one - t) + R(0.25 * sharp) * m::sqr(one + t);
  }
  template <class R>
  THALWEG_HD R bracket(View<const R> x) const {
    const R one = R(1.0);
    Sum<R> squares;
    for (std::size_t j = 1; j < size; ++j) squares.add(m::sqr(x[j]));
    return R(0.125) * m::sqr((x[0] - one) * (x[0] + one)) + R(0.5) * squares.total();
  }
};

}  // namespace thalweg

// Rosenbrock's function, chained:  f(x) = sum_{i<d} 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2.
//
// A curved valley with a flat floor; d = 2 is the original. f = 0 at (1, ..., 1) alone: all squares vanish only there. Not smooth everywhere; for d from 4 to
// 30 there is a second local minimum near (-1, 1, ..., 1): not PL.
// Source: H. H. Rosenbrock, "An automatic method for finding the greatest or least value of a function", Computer Journal 3, 1960; the chain and its second
// minimum: Y.-W. Shang, Y.-H. Qiu, Evolutionary Computation 14, 2006.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Rosenbrock {
  static constexpr Entry entry{"rosenbrock", "Rosenbrock's function, chained", "Rosenbrock 1960; Shang & Qiu 2006"};
  static constexpr std::string_view formula = "f(x) = sum_{i<d} 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2";

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i + 1 < size; ++i) sum.add(R(100.0) * m::sqr(x[i + 1] - m::sqr(x[i])) + m::sqr(R(1.0) - x[i]));
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    R pull = R(0.0);  // of the term before on x_i
    for (std::size_t i = 0; i + 1 < size; ++i) {
      const R bend = R(200.0) * (x[i + 1] - m::sqr(x[i]));
      g[i] = pull - (R(2.0) * x[i] * bend + R(2.0) * (R(1.0) - x[i]));
      pull = bend;
    }
    g[size - 1] = pull;
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {2}, 2, most_alike_coordinates, true, "number of coordinates"},
            listed_start_parameter("first iterate; default: -1.2, 1, repeated"), region_parameter(2.0)};
  }
  static Built<Rosenbrock> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 1.0), number(values, "region"));
    facts.minimiser_unique = true;
    return {Rosenbrock{n}, nullptr, facts, start_or(values, {-1.2, 1.0}, n), {}};
  }
};

}  // namespace thalweg

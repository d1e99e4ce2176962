// Minima on a sphere:  f(x) = (|x|^2 - 1)^2 / 4.
//
// grad f = (|x|^2 - 1) x; the minimisers are the unit sphere, with the Hessian 2 x x': curvature 2 across it everywhere. |grad f|^2 = 4 |x|^2 f; the only other
// stationary point is the maximum 0 with Hessian -I. dist(x, X*) = | |x| - 1 |. Weak convexity 1: H = (|x|^2 - 1) I + 2 x x' >= -I, attained at 0. Not smooth everywhere.
// Source: definition; manifolds of minima: B. Fehrman, B. Gess, A. Jentzen, arXiv:1904.01517.
#pragma once

#include <cmath>

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Sphere {
  static constexpr Entry entry{"sphere", "Minima on a sphere", "Definition; Fehrman, Gess & Jentzen 2020"};
  static constexpr std::string_view formula = "f(x) = (|x|^2 - 1)^2 / 4";

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return R(0.25) * m::sqr(off(x));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R t = off(x);
    for (std::size_t j = 0; j < size; ++j) g[j] = t * x[j];
  }

  static std::vector<Parameter> parameters() { return {dim_parameter(3), start_parameter(2.0), region_parameter(2.0)}; }
  static Built<Sphere> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    PerCoordinate<double> minimiser(n, 0.0);
    minimiser.set(0, 1.0);
    Facts facts = facts_with_minimiser(minimiser, number(values, "region"));
    facts.minimisers = "the unit sphere";
    facts.hess_at_min = exact(2.0);
    facts.weak_convexity = exact(1.0, "at 0");
    facts.kl_exponent = exact(0.5, "|grad f|^2 = 4 |x|^2 f");
    facts.distance = [](View<const double> x) {
      double square = 0.0;
      for (double xj : x) square += xj * xj;
      return std::fabs(std::sqrt(square) - 1.0);
    };
    return {Sphere{n}, nullptr, facts, spread(values, "start", n), {}};
  }

 private:
  template <class R>
  THALWEG_HD R off(View<const R> x) const {
    Sum<R> squares;
    for (std::size_t j = 0; j < size; ++j) squares.add(m::sqr(x[j]));
    return squares.total() - R(1.0);
  }
};

}  // namespace thalweg

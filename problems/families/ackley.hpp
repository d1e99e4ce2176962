// Ackley's function:  f(x) = 20 (1 - exp(-r / 5)) + e (1 - exp(-c)),  r = sqrt(sum x_j^2 / d),  c = 2 sum sin^2(pi x_j) / d.
//
// The familiar -20 exp(-0.2 r) - exp(mean cos 2 pi x_j) + 20 + e, with e and pi the doubles next to them. Both parts are at least 0 and vanish only at 0, where f
// has a cone's tip: it is not differentiable there (0 is returned, a subgradient). Nearly flat far out, with local minima near points with whole coordinates.
// |x_j| <= sqrt(d) r gives |grad_j f| <= 4 / sqrt(d) + 2 pi e / d everywhere. r is taken of 2^600 x where x is tiny, so that squares do not underflow.
// Source: D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987; in d coordinates: T. Baeck, H.-P. Schwefel, Evolutionary Computation 1, 1993.
#pragma once

#include <cmath>

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Ackley {
  static constexpr Entry entry{"ackley", "Ackley's function", "Ackley 1987; Baeck & Schwefel 1993"};
  static constexpr std::string_view formula = "f(x) = 20 (1 - exp(-r / 5)) + e (1 - exp(-c)),  r = sqrt(sum_j x_j^2 / d),  c = 2 sum_j sin^2(pi x_j) / d";
  static constexpr double pi = 0x1.921fb54442d18p+1, e = 0x1.5bf0a8b145769p+1;

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return R(-20.0) * m::expm1(R(-0.2) * radius(x)) - R(e) * m::expm1(-ripple(x));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R n = R(static_cast<double>(size)), r = radius(x), zero = R(0.0);
    const R cone = R(4.0) * m::exp(R(-0.2) * r) / n, waves = R(e * 2.0 * pi) * m::exp(-ripple(x)) / n;
    const R divisor = m::select(r > zero, r, R(1.0));
    for (std::size_t j = 0; j < size; ++j) g[j] = cone * (x[j] / divisor) + waves * m::sin(R(2.0 * pi) * x[j]);
  }

  static std::vector<Parameter> parameters() { return {dim_parameter(2), start_parameter(3.3)}; }
  static Built<Ackley> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const double d = static_cast<double>(n);
    Facts facts;
    facts.dim = n;
    facts.f_star = exact(0.0);
    facts.minimiser = PerCoordinate<double>(n, 0.0);
    facts.minimiser_unique = true;
    facts.differentiable = false;
    const double slope = 4.0 / std::sqrt(d) + 2.0 * pi * e / d;
    facts.gradient_bound = {n, proved(0.0, rounded(slope, "").upper, "bound 4 / sqrt(d) + 2 pi e / d")};
    return {Ackley{n}, nullptr, facts, spread(values, "start", n), {}};
  }

 private:
  template <class R>
  THALWEG_HD R radius(View<const R> x) const {
    constexpr double least = sizeof(typename Num<R>::Value) == 8 ? 0x1p-400 : 0x1p-40, large = sizeof(typename Num<R>::Value) == 8 ? 0x1p600 : 0x1p80;
    R most = R(0.0);
    for (std::size_t j = 0; j < size; ++j) most = m::max(most, m::abs(x[j]));
    const R unit = m::select(most < R(least), R(large), R(1.0));
    Sum<R> squares;
    for (std::size_t j = 0; j < size; ++j) squares.add(m::sqr(unit * x[j]));
    return m::sqrt(squares.total() / R(static_cast<double>(size))) / unit;
  }
  template <class R>
  THALWEG_HD R ripple(View<const R> x) const {
    Sum<R> squares;
    for (std::size_t j = 0; j < size; ++j) squares.add(m::sqr(m::sin(R(pi) * x[j])));
    return R(2.0) * squares.total() / R(static_cast<double>(size));
  }
};

}  // namespace thalweg

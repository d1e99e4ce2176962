// A nonconvex function that satisfies the Polyak-Lojasiewicz inequality:  f(x) = sum_j a_j (x_j^2 + 3 sin^2 x_j),
//   f' = a (2 x + 3 sin 2x),  f'' = a (2 + 6 cos 2x) in [-4 a, 8 a], so L = 8 max a.
//
// With a = 1 the best constant mu_pl = inf f'^2 / (2 f) is 0.17553... (attained near |x| = 2.2017), computed and certified here; a sum has the
// minimum over its terms. Tail: |f'| >= 2|x| - 3 and f <= x^2 + 3, so f'^2 / (2 f) >= (2r - 3)^2 / (2 (r^2 + 3)) for |x| >= r >= 3/2, which
// increases in r.
// Source: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.2 (the function; they state the constant 1/32).
#pragma once

#include "problems/build.hpp"
#include "problems/certify.hpp"

namespace thalweg {

struct PlSine {
  static constexpr Entry entry{"pl-sine", "Sum of x^2 + 3 sin^2 x", "Karimi, Nutini & Schmidt 2016, section 2.2"};

  View<const double> scale;

  std::size_t dim() const { return scale.size(); }
  template <class R>
  THALWEG_HD R term(std::size_t j, R x) const {
    return R(scale[j]) * (m::sqr(x) + R(3.0) * m::sqr(m::sin(x)));
  }
  template <class R>
  THALWEG_HD R slope(std::size_t j, R x) const {
    const R twice = x + x;
    return R(scale[j]) * (twice + R(3.0) * m::sin(twice));
  }

  // A lower bound of f'^2 / (2 f) over |x| >= r for a = 1.
  static double tail(double r) {
    if (r <= 1.5) return 0.0;
    const Interval x(r);
    return (m::sqr(Interval(2.0) * x - Interval(3.0)) / (Interval(2.0) * (m::sqr(x) + Interval(3.0)))).lower();
  }
  // The constant of one term with a = 1.
  static Constant pl_constant() {
    static constexpr double one = 1.0;
    return certified_pl_constant(enclosures_of(PlSine{View<const double>(&one, 1)}, 0), tail);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(3.0), region_parameter(4.0)};
  }

  static Built<PlSine> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const double region = number(values, "region");
    auto storage = std::make_shared<Storage>();
    const std::vector<double> scale = spread(values, "scale", n);
    const PlSine functor{storage->keep(scale)};

    Facts facts = facts_with_minimiser_zero(n);
    facts.pl = facts.minimiser_unique = true;
    facts.L_j = products(scale, 8.0, "f'' = a (2 + 6 cos 2x)");
    facts.L = facts.hess_at_min = largest(facts.L_j);
    // f'^2 / f and f' are proportional to a: one certificate serves all coordinates.
    static constexpr double one = 1.0;
    const Constant unit = pl_constant();
    const Constant slope = certified_magnitude(enclosures_of(PlSine{View<const double>(&one, 1)}, 0).slope_and_curvature, {-region, region});
    std::vector<Constant> mu_pl;
    for (double a : scale) {
      mu_pl.push_back(proved((Interval(a) * interval_of(unit)).lower(), (Interval(a) * interval_of(unit)).upper(), unit.source));
      facts.gradient_bound.push_back(enclosed(Interval(a) * interval_of(slope), slope.source));
    }
    facts.mu_pl = smallest(mu_pl);
    facts.region = cube(n, region);
    return {functor, storage, facts, spread(values, "start", n), {}};
  }
};

}  // namespace thalweg

#include "problems/families/pl_sine.hpp"

#include "problems/certify.hpp"
#include "problems/enclose.hpp"

namespace thalweg {

namespace {

// One term with a = 1.
TermEnclosures unit_term() {
  static constexpr double one = 1.0;
  return enclosures_of(PlSine{Coefficients(&one, 1, true)}, 0);
}

// With a = 1.
double unit_tail(double r) {
  if (r <= 1.5) return 0.0;
  const Interval x(r);
  return (m::sqr(Interval(2.0) * x - Interval(3.0)) / (Interval(2.0) * (m::sqr(x) + Interval(3.0)))).lower();
}

}  // namespace

double PlSine::tail(std::size_t j, double r) const { return outward::multiply_down(scale[j], unit_tail(r)); }

Constant PlSine::pl_constant() { return certified_pl_constant(unit_term(), unit_tail); }

Built<PlSine> PlSine::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const double region = number(values, "region");
  auto storage = std::make_shared<Storage>();
  const PerCoordinate<double> scale = spread(values, "scale", n);
  const PlSine functor{storage->keep_coefficients(scale)};

  Facts facts = facts_with_minimiser_zero(n);
  facts.pl = facts.minimiser_unique = true;
  facts.L_j = products(scale, 8.0, "f'' = a (2 + 6 cos 2x)");
  facts.L = facts.hess_at_min = largest(facts.L_j);
  facts.weak_convexity = largest(products(scale, 4.0, "f'' = a (2 + 6 cos 2x)"));
  facts.hessian_lipschitz = largest(products(scale, 12.0, "third derivative -12 a sin 2x"));
  // f'^2 / f and f' are proportional to a: one certificate serves all coordinates.
  const Constant unit = pl_constant();
  const Constant slope = certified_magnitude(unit_term().slope_and_curvature, {-region, region});
  const auto times = [&](const Constant& of_unit) { return scale.map([&](double a) { return enclosed(Interval(a) * interval_of(of_unit), of_unit.source); }); };
  facts.mu_pl = smallest(times(unit));
  facts.gradient_bound = times(slope);
  facts.region = cube(n, region);
  return {functor, storage, facts, spread(values, "start", n), {}};
}

}  // namespace thalweg

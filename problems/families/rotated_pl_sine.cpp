#include "problems/families/rotated_pl_sine.hpp"

#include <algorithm>

#include "problems/families/pl_sine.hpp"

namespace thalweg {

Built<RotatedPlSine> RotatedPlSine::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const PerCoordinate<double> scale = spread(values, "scale", n);
  auto storage = std::make_shared<Storage>();
  const RotatedPlSine functor{storage->keep_coefficients(scale), {n}};

  const ReflectedFacts constants = reflected(functor.H, scale.map([](double a) { return 8.0 * a; }));
  Facts facts = facts_with_minimiser_zero(n);
  facts.pl = facts.minimiser_unique = true;
  facts.L = facts.hess_at_min = constants.L;
  facts.L_j = constants.L_j;
  const double least = *std::min_element(scale.stored().begin(), scale.stored().end());
  facts.mu_pl = reflected_least(functor.H, scaled(PlSine::pl_constant(), least));
  facts.region = cube(n, number(values, "region"));
  return {functor, storage, facts, spread(values, "start", n), {}};
}

}  // namespace thalweg

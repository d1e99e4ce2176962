#include "problems/families/rotated_quadratic.hpp"

namespace thalweg {

Built<RotatedQuadratic> RotatedQuadratic::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const double mu = number(values, "mu"), L = number(values, "L");
  if (mu > L) throw SpecError({Place{}, "mu", written(mu), "must be at most L = " + written(L)});
  const PerCoordinate<double> lambda = geometric(mu, L, n);
  auto storage = std::make_shared<Storage>();
  const RotatedQuadratic functor{storage->keep_coefficients(lambda), {n}};

  const ReflectedFacts constants = reflected(functor.H, lambda);
  Facts facts = facts_with_minimiser_zero(n);
  facts.convex = facts.pl = facts.quadratic = facts.minimiser_unique = true;
  facts.L = facts.hess_at_min = constants.L;
  facts.L_j = constants.L_j;
  facts.mu = facts.mu_pl = constants.least;
  facts.region = cube(n, number(values, "region"));
  return {functor, storage, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
}

}  // namespace thalweg

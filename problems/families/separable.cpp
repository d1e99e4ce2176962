#include "problems/families/separable.hpp"

namespace thalweg::separable {

PerCoordinate<Constant> times(const PerCoordinate<double>& scale, const Constant& of_unit) {
  if (!of_unit.known()) return {scale.size(), of_unit};
  return scale.map([&](double a) { return scaled(of_unit, a); });
}

Facts facts(const PerCoordinate<double>& scale, const TermFacts& term, double region) {
  const std::size_t n = scale.size();
  const auto most = [&](const Constant& of_unit) { return of_unit.known() ? largest(times(scale, of_unit)) : of_unit; };
  const auto least = [&](const Constant& of_unit) { return of_unit.known() ? smallest(times(scale, of_unit)) : of_unit; };

  Facts facts;
  facts.dim = n;
  facts.f_star = exact(0.0);
  facts.smooth = term.L.known();
  facts.convex = term.convex;
  facts.quasi_convex = term.convex || (term.quasi_convex && n == 1);
  facts.pl = term.mu_pl.known();
  facts.differentiable = term.differentiable;
  facts.minimiser_unique = term.attained && term.unique;
  if (term.attained) facts.minimiser = PerCoordinate<double>(n, term.minimiser);
  if (!term.minimisers.empty()) facts.minimisers = "every coordinate: " + term.minimisers;
  facts.L = most(term.L);
  if (facts.smooth) facts.L_j = times(scale, term.L);
  facts.mu = least(term.mu);
  facts.mu_pl = least(term.mu_pl);
  facts.hess_at_min = most(term.at_min);
  facts.weak_convexity = most(term.weak_convexity);
  facts.hessian_lipschitz = most(term.hessian_lipschitz);
  facts.kl_exponent = term.kl_exponent;
  if (term.slope.known()) facts.gradient_bound = times(scale, term.slope);
  if (n == 1 && term.takes_every_slope) facts.gradient_range = facts.gradient_bound.front();
  if (region > 0.0) facts.region = {PerCoordinate<double>(n, term.minimiser - region), PerCoordinate<double>(n, term.minimiser + region)};
  return facts;
}

}  // namespace thalweg::separable

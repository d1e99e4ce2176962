// Sums of one function of one variable over the coordinates:  f(x) = sum_j a_j phi(x_j - c),  min phi = 0.
//
// A family of this kind states phi, its derivative and what is known of it for a = 1; everything else follows:
//   L = max a_j sup |phi''|,  mu = min a_j inf phi'',  mu_pl = min a_j mu_pl(phi) (the inequality of each term with its own constant),
//   weak convexity max a_j (-inf phi''),  |grad_j f| <= a_j sup |phi'|,  Hessian Lipschitz constant max a_j sup |phi'''|.
// A PL constant of a sum is the least over its terms: (1/2) sum (a_j phi')^2 >= sum a_j mu_pl a_j phi.
// Source: definition.
#pragma once

#include <string>
#include <utility>

#include "problems/build.hpp"

namespace thalweg {

// phi with weight 1. Unknown constants and false flags claim nothing.
struct TermFacts {
  bool convex = false;
  bool unique = true;            // the only minimiser
  bool differentiable = true;
  double minimiser = 0.0;
  bool attained = true;          // there is a minimiser
  Constant L;                    // sup |phi''|
  Constant mu;                   // inf phi'', where it is >= 0
  Constant mu_pl;                // inf phi'^2 / (2 phi)
  Constant at_min;               // phi'' there
  Constant slope;                // sup |phi'|
  Constant weak_convexity;       // max(0, -inf phi'')
  Constant hessian_lipschitz;    // sup |phi'''|
  Constant kl_exponent;
  bool quasi_convex = false;     // phi falls, then rises: a sum of such functions need not, so that this counts for dim = 1 alone
  bool takes_every_slope = false;  // phi' takes every value in (-slope, slope)
  std::string minimisers;        // of phi, where they are more than one
};

namespace separable {

PerCoordinate<Constant> times(const PerCoordinate<double>& scale, const Constant& of_unit);
// The facts of the sum. `region`: half-width of the cube about the minimiser on which constants hold that do not hold everywhere; 0: none.
Facts facts(const PerCoordinate<double>& scale, const TermFacts& term, double region);

}  // namespace separable

// F{scale, rest...} with the parameters dim, scale, start and, where the family has them, region and box.
template <class F, class... Rest>
Built<F> scaled_sum(const Parameters& values, const TermFacts& term, const Rest&... rest) {
  const std::size_t n = count(values, "dim");
  const PerCoordinate<double> scale = spread(values, "scale", n);
  auto storage = std::make_shared<Storage>();
  const F functor{storage->keep_coefficients(scale), rest...};
  const Facts facts = separable::facts(scale, term, values.contains("region") ? number(values, "region") : 0.0);
  return {functor, storage, facts, spread(values, "start", n), values.contains("box") ? box_of_side(n, number(values, "box")) : Box{}};
}

}  // namespace thalweg

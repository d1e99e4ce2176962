#include "problems/families/huber_chain.hpp"

#include "problems/enclose.hpp"

namespace thalweg {

Built<HuberChain> HuberChain::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const double L = number(values, "L"), tau = number(values, "tau");

  Facts facts = facts_with_minimiser_zero(n);
  facts.convex = facts.minimiser_unique = true;
  facts.L_j = {n, product(L, 2.0)};
  facts.L_j.set(n - 1, exact(L));
  const Interval cosine = m::cos(Interval::pi() / Interval(static_cast<double>(2 * n + 1)));
  facts.L = n == 1 ? exact(L) : enclosed(Interval(4.0) * Interval(L) * m::sqr(cosine), "eigenvalues of second differences");
  facts.hess_at_min = facts.L;
  facts.mu = exact(0.0, "linear beyond tau");
  const Constant pull = product(L, tau);
  facts.gradient_bound = {n, enclosed(Interval(2.0) * interval_of(pull), "definition")};
  facts.gradient_bound.set(n - 1, pull);

  return {HuberChain{n, L, tau}, nullptr, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
}

}  // namespace thalweg

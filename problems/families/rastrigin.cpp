#include "problems/families/rastrigin.hpp"

#include "problems/enclose.hpp"

namespace thalweg {

Built<Rastrigin> Rastrigin::build(const Parameters& values) {
  const double A = number(values, "height");
  const Interval ripple = Interval(4.0 * A) * m::sqr(Interval(pi)), whole = Interval(2.0) + ripple;
  TermFacts term;
  term.L = term.at_min = enclosed(whole, "2 + 4 pi^2 A, at 0");
  if (ripple.upper() <= 2.0) {
    term.convex = true;
    term.mu = enclosed(Interval(2.0) - ripple, "2 - 4 pi^2 A, at x = 1/2");
  }
  term.weak_convexity = enclosed(m::max(Interval(0.0), ripple - Interval(2.0)), "4 pi^2 A - 2");
  term.hessian_lipschitz = enclosed(Interval(2.0) * Interval(pi) * ripple, "8 pi^3 A");
  term.kl_exponent = exact(0.5, "phi''(0) > 0");
  return scaled_sum<Rastrigin>(values, term, A);
}

}  // namespace thalweg

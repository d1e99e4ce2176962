// Huber function, a sum over coordinates:  f(x) = sum_j h_j(x_j),
//   h(x) = (L/2) x^2 for |x| <= tau,  L tau |x| - (L/2) tau^2 beyond;   h'(x) = L clip(x, -tau, tau).
//
// Convex, smooth with constant L, not strongly convex (linear beyond tau). In one dimension with tau = R / (2 N L gamma + 1), x_1 = R it
// attains the bound L R^2 / (4 N L gamma + 2) of N gradient steps.
// Source: P. J. Huber, Ann. Math. Stat. 35, 1964; the tight instance: Y.
// Drori, M. Teboulle, arXiv:1206.3209, Theorem 3.1.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Huber {
  static constexpr Entry entry{"huber", "Huber function", "Drori & Teboulle 2014, Theorem 3.1"};
  static constexpr std::string_view formula = "f(x) = sum_j h_j(x_j),  h(x) = (L/2) x^2 for |x| <= tau,  L tau |x| - (L/2) tau^2 beyond";

  Coefficients L;
  Coefficients tau;

  std::size_t dim() const { return L.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R size = m::abs(x), t = R(tau[j]);
    // L tau |x| - L tau^2 / 2 = L tau (|x| - tau / 2)
    return R(L[j]) * m::select(size <= t, R(0.5) * m::sqr(x), t * (size - R(0.5) * t));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    const R t = R(tau[j]);
    return R(L[j]) * m::min(m::max(x, -t), t);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(1),
            {"L", {1.0}, 1e-100, 1e100, false, "curvature in the middle", Shape::per_coordinate},
            {"tau", {1.0}, 1e-100, 1e100, false, "where the function becomes linear", Shape::per_coordinate},
            start_parameter(2.0),
            box_parameter(6.0)};
  }

  static Built<Huber> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const PerCoordinate<double> L = spread(values, "L", n), tau = spread(values, "tau", n);

    Facts facts = facts_with_minimiser_zero(n);
    facts.convex = facts.minimiser_unique = true;
    facts.L_j = products(L, 1.0);
    facts.L = facts.hess_at_min = largest(facts.L_j);
    facts.mu = exact(0.0, "linear beyond tau");
    facts.gradient_bound = L.zip(tau, [](double curvature, double width) { return product(curvature, width); });

    auto storage = std::make_shared<Storage>();
    const Huber functor{storage->keep_coefficients(L), storage->keep_coefficients(tau)};
    return {functor, storage, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
  }
};

}  // namespace thalweg

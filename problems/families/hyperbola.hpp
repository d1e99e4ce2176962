// The least product that factors:  f(u, v) = (u v - 1)^2 / 2.
//
// The minimisers are the hyperbola u v = 1, of curvature u^2 + v^2 >= 2 across it: from 2 at +-(1, 1) to any size, the model of how large a curvature a step
// size lets pass. |grad f|^2 = 2 (u^2 + v^2) f, so that f is like a PL function except near its saddle (0, 0), of eigenvalues +-1. Not smooth everywhere.
// Source: Y. Wang, M. Chen, T. Zhao, M. Tao, arXiv:2110.03677 (large steps, balancing); X. Zhu et al., arXiv:2210.03294.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Hyperbola {
  static constexpr Entry entry{"hyperbola", "Scalar factorisation, minima on a hyperbola", "Wang, Chen, Zhao & Tao 2022"};
  static constexpr std::string_view formula = "f(u, v) = (u v - 1)^2 / 2";

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return R(0.5) * m::sqr(x[0] * x[1] - R(1.0));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R r = x[0] * x[1] - R(1.0);
    g[0] = r * x[1];
    g[1] = r * x[0];
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: 3, 0.2"), region_parameter(4.0)}; }
  static Built<Hyperbola> build(const Parameters& values) {
    Facts facts = facts_with_minimiser(PerCoordinate<double>(2, 1.0), number(values, "region"));
    facts.minimisers = "the hyperbola u v = 1";
    facts.hess_at_min = exact(2.0, "u^2 + v^2, at (1, 1)");
    facts.kl_exponent = exact(0.5, "|grad f|^2 = 2 (u^2 + v^2) f");
    return {Hyperbola{}, nullptr, facts, start_or(values, {3.0, 0.2}, 2), {}};
  }
};

}  // namespace thalweg

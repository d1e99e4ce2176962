// Multiplicative noise:  xi_j = c g_j w,  w = +-1,  g = grad f(x): each gradient coordinate is off by the fraction c.
//
// Var xi_j = c^2 g_j^2: strong growth, no noise at a stationary point. |xi_j| = c |g_j|.
// Source: definition; strong growth: M. Schmidt, N. Le Roux, arXiv:1308.6370; S. Vaswani, F. Bach, M. Schmidt, AISTATS 2019.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct MultiplicativeNoise {
  static constexpr Entry entry{"multiplicative", "Multiplicative noise", "Schmidt & Le Roux 2013 (strong growth)"};
  static constexpr DrawKind randomness = DrawKind::sign;

  double fraction;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R& g) const {
    return (R(fraction) * w.first) * g;
  }

  static std::vector<Parameter> parameters() { return {{"fraction", {0.5}, 1e-100, 1e100, false, "c: relative size of the noise"}}; }
  static BuiltNoise<MultiplicativeNoise> build(const Parameters& values, std::size_t dim) {
    const double c = number(values, "fraction");
    NoiseFacts facts = noises::growing(noises::all(dim, exact(0.0)), product(c, c));
    facts.third_moment = noises::all(dim, exact(0.0, "symmetry"));
    facts.symmetric = true;
    return {{c}, nullptr, facts};
  }
};

}  // namespace thalweg

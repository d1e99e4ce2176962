// Rademacher noise:  xi_j = s or -s with probability 1/2 each. Variance s^2, symmetric, |xi_j| = s.
//
// 32 coordinates share a block of draws: the cheapest noise there is.
// Source: definition.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct RademacherNoise {
  static constexpr Entry entry{"rademacher", "Rademacher noise", "definition: s or -s, a fair coin"};
  static constexpr DrawKind randomness = DrawKind::sign;

  double size;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    return R(size) * w.first;
  }

  static std::vector<Parameter> parameters() { return {{"size", {1.0}, 1e-100, 1e100, false, "s: the size of every value"}}; }
  static BuiltNoise<RademacherNoise> build(const Parameters& values, std::size_t dim) {
    const double s = number(values, "size");
    NoiseFacts facts = noises::alike(dim, product(s, s), exact(0.0, "symmetry"), exact(s));
    facts.symmetric = true;
    facts.two_point = NoiseFacts::TwoPoint{exact(s), exact(0.5), exact(s)};
    return {{s}, nullptr, facts};
  }
};

}  // namespace thalweg

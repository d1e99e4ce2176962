// No noise: the gradient is exact, xi = 0.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct NoNoise {
  static constexpr Entry entry{"none", "Exact gradient", "definition"};
  static constexpr DrawKind randomness = DrawKind::none;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>&, const R&) const {
    return R(0.0);
  }

  static std::vector<Parameter> parameters() { return {}; }
  static BuiltNoise<NoNoise> build(const Parameters&, std::size_t dim) {
    NoiseFacts facts = noises::alike(dim, exact(0.0), exact(0.0), exact(0.0));
    facts.none = facts.symmetric = true;
    return {{}, nullptr, facts};
  }
};

}  // namespace thalweg

// Uniform noise:  xi_j uniform on (-h, h). Variance h^2 / 3, symmetric, |xi_j| < h.
//
// The variate takes the values h (2 k + 1 - n) / n, k = 0 ... n - 1, n = 2^52 (float: 2^23): variance h^2 (1 - n^-2) / 3.
// Source: definition.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct UniformNoise {
  static constexpr Entry entry{"uniform", "Uniform noise", "definition: uniform on (-h, h)"};
  static constexpr DrawKind randomness = DrawKind::uniform;

  double half;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    return R(half) * ((w.first + w.first) - R(1.0));
  }

  static std::vector<Parameter> parameters() { return {{"half", {1.0}, 1e-100, 1e100, false, "h: half-width of the interval"}}; }
  static BuiltNoise<UniformNoise> build(const Parameters& values, std::size_t dim) {
    const double h = number(values, "half");
    NoiseFacts facts = noises::alike(dim, noises::about(h * h / 3.0, 2e-7, "h^2 / 3 within the rounding of variates"), exact(0.0, "symmetry"), exact(h));
    facts.symmetric = true;
    return {{h}, nullptr, facts};
  }
};

}  // namespace thalweg

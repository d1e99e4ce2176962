// Clipped Gaussian noise:  the sampled coordinate g_j + sigma w is clipped to [-c, c]:  xi_j = clip(g_j + sigma w, -c, c) - g_j.
//
// Clipping a noisy gradient biases it: with h(z) = phi(z) - z (1 - Phi(z)), the mean excess of a standard normal over z,
//   E xi_j = sigma (h((c + g_j) / sigma) - h((c - g_j) / sigma)),
// towards 0, and 0 at g_j = 0 alone. |g_j + xi_j| <= c up to one rounding. Var xi_j <= sigma^2: clipping does not widen differences.
// Source: definition; bias of clipping: X. Chen, S. Wu, M. Hong, "Understanding gradient clipping in private SGD", NeurIPS 2020.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct ClippedNoise {
  static constexpr Entry entry{"clipped", "Clipped Gaussian noise", "Chen, Wu & Hong 2020"};
  static constexpr DrawKind randomness = DrawKind::normal;

  double limit;
  double sigma;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R& g) const {
    return m::min(m::max(g + R(sigma) * w.first, R(-limit)), R(limit)) - g;
  }

  // E xi_j where grad_j f = g.
  static double bias(double limit, double sigma, double g);

  static std::vector<Parameter> parameters() {
    return {{"limit", {1.0}, 1e-100, 1e100, false, "c: largest size of a sampled coordinate"}, {"sigma", {1.0}, 1e-100, 1e100, false, "standard deviation before clipping"}};
  }
  static BuiltNoise<ClippedNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

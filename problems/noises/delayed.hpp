// Delayed gradients:  g_t = grad f(x_s) + sigma w,  s = max(1, t - by), w standard normal: the oracle answers about the point of `by` steps ago.
//
// As a perturbation of grad f(x_t) it is  xi_t = grad f(x_s) - grad f(x_t) + sigma w: biased given the past, with variance sigma^2 given the past. Where a
// problem draws mini-batches they are drawn at x_s, and sigma is not used; a method that takes f(x) is given f(x_s).
// Source: A. Agarwal, J. C. Duchi, "Distributed delayed stochastic optimization", arXiv:1104.5525.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct DelayedNoise {
  static constexpr Entry entry{"delayed", "Gradients of past points, with Gaussian noise", "Agarwal & Duchi 2011"};
  static constexpr DrawKind randomness = DrawKind::normal;

  double sigma;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    return R(sigma) * w.first;
  }

  static std::vector<Parameter> parameters() {
    return {{"by", {1.0}, 0.0, 65536.0, true, "steps between a point and the answer about it"}, {"sigma", {0.0}, 0.0, 1e100, false, "standard deviation of the noise added"}};
  }
  static BuiltNoise<DelayedNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

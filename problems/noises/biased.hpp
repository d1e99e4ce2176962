// Biased Gaussian noise:  xi_j = b + sigma w: the oracle is off by b in every coordinate, on average.
//
// The mean square distance to a stationary point cannot fall below |b|^2; no theorem about unbiased oracles applies.
// Source: definition; A. Ajalloeian, S. Stich, "On the convergence of SGD with biased gradients", arXiv:2008.00051.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct BiasedNoise {
  static constexpr Entry entry{"biased", "Biased Gaussian noise", "Ajalloeian & Stich 2020"};
  static constexpr DrawKind randomness = DrawKind::normal;

  double mean;
  double sigma;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    return R(mean) + R(sigma) * w.first;
  }

  static std::vector<Parameter> parameters() {
    return {{"bias", {0.1}, -1e100, 1e100, false, "b: the mean of every coordinate"}, {"sigma", {1.0}, 0.0, 1e100, false, "standard deviation"}};
  }
  static BuiltNoise<BiasedNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

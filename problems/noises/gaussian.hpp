// Gaussian noise:  xi_j = sigma_j w,  w standard normal as lib/core/draw.hpp defines it: symmetric, variance 1 within 3e-10 (float: 1e-7).
//
// That |w| <= 7.54 is a property of the generator, not of the model, and no bound is claimed.
// Source: definition.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct GaussianNoise {
  static constexpr Entry entry{"gaussian", "Gaussian noise", "definition; variates: lib/core/draw.hpp"};
  static constexpr DrawKind randomness = DrawKind::normal;

  Coefficients sigma;

  template <class R, class J>
  THALWEG_HD R perturb(J j, const Variates<R>& w, const R&) const {
    return R(sigma[j]) * w.first;
  }

  static std::vector<Parameter> parameters() {
    return {{"sigma", {1.0}, 1e-100, 1e100, false, "standard deviation", Shape::per_coordinate}};
  }
  static BuiltNoise<GaussianNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

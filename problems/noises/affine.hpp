// Noise with affine variance:  xi_j = sqrt(sigma^2 + c g_j^2) w,  w standard normal,  g = grad f(x).
//
// Var xi_j = sigma^2 + c g_j^2: the growth condition E |xi|^2 <= d sigma^2 + c |grad f|^2 holds with equality (c = 0: Gaussian noise; sigma = 0 would be
// strong growth).
// Source: L. Bottou, F. Curtis, J. Nocedal, SIAM Review 60, 2018, assumption 4.3(c); B. Polyak, Introduction to Optimization, 1987, 2.2 (growth
// conditions).
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct AffineNoise {
  static constexpr Entry entry{"affine", "Gaussian noise with affine variance", "Bottou, Curtis & Nocedal 2018, assumption 4.3"};
  static constexpr DrawKind randomness = DrawKind::normal;

  double square;  // sigma^2
  double factor;  // c

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R& g) const {
    return m::sqrt(R(square) + R(factor) * m::sqr(g)) * w.first;
  }

  static std::vector<Parameter> parameters() {
    return {{"sigma", {1.0}, 0.0, 1e100, false, "standard deviation where the gradient vanishes"}, {"factor", {1.0}, 0.0, 1e100, false, "c: growth of the variance with g_j^2"}};
  }
  static BuiltNoise<AffineNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

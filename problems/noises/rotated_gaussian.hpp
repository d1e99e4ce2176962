// Rotated Gaussian noise:  xi = H D w,  w standard normal, D = diag(sigma), H = I - 2 v v' the reflection in a plane with a drawn unit normal v: covariance
// H D^2 H, whose axes are not the coordinates'. Every coordinate of xi depends on all of w; one sum, no matrix.
//
//   Var xi_j = sigma_j^2 (1 - 2 v_j^2)^2 + 4 v_j^2 sum_{k != j} v_k^2 sigma_k^2,   sum_j Var xi_j = sum_j sigma_j^2.
// With one sigma for all it is isotropic. Source: definition; A. S. Householder, "Unitary triangularization of a nonsymmetric matrix", J. ACM 5, 1958.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct RotatedGaussianNoise {
  static constexpr Entry entry{"rotated-gaussian", "Gaussian noise in rotated axes", "definition; variates: lib/core/draw.hpp"};
  static constexpr DrawKind randomness = DrawKind::normal;

  Coefficients sigma, normal;

  template <class R, class J>
  THALWEG_HD R share(J j, const Variates<R>& w) const {
    return R(normal[j]) * (R(sigma[j]) * w.first);
  }
  template <class R, class J>
  THALWEG_HD R perturb(J j, const Variates<R>& w, const R&, const R& sum) const {
    return R(sigma[j]) * w.first - (R(2.0) * R(normal[j])) * sum;
  }

  static std::vector<Parameter> parameters() {
    return {{"sigma", {1.0}, 1e-100, 1e100, false, "standard deviation along each axis", Shape::per_coordinate}, seed_parameter()};
  }
  static BuiltNoise<RotatedGaussianNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

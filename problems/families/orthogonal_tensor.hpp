// The quartic of an orthogonal tensor of order four, less its minimum:  f(x) = sum_i (w_i / 4) (y_i^2 - 1 / w_i)^2,  y = H x, H Householder's reflection
// (reflection.hpp) with the rows q_i.
//
// That is sum_i w_i (q_i . x)^4 / 4 - |y|^2 / 2 + sum_i 1 / (4 w_i): the tensor T = sum_i w_i q_i (x) q_i (x) q_i (x) q_i at (x, x, x, x), with -|x|^2 / 2 for |y| = |x|.
// Its components are found as the minimisers: stationary points have y_i = 0, r_i or -r_i, r_i = 1 / sqrt(w_i). The 2^d of them without a zero are the minimisers, all with
// the Hessian 2 I; the other 3^d - 2^d have curvature -1 along every q_i with y_i = 0 (strict saddles, and a maximum at 0). Curvatures of a term are
// w_i (3 y_i^2 - r_i^2) >= -1. r_i is the double next to its value, which constants take into account. Not smooth everywhere.
// Source: A. Anandkumar, R. Ge, D. Hsu, S. M. Kakade, M. Telgarsky, J. Mach. Learn. Res. 15, 2014 (orthogonal tensors); R. Ge, F. Huang, C. Jin, Y. Yuan, COLT 2015
// (strict saddles).
#pragma once

#include "problems/families/reflection.hpp"

namespace thalweg {

struct OrthogonalTensor {
  static constexpr Entry entry{"orthogonal-tensor", "Quartic of an orthogonal tensor", "Anandkumar et al. 2014; Ge et al. 2015"};
  static constexpr std::string_view formula = "f(x) = sum_i (w_i / 4) (y_i^2 - 1 / w_i)^2,  y = H x,  H = I - (2 / d) 1 1'";

  Coefficients weight, root;  // w_i, r_i
  Reflection H;

  std::size_t dim() const { return weight.size(); }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R shift = H.shift(x);
    Sum<R> sum;
    for (std::size_t j = 0; j < weight.size(); ++j) {
      const R y = x[j] - shift, r = R(root[j]);
      sum.add(R(0.25) * R(weight[j]) * m::sqr((y - r) * (y + r)));
    }
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R shift = H.shift(x);
    for (std::size_t j = 0; j < weight.size(); ++j) {
      const R y = x[j] - shift, r = R(root[j]);
      g[j] = R(weight[j]) * (y * ((y - r) * (y + r)));
    }
    H.apply(g);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(4, most_listed_coordinates), {"weight", {1.0}, 1e-50, 1e50, false, "w_i: of each component", Shape::per_coordinate}, listed_start_parameter("first iterate; default: 0.5, 0.25, repeated"), region_parameter(2.0)};
  }
  static Built<OrthogonalTensor> build(const Parameters& values);
};

}  // namespace thalweg

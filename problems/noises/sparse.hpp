// Sparse coordinates:  g_j is kept with probability p and then divided by p, dropped otherwise:  xi_j = g_j (1/p - 1) or -g_j.
//
// Unbiased (up to the rounding of 1/p); Var xi_j = g_j^2 (1 - p) / p: strong growth. p is rounded to a multiple of 2^-24. Randomised coordinate descent
// and sparsified communication are of this form.
// Source: J. Wangni, J. Wang, J. Liu, T. Zhang, "Gradient sparsification for communication-efficient distributed optimization", NeurIPS 2018.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct SparseNoise {
  static constexpr Entry entry{"sparse", "Sparse coordinates", "Wangni, Wang, Liu & Zhang 2018"};
  static constexpr DrawKind randomness = DrawKind::bits;

  double limit;  // kept where w < limit
  double rest;   // 1/p - 1

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R& g) const {
    return m::select(w.first < R(limit), R(rest) * g, -g);
  }

  static std::vector<Parameter> parameters() {
    return {{"p", {0.25}, 0x1p-24, 1.0 - 0x1p-24, false, "probability that a coordinate is kept, rounded to a multiple of 2^-24"}};
  }
  static BuiltNoise<SparseNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

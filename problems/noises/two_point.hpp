// Skewed two-point noise:  xi_j = a with probability p, -b otherwise,  b = p a / (1 - p).
//
// p is rounded to a multiple of 2^-24 (the event w < k = 2^32 p for 32 random bits w), so that E xi = 0 up to the rounding of b (2^-53 b). Skewed for
// p != 1/2: E xi^2 = a b and E xi^3 = a b (a - b).
// Source: definition.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct TwoPointNoise {
  static constexpr Entry entry{"two-point", "Skewed two-point noise", "definition: a with probability p, else -p a / (1 - p)"};
  static constexpr DrawKind randomness = DrawKind::bits;

  double limit;  // k: the event is w < k
  double a;
  double b;

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    return m::select(w.first < R(limit), R(a), R(-b));
  }

  static std::vector<Parameter> parameters() {
    return {{"a", {1.0}, 1e-100, 1e100, false, "the value taken with probability p"},
            {"p", {0.25}, 0x1p-24, 1.0 - 0x1p-24, false, "probability of a, rounded to a multiple of 2^-24"}};
  }
  static BuiltNoise<TwoPointNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

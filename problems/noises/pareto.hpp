// Skewed heavy-tailed noise of Pareto:  xi_j = s (U^(-1/a) - mean),  a > 1, with a tail x^-a to the right and none to the left.
//
// Variance s^2 (a / (a - 2) - (a / (a - 1))^2) for a > 2, infinite otherwise. `mean` is that of the values that the variate takes
// (noises::mean_of_inverse_power, for double and for float), so that E xi = 0 within 1e-13 s, not that of the law, a / (a - 1).
// Source: definition; V. Pareto 1896; inversion: L. Devroye, Non-Uniform Random Variate Generation, 1986, II.2.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct ParetoNoise {
  static constexpr Entry entry{"pareto", "Centred Pareto noise", "Devroye 1986, section II.2"};
  static constexpr DrawKind randomness = DrawKind::uniform;

  double scale;
  double power;                     // -1 / a
  double mean_double, mean_float;   // of U^(-1/a)

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    constexpr bool wide = sizeof(typename Num<R>::Value) == sizeof(double);
    return R(scale) * (m::exp(R(power) * m::log(w.first)) - R(wide ? mean_double : mean_float));
  }

  static std::vector<Parameter> parameters() {
    return {{"scale", {1.0}, 1e-100, 1e100, false, "s"}, {"index", {3.0}, 1.0625, 1e6, false, "a: moments below it are finite"}};
  }
  static BuiltNoise<ParetoNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

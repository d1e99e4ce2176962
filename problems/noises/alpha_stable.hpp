// Symmetric alpha-stable noise:  E exp(i u xi_j) = exp(-|s u|^alpha),  0 < alpha <= 2. Variance 2 s^2 for alpha = 2, infinite otherwise.
//
// From two uniforms by Chambers, Mallows and Stuck: V = pi (U - 1/2), W = -log U',
//   X = sin(alpha V) / cos(V)^(1/alpha) (cos((1 - alpha) V) / W)^((1 - alpha) / alpha),
// odd in V: symmetric exactly. alpha = 1 is Cauchy's law, tan V.
// Source: J. M. Chambers, C. L. Mallows, B. W. Stuck, "A method for simulating stable random variables", JASA 71, 1976; heavy tails of stochastic
// gradients: U. Simsekli, L. Sagun, M. Gurbuzbalaban, ICML 2019.
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct StableNoise {
  static constexpr Entry entry{"alpha-stable", "Symmetric alpha-stable noise", "Chambers, Mallows & Stuck 1976"};
  static constexpr DrawKind randomness = DrawKind::uniform;
  static constexpr bool pair = true;

  double scale;
  double alpha;
  double rest, power, root;  // 1 - alpha, (1 - alpha) / alpha, 1 / alpha

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    const R angle = R(0x1.921fb54442d18p+1) * (w.first - R(0.5));
    const R ratio = m::cos(R(rest) * angle) / -m::log(w.second);
    const R size = m::pow(ratio, R(power)) / m::pow(m::cos(angle), R(root));
    return R(scale) * (m::sin(R(alpha) * angle) * size);
  }

  static std::vector<Parameter> parameters() {
    return {{"scale", {1.0}, 1e-100, 1e100, false, "s"}, {"alpha", {1.5}, 0.25, 2.0, false, "index of stability: moments below it are finite"}};
  }
  static BuiltNoise<StableNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

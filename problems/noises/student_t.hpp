// Student's t with nu degrees of freedom:  xi_j = s T,  E |T|^p finite for p < nu alone. Variance s^2 nu / (nu - 2) for nu > 2, infinite otherwise.
//
// From two uniforms U, V by Bailey's polar form: T = sqrt(nu (U^(-2/nu) - 1)) cos(2 pi V), here with sin(2 pi (V - 1/2)), which is odd in V - 1/2: the
// variate is symmetric exactly. Variates are bounded by the smallest U; the variance stated is that of the variates, between those of float and double
// (noises::mean_of_inverse_power), which for nu near 2 is well below that of the law. Cauchy: nu = 1.
// Source: R. W. Bailey, "Polar generation of random variates with the t-distribution", Math. Comp. 62, 1994, equation (5).
#pragma once

#include "problems/noise.hpp"

namespace thalweg {

struct StudentNoise {
  static constexpr Entry entry{"student-t", "Student's t noise", "Bailey 1994, equation (5)"};
  static constexpr DrawKind randomness = DrawKind::uniform;
  static constexpr bool pair = true;

  double scale;
  double nu;
  double power;  // -2 / nu

  template <class R, class J>
  THALWEG_HD R perturb(J, const Variates<R>& w, const R&) const {
    const R radius = m::sqrt(R(nu) * m::expm1(R(power) * m::log(w.first)));
    return (R(scale) * radius) * m::sin(R(0x1.921fb54442d18p+2) * (w.second - R(0.5)));
  }

  static std::vector<Parameter> parameters() {
    return {{"scale", {1.0}, 1e-100, 1e100, false, "s: multiplies the variate"}, {"nu", {3.0}, 0.125, 1e6, false, "degrees of freedom"}};
  }
  static BuiltNoise<StudentNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg

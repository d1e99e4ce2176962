// Styblinski-Tang function less its minimum:  f(x) = sum_j a_j ((x_j^4 - 16 x_j^2 + 5 x_j) / 2 + 39.16616570377142...).
//
// With r = -2.903534027771177 (a double, within 3e-16 of the minimiser) and u = x - r it is u^2 (u^2 / 2 + 2 r u + K), K = 3 r^2 - 8: the linear term that the
// rounding of r leaves, below 1e-14 |u|, is dropped, so that r is the minimiser exactly. The bracket has the discriminant 4 r^2 - 2 K < 0: r is the only
// minimiser of a coordinate; a second local minimum lies at 2.7468 with f = 14.14: not PL. Not smooth everywhere.
// Source: M. A. Styblinski, T.-S. Tang, "Experiments in nonconvex optimization", Neural Networks 3, 1990.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct StyblinskiTang {
  static constexpr Entry entry{"styblinski-tang", "Styblinski-Tang function", "Styblinski & Tang 1990"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j ((x_j^4 - 16 x_j^2 + 5 x_j) / 2 + 39.16616570377142...)";

  Coefficients scale;
  static constexpr double centre = -0x1.73a700c60cd8ap+1;     // r
  static constexpr double curvature = 0x1.14aa1ae408b90p+4;  // K

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R u = x - R(centre);
    return R(scale[j]) * (m::sqr(u) * (R(0.5) * m::sqr(u) + (R(2.0 * centre) * u + R(curvature))));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    const R u = x - R(centre);
    return R(scale[j]) * (u * (R(2.0) * m::sqr(u) + (R(6.0 * centre) * u + R(2.0 * curvature))));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(4.0), region_parameter(7.0)};
  }

  static Built<StyblinskiTang> build(const Parameters& values) {
    TermFacts term;
    term.minimiser = centre;
    term.at_min = exact(2.0 * curvature);
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<StyblinskiTang>(values, term);
  }
};

}  // namespace thalweg

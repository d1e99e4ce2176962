// Double well:  f(x) = sum_j (a_j / 4) (x_j^2 - 1)^2,  f' = a x (x^2 - 1).
//
// Nonconvex, two minimisers -1 and 1 in every coordinate with curvature 2 a, a maximum at 0: 2^d minima, 3^d - 2^d other stationary points. Not smooth
// everywhere.
// Source: definition; L. D. Landau, Zh. Eksp. Teor. Fiz. 7, 1937 (the energy of a second-order transition).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct DoubleWell {
  static constexpr Entry entry{"double-well", "Sum of double wells", "definition: sum of a_j (x_j^2 - 1)^2 / 4"};
  static constexpr std::string_view formula = "f(x) = sum_j (a_j / 4) (x_j^2 - 1)^2";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(0.25) * R(scale[j]) * m::sqr((x - R(1.0)) * (x + R(1.0)));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * (x * ((x - R(1.0)) * (x + R(1.0))));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(0.5), region_parameter(3.0)};
  }

  static Built<DoubleWell> build(const Parameters& values) {
    TermFacts term;
    term.unique = false;
    term.minimiser = 1.0;
    term.minimisers = "-1 or 1";
    term.at_min = exact(2.0);
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<DoubleWell>(values, term);
  }
};

}  // namespace thalweg

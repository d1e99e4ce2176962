// Sum of softplus functions:  f(x) = sum_j a_j log(1 + e^x_j),  f' = a / (1 + e^-x).
//
// Convex, smooth with constant a / 4, |f'| < a. The infimum 0 is not attained: there is no minimiser, and rates that start from the distance to one say
// nothing. The third derivative is at most a / (6 sqrt 3) in size.
// Source: definition; C. Dugas et al., "Incorporating second-order functional knowledge for better option pricing", NIPS 2000 (the name).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct SoftplusSum {
  static constexpr Entry entry{"softplus-sum", "Sum of softplus functions", "definition: sum of a_j log(1 + e^x_j)"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j log(1 + e^x_j)";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * m::softplus(x);
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * m::sigmoid(x);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(2.0), box_parameter(20.0)};
  }

  static Built<SoftplusSum> build(const Parameters& values) {
    TermFacts term;
    term.convex = true;
    term.attained = false;
    term.L = exact(0.25, "at 0");
    term.mu = exact(0.0, "linear far out");
    term.slope = exact(1.0);
    term.hessian_lipschitz = rounded(0.0962250448649376, "1 / (6 sqrt 3)");
    return scaled_sum<SoftplusSum>(values, term);
  }
};

}  // namespace thalweg

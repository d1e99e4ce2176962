// Sum of log cosh:  f(x) = sum_j a_j log cosh x_j,  f' = a tanh x.
//
// Convex, smooth with constant a, |f'| < a, not strongly convex. log cosh x = log(1 + 2 sinh^2(x/2)) and, with E = e^|x| - 1,
// 2 sinh^2(x/2) = E^2 / (2 (1 + E)): relatively accurate down to the smallest x. From |x| = 20 on, e^(-2|x|) is below half an ulp of the
// result and log cosh x = |x| - log 2. The third derivative is 2 a |tanh x| sech^2 x <= 4 a / (3 sqrt 3) in size.
// Source: definition; the derivative is strictly increasing, bounded and takes every value in (-a, a).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct LogCosh {
  static constexpr Entry entry{"log-cosh", "Sum of log cosh", "definition: sum of a_j log cosh x_j"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j log cosh x_j";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R size = m::abs(x), limit = R(20.0);
    const R e = m::expm1(m::min(size, limit));
    const R near = m::log1p(R(0.5) * e * (e / (R(1.0) + e)));
    return R(scale[j]) * m::select(size < limit, near, size - R(0x1.62e42fefa39efp-1));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * m::tanh(x);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(1), scale_parameter("a_j: weight of each term"), start_parameter(2.0), box_parameter(6.0)};
  }

  static Built<LogCosh> build(const Parameters& values) {
    TermFacts term;
    term.convex = term.takes_every_slope = true;
    term.L = term.at_min = term.slope = exact(1.0);
    term.mu = exact(0.0, "linear far out");
    term.hessian_lipschitz = rounded(0.769800358919501, "4 / (3 sqrt 3), at tanh^2 = 1/3");
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<LogCosh>(values, term);
  }
};

}  // namespace thalweg

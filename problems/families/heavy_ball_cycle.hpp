// Strongly convex, smooth, and the heavy ball with the optimal parameters of quadratics does not converge:
//   f'(x) = 25 x for x < 1,  x + 24 for 1 <= x < 2,  25 x - 24 for x >= 2   (times a_j, in every coordinate).
//
// mu = a, L = 25 a. With step 1/9 and momentum 4/9 (a = 1) and a start in [3.07, 3.46] the iterates tend to a cycle of three points, while gradient
// descent and Nesterov's method converge.
// Source: L. Lessard, B. Recht, A. Packard, "Analysis and design of optimization algorithms via integral quadratic constraints", SIAM J. Optim. 26, 2016,
// section 4.6 (arXiv:1408.3595).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct HeavyBallCycle {
  static constexpr Entry entry{"heavy-ball-cycle", "Function on which the heavy ball cycles", "Lessard, Recht & Packard 2016, section 4.6"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j h(x_j),  h'(x) = 25 x for x < 1,  x + 24 for 1 <= x < 2,  25 x - 24 for x >= 2,  h(0) = 0";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R square = m::sqr(x);
    const R middle = R(0.5) * square + (R(24.0) * x - R(12.0)), far = R(12.5) * square - (R(24.0) * x - R(36.0));
    return R(scale[j]) * m::select(x < R(1.0), R(12.5) * square, m::select(x < R(2.0), middle, far));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    const R near = R(25.0) * x;
    return R(scale[j]) * m::select(x < R(1.0), near, m::select(x < R(2.0), x + R(24.0), near - R(24.0)));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(1), scale_parameter("a_j: weight of each term"), start_parameter(3.3), region_parameter(4.0), box_parameter(8.0)};
  }

  static Built<HeavyBallCycle> build(const Parameters& values) {
    TermFacts term;
    term.convex = true;
    term.L = term.at_min = exact(25.0);
    term.mu = exact(1.0);
    term.kl_exponent = exact(0.5, "strict minimum");
    return scaled_sum<HeavyBallCycle>(values, term);
  }
};

}  // namespace thalweg

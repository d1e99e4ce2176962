// The function on which the optimised gradient method of N steps is slowest, in one dimension:  f(x) = (L/2) x^2 for |x| <= tau, L tau |x| - (L/2) tau^2 beyond,
//   tau = R / theta_N^2,  theta_0 = 1, theta_t = (1 + sqrt(1 + 4 theta_{t-1}^2)) / 2 for t < N, theta_N = (1 + sqrt(1 + 8 theta_{N-1}^2)) / 2;  R the start
//
// Started at R, N steps of the method with eta = 1 / L end with f = L R^2 / (2 theta_N^2), which is its bound over all L-smooth convex functions: all gradients but
// the last are the same L tau. The other function that attains the bound is the quadratic (L/2) x^2, on which the last point is R / theta_N or -R / theta_N.
// Convex, smooth with constant L, not strongly convex. tau is the double next to its value.
// Source: D. Kim, J. A. Fessler, "On the convergence analysis of the optimized gradient method", J. Optim. Theory Appl. 172, 2017 (arXiv:1510.08573), section 4.
#pragma once

#include "problems/families/huber.hpp"

namespace thalweg {

struct OgmWorst : Huber {
  static constexpr Entry entry{"ogm-worst", "Worst function of the optimised gradient method", "Kim & Fessler 2017, section 4"};
  static constexpr std::string_view formula = "f(x) = (L/2) x^2 for |x| <= tau,  L tau |x| - (L/2) tau^2 beyond,  tau = R / theta_N^2,  theta_0 = 1,  theta_t = (1 + sqrt(1 + 4 theta_{t-1}^2)) / 2 for t < N,  theta_N = (1 + sqrt(1 + 8 theta_{N-1}^2)) / 2";

  static std::vector<Parameter> parameters() {
    return {{"steps", {10.0}, 1.0, 1e6, true, "N: steps of the method, its horizon"},
            {"L", {1.0}, 1e-50, 1e50, false, "curvature in the middle"},
            {"start", {1.0}, 1e-50, 1e50, false, "R: first iterate, to which tau belongs"},
            box_parameter(6.0)};
  }
  static double last_theta(std::size_t steps) {
    double theta = 1.0;
    for (std::size_t t = 1; t <= steps; ++t) theta = 0.5 * (1.0 + m::sqrt(1.0 + (t == steps ? 8.0 : 4.0) * m::sqr(theta)));
    return theta;
  }
  static Built<OgmWorst> build(const Parameters& values) {
    const double R = number(values, "start"), tau = R / m::sqr(last_theta(count(values, "steps")));
    const Built<Huber> huber = Huber::build({{"dim", {1.0}}, {"L", {number(values, "L")}}, {"tau", {tau}}, {"start", {R}}, {"box", {number(values, "box")}}});
    return {OgmWorst{huber.functor}, huber.storage, huber.facts, huber.start, huber.box};
  }
};

}  // namespace thalweg

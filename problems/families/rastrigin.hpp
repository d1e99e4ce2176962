// Rastrigin's function:  f(x) = sum_j a_j (x_j^2 + A (1 - cos 2 pi x_j)) = sum_j a_j (x_j^2 + 2 A sin^2 pi x_j),  f' = a (2 x + 2 pi A sin 2 pi x).
//
// pi is the double next to it: the facts are those of that function. Smooth: f'' = a (2 + 4 pi^2 A cos 2 pi x), so L = a (2 + 4 pi^2 A), attained at 0,
// and weak convexity a (4 pi^2 A - 2) where that is positive; else it is strongly convex with a (2 - 4 pi^2 A). The only global minimiser is 0; with A = 10 there is a local minimum near every point with
// whole coordinates up to |x_j| ~ 31: not PL.
// Source: L. A. Rastrigin, Systems of Extremal Control, 1974; the sum over d coordinates: H. Muehlenbein, M. Schomisch, J. Born, Parallel Computing 17,
// 1991.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Rastrigin {
  static constexpr Entry entry{"rastrigin", "Rastrigin's function", "Rastrigin 1974; Muehlenbein, Schomisch & Born 1991"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (x_j^2 + A (1 - cos(2 pi x_j)))";
  static constexpr double pi = 0x1.921fb54442d18p+1;

  Coefficients scale;
  double height;  // A

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * (m::sqr(x) + R(2.0 * height) * m::sqr(m::sin(R(pi) * x)));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(scale[j]) * ((x + x) + R(2.0 * pi) * (R(height) * m::sin(R(2.0 * pi) * x)));
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(2), scale_parameter("a_j: weight of each term"), {"height", {10.0}, 1e-30, 1e30, false, "A: height of the ripples, over 2"},
            start_parameter(4.3), region_parameter(5.12)};
  }

  static Built<Rastrigin> build(const Parameters& values);
};

}  // namespace thalweg

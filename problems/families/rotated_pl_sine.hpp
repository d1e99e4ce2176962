// The Polyak-Lojasiewicz function of `pl-sine` in coordinates that it couples:  f(x) = sum_i a_i (y_i^2 + 3 sin^2 y_i),  y = H x, H Householder's
// reflection (reflection.hpp).
//
// Nonconvex. For g(A x): |A' grad g|^2 >= lambda_min(A A') |grad g|^2 >= 2 lambda_min(A A') mu_pl(g) (g - g*), and H is orthogonal: mu_pl is that of `pl-sine`,
// min a times 0.17553..., and attained; curvatures a (2 + 6 cos 2y), so L = 8 max a, at 0.
// Source: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.2 (the function) and section 2.3 (composition with a matrix).
#pragma once

#include "problems/families/reflection.hpp"

namespace thalweg {

struct RotatedPlSine {
  static constexpr Entry entry{"rotated-pl-sine", "Sum of y^2 + 3 sin^2 y, y a reflection of x", "Karimi, Nutini & Schmidt 2016, sections 2.2 and 2.3"};
  static constexpr std::string_view formula = "f(x) = sum_i a_i (y_i^2 + 3 sin^2 y_i),  y = H x,  H = I - (2 / d) 1 1'";

  Coefficients scale;
  Reflection H;

  std::size_t dim() const { return scale.size(); }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R shift = H.shift(x);
    Sum<R> sum;
    for (std::size_t j = 0; j < scale.size(); ++j) {
      const R y = x[j] - shift;
      sum.add(R(scale[j]) * (m::sqr(y) + R(3.0) * m::sqr(m::sin(y))));
    }
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R shift = H.shift(x);
    for (std::size_t j = 0; j < scale.size(); ++j) {
      const R y = x[j] - shift, twice = y + y;
      g[j] = R(scale[j]) * (twice + R(3.0) * m::sin(twice));
    }
    H.apply(g);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(4, most_listed_coordinates), scale_parameter("a_i: weight of each term"), start_parameter(3.0), region_parameter(4.0)};
  }
  static Built<RotatedPlSine> build(const Parameters& values);
};

}  // namespace thalweg

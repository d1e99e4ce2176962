// A nonconvex function that satisfies the Polyak-Lojasiewicz inequality:  f(x) = sum_j a_j (x_j^2 + 3 sin^2 x_j),
//   f' = a (2 x + 3 sin 2x),  f'' = a (2 + 6 cos 2x) in [-4 a, 8 a], so L = 8 max a.
//
// With a = 1 the best constant mu_pl = inf f'^2 / (2 f) is 0.17553... (attained near |x| = 2.2017), computed and certified here; a sum has
// the minimum over its terms. Tail: |f'| >= 2|x| - 3 and f <= x^2 + 3, so f'^2 / (2 f) >= (2r - 3)^2 / (2 (r^2 + 3)) for |x| >= r >= 3/2,
// which increases in r.
// Source: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.2 (the function; they state the constant
// 1/32).
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct PlSine {
  static constexpr Entry entry{"pl-sine", "Sum of x^2 + 3 sin^2 x", "Karimi, Nutini & Schmidt 2016, section 2.2"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (x_j^2 + 3 sin^2 x_j)";

  Coefficients scale;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * (m::sqr(x) + R(3.0) * m::sqr(m::sin(x)));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    const R twice = x + x;
    return R(scale[j]) * (twice + R(3.0) * m::sin(twice));
  }

  // A lower bound of f'^2 / (2 f) of term j over |x| >= r.
  double tail(std::size_t j, double r) const;
  // The certified constant of one term with a = 1.
  static Constant pl_constant();

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), start_parameter(3.0), region_parameter(4.0)};
  }

  static Built<PlSine> build(const Parameters& values);
};

}  // namespace thalweg

// A problem plus a quadratic:  F(x) = f(x) - f* + 1/2 sum_j a_j (x_j - c_j)^2,  a_j >= 0;  and the same with one weight and c = 0, which regularises.
//
// The Hessian is H + diag(a): mu of a convex f grows by min a, a weakly convex f with modulus rho < min a becomes strongly convex with min a - rho; L and L_j grow
// by at most max a and a_j (by exactly that where f is convex and the weights are equal). Where c is the minimiser of f it is F's, and the infimum
// is 0. Elsewhere 0 is a lower bound of it. (f where f* is not known.)
// Source: Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 2.1.3; A. N. Tikhonov, Soviet Math. Dokl. 4, 1963.
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct AddedQuadratic {
  Coefficients a, centre;
  template <class R, class J>
  R term(J j, R x) const {
    return R(0.5) * R(a[j]) * m::sqr(x - R(centre[j]));
  }
  template <class R, class J>
  R slope(J j, R x) const {
    return R(a[j]) * (x - R(centre[j]));
  }
  template <class R, class J>
  R curvature(J j) const {
    return R(a[j]);
  }
};
Transformation<AddedQuadratic> with_quadratic(const PerCoordinate<double>& a, const PerCoordinate<double>& centre, const Problem& inner);

struct AddQuadratic {
  static constexpr Entry entry{"add-quadratic", "f(x) - f* + 1/2 sum a_j (x_j - c_j)^2", "Nesterov 2004, section 2.1.3"};
  static constexpr std::string_view rules = "L and L_j grow by at most max a and a_j, mu by min a, also from weak convexity; where c is the minimiser it stays and f* is 0, else 0 is a lower bound";
  static constexpr std::size_t operands = 1;
  using Map = AddedQuadratic;

  static std::vector<Parameter> parameters() {
    return {{"a", {1.0}, 0.0, 1e100, false, "a_j: the weights", Shape::per_coordinate}, {"centre", {0.0}, -1e100, 1e100, false, "c_j", Shape::per_coordinate}};
  }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

struct Regularise {
  static constexpr Entry entry{"regularise", "f(x) - f* + (mu/2) |x|^2", "Tikhonov 1963"};
  static constexpr std::string_view rules = "as of add-quadratic";
  static constexpr std::size_t operands = 1;
  using Map = AddedQuadratic;

  static std::vector<Parameter> parameters() { return {{"mu", {0.1}, 0.0, 1e100, false, "weight of |x|^2 / 2"}}; }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

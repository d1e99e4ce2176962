// A quadratic with a given spectrum and no axis along a coordinate:  f(x) = 1/2 sum_i lambda_i (H x)_i^2,  H Householder's reflection (reflection.hpp).
//
// The Hessian is H' diag(lambda) H: the eigenvalues are lambda_i, exactly where d is a power of two. Same facts as `quadratic`, but what a method does
// coordinate by coordinate is not aligned with them. d = 1 and 2 only change signs and order.
// Source: definition.
#pragma once

#include "problems/families/reflection.hpp"

namespace thalweg {

struct RotatedQuadratic {
  static constexpr Entry entry{"rotated-quadratic", "Quadratic with axes across the coordinates", "Householder 1958, of a diagonal"};
  static constexpr std::string_view formula = "f(x) = (1/2) sum_i lambda_i (H x)_i^2,  H = I - (2 / d) 1 1'";

  Coefficients lambda;
  Reflection H;

  std::size_t dim() const { return lambda.size(); }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R shift = H.shift(x);
    Sum<R> sum;
    for (std::size_t j = 0; j < lambda.size(); ++j) sum.add(R(0.5 * lambda[j]) * m::sqr(x[j] - shift));
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R shift = H.shift(x);
    for (std::size_t j = 0; j < lambda.size(); ++j) g[j] = R(lambda[j]) * (x[j] - shift);
    H.apply(g);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(8, most_listed_coordinates),
            {"mu", {1.0}, 1e-100, 1e100, false, "smallest eigenvalue"},
            {"L", {10.0}, 1e-100, 1e100, false, "largest eigenvalue; the others lie between in geometric progression"},
            start_parameter(2.0),
            region_parameter(4.0),
            box_parameter(8.0)};
  }
  static Built<RotatedQuadratic> build(const Parameters& values);
};

}  // namespace thalweg

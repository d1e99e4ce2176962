// A degenerate saddle on the way to the minimum:  f(x, y) = (lambda / 2) (x - y)^2 + psi(y),  psi(y) = y^4 / 4 - y^3 / 3 + 1/12 = (y - 1)^2 (3 y^2 + 2 y + 1) / 12.
//
// psi' = y^2 (y - 1): the stationary points are (1, 1), the only minimiser, and (0, 0), where the Hessian has the eigenvalues 2 lambda and 0 and f - f(0) is
// -y^3 / 3 along x = y: no direction of negative curvature leads out of it. Hessian at the minimiser [[lambda, -lambda], [-lambda, lambda + 1]]. Not smooth everywhere.
// Source: definition; degenerate saddles: A. Anandkumar, R. Ge, arXiv:1602.05908.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct FlatSaddle {
  static constexpr Entry entry{"flat-saddle", "Degenerate saddle on the way to the minimum", "Anandkumar & Ge 2016, degenerate saddles"};
  static constexpr std::string_view formula = "f(x, y) = (lambda / 2) (x - y)^2 + y^4 / 4 - y^3 / 3 + 1/12";

  double lambda;

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R y = x[1], one = R(1.0);
    return R(0.5 * lambda) * m::sqr(x[0] - y) + m::sqr(y - one) * (R(2.0) * m::sqr(y) + m::sqr(y + one)) / R(12.0);
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R pull = R(lambda) * (x[0] - x[1]);
    g[0] = pull;
    g[1] = m::sqr(x[1]) * (x[1] - R(1.0)) - pull;
  }

  static std::vector<Parameter> parameters() {
    return {{"lambda", {1.0}, 1e-100, 1e100, false, "curvature of the coupling"}, listed_start_parameter("first iterate; default: -1, -0.5"), region_parameter(2.0)};
  }
  static Built<FlatSaddle> build(const Parameters& values) {
    Facts facts = facts_with_minimiser(PerCoordinate<double>(2, 1.0), number(values, "region"));
    facts.minimiser_unique = true;
    return {FlatSaddle{number(values, "lambda")}, nullptr, facts, start_or(values, {-1.0, -0.5}, 2), {}};
  }
};

}  // namespace thalweg

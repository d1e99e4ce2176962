// A strict saddle between two minima:  f(x) = (x_1^2 - 1)^2 / 4 + (lambda / 2) sum_{j>=2} (x_j - (x_1^2 - 1))^2.
//
// Minima of value 0 at (1, 0, ..., 0) and (-1, 0, ..., 0), with the Hessian 2 e e' + lambda J'J, J the Jacobian of the residuals. The only other stationary point
// is (0, -1, ..., -1): f = 1/4, eigenvalues -1 along axis 1 and lambda, d - 1 times. Its stable manifold is x_1 = 0. Not smooth everywhere.
// Source: definition; strict saddles: R. Ge, F. Huang, C. Jin, Y. Yuan, arXiv:1503.02101.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct StrictSaddle {
  static constexpr Entry entry{"strict-saddle", "Strict saddle between two minima", "Ge, Huang, Jin & Yuan 2015, strict saddles"};
  static constexpr std::string_view formula = "f(x) = (x_1^2 - 1)^2 / 4 + (lambda / 2) sum_{j>=2} (x_j - (x_1^2 - 1))^2";

  std::size_t size;
  double lambda;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R t = off(x[0]);
    Sum<R> sum;
    for (std::size_t j = 1; j < size; ++j) sum.add(m::sqr(x[j] - t));
    return R(0.25) * m::sqr(t) + R(0.5 * lambda) * sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R t = off(x[0]);
    Sum<R> pull;
    for (std::size_t j = 1; j < size; ++j) {
      g[j] = R(lambda) * (x[j] - t);
      pull.add(g[j]);
    }
    g[0] = x[0] * (t - R(2.0) * pull.total());
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {2}, 2, most_alike_coordinates, true, "number of coordinates"},
            {"lambda", {1.0}, 1e-100, 1e100, false, "curvature of the saddle upwards"},
            listed_start_parameter("first iterate; default: 0.001 in coordinate 1, -1 in the others"),
            region_parameter(2.0)};
  }
  static Built<StrictSaddle> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    PerCoordinate<double> minimiser(n, 0.0), start(n, -1.0);
    minimiser.set(0, 1.0);
    start.set(0, 1e-3);
    Facts facts = facts_with_minimiser(minimiser, number(values, "region"));
    facts.minimisers = "(1, 0, ..., 0) and (-1, 0, ..., 0)";
    if (!list(values, "start").empty()) start = start_or(values, {}, n);
    return {StrictSaddle{n, number(values, "lambda")}, nullptr, facts, start, {}};
  }

 private:
  // (x - 1)(x + 1): accurate where x^2 - 1 cancels.
  template <class R>
  THALWEG_HD static R off(const R& x) {
    return (x - R(1.0)) * (x + R(1.0));
  }
};

}  // namespace thalweg

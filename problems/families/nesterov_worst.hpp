// Nesterov's worst functions, about their minimisers. With T u . u = u_1^2 + sum_{i<k} (u_i - u_{i+1})^2 + u_k^2, u = x - x*, in the first k coordinates:
//   nesterov-worst          f(x) = (L / 8) T u . u,                                 x*_i = 1 - i / (k + 1), 0 for i > k
//   nesterov-worst-strong   f(x) = ((L - mu) / 8) T u . u + (mu / 2) |u|^2,  k = d,  x*_i = (q^i - q^(2 d + 2 - i)) / (1 - q^(2 d + 2)),
//                           q = (sqrt(L / mu) - 1) / (sqrt(L / mu) + 1)
// Multiplied out they are (L / 4) (T x . x / 2 - x_1) and ((L - mu) / 4) (T x . x / 2 - x_1) + (mu / 2) |x|^2 less the minimum; x* is rounded to doubles, and
// the linear term is the one for which it is the minimiser. The second is Nesterov's function in l2 cut to d coordinates: x*_i there is q^i.
// T = tridiag(-1, 2, -1) has the eigenvalues 4 sin^2(i pi / (2 k + 2)), so that the constants are exact:
//   largest curvature (L - mu) cos^2(pi / (2 k + 2)) + mu < L, smallest in the first k coordinates (L - mu) sin^2(pi / (2 k + 2)) + mu: mu_pl of a quadratic.
// Started at 0 no first-order method is faster than order 1 / t^2, or sqrt(mu / L), while t < (k - 1) / 2.
// Source: Yu. Nesterov, Introductory Lectures on Convex Optimization, 2004, sections 2.1.2 and 2.1.4.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

// quarter T u . u / 2 + (mu / 2) |u|^2 over the first `chain` of `size` coordinates.
struct FixedChain {
  View<const double> minimiser;
  std::size_t size, chain;
  double quarter;  // (L - mu) / 4
  double mu;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> links, squares;
    R before = R(0.0);
    for (std::size_t j = 0; j < chain; ++j) {
      const R u = x[j] - R(minimiser[j]);
      links.add(m::sqr(u - before));
      squares.add(m::sqr(u));
      before = u;
    }
    links.add(m::sqr(before));
    return R(0.5 * quarter) * links.total() + R(0.5 * mu) * squares.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    R before = R(0.0), u = x[0] - R(minimiser[0]);
    for (std::size_t j = 0; j < chain; ++j) {
      const R after = j + 1 < chain ? x[j + 1] - R(minimiser[j + 1]) : R(0.0);
      g[j] = R(quarter) * ((u - before) + (u - after)) + R(mu) * u;
      before = u;
      u = after;
    }
    for (std::size_t j = chain; j < size; ++j) g[j] = R(0.0);
  }
};

struct NesterovWorst : FixedChain {
  static constexpr Entry entry{"nesterov-worst", "Nesterov's worst smooth convex function", "Nesterov 2004, section 2.1.2"};
  static constexpr std::string_view formula = "f(x) = (L / 8) (u_1^2 + sum_{i<k} (u_i - u_{i+1})^2 + u_k^2),  u = x - x*,  x*_i = 1 - i / (k + 1) for i <= k";

  static std::vector<Parameter> parameters() {
    return {dim_parameter(8, most_listed_coordinates),
            {"chain", {8}, 1, most_listed_coordinates, true, "k: coordinates that f depends on; default: dim"},
            {"L", {1.0}, 1e-100, 1e100, false, "L of the formula; the curvatures stay below it"},
            start_parameter(0.0),
            region_parameter(2.0),
            box_parameter(4.0)};
  }
  static void complete(Parameters& values, const Parameters& given);
  static Built<NesterovWorst> build(const Parameters& values);
};

struct NesterovWorstStrong : FixedChain {
  static constexpr Entry entry{"nesterov-worst-strong", "Nesterov's worst strongly convex function", "Nesterov 2004, section 2.1.4"};
  static constexpr std::string_view formula = "f(x) = ((L - mu) / 8) (u_1^2 + sum_{i<d} (u_i - u_{i+1})^2 + u_d^2) + (mu / 2) |u|^2,  u = x - x*,  x*_i = (q^i - q^(2 d + 2 - i)) / (1 - q^(2 d + 2)),  q = (sqrt(L / mu) - 1) / (sqrt(L / mu) + 1)";

  static std::vector<Parameter> parameters() {
    return {dim_parameter(8, most_listed_coordinates),
            {"mu", {0.01}, 1e-100, 1e100, false, "mu of the formula; the curvatures stay above it"},
            {"L", {1.0}, 1e-100, 1e100, false, "L of the formula; the curvatures stay below it"},
            start_parameter(0.0),
            region_parameter(2.0),
            box_parameter(4.0)};
  }
  static Built<NesterovWorstStrong> build(const Parameters& values);
};

}  // namespace thalweg

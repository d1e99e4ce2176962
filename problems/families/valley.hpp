// A valley of minima whose walls steepen and flatten:  f(x) = k(x_1) (x_2^2 + ... + x_d^2) / 2,  k(t) = flat + (sharp - flat) sin^2 t.
//
// The minimisers are the line x_2 = ... = x_d = 0; at (t, 0, ..., 0) the Hessian is diag(0, k(t), ..., k(t)): lambda_max = k(t) in closed form, between the two
// curvatures. With y the last coordinates |grad f|^2 >= k^2 |y|^2 = 2 k f: PL with min k = min(flat, sharp), exactly (equality where sin 2t = 0); distance |y|.
// Nonconvex, and not smooth everywhere: f'' along axis 1 grows with |y|^2.
// Source: definition.
#pragma once

#include <algorithm>
#include <cmath>

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Valley {
  static constexpr Entry entry{"valley", "Valley of minima of changing curvature", "Definition"};
  static constexpr std::string_view formula = "f(x) = k(x_1) (x_2^2 + ... + x_d^2) / 2,  k(t) = flat + (sharp - flat) sin^2 t";

  std::size_t size;
  double flat;
  double sharp;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return R(0.5) * (curvature(x[0]) * squares(x));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R k = curvature(x[0]);
    g[0] = R(0.5 * (sharp - flat)) * (m::sin(x[0] + x[0]) * squares(x));
    for (std::size_t j = 1; j < size; ++j) g[j] = k * x[j];
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {2}, 2, most_alike_coordinates, true, "number of coordinates"},
            {"flat", {1.0}, 1e-100, 1e100, false, "curvature of the walls where x_1 is a multiple of pi"},
            {"sharp", {10.0}, 1e-100, 1e100, false, "curvature of the walls half-way between"},
            start_parameter(1.0),
            region_parameter(2.0)};
  }
  static Built<Valley> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const double flat = number(values, "flat"), sharp = number(values, "sharp");
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 0.0), number(values, "region"));
    facts.pl = true;
    facts.mu_pl = exact(std::min(flat, sharp), "least curvature of the walls");
    facts.hess_at_min = exact(flat, "definition, at 0");
    facts.minimisers = "the line x_2 = ... = x_d = 0";
    facts.distance = [](View<const double> x) {
      double square = 0.0;
      for (std::size_t j = 1; j < x.size(); ++j) square += x[j] * x[j];
      return std::sqrt(square);
    };
    return {Valley{n, flat, sharp}, nullptr, facts, spread(values, "start", n), {}};
  }

 private:
  // flat cos^2 + sharp sin^2: a sum of positive terms.
  template <class R>
  THALWEG_HD R curvature(const R& t) const {
    return R(flat) * m::sqr(m::cos(t)) + R(sharp) * m::sqr(m::sin(t));
  }
  template <class R>
  THALWEG_HD R squares(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t j = 1; j < size; ++j) sum.add(m::sqr(x[j]));
    return sum.total();
  }
};

}  // namespace thalweg

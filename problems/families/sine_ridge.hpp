// A quadratic with ripples along the diagonal:  f(x) = (k d / 2) |x|^2 + A sin^2(s),  s = x_1 + ... + x_d.
//
// With x split along and across the diagonal f = (k d / 2) |x_across|^2 + psi(s), psi(s) = (k / 2) s^2 + A sin^2 s, and |grad f|^2 =
// (k d)^2 |x_across|^2 + d psi'(s)^2. So the best constant is mu_pl = d min(k, mu_pl(psi)) (d = 1 has no across), mu_pl(psi) certified by intervals; it is
// positive while the ripples make no local minimum: A / k below about 2.3. Curvatures k d across, d (k + 2 A cos 2s) along:
//   L = d (k + 2 A) at 0, L_j = k d + 2 A, weak convexity d max(0, 2 A - k), strongly convex with d (k - 2 A) where that is positive.
// Tail: |psi'| >= k t - A and psi <= k t^2 / 2 + A, so psi'^2 / (2 psi) >= (k r - A)^2 / (k r^2 + 2 A) for t >= r >= A / k; it increases in r.
// Source: definition; the inequality: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct SineRidge {
  static constexpr Entry entry{"sine-ridge", "Quadratic with ripples along the diagonal", "Definition, after Karimi, Nutini & Schmidt 2016"};
  static constexpr std::string_view formula = "f(x) = (k d / 2) |x|^2 + A sin^2(x_1 + ... + x_d)";

  std::size_t size;
  double k;
  double height;  // A

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> squares;
    for (std::size_t j = 0; j < size; ++j) squares.add(m::sqr(x[j]));
    return R(0.5 * k) * (R(static_cast<double>(size)) * squares.total()) + R(height) * m::sqr(m::sin(along(x)));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R ripple = R(height) * m::sin(R(2.0) * along(x));
    for (std::size_t j = 0; j < size; ++j) g[j] = R(k) * (R(static_cast<double>(size)) * x[j]) + ripple;
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(4),
            {"k", {1.0}, 1e-30, 1e30, false, "k d is the curvature across the diagonal"},
            {"height", {1.5}, 1e-30, 1e30, false, "A: height of the ripples"},
            start_parameter(1.0),
            region_parameter(4.0)};
  }
  static Built<SineRidge> build(const Parameters& values);

 private:
  template <class R>
  THALWEG_HD R along(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t j = 0; j < size; ++j) sum.add(x[j]);
    return sum.total();
  }
};

}  // namespace thalweg

// Householder's reflection in the plane across the diagonal:  H = I - r 1 1',  r the double next to 2 / d.
//
// Where d is a power of two H is orthogonal exactly; else its eigenvalue 1 - r d on the diagonal is -1 up to 2^-52, which constants take into account.
// Every coordinate of H x depends on all of x; two sums instead of a matrix.
// Source: A. S. Householder, "Unitary triangularization of a nonsymmetric matrix", J. ACM 5, 1958.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Reflection {
  std::size_t size;

  THALWEG_HD double factor() const { return 2.0 / static_cast<double>(size); }
  // What each coordinate of H x lacks to x's: r sum_j x_j.
  template <class R>
  THALWEG_HD R shift(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t j = 0; j < size; ++j) sum.add(x[j]);
    return R(factor()) * sum.total();
  }
  // z becomes H z.
  template <class R>
  THALWEG_HD void apply(View<R> z) const {
    const R s = shift(View<const R>(z));
    for (std::size_t j = 0; j < size; ++j) z[j] = z[j] - s;
  }
};

// Of a sum  f(x) = sum_i g_i((H x)_i)  whose terms have sup |g_i''| = curvature_i, attained at 0 by all: L, L_j = sum_i H_ij^2 curvature_i.
struct ReflectedFacts {
  Constant L, least;  // largest and smallest curvature at 0, where `least` is the smallest of curvature_i
  PerCoordinate<Constant> L_j;
};
ReflectedFacts reflected(const Reflection& H, const PerCoordinate<double>& curvature);
// c min(1, (1 - r d)^2), the least eigenvalue of H'H with a constant c.
Constant reflected_least(const Reflection& H, const Constant& c);

}  // namespace thalweg

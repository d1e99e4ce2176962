// Rank-deficient least squares:  f(x) = 1/2 |A x|^2 with a Hessian A'A whose spectrum is exact by construction.
//
// A has r < d rows sqrt(c_i) h_i with h_i the first rows of the d x d Hadamard matrix of Sylvester (d a power of two, entries
// (-1)^popcount(i & j)), so f(x) = 1/2 sum_{i<r} c_i (h_i . x)^2. The h_i are orthogonal with |h_i|^2 = d, hence A'A has the eigenvalues
// lambda_i = d c_i (an exact product: d is a power of two) and 0, d - r times. Convex, coupled in every pair of coordinates, not strongly
// convex; PL with the smallest nonzero eigenvalue, exactly; the minimisers are the null space of A.
// (A'A)_jk = t_{j xor k} with t_m = sum_i c_i (-1)^popcount(i & m): every diagonal entry is L_j = sum c_i, every row has the same absolute
// sum, and sup |grad_j f| over the cube of half-width R is R sum_m |t_m|. Gradient by the fast Walsh-Hadamard transform in place: d log2 d
// additions, twice.
// Source: PL of least squares: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.3; J. J. Sylvester, Phil.
// Mag. 34, 1867.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct SingularLeastSquares {
  static constexpr Entry entry{"singular-least-squares", "Rank-deficient least squares", "Karimi, Nutini & Schmidt 2016, section 2.3"};
  static constexpr std::string_view formula = "f(x) = (1/2) sum_{i<=r} c_i (h_i . x)^2,  h_i the rows of Hadamard's matrix,  d c_i from mu to L";

  View<const double> weight;  // c_i, r of them
  std::size_t size;           // d

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      Sum<R> row;  // h_i . x
      for (std::size_t j = 0; j < size; ++j) row.add(odd(i & j) ? -x[j] : x[j]);
      sum.add(R(0.5 * weight[i]) * m::sqr(row.total()));
    }
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    for (std::size_t j = 0; j < size; ++j) g[j] = x[j];
    transform(g);
    for (std::size_t i = 0; i < size; ++i) g[i] = i < weight.size() ? R(weight[i]) * g[i] : R(0.0);
    transform(g);
  }

  // g becomes H g, H the Hadamard matrix.
  template <class R>
  THALWEG_HD static void transform(View<R> g) {
    for (std::size_t half = 1; half < g.size(); half *= 2) {
      for (std::size_t block = 0; block < g.size(); block += 2 * half) {
        for (std::size_t j = block; j < block + half; ++j) {
          const R a = g[j], b = g[j + half];
          g[j] = a + b;
          g[j + half] = a - b;
        }
      }
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {16}, 2, 4096, true, "number of coordinates, a power of two"},
            {"rank", {8}, 1, 4095, true, "number of nonzero eigenvalues, below dim; default: 8, or dim / 2 where that is less"},
            {"mu", {1.0}, 1e-100, 1e100, false, "smallest nonzero eigenvalue"},
            {"L", {10.0}, 1e-100, 1e100, false, "largest eigenvalue"},
            {"spectrum", {}, 1e-100, 1e100, false, "the rank nonzero eigenvalues; default: geometric from mu to L", Shape::list},
            {"start", {}, -1e100, 1e100, false, "first iterate; default: 2 / j in coordinate j = 1, 2, ...", Shape::per_coordinate},
            region_parameter(4.0),
            box_parameter(8.0)};
  }

  // A given spectrum fixes rank, mu and L.
  static void complete(Parameters& values, const Parameters& given);
  static Built<SingularLeastSquares> build(const Parameters& values);

 private:
  // Whether the number of ones is odd. (nvcc 13.0 compiles std::popcount to a constant in device code.)
  THALWEG_HD static bool odd(std::size_t bits) {
    for (unsigned half = 32; half > 0; half /= 2) bits ^= bits >> half;
    return (bits & 1U) != 0;
  }
};

}  // namespace thalweg

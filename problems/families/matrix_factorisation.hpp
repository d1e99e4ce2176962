// Low-rank factorisation of a planted matrix:  f(U, V) = |U V' - M|_F^2 / 2,  M = A B', U and A rows x rank, V and B columns x rank.
//
// A and B are planted normal matrices (multiples of 2^-8, so that M is exact). x holds U row by row, then V. grad_U f = R V, grad_V f = R'U, R = U V' - M. All
// local minima are global; the minimisers U V' = M contain (A G, B G^-T) for every invertible G, and are these where A and B have full rank. Not smooth everywhere.
// Source: R. Ge, C. Jin, Y. Zheng, arXiv:1704.00708 (no spurious minima).
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct MatrixFactorisation {
  static constexpr Entry entry{"matrix-factorisation", "Low-rank factorisation of a planted matrix", "Ge, Jin & Zheng 2017"};
  static constexpr std::string_view formula = "f(U, V) = |U V' - A B'|_F^2 / 2";

  View<const double> target;  // M, row by row
  std::size_t rows, columns, rank;

  std::size_t dim() const { return (rows + columns) * rank; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) sum.add(m::sqr(residual(x, i, j)));
    return R(0.5) * sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    for (std::size_t k = 0; k < dim(); ++k) g[k] = R(0.0);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        const R r = residual(x, i, j);
        const std::size_t u = i * rank, v = (rows + j) * rank;
        for (std::size_t k = 0; k < rank; ++k) {
          g[u + k] = g[u + k] + r * x[v + k];
          g[v + k] = g[v + k] + r * x[u + k];
        }
      }
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"rows", {4}, 1, 256, true, "rows of M"},
            {"columns", {3}, 1, 256, true, "columns of M"},
            {"rank", {2}, 1, 256, true, "rank of M, at most rows and columns"},
            seed_parameter(),
            {"start", {0.5}, 1e-100, 1e100, false, "size of the first iterate, whose coordinates are drawn"},
            region_parameter(3.0)};
  }
  static Built<MatrixFactorisation> build(const Parameters& values);

 private:
  // U_i . V_j - M_ij, in the order in which M was made.
  template <class R>
  THALWEG_HD R residual(View<const R> x, std::size_t i, std::size_t j) const {
    const std::size_t u = i * rank, v = (rows + j) * rank;
    R sum = x[u] * x[v];
    for (std::size_t k = 1; k < rank; ++k) sum = sum + x[u + k] * x[v + k];
    return sum - R(target[i * columns + j]);
  }
};

}  // namespace thalweg

// Symmetric factorisation, a quartic:  f(X) = |X X' - Z Z'|_F^2 / 4,  X and Z size x rank.
//
// Z is a planted normal matrix (multiples of 2^-8, so that Z Z' is exact); x holds X row by row. grad f = (X X' - Z Z') X. The minimisers are Z O with orthogonal
// O: +-Z for rank 1, manifolds of dimension rank (rank - 1) / 2 else; 0 is a saddle; all local minima are global. With rank 1 it is the best approximation of the
// second-order tensor z z by x x. Not smooth everywhere.
// Source: R. Ge, C. Jin, Y. Zheng, arXiv:1704.00708.
#pragma once

#include <algorithm>
#include <cmath>

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct SymmetricFactorisation {
  static constexpr Entry entry{"symmetric-factorisation", "Symmetric factorisation of a planted matrix", "Ge, Jin & Zheng 2017"};
  static constexpr std::string_view formula = "f(X) = |X X' - Z Z'|_F^2 / 4";

  View<const double> target;  // Z Z', row by row
  std::size_t size, rank;

  std::size_t dim() const { return size * rank; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j <= i; ++j) sum.add(R(i == j ? 0.25 : 0.5) * m::sqr(residual(x, i, j)));
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    for (std::size_t k = 0; k < dim(); ++k) g[k] = R(0.0);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        const R r = residual(x, i, j);
        for (std::size_t k = 0; k < rank; ++k) g[i * rank + k] = g[i * rank + k] + r * x[j * rank + k];
      }
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"size", {4}, 1, 256, true, "rows of X"},
            {"rank", {1}, 1, 256, true, "columns of X, at most size"},
            seed_parameter(),
            {"start", {0.5}, 1e-100, 1e100, false, "size of the first iterate, whose coordinates are drawn"},
            region_parameter(3.0)};
  }
  static Built<SymmetricFactorisation> build(const Parameters& values) {
    const std::size_t size = count(values, "size"), rank = count(values, "rank");
    if (rank > size) throw SpecError({Place{}, "rank", std::to_string(rank), "must be at most size = " + std::to_string(size)});
    const std::vector<double> planted = planted_normals(values, 0, size * rank);
    std::vector<double> target(size * size, 0.0);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j)
        for (std::size_t k = 0; k < rank; ++k) target[i * size + j] += planted[i * rank + k] * planted[j * rank + k];
    Facts facts = facts_with_minimiser(PerCoordinate<double>(planted), number(values, "region"));
    facts.minimisers = rank == 1 ? "Z and -Z" : "Z O for all orthogonal O";
    if (rank == 1) facts.distance = [planted](View<const double> x) {
      double before = 0.0, behind = 0.0;  // squares of |x - z| and |x + z|
      for (std::size_t j = 0; j < x.size(); ++j) {
        before += (x[j] - planted[j]) * (x[j] - planted[j]);
        behind += (x[j] + planted[j]) * (x[j] + planted[j]);
      }
      return std::sqrt(std::min(before, behind));
    };
    auto storage = std::make_shared<Storage>();
    return {SymmetricFactorisation{storage->keep(target), size, rank}, storage, facts, drawn_start(values, size * rank), {}};
  }

 private:
  template <class R>
  THALWEG_HD R residual(View<const R> x, std::size_t i, std::size_t j) const {
    R sum = x[i * rank] * x[j * rank];
    for (std::size_t k = 1; k < rank; ++k) sum = sum + x[i * rank + k] * x[j * rank + k];
    return sum - R(target[i * size + j]);
  }
};

}  // namespace thalweg

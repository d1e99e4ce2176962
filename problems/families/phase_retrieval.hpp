// Phase retrieval:  f(x) = sum_i ((a_i . x)^2 - (a_i . z)^2)^2 / (4 m),  with planted normal a_1, ..., a_m and z.
//
// The squares of m linear measurements are known, their signs are not. Minimisers: z and -z, and no others once the a_i are generic and m >= 2 d - 1; 0 is a
// local maximum. The residual is written (s - t)(s + t) with s = a_i . x and t = a_i . z (exact: multiples of 2^-16), which does not cancel near either. Not
// smooth everywhere.
// Source: E. J. Candes, X. Li, M. Soltanolkotabi, arXiv:1407.1065; the count: R. Balan, P. Casazza, D. Edidin, Appl. Comput. Harmon. Anal. 20, 2006.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct PhaseRetrieval {
  static constexpr Entry entry{"phase-retrieval", "Phase retrieval of a planted vector", "Candes, Li & Soltanolkotabi 2015"};
  static constexpr std::string_view formula = "f(x) = sum_i ((a_i . x)^2 - (a_i . z)^2)^2 / (4 m)";

  View<const double> row;       // a_ij, row after row
  View<const double> measured;  // |a_i . z|, or its negative: t_i
  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < measured.size(); ++i) {
      const R s = along(x, i), t = R(measured[i]);
      sum.add(m::sqr((s - t) * (s + t)));
    }
    return sum.total() / R(4.0 * static_cast<double>(measured.size()));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R each = R(static_cast<double>(measured.size()));
    for (std::size_t j = 0; j < size; ++j) g[j] = R(0.0);
    for (std::size_t i = 0; i < measured.size(); ++i) {
      const R s = along(x, i), t = R(measured[i]), pull = (s - t) * (s + t) * s / each;
      for (std::size_t j = 0; j < size; ++j) g[j] = g[j] + pull * R(row[i * size + j]);
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {4}, 1, 1024, true, "number of coordinates"},
            {"rows", {16}, 1, 65536, true, "m: number of measurements"},
            seed_parameter(),
            {"start", {0.5}, 1e-100, 1e100, false, "size of the first iterate, whose coordinates are drawn"},
            region_parameter(3.0)};
  }
  static Built<PhaseRetrieval> build(const Parameters& values) {
    const std::size_t n = count(values, "dim"), rows = count(values, "rows");
    const std::vector<double> planted = planted_normals(values, 0, n);
    auto storage = std::make_shared<Storage>();
    const View<const double> row = storage->keep(planted_normals(values, 1, rows * n)), nothing = storage->keep(std::vector<double>(rows, 0.0));
    const PhaseRetrieval planting{row, nothing, n};
    std::vector<double> measured(rows);
    for (std::size_t i = 0; i < rows; ++i) measured[i] = planting.along<double>(View<const double>(planted), i);
    Facts facts = facts_with_minimiser(PerCoordinate<double>(planted), number(values, "region"));
    facts.minimisers = "z and -z (where the measurements are generic and m >= 2 d - 1)";
    return {PhaseRetrieval{row, storage->keep(measured), n}, storage, facts, drawn_start(values, n), {}};
  }

 private:
  template <class R>
  THALWEG_HD R along(View<const R> x, std::size_t i) const {
    R sum = R(row[i * size]) * x[0];
    for (std::size_t j = 1; j < size; ++j) sum = sum + R(row[i * size + j]) * x[j];
    return sum;
  }
};

}  // namespace thalweg

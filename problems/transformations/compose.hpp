// A problem behind a matrix:  F(x) = f(A x),  A of m rows, m the dimension of f, and n columns.
//
// With s and S the least and the largest singular value, enclosed from A'A or A A': L becomes at most S^2 L. Where A is onto (s > 0, n >= m) the infimum stays,
// and |A'h| >= s |h| gives mu_pl at least s^2 mu_pl, also where n > m and F has a whole plane of minimisers; where it is one to one (s > 0, n <= m) strong
// convexity s^2 mu. Of a map that is not onto only a lower bound of the infimum is known, unless f has its minimum at 0.
// Source: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.3 and appendix B.
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Compose {
  static constexpr Entry entry{"compose", "f(A x), A a matrix", "Karimi, Nutini & Schmidt 2016, section 2.3"};
  static constexpr std::string_view rules = "L by S^2, mu_pl by s^2 where A is onto, mu by s^2 where it is one to one; f* where A is onto or f has its minimum at 0";
  static constexpr std::size_t operands = 1;
  static constexpr std::size_t most_columns = 64;

  struct Map {
    View<const double> matrix;  // row by row
    std::size_t rows;
    template <class R>
    void argument(View<const R> x, View<R> y) const {
      for (std::size_t i = 0; i < rows; ++i) {
        Sum<R> sum;
        for (std::size_t j = 0; j < x.size(); ++j) sum.add(R(matrix[i * x.size() + j]) * x[j]);
        y[i] = sum.total();
      }
    }
    template <class R>
    void back(View<const R> h, View<R> g) const {
      for (std::size_t j = 0; j < g.size(); ++j) {
        Sum<R> sum;
        for (std::size_t i = 0; i < rows; ++i) sum.add(R(matrix[i * g.size() + j]) * h[i]);
        g[j] = sum.total();
      }
    }
  };

  static std::vector<Parameter> parameters() {
    return {{"matrix", {}, -1e50, 1e50, false, "A row by row: a multiple of f's dimension of numbers, at most 64 a row; must be given", Shape::list},
            {"start", {1.0}, -1e100, 1e100, false, "first iterate", Shape::list},
            region_parameter(4.0)};
  }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

// Saddles, basins and manifolds of minima.
#pragma once

#include "tests/problems/definitions_coupled.hpp"

namespace thalweg::test {

inline std::vector<Residual> strict_saddle(const Problem& p, const Point& x) {
  const Sized off = Sized(x[0]) * Sized(x[0]) - Sized(1.0);
  std::vector<Residual> out = {residual(Big(1) / 4, off)};
  for (std::size_t j = 1; j < x.size(); ++j) out.push_back(residual(of(p, "lambda") / 2, Sized(x[j]) - off));
  return out;
}
inline Big flat_saddle(const Problem& p, const Point& x) {
  const Big y = x[1];
  return of(p, "lambda") / 2 * (x[0] - y) * (x[0] - y) + y * y * y * y / 4 - y * y * y / 3 + Big(1) / 12;
}
inline Big monkey_saddle(const Problem&, const Point& p) {
  const Big x = p[0], y = p[1], square = x * x + y * y;
  return x * x * x - 3 * x * y * y + square * square * 3 / 4 + Big(1) / 4;
}
inline Big two_basins(const Problem& p, const Point& x) {
  const Big t = x[0], q = of(p, "flat") * (1 - t) * (1 - t) / 4 + of(p, "sharp") * (1 + t) * (1 + t) / 4;
  return q * ((t * t - 1) * (t * t - 1) / 8 + (inner(x, x) - t * t) / 2);
}
inline Big valley(const Problem& p, const Point& x) {
  return (of(p, "flat") + (of(p, "sharp") - of(p, "flat")) * sin(x[0]) * sin(x[0])) * (inner(x, x) - x[0] * x[0]) / 2;
}
inline std::vector<Residual> linear_chain(const Problem&, const Point& x) {
  Sized product = 1.0;
  for (const Big& xi : x) product = product * Sized(xi);
  return {residual(Big(1) / 2, product - Sized(1.0))};
}
inline std::vector<Residual> sphere(const Problem&, const Point& x) { return {residual(Big(1) / 4, Sized(inner(x, x)) - Sized(1.0))}; }

// ---- planted

// Entry (i, j) of P Q', P and Q stored row by row from the places given, of `rank` columns.
inline Sized entry_of(const Point& x, std::size_t p, std::size_t q, std::size_t rank, std::size_t i, std::size_t j) {
  Sized sum = 0.0;
  for (std::size_t k = 0; k < rank; ++k) sum = sum + Sized(x[p + i * rank + k]) * Sized(x[q + j * rank + k]);
  return sum;
}
inline Point planted_point(const Problem& p) {
  const std::vector<double> all = planted_normals(p.parameters, 0, p.dim());
  return Point(all.begin(), all.end());
}
inline std::vector<Residual> matrix_factorisation(const Problem& p, const Point& x) {
  const std::size_t rows = count(p.parameters, "rows"), columns = count(p.parameters, "columns"), rank = count(p.parameters, "rank"), v = rows * rank;
  const Point z = planted_point(p);
  std::vector<Residual> out;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) out.push_back(residual(Big(1) / 2, entry_of(x, 0, v, rank, i, j) - entry_of(z, 0, v, rank, i, j)));
  return out;
}
inline std::vector<Residual> symmetric_factorisation(const Problem& p, const Point& x) {
  const std::size_t size = count(p.parameters, "size"), rank = count(p.parameters, "rank");
  const Point z = planted_point(p);
  std::vector<Residual> out;
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) out.push_back(residual(Big(1) / 4, entry_of(x, 0, 0, rank, i, j) - entry_of(z, 0, 0, rank, i, j)));
  return out;
}
// v . W z.
inline Sized linear_network(const Point& x, const Point& z, std::size_t hidden) {
  Sized out = 0.0;
  for (std::size_t k = 0; k < hidden; ++k) {
    Sized unit = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) unit = unit + Sized(x[k * z.size() + i]) * Sized(z[i]);
    out = out + Sized(x[hidden * z.size() + k]) * unit;
  }
  return out;
}
inline std::vector<Residual> two_layer_linear(const Problem& p, const Point& x) {
  const std::size_t hidden = count(p.parameters, "hidden"), samples = count(p.parameters, "samples");
  const Point planted = planted_point(p);
  std::vector<Residual> out;
  for (const Point& z : planted_rows(p, 1, samples, count(p.parameters, "inputs")))
    out.push_back(residual(Big(1) / (2 * Big(samples)), linear_network(x, z, hidden) - linear_network(planted, z, hidden)));
  return out;
}
inline std::vector<Residual> phase_retrieval(const Problem& p, const Point& x) {
  const std::size_t rows = count(p.parameters, "rows");
  const Point planted = planted_point(p);
  std::vector<Residual> out;
  for (const Point& a : planted_rows(p, 1, rows, p.dim())) {
    Sized s = 0.0, t = 0.0;
    for (std::size_t j = 0; j < a.size(); ++j) {
      s = s + Sized(a[j]) * Sized(x[j]);
      t = t + Sized(a[j]) * Sized(planted[j]);
    }
    out.push_back(residual(Big(1) / (4 * Big(rows)), s * s - t * t));
  }
  return out;
}

inline std::vector<FamilyDefinition> landscape_definitions() {
  const std::vector<Parameters> plain = {{}};
  std::vector<FamilyDefinition> all;
  all.push_back(squares("strict-saddle", {{}, {{"dim", {3}}, {"lambda", {0.7}}}}, strict_saddle, polynomial(20, 3)));
  all.push_back({"flat-saddle", {{}, {{"lambda", {0.3}}}}, flat_saddle, by_size([](const Problem&, const Big& most) { return Big(most * most); }), polynomial(5, 3)});
  all.push_back({"monkey-saddle", plain, monkey_saddle, by_size([](const Problem&, const Big& most) { return Big(most * most); }), polynomial(5, 3)});
  all.push_back({"two-basins", {{}, {{"dim", {3}}, {"flat", {0.5}}, {"sharp", {3.0}}}, {{"dim", {1}}}}, two_basins, nullptr, polynomial(20, 5)});
  all.push_back({"valley", {{}, {{"dim", {3}}, {"flat", {2.0}}, {"sharp", {0.5}}}}, valley, nullptr,
                 [](const Problem&, const std::vector<double>& x) { return 20.0 * largest_coordinate(x) * (1e-300 + largest_coordinate(x)); }});
  all.push_back(squares("hyperbola", plain, linear_chain, polynomial(2, 3)));
  all.push_back(squares("linear-chain", {{{"dim", {3}}}, {{"dim", {2}}}, {}}, linear_chain, [](const Problem& p, const std::vector<double>& x) {
    return std::pow(1.0 + largest_coordinate(x), 2.0 * static_cast<double>(p.dim()) - 1.0);
  }));
  all.push_back(squares("sphere", {{}, {{"dim", {1}}}}, sphere, polynomial(5, 3)));
  all.push_back(squares("matrix-factorisation", {{{"rows", {2}}, {"columns", {1}}, {"rank", {1}}}, {{"rows", {2}}, {"columns", {3}}, {"rank", {2}}}},
                        matrix_factorisation, polynomial(50, 3)));
  all.push_back(squares("symmetric-factorisation", {{{"size", {3}}}, {{"size", {3}}, {"rank", {2}}}}, symmetric_factorisation, polynomial(50, 3)));
  all.push_back(squares("two-layer-linear", {{{"inputs", {2}}, {"hidden", {1}}}, {{"inputs", {3}}, {"hidden", {2}}, {"samples", {5}}}}, two_layer_linear, polynomial(50, 3)));
  all.push_back(squares("phase-retrieval", {{{"dim", {2}}, {"rows", {5}}}, {{"dim", {3}}, {"seed", {4}}}}, phase_retrieval, polynomial(100, 3)));
  return all;
}

}  // namespace thalweg::test

// Functions that couple their coordinates.
#pragma once

#include "tests/problems/definitions_separable.hpp"

namespace thalweg::test {

// A term w r^2 of a sum of squares, and the sum of the absolute terms of r, which its rounding errors are relative to.
struct Residual {
  Big weight, value, size;
};
using Residuals = std::function<std::vector<Residual>(const Problem&, const Point&)>;
// (value, sum of absolute terms) of sums and products that a residual is made of.
struct Sized {
  Big value = 0, size = 0;
  Sized(double x) : value(x), size(abs(Big(x))) {}
  Sized(const Big& x) : value(x), size(abs(x)) {}
  Sized(const Big& x, const Big& s) : value(x), size(s) {}
  friend Sized operator+(const Sized& a, const Sized& b) { return {a.value + b.value, a.size + b.size}; }
  friend Sized operator-(const Sized& a, const Sized& b) { return {a.value - b.value, a.size + b.size}; }
  friend Sized operator*(const Sized& a, const Sized& b) { return {a.value * b.value, a.size * b.size}; }
};
inline Residual residual(const Big& weight, const Sized& r) { return {weight, r.value, r.size}; }

inline std::function<Big(const Problem&, const Point&)> sum_of(const Residuals& residuals) {
  return [residuals](const Problem& p, const Point& x) {
    Big f = 0;
    for (const Residual& r : residuals(p, x)) f += r.weight * r.value * r.value;
    return f;
  };
}
// What an error of a few 2^-53 in every residual makes of the sum.
inline std::function<Big(const Problem&, const Point&)> condition_of(const Residuals& residuals) {
  return [residuals](const Problem& p, const Point& x) {
    Big scale = 0;
    for (const Residual& r : residuals(p, x)) scale += r.weight * (4 * abs(r.value) * r.size + Big("1e-15") * r.size * r.size);
    return scale;
  };
}
using Scale = std::function<double(const Problem&, const std::vector<double>&)>;
// c (1 + max |x_j|)^k
inline Scale polynomial(double c, int k) {
  return [=](const Problem&, const std::vector<double>& x) { return c * std::pow(1.0 + largest_coordinate(x), k); };
}
inline std::function<Big(const Problem&, const Point&)> by_size(const std::function<Big(const Problem&, const Big&)>& scale) {
  return [scale](const Problem& p, const Point& x) {
    Big most = 0;
    for (const Big& xi : x) most = std::max(most, Big(abs(xi)));
    return scale(p, most);
  };
}
inline FamilyDefinition squares(std::string id, std::vector<Parameters> cases, const Residuals& residuals, const Scale& gradient_scale) {
  return {std::move(id), std::move(cases), sum_of(residuals), condition_of(residuals), gradient_scale};
}

// x less the projection on the diagonal, twice; 2 / d rounded as the family does.
inline Point reflection_of(const Point& x) {
  Big sum = 0;
  for (const Big& xi : x) sum += xi;
  Point y = x;
  for (Big& yi : y) yi -= Big(2.0 / static_cast<double>(x.size())) * sum;
  return y;
}
// Rows of the planted matrix with n columns.
inline std::vector<Point> planted_rows(const Problem& p, std::uint64_t which, std::size_t rows, std::size_t n) {
  const std::vector<double> all = planted_normals(p.parameters, which, rows * n);
  std::vector<Point> out(rows);
  for (std::size_t i = 0; i < rows; ++i) out[i].assign(all.begin() + static_cast<std::ptrdiff_t>(i * n), all.begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
  return out;
}
inline Big inner(const Point& a, const Point& b) {
  Big sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

// ---- convex

inline Big log_sum_exp(const Problem& p, const Point& x) {
  const std::size_t rows = count(p.parameters, "rows");
  const std::vector<Point> a = planted_rows(p, 0, rows, x.size());
  Big sum = 0, total = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const Big s = inner(a[i], x), w = 1 / pow(Big(2), static_cast<int>(i % 3));
    sum += w * (exp(s) + exp(-s)) / 2;
    total += w;
  }
  return log(sum / total) + of(p, "mu") * inner(x, x) / 2;
}
// (quarter / 2) (u_1^2 + sum (u_i - u_{i+1})^2 + u_k^2) + (mu / 2) |u|^2, u = x - x*; Nesterov's f less its minimum for the x* stated, up to its rounding.
inline Residuals nesterov(bool strong) {
  return [strong](const Problem& p, const Point& x) {
    const std::size_t k = strong ? p.dim() : count(p.parameters, "chain");
    const Big mu = strong ? of(p, "mu") : Big(0), weight = (of(p, "L") - mu) / 8;
    std::vector<Residual> out;
    Sized before = 0.0;
    for (std::size_t i = 0; i <= k; ++i) {
      const Sized u = i < k ? Sized(x[i]) - Sized((*p.facts.minimiser)[i]) : Sized(0.0);
      out.push_back(residual(weight, u - before));
      if (i < k) out.push_back(residual(mu / 2, u));
      before = u;
    }
    return out;
  };
}

inline void add_convex(std::vector<FamilyDefinition>& all) {
  const auto by_largest_curvature = by_size([](const Problem& p, const Big& most) { return Big(p.facts.L.upper * most * most * Big(p.dim())); });
  const std::vector<Parameters> rows = {{{"dim", {2}}, {"rows", {3}}}, {{"dim", {3}}, {"rows", {3}}, {"mu", {0.3}}, {"seed", {7}}}, {{"dim", {1}}, {"rows", {1}}}};
  all.push_back({"log-sum-exp", rows, log_sum_exp, by_largest_curvature, by_smoothness});
  all.push_back(squares("nesterov-worst", {{{"dim", {3}}, {"L", {2.0}}}, {{"dim", {1}}}, {{"dim", {3}}, {"chain", {2}}}}, nesterov(false),
                        [](const Problem& p, const std::vector<double>& x) { return 4.0 * p.facts.L.upper * (1.0 + largest_coordinate(x)); }));
  all.push_back(squares("nesterov-worst-strong", {{{"dim", {3}}, {"L", {2.0}}, {"mu", {0.3}}}, {{"dim", {1}}}}, nesterov(true),
                        [](const Problem& p, const std::vector<double>& x) { return 4.0 * p.facts.L.upper * (1.0 + largest_coordinate(x)); }));
}

// ---- rotations and ridges

inline void add_rotated(std::vector<FamilyDefinition>& all) {
  const auto by_largest_curvature = by_size([](const Problem& p, const Big& most) { return Big(p.facts.L.upper * most * most * Big(p.dim())); });
  all.push_back({"rotated-quadratic", {{{"dim", {4}}, {"mu", {0.5}}}, {{"dim", {3}}, {"mu", {0.5}}, {"L", {3.0}}}, {{"dim", {1}}}},
                 [](const Problem& p, const Point& x) {
                   const std::vector<double> lambda = geometric(number(p.parameters, "mu"), number(p.parameters, "L"), x.size()).values();
                   const Point y = reflection_of(x);
                   Big f = 0;
                   for (std::size_t j = 0; j < x.size(); ++j) f += lambda[j] * y[j] * y[j] / 2;
                   return f;
                 }, by_largest_curvature, by_smoothness});
  all.push_back({"rotated-pl-sine", {{{"dim", {4}}}, {{"scale", {1.0, 0.7, 0.9, 0.8}}, {"region", {3.0}}}, {{"dim", {1}}}},
                 [](const Problem& p, const Point& x) {
                   const Point y = reflection_of(x);
                   Big f = 0;
                   for (std::size_t j = 0; j < x.size(); ++j) f += values_of(p, "scale")[j] * (y[j] * y[j] + 3 * sin(y[j]) * sin(y[j]));
                   return f;
                 }, by_largest_curvature, by_smoothness});
  all.push_back(squares("orthogonal-tensor", {{{"dim", {4}}}, {{"weight", {1.0, 3.0, 0.4}}}, {{"dim", {1}}, {"weight", {2.0}}}},
                        [](const Problem& p, const Point& x) {
                          const Point y = reflection_of(x);
                          Big most = 0;
                          for (const Big& xi : x) most = std::max(most, Big(abs(xi)));
                          std::vector<Residual> out;
                          for (std::size_t j = 0; j < x.size(); ++j) {
                            const double w = values_of(p, "weight")[j];
                            const Sized z(y[j], 3 * most), r(1.0 / std::sqrt(w));
                            out.push_back(residual(Big(w) / 4, z * z - r * r));
                          }
                          return out;
                        }, polynomial(300, 3)));
  all.push_back({"sine-ridge", {{{"dim", {3}}}, {{"dim", {2}}, {"k", {2.0}}, {"height", {0.4}}}, {{"dim", {1}}}},
                 [](const Problem& p, const Point& x) {
                   Big s = 0;
                   for (const Big& xi : x) s += xi;
                   return Big(of(p, "k") * Big(x.size()) / 2 * inner(x, x) + of(p, "height") * sin(s) * sin(s));
                 }, by_largest_curvature, by_smoothness});
}

inline std::vector<FamilyDefinition> coupled_definitions() {
  std::vector<FamilyDefinition> all;
  add_convex(all);
  add_rotated(all);
  return all;
}

}  // namespace thalweg::test

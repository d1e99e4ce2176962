#include "problems/families/log_sum_exp.hpp"

#include <algorithm>
#include <cmath>

#include "problems/certify_box.hpp"
#include "problems/enclose.hpp"

namespace thalweg {

namespace {

// Entry (j, k) of sum_i w_i a_i a_i' / W + mu I.
Interval curvature_at_zero(const LogSumExp& f, std::size_t j, std::size_t k) {
  Interval sum(0.0);
  for (std::size_t i = 0; i < f.weight.size(); ++i) sum += Interval(f.weight[i]) * (Interval(f.row[i * f.size + j]) * Interval(f.row[i * f.size + k]));
  return sum / Interval(f.total) + Interval(j == k ? f.mu : 0.0);
}

void add_constants(const LogSumExp& f, Facts& facts) {
  constexpr std::size_t most_for_eigenvalues = 64;
  const std::size_t n = f.size;
  double length = 0.0;
  std::vector<double> reach(n, 0.0);  // max_i |a_ij|
  for (std::size_t i = 0; i < f.weight.size(); ++i) {
    Interval square(0.0);
    for (std::size_t j = 0; j < n; ++j) {
      square += m::sqr(Interval(f.row[i * n + j]));
      reach[j] = std::max(reach[j], std::fabs(f.row[i * n + j]));
    }
    length = std::max(length, square.upper());
  }
  const std::string source = "bounds: H(0), and rows' largest squares";
  double least = 0.0;
  if (n <= most_for_eigenvalues) {
    std::vector<Interval> H(n * n);
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) H[j * n + k] = curvature_at_zero(f, j, k);
    const Spectrum spectrum = spectrum_over(H, n);
    facts.hess_at_min = enclosed(spectrum.largest, "eigenvalues of H(0)");
    facts.minimiser_unique = spectrum.least.lower() > 0.0;
    least = spectrum.largest.lower();
  }
  facts.L = proved(least, (Interval(length) + Interval(f.mu)).upper(), source);
  std::vector<Constant> L_j(n), slope(n);
  for (std::size_t j = 0; j < n; ++j) {
    L_j[j] = proved(curvature_at_zero(f, j, j).lower(), (m::sqr(Interval(reach[j])) + Interval(f.mu)).upper(), source);
    slope[j] = exact(reach[j], "largest entry of column j");
  }
  facts.L_j = L_j;
  if (f.mu == 0.0) facts.gradient_bound = slope;
}

}  // namespace

Built<LogSumExp> LogSumExp::build(const Parameters& values) {
  const std::size_t n = count(values, "dim"), rows = count(values, "rows");
  auto storage = std::make_shared<Storage>();
  std::vector<double> weights(rows);
  double total = 0.0;
  for (std::size_t i = 0; i < rows; ++i) total += weights[i] = i % 3 == 0 ? 1.0 : i % 3 == 1 ? 0.5 : 0.25;
  const LogSumExp functor{storage->keep(planted_normals(values, 0, rows * n)), storage->keep(weights), n, total, number(values, "mu")};

  Facts facts = facts_with_minimiser_zero(n);
  facts.convex = true;
  facts.mu = exact(functor.mu, functor.mu == 0.0 ? "one row alone, far out" : "definition; approached far out");
  if (functor.mu > 0.0) facts.region = cube(n, number(values, "region"));
  add_constants(functor, facts);
  facts.minimiser_unique = facts.minimiser_unique || functor.mu > 0.0;
  return {functor, storage, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
}

}  // namespace thalweg

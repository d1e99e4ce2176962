#include "analysis/probes/lanczos.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"

namespace thalweg {

namespace {

using Vector = Eigen::VectorXd;

Vector random_unit(std::size_t dim, std::uint64_t seed) {
  const DrawKey key = draw_key(seed, 0);
  Vector v(static_cast<Eigen::Index>(dim));
  for (std::size_t j = 0; j < dim; ++j) v[static_cast<Eigen::Index>(j)] = draw_normal(key, Stream::probe, 0, 0, j);
  return v / v.norm();
}

// The least e with 1.648 sqrt(n) exp(-sqrt(e) (2k - 1)) <= level, at most 1.
double relative_excess(std::size_t dim, std::size_t steps, double level) {
  const double root = std::log(1.648 * std::sqrt(static_cast<double>(dim)) / level) / (2.0 * static_cast<double>(steps) - 1.0);
  return std::min(1.0, root * root);
}

}  // namespace

Extremes lanczos_extremes(const Operator& a, const LanczosOptions& options) {
  THALWEG_EXPECTS(a.dim > 0 && options.max_products > 0 && options.level > 0.0);
  const auto n = static_cast<Eigen::Index>(a.dim);
  const std::size_t steps = std::min(options.max_products, a.dim);
  Extremes out;
  Eigen::MatrixXd basis(n, static_cast<Eigen::Index>(steps));
  std::vector<double> diagonal, off;
  Vector v = random_unit(a.dim, options.seed), w(n);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> ritz;
  bool exhausted = false;
  // When to stop is read off the run, so the error probability is shared by both ends and by every look.
  constexpr std::size_t stride = 5;
  const double level = options.level / (2.0 * static_cast<double>((steps + stride - 1) / stride));
  for (std::size_t k = 0; k < steps && !exhausted; ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    basis.col(column) = v;
    a.apply({v.data(), a.dim}, {w.data(), a.dim});
    ++out.products;
    if (!w.allFinite()) {
      out.finite = false;
      return out;
    }
    diagonal.push_back(v.dot(w));
    // Twice is enough (Parlett, The Symmetric Eigenvalue Problem, 1980, section 6.9).
    for (int pass = 0; pass < 2; ++pass) w -= basis.leftCols(column + 1) * (basis.leftCols(column + 1).transpose() * w);
    const double beta = w.norm();
    double scale = 0.0;
    for (double d : diagonal) scale = std::max(scale, std::fabs(d));
    for (double b : off) scale = std::max(scale, b);
    exhausted = !(beta > 1e-13 * scale) || k + 1 == a.dim;

    const bool look = exhausted || k + 1 == steps || (k + 1) % stride == 0;
    if (look) {
      ritz.computeFromTridiagonal(Eigen::Map<const Vector>(diagonal.data(), column + 1), Eigen::Map<const Vector>(off.data(), column));
      const auto& values = ritz.eigenvalues();
      out.largest = values[column];
      out.smallest = values[0];
      const double spread = out.largest - out.smallest, norm = std::max(std::fabs(out.largest), std::fabs(out.smallest));
      out.rounding = 0x1p-40 * norm;
      out.largest_residual = exhausted ? 0.0 : beta * std::fabs(ritz.eigenvectors()(column, column));
      out.smallest_residual = exhausted ? 0.0 : beta * std::fabs(ritz.eigenvectors()(column, 0));
      const double e = relative_excess(a.dim, k + 1, level);
      out.excess = exhausted ? 0.0 : e < 0.5 ? e * spread / (1.0 - 2.0 * e) : std::numeric_limits<double>::infinity();
      const double target = std::max(options.tolerance * spread, 0x1p-44 * norm);
      out.converged = exhausted || (out.largest_residual <= target && out.smallest_residual <= target);
      if (out.converged || k + 1 == steps) {
        const Vector top = basis.leftCols(column + 1) * ritz.eigenvectors().col(column);
        out.top_vector.assign(top.data(), top.data() + n);
        break;
      }
    }
    off.push_back(beta);
    v = w / beta;
  }
  return out;
}

}  // namespace thalweg

#include "analysis/probes/sharpness.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace thalweg {

namespace {

// H, or D H D with D = diag(scale), at a point.
class HessianOperator {
 public:
  HessianOperator(const Problem& problem, std::span<const double> x, std::vector<double> scale)
      : problem_(problem), x_(x.begin(), x.end()), scale_(std::move(scale)) {}
  std::size_t dim() const { return x_.size(); }
  void apply(std::span<const double> v, std::span<double> out) const {
    if (scale_.empty()) {
      problem_.hessian_product(x_, View<const double>(v.data(), v.size()), View<double>(out.data(), out.size()));
      return;
    }
    std::vector<double> scaled(v.size());
    for (std::size_t j = 0; j < v.size(); ++j) scaled[j] = scale_[j] * v[j];
    problem_.hessian_product(x_, scaled, View<double>(out.data(), out.size()));
    for (std::size_t j = 0; j < v.size(); ++j) out[j] *= scale_[j];
  }

 private:
  const Problem& problem_;
  std::vector<double> x_, scale_;
};

// The symmetric matrix of an operator, by products with unit vectors.
Eigen::MatrixXd formed(const Operator& a) {
  const auto n = static_cast<Eigen::Index>(a.dim);
  Eigen::MatrixXd h(n, n);
  std::vector<double> unit(a.dim, 0.0);
  for (std::size_t j = 0; j < a.dim; ++j) {
    unit[j] = 1.0;
    a.apply(unit, {h.col(static_cast<Eigen::Index>(j)).data(), a.dim});
    unit[j] = 0.0;
  }
  return 0.5 * (h + h.transpose());
}

// Whether c I - sign H is certainly positive definite: floating-point Cholesky of it less an allowance runs through. With u = 2^-53 the
// factorisation of a matrix M is wrong by at most gamma_{n+2} trace(M); entries of H by `entries` in norm.
bool certainly_above(const Eigen::MatrixXd& h, double sign, double c, double entries) {
  const auto n = static_cast<double>(h.rows());
  Eigen::MatrixXd shifted = -sign * h;
  shifted.diagonal().array() += c;
  const double gamma = (n + 3.0) * 0x1p-53 / (1.0 - (n + 3.0) * 0x1p-53);
  const double allowance = 2.0 * gamma * shifted.diagonal().cwiseAbs().sum() + entries + 4.0 * 0x1p-53 * std::fabs(c);
  shifted.diagonal().array() -= allowance;
  if (!(shifted.diagonal().minCoeff() > 0.0)) return false;
  return Eigen::LLT<Eigen::MatrixXd>(shifted).info() == Eigen::Success;
}

// The least c found, from theta upward, with c I - sign H certainly positive definite.
double inertia_end(const Eigen::MatrixXd& h, double sign, double theta, double norm) {
  const double entries = 0x1p-40 * norm;
  double step = std::max(2.0 * entries, 1e-300);
  while (!certainly_above(h, sign, theta + step, entries)) {
    step *= 4.0;
    if (!(step < 8.0 * norm)) return std::numeric_limits<double>::infinity();
  }
  return theta + step;
}

struct Ends {
  Measurement largest, smallest;
};

// What is proved of all eigenvalues: they lie in [lower, upper]; infinite where nothing is.
struct Certified {
  double lower, upper;
  std::string source;
};

// Of the Hessian, times a factor >= 0: |lambda| <= L where f is smooth, lambda >= mu where f is convex.
Certified certified_of(const Facts& facts, double factor, std::string source) {
  const double norm = facts.smooth ? facts.L.upper * factor : std::numeric_limits<double>::infinity();
  return {facts.convex ? 0.0 : -norm, norm, std::move(source)};
}

// Both extremes of one operator.
Ends measure(const Operator& a, const Certified& certified, const SharpnessRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const Extremes ritz = lanczos_extremes(a, request.lanczos);
  Ends ends;
  const double norm = std::max(std::fabs(ritz.largest), std::fabs(ritz.smallest));
  Eigen::MatrixXd h;
  std::size_t products = ritz.products;
  const bool inertia = ritz.finite && a.dim <= request.inertia_limit;
  if (inertia) {
    h = formed(a);
    products += a.dim;
  }
  // One end: the largest eigenvalue of sign A.
  const auto end = [&](double sign, double theta) {
    Measurement m;
    m.value = sign * theta;
    m.products = products;
    if (!ritz.finite) {
      m.value = std::numeric_limits<double>::quiet_NaN();
      m.lower = -std::numeric_limits<double>::infinity();
      m.upper = std::numeric_limits<double>::infinity();
      m.reason = "a Hessian-vector product is not finite";
      return m;
    }
    const double low = theta - ritz.rounding;
    double high = theta + ritz.excess + ritz.rounding;
    m.level = request.lanczos.level;
    m.how = "Ritz value; random-start bound of Kuczynski and Wozniakowski";
    const double by_inertia = inertia ? inertia_end(h, sign, theta, norm) : std::numeric_limits<double>::infinity();
    if (std::isfinite(by_inertia)) {
      high = by_inertia;
      m.level = 0.0;
      m.certified = true;
      m.how = "Ritz value; inertia by Cholesky";
    } else if (const double proved = sign > 0.0 ? certified.upper : -certified.lower; std::isfinite(proved) && (proved <= high || proved - theta <= 1e-3 * norm)) {
      high = proved;
      m.level = 0.0;
      m.certified = true;
      m.how = "Ritz value; " + (sign < 0.0 && certified.lower == 0.0 ? std::string("f is convex") : certified.source);
    }
    m.lower = sign > 0.0 ? low : -high;
    m.upper = sign > 0.0 ? high : -low;
    m.converged = std::isfinite(high) && (ritz.converged || high - low <= 1e-3 * norm);
    if (!m.converged)
      m.reason = fmt::format("residual {:.2g} after {} products; more products (the limit is {}) would narrow the interval",
                             sign > 0.0 ? ritz.largest_residual : ritz.smallest_residual, ritz.products, request.lanczos.max_products);
    return m;
  };
  ends.largest = end(1.0, ritz.largest);
  ends.smallest = end(-1.0, -ritz.smallest);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ends.largest.seconds = ends.smallest.seconds = seconds;
  return ends;
}

}  // namespace

Spectrum hessian_extremes(const Problem& problem, std::span<const double> x, const SharpnessRequest& request) {
  const HessianOperator h(problem, x, {});
  Ends ends = measure(erase(h), certified_of(problem.facts, 1.0, "the problem's certified L"), request);
  ends.largest.probe = "lambda_max";
  ends.largest.semantics = "largest eigenvalue of Hess f(x)";
  ends.smallest.probe = "lambda_min";
  ends.smallest.semantics = "smallest eigenvalue of Hess f(x)";
  return {ends.largest, ends.smallest};
}

Measurement effective_sharpness(const Problem& problem, std::span<const double> x, std::span<const double> rate, const SharpnessRequest& request) {
  std::vector<double> root;
  double largest_rate = 0.0;
  for (double a : rate) {
    root.push_back(std::sqrt(a));
    largest_rate = std::max(largest_rate, a);
  }
  const HessianOperator h(problem, x, std::move(root));
  Measurement m = measure(erase(h), certified_of(problem.facts, largest_rate * (1.0 + 0x1p-50), "the problem's certified L times the largest A-LR"), request).largest;
  m.probe = "effective_sharpness";
  m.semantics = "largest eigenvalue of A^(1/2) Hess f(x) A^(1/2), A the A-LR of the last step";
  return m;
}

}  // namespace thalweg

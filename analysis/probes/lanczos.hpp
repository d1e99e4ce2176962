// Extreme eigenvalues of a symmetric operator by the Lanczos process, with intervals. The matrix is never formed.
//
// A V_k = V_k T_k + beta_k v_{k+1} e_k',  V_k' V_k = I (full re-orthogonalisation, twice),  T_k tridiagonal with Ritz values theta_1 >= ... >= theta_k.
//   Lower end of lambda_max: theta_1 <= lambda_max (Courant-Fischer). Rounding is allowed for by 2^-40 of the norm estimate.
//   Upper end, random start (uniform on the sphere): Kuczynski & Wozniakowski, SIAM J. Matrix Anal. Appl. 13 (1992), section 4:
//     P[(lambda_max - theta_1) / (lambda_max - lambda_min) > e] <= 1.648 sqrt(n) exp(-sqrt(e) (2 k - 1)).
//     The same holds for -A; with both, each at half the level, the spread is at most (theta_1 - theta_k) / (1 - 2 e). This is for a k fixed beforehand:
//     the process stops when it has converged, so the level is shared by every k at which it looks.
//     When the Krylov space is exhausted (beta_k = 0) a random start has, almost surely, found every distinct eigenvalue.
//   A residual |A y - theta y| only proves that some eigenvalue is near theta, not which one: it decides when to stop and is never the interval.
// Cost: one product and O(n k) work a step; 8 n k bytes.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace thalweg {

template <class A>
concept SymmetricOperator = requires(const A& a, std::span<const double> v, std::span<double> out) {
  { a.dim() } -> std::convertible_to<std::size_t>;
  a.apply(v, out);
};

// Any operator, erased: what the .cpp files of this folder work on.
struct Operator {
  std::size_t dim = 0;
  std::function<void(std::span<const double>, std::span<double>)> apply;
};

template <SymmetricOperator A>
Operator erase(const A& a) {
  return {a.dim(), [&a](std::span<const double> v, std::span<double> out) { a.apply(v, out); }};
}

struct LanczosOptions {
  std::size_t max_products = 300;
  double tolerance = 1e-8;   // stop when the residuals of both ends are below tolerance x (theta_1 - theta_k)
  std::uint64_t seed = 1;    // of the random start
  double level = 1e-3;       // error probability of the intervals
};

struct Extremes {
  double largest = 0.0, smallest = 0.0;              // theta_1, theta_k
  double largest_residual = 0.0, smallest_residual = 0.0;
  double excess = 0.0;                               // with probability >= 1 - level: lambda_max <= theta_1 + excess, lambda_min >= theta_k - excess
  double rounding = 0.0;                             // allowance for rounding in products and recurrences
  std::size_t products = 0;
  bool converged = false;
  bool finite = true;
  std::vector<double> top_vector;                    // unit Ritz vector of theta_1
};

Extremes lanczos_extremes(const Operator& a, const LanczosOptions& options = {});

}  // namespace thalweg

// Exact quantiles of small samples, type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50,
// 1996: with x_(0) <= ... <= x_(n-1) and h = (n - 1) p,  q(p) = x_(floor h) + (h - floor h) (x_(floor h + 1) - x_(floor h)). q(0) is the
// minimum, q(1) the maximum. A sample with a NaN has NaN quantiles; an infinite neighbour is returned, never interpolated to a NaN.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "lib/core/check.hpp"

namespace thalweg {

// Of values already in ascending order, at least one, none NaN.
inline double sorted_quantile(std::span<const double> sorted, double p) {
  THALWEG_EXPECTS(!sorted.empty() && p >= 0.0 && p <= 1.0);
  const double h = static_cast<double>(sorted.size() - 1) * p;
  const std::size_t below = static_cast<std::size_t>(h);
  const double fraction = h - static_cast<double>(below);
  const double low = sorted[below];
  if (fraction == 0.0 || sorted[below + 1] == low) return low;
  const double high = sorted[below + 1];
  if (std::isinf(low)) return low;
  return low + fraction * (high - low);
}

inline std::vector<double> quantiles(std::span<const double> values, std::span<const double> probabilities) {
  THALWEG_EXPECTS(!values.empty());
  std::vector<double> sorted(values.begin(), values.end());
  for (const double x : sorted) {
    if (std::isnan(x)) return std::vector<double>(probabilities.size(), std::numeric_limits<double>::quiet_NaN());
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> result;
  result.reserve(probabilities.size());
  for (const double p : probabilities) result.push_back(sorted_quantile(sorted, p));
  return result;
}

inline double quantile(std::span<const double> values, double p) { return quantiles(values, std::span<const double>(&p, 1)).front(); }
inline double median(std::span<const double> values) { return quantile(values, 0.5); }

}  // namespace thalweg

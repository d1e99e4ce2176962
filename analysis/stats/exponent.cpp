#include "analysis/stats/exponent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"
#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"

namespace thalweg {

namespace {

constexpr double alike = 1e-9;  // a spread below this is that of rounding: parts are of order 1

// value + the interval of a mean of linearised parts, whose own mean is 0 up to rounding.
Estimate linearised(double value, const std::vector<double>& parts, double level) {
  if (parts.size() == 1) {
    Estimate one = deterministic_estimate(value, 1e-12 * std::fabs(value) + 1e-12);
    one.how = "one replica";
    return one;
  }
  const double centre = moments_of(parts).mean();
  double widest = 0.0;
  for (const double part : parts) widest = std::fmax(widest, std::fabs(part - centre));
  if (widest <= alike * (1.0 + std::fabs(value))) {
    Estimate sure = deterministic_estimate(value, widest);
    sure.level = level;
    sure.count = parts.size();
    sure.how = "every replica moves alike";
    return sure;
  }
  Estimate estimate = skewness_corrected_interval(parts, level);
  estimate.value = value;
  estimate.lower += value - centre;
  estimate.upper += value - centre;
  estimate.how = "paired, delta method (asymptotic)";
  return estimate;
}

// A quantity without a logarithm has no exponent.
Estimate undefined(std::size_t count, double level) {
  Estimate none;
  none.level = level;
  none.count = count;
  none.how = "none";
  none.doubt = "a mean is not positive and finite";
  return none;
}

bool has_logarithm(double mean) { return mean > 0.0 && std::isfinite(mean); }

}  // namespace

Estimate exponent_between(std::span<const double> a, std::span<const double> b, double log_ratio, double level) {
  THALWEG_EXPECTS(!a.empty() && a.size() == b.size() && log_ratio != 0.0);
  const double mean_a = moments_of(a).mean(), mean_b = moments_of(b).mean();
  if (!has_logarithm(mean_a) || !has_logarithm(mean_b)) return undefined(a.size(), level);
  std::vector<double> parts(a.size());
  for (std::size_t r = 0; r < a.size(); ++r) parts[r] = (b[r] / mean_b - a[r] / mean_a) / log_ratio;
  return linearised(std::log(mean_b / mean_a) / log_ratio, parts, level);
}

Estimate share_of_way(std::span<const double> a, std::span<const double> b, std::span<const double> c, double level) {
  THALWEG_EXPECTS(!a.empty() && a.size() == b.size() && a.size() == c.size());
  const Estimate way = log_ratio_of_means(a, c, level);
  const double mean_a = moments_of(a).mean(), mean_b = moments_of(b).mean(), mean_c = moments_of(c).mean();
  if (!has_logarithm(mean_a) || !has_logarithm(mean_b) || !has_logarithm(mean_c)) return undefined(a.size(), level);
  if (mean_a == mean_c) {
    Estimate none = undefined(a.size(), level);
    none.doubt = "the two ends are one";
    return none;
  }
  const double whole = std::log(mean_a / mean_c), part = std::log(mean_a / mean_b), share = part / whole;
  // d share = ((d log a - d log b) - share (d log a - d log c)) / whole.
  std::vector<double> parts(a.size());
  for (std::size_t r = 0; r < a.size(); ++r) {
    const double da = a[r] / mean_a, db = b[r] / mean_b, dc = c[r] / mean_c;
    parts[r] = ((da - db) - share * (da - dc)) / whole;
  }
  Estimate estimate = linearised(share, parts, level);
  if (!way.doubt.empty() || (way.lower <= 0.0 && way.upper >= 0.0)) {
    estimate.lower = -std::numeric_limits<double>::infinity();
    estimate.upper = std::numeric_limits<double>::infinity();
    estimate.doubt = "the two ends are not told apart";
  }
  return estimate;
}

namespace {

// Weights w with sum w_i y_i = the least-squares slope of y against log p.
std::vector<double> slope_weights(std::span<const double> p) {
  double centre = 0.0, squares = 0.0;
  for (const double value : p) centre += std::log(value) / static_cast<double>(p.size());
  for (const double value : p) squares += (std::log(value) - centre) * (std::log(value) - centre);
  std::vector<double> weights;
  for (const double value : p) weights.push_back((std::log(value) - centre) / squares);
  return weights;
}

// Slope of the logarithms of means in which replica r counts count[r] times; not a number where a mean has none.
double slope_of(std::span<const double> values, std::span<const double> weights, std::span<const std::size_t> count) {
  double slope = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double sum = 0.0;
    for (std::size_t r = 0; r < count.size(); ++r) sum += static_cast<double>(count[r]) * values[r * weights.size() + i];
    slope += weights[i] * (sum > 0.0 ? std::log(sum / static_cast<double>(count.size())) : std::numeric_limits<double>::quiet_NaN());
  }
  return slope;
}

}  // namespace

SweptExponent exponent_over(std::span<const double> p, std::span<const double> values, double level, std::uint64_t seed) {
  const std::size_t points = p.size(), replicas = points == 0 ? 0 : values.size() / points;
  THALWEG_EXPECTS(points >= 2 && replicas > 0);
  constexpr std::size_t fitted_points = 6, resamples = 400;
  if (points < fitted_points || p.back() < std::sqrt(10.0) * p.front()) {
    std::vector<double> first(replicas), last(replicas);
    for (std::size_t r = 0; r < replicas; ++r) {
      first[r] = values[r * points];
      last[r] = values[r * points + points - 1];
    }
    return {exponent_between(first, last, std::log(p.back() / p.front()), level), true, points};
  }
  const std::vector<double> weights = slope_weights(p);
  std::vector<std::size_t> count(replicas, 1);
  Estimate estimate = undefined(replicas, level);
  const double slope = slope_of(values, weights, count);
  if (!std::isfinite(slope)) return {estimate, false, points};
  estimate.value = slope;
  estimate.doubt.clear();
  if (replicas == 1) {
    Estimate one = deterministic_estimate(slope, 1e-12 * std::fabs(slope) + 1e-12);
    one.how = "one replica";
    return {one, false, points};
  }
  const DrawKey key = draw_key(seed, replicas);
  Moments slopes;
  for (std::size_t b = 0; b < resamples; ++b) {
    std::fill(count.begin(), count.end(), std::size_t{0});
    for (std::size_t i = 0; i < replicas; ++i) ++count[draw_index(key, Stream::resampling, b, 0, i, replicas)];
    slopes.add(slope_of(values, weights, count));
  }
  const double r = static_cast<double>(replicas), half = student_upper_quantile(level / 2.0, r - 1.0) * slopes.deviation() * std::sqrt(r / (r - 1.0));
  estimate.how = "cluster bootstrap over replicas (asymptotic)";
  if (!std::isfinite(half)) {
    estimate.doubt = "a resample has a mean that is not positive";
    return {estimate, false, points};
  }
  estimate.lower = slope - half;
  estimate.upper = slope + half;
  return {estimate, false, points};
}

}  // namespace thalweg

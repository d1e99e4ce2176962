#include "analysis/stats/exponent.hpp"

#include <cmath>
#include <vector>

#include "analysis/stats/moments.hpp"
#include "analysis/stats/rate_fit.hpp"
#include "lib/core/check.hpp"

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

SweptExponent exponent_over(std::span<const double> p, std::span<const double> values, double level, std::uint64_t seed) {
  const std::size_t points = p.size(), replicas = points == 0 ? 0 : values.size() / points;
  THALWEG_EXPECTS(points >= 2 && replicas > 0);
  constexpr std::size_t fitted_points = 6;
  if (points >= fitted_points) {
    const RateRule rule{.decades = 1e6, .least_decades = 0.5, .least_points = fitted_points};
    if (const RateFit fit = fit_rate({p, values}, RateModel::power, level, seed, rule); fit.fitted && fit.points == points) return {fit.exponent, false, points};
  }
  std::vector<double> first(replicas), last(replicas);
  for (std::size_t r = 0; r < replicas; ++r) {
    first[r] = values[r * points];
    last[r] = values[r * points + points - 1];
  }
  return {exponent_between(first, last, std::log(p.back() / p.front()), level), true, points};
}

}  // namespace thalweg

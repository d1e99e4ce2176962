#include "analysis/stats/interval_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/stats/betting.hpp"
#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

Estimate whole_line(std::span<const double> values, double level, std::string how, std::string doubt) {
  const double value = values.empty() ? std::numeric_limits<double>::quiet_NaN() : moments_of(values).mean();
  return {.value = value, .level = level, .how = std::move(how), .count = values.size(), .doubt = std::move(doubt)};
}

// Why values contradict the range, or empty. `excess`: by how much they leave it within what rounding explains.
std::string contradiction(std::span<const double> values, Range range, double& excess) {
  excess = 0.0;
  if (!all_finite(values)) return "a value is not finite";
  for (const double x : values) excess = std::max({excess, range.lower - x, x - range.upper});
  if (excess <= 1e-9 * (range.upper - range.lower)) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fmt::format("values in [{:.6g}, {:.6g}] leave the stated range [{:.6g}, {:.6g}]", *low, *high, range.lower, range.upper);
}

// Widened by `slack` and the rounding of the last additions, within the range: the range itself is certain.
void widen(Estimate& estimate, Range range, double slack) {
  const double rounding = slack + 8.0 * std::numeric_limits<double>::epsilon() * std::max(std::abs(range.lower), std::abs(range.upper));
  estimate.lower = std::max(range.lower, estimate.lower - rounding);
  estimate.upper = std::min(range.upper, estimate.upper + rounding);
}

Estimate range_itself(std::span<const double> values, Range range, double level, std::string how) {
  const double value = values.empty() ? std::numeric_limits<double>::quiet_NaN() : moments_of(values).mean();
  return {value, range.lower, range.upper, level, std::move(how), true, values.size(), {}};
}

void check(Range range, double level) {
  THALWEG_EXPECTS(level > 0.0 && level < 1.0);
  THALWEG_EXPECTS(std::isfinite(range.lower) && std::isfinite(range.upper) && range.lower <= range.upper);
}

}  // namespace

Estimate betting_interval(std::span<const double> values, Range range, double level) {
  check(range, level);
  const std::string how = "betting";
  double excess = 0.0;
  if (std::string doubt = contradiction(values, range, excess); !doubt.empty()) return whole_line(values, level, how, std::move(doubt));
  const double length = range.upper - range.lower;
  Estimate estimate = range_itself(values, range, level, how);
  if (values.empty() || length == 0.0) return estimate;
  if (!std::isfinite(length)) return whole_line(values, level, how, "the range is too long to be scaled");

  std::vector<double> from_below(values.size()), from_above(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    from_below[i] = std::clamp((values[i] - range.lower) / length, 0.0, 1.0);
    from_above[i] = std::clamp((range.upper - values[i]) / length, 0.0, 1.0);
  }
  const std::vector<double> plug_in = plug_in_bets(from_below, level);
  const double lower = lower_limit_by_betting(from_below, plug_in, level / 2.0);
  const double upper = 1.0 - lower_limit_by_betting(from_above, plug_in, level / 2.0);
  if (lower > upper) {  // probability at most `level` for independent replicas of one law
    estimate.doubt = "early and late replicas contradict each other: the range is all that is sure";
    return estimate;
  }
  estimate.lower = range.lower + length * lower;
  estimate.upper = range.lower + length * upper;
  widen(estimate, range, excess);
  return estimate;
}

Estimate empirical_bernstein_interval(std::span<const double> values, Range range, double level) {
  check(range, level);
  const std::string how = "empirical Bernstein";
  double excess = 0.0;
  if (std::string doubt = contradiction(values, range, excess); !doubt.empty()) return whole_line(values, level, how, std::move(doubt));
  Estimate estimate = range_itself(values, range, level, how);
  if (values.size() < 2) return estimate;
  const Moments moments = moments_of(values);
  const double n = static_cast<double>(values.size()), log_term = std::log(4.0 / level);
  const double width =
      std::sqrt(2.0 * moments.variance() * log_term / n) + 7.0 * (range.upper - range.lower) * log_term / (3.0 * (n - 1.0));
  estimate.lower = moments.mean() - width;
  estimate.upper = moments.mean() + width;
  widen(estimate, range, excess);
  return estimate;
}

std::optional<TailIndex> tail_index(std::span<const double> values) {
  if (values.size() < 16 || !all_finite(values)) return std::nullopt;
  // The median of type 7 (analysis/stats/quantile.hpp) without sorting all, then the k + 1 largest deviations from it.
  std::vector<double> deviations(values.begin(), values.end());
  const auto middle = deviations.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(deviations.begin(), middle, deviations.end());
  const double below = values.size() % 2 == 0 ? *std::max_element(deviations.begin(), middle) : *middle;
  const double centre = below + 0.5 * (*middle - below);
  for (std::size_t i = 0; i < values.size(); ++i) deviations[i] = std::abs(values[i] - centre);
  const std::size_t k = static_cast<std::size_t>(std::sqrt(static_cast<double>(values.size())));
  std::nth_element(deviations.begin(), deviations.begin() + static_cast<std::ptrdiff_t>(k), deviations.end(), std::greater<>());
  std::sort(deviations.begin(), deviations.begin() + static_cast<std::ptrdiff_t>(k), std::greater<>());
  if (!(deviations[k] > 0.0)) return std::nullopt;
  double sum = 0.0;
  for (std::size_t i = 0; i < k; ++i) sum += std::log(deviations[i] / deviations[k]);
  const double xi = sum / static_cast<double>(k);
  return TailIndex{xi, xi / std::sqrt(static_cast<double>(k)), k};
}

namespace {

// Why the variance cannot be trusted, or empty. Below 16 values nothing can be said of tails.
std::string tail_doubt(std::span<const double> values) {
  if (values.size() < 16) return {};
  const auto tail = tail_index(values);
  if (!tail) return fmt::format("nearly all of the {} values are equal: the spread rests on the few others", values.size());
  if (tail->xi - 1.645 * tail->error <= 0.5) return {};
  return fmt::format("the variance may be infinite: Hill's tail index is {:.2f} +- {:.2f} ({} largest deviations), 0.5 is the limit",
                     tail->xi, tail->error, tail->used);
}

}  // namespace

Estimate skewness_corrected_interval(std::span<const double> values, double level) {
  THALWEG_EXPECTS(level > 0.0 && level < 1.0);
  const std::string how = "skewness-corrected t (asymptotic)";
  if (values.size() < 2) return whole_line(values, level, how, "an interval needs at least two replicas");
  if (!all_finite(values)) return whole_line(values, level, how, "a value is not finite");
  const Moments moments = moments_of(values);
  if (!(moments.variance() > 0.0))
    return whole_line(values, level, how, fmt::format("all {} values are equal: no spread to judge by", values.size()));
  if (!std::isfinite(moments.variance())) return whole_line(values, level, how, "the spread overflows");
  if (std::string doubt = tail_doubt(values); !doubt.empty()) return whole_line(values, level, how, std::move(doubt));
  const double n = static_cast<double>(values.size()), scale = moments.deviation() / std::sqrt(n);
  const double q = student_upper_quantile(level / 2.0, n - 1.0);
  const double skewness = moments.skewness(), a = std::isfinite(skewness) ? skewness / (3.0 * std::sqrt(n)) : 0.0;
  const auto inverse = [a](double y) { return std::abs(a) < 1e-8 ? y : (std::cbrt(1.0 + 3.0 * a * (y - a / 2.0)) - 1.0) / a; };
  return {.value = moments.mean(),
          .lower = moments.mean() - scale * std::max(q, inverse(q)),
          .upper = moments.mean() + scale * std::max(q, -inverse(-q)),
          .level = level,
          .how = how,
          .finite_sample = false,
          .count = values.size(),
          .doubt = {}};
}

Estimate deterministic_estimate(double value, double rounding) {
  THALWEG_EXPECTS(rounding >= 0.0);
  if (!std::isfinite(value))
    return whole_line(std::span<const double>(&value, 1), 0.0, "one run without randomness", "the value is not finite");
  return {value,
          std::nextafter(value - rounding, -infinity),
          std::nextafter(value + rounding, infinity),
          0.0,
          "one run without randomness",
          true,
          1,
          {}};
}

namespace {
bool finite(const std::optional<Range>& range) { return range && std::isfinite(range->lower) && std::isfinite(range->upper); }
}  // namespace

Estimate estimate_mean(std::span<const double> values, std::optional<Range> range, double level) {
  if (finite(range)) return betting_interval(values, *range, level);
  return skewness_corrected_interval(values, level);
}

double level_of_a_look(std::optional<Range> range, double level, std::size_t looks) {
  THALWEG_EXPECTS(looks >= 1);
  return finite(range) ? level : level / static_cast<double>(looks);
}

Estimate estimate_at_a_look(std::span<const double> values, std::optional<Range> range, double level, std::size_t looks) {
  Estimate estimate = estimate_mean(values, range, level_of_a_look(range, level, looks));
  if (!finite(range) && looks > 1) estimate.how += fmt::format(", one of {} looks", looks);
  return estimate;
}

double simultaneous_level(double total, std::size_t comparisons) {
  THALWEG_EXPECTS(total > 0.0 && total < 1.0);
  return total / static_cast<double>(std::max<std::size_t>(comparisons, 1));
}

std::vector<double> paired_differences(std::span<const double> a, std::span<const double> b) {
  THALWEG_EXPECTS(a.size() == b.size());
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) differences[i] = a[i] - b[i];
  return differences;
}

Range difference_range(Range a, Range b) {
  return {std::nextafter(a.lower - b.upper, -infinity), std::nextafter(a.upper - b.lower, infinity)};
}

std::optional<std::uint64_t> replicas_needed(double mean, double variance, std::optional<Range> range, double level, double bound) {
  THALWEG_EXPECTS(level > 0.0 && level < 1.0);
  const double gap = std::abs(mean - bound);
  if (!std::isfinite(gap) || gap == 0.0 || !std::isfinite(variance) || variance < 0.0) return std::nullopt;
  const double log_term = std::log(4.0 / level);
  const auto separates = [&](double n) {
    if (range) return std::sqrt(2.0 * variance * log_term / n) + 7.0 * (range->upper - range->lower) * log_term / (3.0 * (n - 1.0)) < gap;
    // Student's quantile is the normal one to all digits far beyond 1e8 degrees.
    const double q = n < 1e8 ? student_upper_quantile(level / 2.0, n - 1.0) : normal_upper_quantile(level / 2.0);
    return q * std::sqrt(variance / n) < gap;
  };
  constexpr std::uint64_t most = 1000000000000000;
  std::uint64_t enough = 2;
  while (!separates(static_cast<double>(enough))) {
    if (enough > most) return std::nullopt;
    enough *= 2;
  }
  std::uint64_t too_few = enough / 2;
  while (enough - too_few > 1) {
    const std::uint64_t middle = too_few + (enough - too_few) / 2;
    (separates(static_cast<double>(middle)) ? enough : too_few) = middle;
  }
  return enough;
}

std::optional<std::uint64_t> replicas_needed(std::span<const double> values, std::optional<Range> range, double level, double bound) {
  if (values.size() < 2) return std::nullopt;
  const Moments moments = moments_of(values);
  return replicas_needed(moments.mean(), moments.variance(), range, level, bound);
}

}  // namespace thalweg

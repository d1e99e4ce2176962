#include "analysis/stats/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"
#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"

namespace thalweg {

namespace {

// The curve of finite values among `instances`.
ShareCurve curve_of(std::vector<double> values, std::size_t instances) {
  std::erase_if(values, [](double x) { return !std::isfinite(x); });
  std::sort(values.begin(), values.end());
  ShareCurve curve;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i + 1 < values.size() && values[i + 1] == values[i]) continue;
    curve.at.push_back(values[i]);
    curve.share.push_back(static_cast<double>(i + 1) / static_cast<double>(instances));
  }
  return curve;
}

std::vector<ShareCurve> curves(const std::vector<std::vector<double>>& cost, const auto& value_of) {
  std::vector<ShareCurve> all;
  const std::size_t methods = cost.empty() ? 0 : cost.front().size();
  for (std::size_t s = 0; s < methods; ++s) {
    std::vector<double> values;
    for (std::size_t p = 0; p < cost.size(); ++p) {
      THALWEG_EXPECTS(cost[p].size() == methods);
      values.push_back(value_of(p, s));
    }
    all.push_back(curve_of(std::move(values), cost.size()));
  }
  return all;
}

}  // namespace

namespace {

Better better_by(const Estimate& difference) {
  if (difference.upper < 0.0) return Better::first;
  return difference.lower > 0.0 ? Better::second : Better::undecided;
}

// Rounding of a run's last digits says nothing of a method.
Estimate difference_of(double first, double second) { return deterministic_estimate(first - second, 1e-12 * (std::abs(first) + std::abs(second))); }

}  // namespace

PairedComparison compare_paired(std::span<const double> first, std::span<const double> second, double level) {
  THALWEG_EXPECTS(first.size() == second.size() && !first.empty());
  if (std::equal(first.begin(), first.end(), second.begin())) {
    PairedComparison comparison{difference_of(first.front(), second.front()), Better::equal};
    comparison.difference.count = first.size();
    return comparison;
  }
  const Estimate difference = skewness_corrected_interval(paired_differences(first, second), level);
  return {difference, better_by(difference)};
}

PairedComparison compare_certain(double first, double second) {
  const Estimate difference = difference_of(first, second);
  return {difference, first == second ? Better::equal : better_by(difference)};
}

double ShareCurve::operator()(double x) const {
  const auto beyond = std::upper_bound(at.begin(), at.end(), x);
  return beyond == at.begin() ? 0.0 : share[static_cast<std::size_t>(beyond - at.begin()) - 1];
}

std::vector<ShareCurve> performance_profiles(const std::vector<std::vector<double>>& cost) {
  return curves(cost, [&](std::size_t p, std::size_t s) {
    const double best = *std::min_element(cost[p].begin(), cost[p].end());
    THALWEG_EXPECTS(best > 0.0);
    return std::isfinite(best) ? cost[p][s] / best : not_solved;
  });
}

std::vector<ShareCurve> data_profiles(const std::vector<std::vector<double>>& cost, std::span<const std::size_t> dimension) {
  THALWEG_EXPECTS(dimension.size() == cost.size());
  return curves(cost, [&](std::size_t p, std::size_t s) { return cost[p][s] / (static_cast<double>(dimension[p]) + 1.0); });
}

RunTime expected_run_time(std::span<const double> cost, std::span<const double> spent, double level, std::uint64_t seed, std::size_t resamples) {
  THALWEG_EXPECTS(cost.size() == spent.size() && !cost.empty() && level > 0.0 && level < 1.0 && resamples >= 2);
  const std::size_t runs = cost.size();
  RunTime time;
  time.runs = runs;
  double total = 0.0;
  for (std::size_t r = 0; r < runs; ++r) {
    const bool reached = std::isfinite(cost[r]);
    time.reached += reached ? 1U : 0U;
    total += reached ? cost[r] : spent[r];
  }
  if (time.reached == 0) return time;
  time.expected = total / static_cast<double>(time.reached);
  if (time.reached < 2) return time;
  const DrawKey key = draw_key(seed, runs);
  Moments logarithms;
  for (std::size_t b = 0; b < resamples; ++b) {
    double sum = 0.0;
    std::size_t successes = 0;
    for (std::size_t i = 0; i < runs; ++i) {
      const std::size_t r = draw_index(key, Stream::resampling, b, 0, i, runs);
      const bool reached = std::isfinite(cost[r]);
      successes += reached ? 1U : 0U;
      sum += reached ? cost[r] : spent[r];
    }
    logarithms.add(std::log(sum / static_cast<double>(successes)));  // infinite without a success: the interval is then the whole half-line
  }
  const double n = static_cast<double>(runs), half = student_upper_quantile(level / 2.0, n - 1.0) * logarithms.deviation() * std::sqrt(n / (n - 1.0));
  if (!std::isfinite(half)) return time;
  time.lower = time.expected * std::exp(-half);
  time.upper = time.expected * std::exp(half);
  return time;
}

}  // namespace thalweg

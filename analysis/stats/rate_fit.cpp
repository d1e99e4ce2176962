#include "analysis/stats/rate_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"
#include "analysis/stats/rate_curve.hpp"
#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"

namespace thalweg {

namespace {

// The window of a resample: replica r counts count[r] times. Weights are made anew, as they were from the sample: where noise is skewed a mean that
// is high by chance has a low weight, and an interval that did not know it would be too short.
void resample(const Series& series, std::span<const std::size_t> count, RateWindow& window) {
  const std::size_t steps = series.times.size();
  const double replicas = static_cast<double>(std::accumulate(count.begin(), count.end(), std::size_t{0}));
  std::fill(window.means.begin(), window.means.end(), 0.0);
  std::fill(window.weights.begin(), window.weights.end(), 0.0);
  for (std::size_t r = 0; r < count.size(); ++r) {
    if (count[r] == 0) continue;
    const double times = static_cast<double>(count[r]) / replicas;
    for (std::size_t i = 0; i < window.means.size(); ++i) window.means[i] += times * series.values[r * steps + window.begin + i];
  }
  for (std::size_t r = 0; r < count.size(); ++r) {
    if (count[r] == 0) continue;
    const double times = static_cast<double>(count[r]) / (replicas - 1.0);
    for (std::size_t i = 0; i < window.means.size(); ++i) {
      const double deviation = series.values[r * steps + window.begin + i] - window.means[i];
      window.weights[i] += times * deviation * deviation;
    }
  }
  for (std::size_t i = 0; i < window.means.size(); ++i) window.weights[i] = weight_of(window.means[i], window.weights[i] / replicas);
}

std::string choose_window(const Series& series, RateModel model, const RateRule& rule, std::span<const Moments> at, RateWindow& window) {
  std::size_t usable = 0;
  while (usable < at.size() && std::isfinite(at[usable].mean()) && at[usable].mean() > 0.0) ++usable;
  const auto few = [&](std::size_t points) { return fmt::format("too few points: {}, {} needed", points, rule.least_points); };
  if (usable < rule.least_points) return few(usable);
  window = {0, usable, {}, {}, {}};
  const auto mean = [&](std::size_t i) { return at[i].mean(); };
  const bool of_powers = model == RateModel::power || model == RateModel::log_corrected || model == RateModel::broken_power;
  if (of_powers) {
    const double earliest = model == RateModel::log_corrected ? 3.0 : 0.0;  // log log t must be tame
    while (window.begin < usable && series.times[window.begin] <= earliest) ++window.begin;
    const double start = model == RateModel::broken_power ? 0.0 : series.times[usable - 1] / std::pow(10.0, rule.decades) * (1.0 - 1e-9);
    while (window.begin + 1 < usable && series.times[window.begin] < start) ++window.begin;
    if (window.end - window.begin < rule.least_points) return few(window.end - window.begin);
    const double decades = std::log10(series.times[usable - 1] / series.times[window.begin]);
    if (decades < rule.least_decades - 1e-9)
      return fmt::format("range too short: {:.1f} decades, {:.1f} needed", decades, rule.least_decades);
  } else if (model == RateModel::geometric) {
    const double start = std::log(mean(0)), fall = start - std::log(mean(usable - 1));
    while (window.begin + 1 < usable && std::log(mean(window.begin)) > start - 0.1 * fall) ++window.begin;
  }
  if (!of_powers) {
    const double fall = std::log10(mean(window.begin) / mean(usable - 1));
    if (!(fall >= rule.least_fall)) return fmt::format("falls too little: {:.1f} decades, {:.1f} needed", fall, rule.least_fall);
  }
  return window.end - window.begin < rule.least_points ? few(window.end - window.begin) : std::string{};
}

// Whether the curve stops falling within the window: its slope over the last quarter (of log t, or of t where the law is geometric) is less than a
// fifth of that before, and the two differ by more than three standard errors of the replicas. Slopes are linear in log mean, and log mean is nearly
// linear in each replica's values: replica r has the influence sum_i a_i (y_ri / mean_i - 1), a_i the weights of the difference of slopes.
std::string floor_of(const Series& series, RateModel model, const RateWindow& window) {
  const bool geometric = model == RateModel::geometric;
  std::vector<double> x(window.times.size()), log_y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = geometric ? window.times[i] : std::log(window.times[i]);
    log_y[i] = std::log(window.means[i]);
  }
  const double from = x.back() - 0.25 * (x.back() - x.front());
  const auto split = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), from) - x.begin());
  if (split < 4 || x.size() - split < 4) return {};
  const auto slope = [&](std::size_t begin, std::size_t end, std::span<const double> y) {
    return weighted_line(std::span(x).subspan(begin, end - begin), y.subspan(begin, end - begin), std::span<const double>(window.weights).subspan(begin, end - begin)).slope;
  };
  const double early = slope(0, split, log_y), late = slope(split, x.size(), log_y);
  if (!(early < 0.0 && late > 0.2 * early)) return {};
  if (series.replicas() > 1) {
    Moments influences;
    std::vector<double> relative(x.size());
    for (std::size_t r = 0; r < series.replicas(); ++r) {
      for (std::size_t i = 0; i < x.size(); ++i) relative[i] = series.values[r * series.times.size() + window.begin + i] / window.means[i] - 1.0;
      influences.add(slope(split, x.size(), relative) - slope(0, split, relative));
    }
    if (!(late - early > 3.0 * influences.deviation() / std::sqrt(static_cast<double>(series.replicas())))) return {};
  }
  return fmt::format("falls no further from t = {:.6g} on: a floor near {:.3g}", window.times[split], window.means.back());
}

// From the fits without one replica each, its influences on the exponent. Degrees of freedom of a standard error by Satterthwaite's rule:
// Var(s^2) / sigma^4 = (kurtosis - 1) / R for R influences, so 2 R / (kurtosis - 1). Of many replicas neither matters, and it is left out.
struct Jackknife {
  double error = 0.0;  // standard error; never too small in the mean (Efron and Stein, Ann. Stat. 9, 1981)
  double degrees = 0.0;
};
Jackknife jackknife(const Series& series, RateModel model, const RateWindow& window, double exponent) {
  const std::size_t replicas = series.replicas();
  const double most = static_cast<double>(replicas) - 1.0;
  if (replicas < 5 || replicas > 400) return {0.0, most};
  std::vector<std::size_t> count(replicas, 1);
  RateWindow without = window;
  Moments influences;
  for (std::size_t r = 0; r < replicas; ++r) {
    count[r] = 0;
    resample(series, count, without);
    count[r] = 1;
    influences.add(fit_curve(model, without, without.means, exponent).exponent);
  }
  const double kurtosis = influences.kurtosis(), r = static_cast<double>(replicas);
  return {std::sqrt((r - 1.0) / r * influences.central_sum(2)), kurtosis > 1.0 ? std::min(most, 2.0 * r / (kurtosis - 1.0)) : most};
}

Estimate by_bootstrap(const Series& series, RateModel model, const RateWindow& window, double exponent, double level, std::uint64_t seed,
                      const RateRule& rule) {
  const std::size_t replicas = series.replicas();
  const DrawKey key = draw_key(seed, replicas);
  Moments exponents;
  std::vector<std::size_t> count(replicas);
  RateWindow resampled = window;
  for (std::size_t b = 0; b < rule.resamples; ++b) {
    std::fill(count.begin(), count.end(), std::size_t{0});
    for (std::size_t i = 0; i < replicas; ++i) ++count[draw_index(key, Stream::resampling, b, 0, i, replicas)];
    resample(series, count, resampled);
    // A resample may lose the sign that the logarithm needs (values of both signs): it is kept as "no information" below.
    if (model != RateModel::geometric_to_floor && std::any_of(resampled.means.begin(), resampled.means.end(), [](double y) { return !(y > 0.0); })) {
      exponents.add(std::numeric_limits<double>::quiet_NaN());
    } else {
      exponents.add(fit_curve(model, resampled, resampled.means, exponent).exponent);
    }
  }
  Estimate estimate{
      .value = exponent, .level = level, .how = "cluster bootstrap over replicas (asymptotic)", .count = replicas, .doubt = {}};
  const double r = static_cast<double>(replicas);
  const Jackknife without_one = jackknife(series, model, window, exponent);
  const double error = std::max(exponents.deviation() * std::sqrt(r / (r - 1.0)), without_one.error);
  const double half = student_upper_quantile(level / 2.0, without_one.degrees) * error;
  if (!std::isfinite(half)) {
    estimate.doubt = "a resample has a mean that is not positive";
    return estimate;
  }
  estimate.lower = exponent - half;
  estimate.upper = exponent + half;
  return estimate;
}

// Two fits that share no point: first and second half, or, where half a window cannot tell the floor from the fall, even and odd points.
Estimate by_halves(RateModel model, const RateWindow& window, double exponent) {
  const bool interleaved = model == RateModel::geometric_to_floor;
  RateWindow part[2];
  for (std::size_t i = 0; i < window.times.size(); ++i) {
    RateWindow& half = part[interleaved ? i % 2 : 2 * i / window.times.size()];
    half.times.push_back(window.times[i]);
    half.means.push_back(window.means[i]);
    half.weights.push_back(window.weights[i]);
  }
  const double first = fit_curve(model, part[0], part[0].means).exponent, second = fit_curve(model, part[1], part[1].means).exponent;
  return {.value = exponent,
          .lower = std::min({first, second, exponent}),
          .upper = std::max({first, second, exponent}),
          .level = 0.0,
          .how = interleaved ? "one replica: exponents of even and odd points, not a confidence interval"
                             : "one replica: exponents of the window's halves, not a confidence interval",
          .finite_sample = false,
          .count = 1,
          .doubt = {}};
}

}  // namespace

RateFit fit_rate(const Series& series, RateModel model, double level, std::uint64_t seed, const RateRule& rule) {
  THALWEG_EXPECTS(level > 0.0 && level < 1.0 && rule.least_points >= 6 && rule.resamples >= 2);
  THALWEG_EXPECTS(!series.times.empty() && series.values.size() == series.replicas() * series.times.size() && series.replicas() > 0);
  std::vector<Moments> at(series.times.size());
  for (std::size_t k = 0; k < series.values.size(); ++k) at[k % at.size()].add(series.values[k]);

  RateFit fit;
  RateWindow window;
  fit.refusal = choose_window(series, model, rule, at, window);
  if (!fit.refusal.empty()) return fit;
  weigh(series, at, window);
  if (model == RateModel::power || model == RateModel::log_corrected || model == RateModel::geometric) fit.refusal = floor_of(series, model, window);
  if (!fit.refusal.empty()) return fit;
  const RateCurve curve = fit_curve(model, window, window.means);
  fit.first = window.times.front();
  fit.last = window.times.back();
  fit.points = window.times.size();
  if (model == RateModel::geometric_to_floor) {
    const double remaining = std::abs(curve.constant) * std::exp(curve.exponent * (fit.last - fit.first));
    if (!(curve.floor > remaining)) {
      fit.refusal = "the floor is not reached: the falling part is still the larger one at the last step";
      return fit;
    }
  }
  fit.fitted = true;
  fit.floor = curve.floor;
  fit.first_exponent = curve.first_exponent;
  fit.break_at = curve.break_at;
  fit.log_constant =
      model == RateModel::geometric_to_floor ? std::log(std::abs(curve.constant)) - curve.exponent * fit.first : curve.constant;
  double weights = 0.0;
  for (const double w : window.weights) weights += w;
  fit.misfit = std::sqrt(curve.squares / weights);
  fit.exponent = series.replicas() > 1 ? by_bootstrap(series, model, window, curve.exponent, level, seed, rule)
                                       : by_halves(model, window, curve.exponent);
  return fit;
}

}  // namespace thalweg

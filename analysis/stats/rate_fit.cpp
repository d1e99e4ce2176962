#include "analysis/stats/rate_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"
#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"

namespace thalweg {

namespace {

constexpr double departure = 0.01;  // relative: see the header

struct Line {
  double intercept = 0.0, slope = 0.0;
};

Line weighted_line(std::span<const double> x, std::span<const double> y, std::span<const double> weight) {
  double sum = 0.0, mean_x = 0.0, mean_y = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += weight[i];
    mean_x += weight[i] * x[i];
    mean_y += weight[i] * y[i];
  }
  mean_x /= sum;
  mean_y /= sum;
  double xx = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += weight[i] * (x[i] - mean_x) * (x[i] - mean_x);
    xy += weight[i] * (x[i] - mean_x) * (y[i] - mean_y);
  }
  const double slope = xx > 0.0 ? xy / xx : 0.0;
  return {mean_y - slope * mean_x, slope};
}

struct Curve {
  double exponent = 0.0, constant = 0.0, floor = 0.0, squares = 0.0;  // constant: c, or C with its sign; squares: weighted, of the misfit
};

// The window with what every refit shares. Weights are those of the original sample, so that refits differ by the means only.
struct Window {
  std::size_t begin = 0, end = 0;  // of times
  std::vector<double> times, means, weights;
};

// F + C exp(s t): the exponential is measured from the window's start, so that it neither overflows nor vanishes there.
Curve with_floor(const Window& window, std::span<const double> y, double s) {
  std::vector<double> x(y.size()), weight(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    x[i] = std::exp(s * (window.times[i] - window.times.front()));
    weight[i] = window.weights[i] / (window.means[i] * window.means[i]);
  }
  const Line line = weighted_line(x, y, weight);
  Curve curve{s, line.slope, line.intercept, 0.0};
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double misfit = line.intercept + line.slope * x[i] - y[i];
    curve.squares += weight[i] * misfit * misfit;
  }
  return curve;
}

// Least squares over s between -20 and -0.2 of the e-folds of the window's length or of its spacing: a scan, then golden section (the
// misfit has one valley near the best scanned point). `near`: the scan is left out and the search starts around this exponent.
Curve search_floor(const Window& window, std::span<const double> y, double near) {
  const double length = window.times.back() - window.times.front();
  double low = std::log(0.2 / length), high = std::log(20.0 / (window.times[1] - window.times[0]));
  if (near < 0.0) {
    low = std::max(low, std::log(-near) - 1.0);
    high = std::min(high, std::log(-near) + 1.0);
  } else {
    constexpr int scanned = 60;
    int best = 0;
    double least = 0.0;
    for (int i = 0; i <= scanned; ++i) {
      const double squares = with_floor(window, y, -std::exp(low + (high - low) * i / scanned)).squares;
      if (i == 0 || squares < least) {
        best = i;
        least = squares;
      }
    }
    const double step = (high - low) / scanned, centre = low + step * best;
    low = centre - step;
    high = centre + step;
  }
  constexpr double golden = 0.6180339887498949;
  const auto squares = [&](double log_s) { return with_floor(window, y, -std::exp(log_s)).squares; };
  double a = high - golden * (high - low), b = low + golden * (high - low), at_a = squares(a), at_b = squares(b);
  while (high - low > 1e-7) {
    if (at_a < at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - golden * (high - low);
      at_a = squares(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + golden * (high - low);
      at_b = squares(b);
    }
  }
  return with_floor(window, y, -std::exp((low + high) / 2.0));
}

Curve fit_curve(RateModel model, const Window& window, std::span<const double> y, double near = 0.0) {
  if (model == RateModel::geometric_to_floor) return search_floor(window, y, near);
  std::vector<double> x(y.size()), log_y(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    x[i] = model == RateModel::power ? std::log(window.times[i]) : window.times[i];
    log_y[i] = std::log(y[i]);
  }
  const Line line = weighted_line(x, log_y, window.weights);
  Curve curve{line.slope, line.intercept, 0.0, 0.0};
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double misfit = line.intercept + line.slope * x[i] - log_y[i];
    curve.squares += window.weights[i] * misfit * misfit;
  }
  return curve;
}

// Means over replicas; replica r counts count[r] times.
std::vector<double> means(const Series& series, const Window& window, std::span<const std::size_t> count) {
  std::vector<double> sum(window.end - window.begin, 0.0);
  const std::size_t steps = series.times.size();
  for (std::size_t r = 0; r < count.size(); ++r) {
    if (count[r] == 0) continue;
    const double times = static_cast<double>(count[r]);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += times * series.values[r * steps + window.begin + i];
  }
  for (double& s : sum) s /= static_cast<double>(count.size());
  return sum;
}

std::string choose_window(const Series& series, RateModel model, const RateRule& rule, std::span<const Moments> at, Window& window) {
  std::size_t usable = 0;
  while (usable < at.size() && std::isfinite(at[usable].mean()) && at[usable].mean() > 0.0) ++usable;
  const auto few = [&](std::size_t points) { return fmt::format("too few points: {}, {} needed", points, rule.least_points); };
  if (usable < rule.least_points) return few(usable);
  window = {0, usable, {}, {}, {}};
  const auto mean = [&](std::size_t i) { return at[i].mean(); };
  if (model == RateModel::power) {
    while (window.begin < usable && series.times[window.begin] <= 0.0) ++window.begin;
    const double start = series.times[usable - 1] / std::pow(10.0, rule.decades) * (1.0 - 1e-9);
    while (window.begin + 1 < usable && series.times[window.begin] < start) ++window.begin;
    if (window.end - window.begin < rule.least_points) return few(window.end - window.begin);
    const double decades = std::log10(series.times[usable - 1] / series.times[window.begin]);
    if (decades < rule.least_decades - 1e-9)
      return fmt::format("range too short: {:.1f} decades, {:.1f} needed", decades, rule.least_decades);
  } else if (model == RateModel::geometric) {
    const double start = std::log(mean(0)), fall = start - std::log(mean(usable - 1));
    while (window.begin + 1 < usable && std::log(mean(window.begin)) > start - 0.1 * fall) ++window.begin;
  }
  if (model != RateModel::power) {
    const double fall = std::log10(mean(window.begin) / mean(usable - 1));
    if (!(fall >= rule.least_fall)) return fmt::format("falls too little: {:.1f} decades, {:.1f} needed", fall, rule.least_fall);
  }
  return window.end - window.begin < rule.least_points ? few(window.end - window.begin) : std::string{};
}

void weigh(const Series& series, std::span<const Moments> at, Window& window) {
  for (std::size_t i = window.begin; i < window.end; ++i) {
    const double mean = at[i].mean(), replicas = static_cast<double>(at[i].count());
    const double relative = at[i].count() > 1 ? at[i].variance() / (replicas * mean * mean) : 0.0;
    window.times.push_back(series.times[i]);
    window.means.push_back(mean);
    window.weights.push_back(1.0 / (relative + departure * departure));
  }
}

Estimate by_bootstrap(const Series& series, RateModel model, const Window& window, double exponent, double level, std::uint64_t seed,
                      const RateRule& rule) {
  const std::size_t replicas = series.replicas();
  const DrawKey key = draw_key(seed, replicas);
  Moments exponents;
  std::vector<std::size_t> count(replicas);
  for (std::size_t b = 0; b < rule.resamples; ++b) {
    std::fill(count.begin(), count.end(), std::size_t{0});
    for (std::size_t i = 0; i < replicas; ++i) ++count[draw_index(key, Stream::resampling, b, 0, i, replicas)];
    const std::vector<double> resampled = means(series, window, count);
    // A resample may lose the sign that the logarithm needs (values of both signs): it is kept as "no information" below.
    if (model != RateModel::geometric_to_floor && std::any_of(resampled.begin(), resampled.end(), [](double y) { return !(y > 0.0); })) {
      exponents.add(std::numeric_limits<double>::quiet_NaN());
    } else {
      exponents.add(fit_curve(model, window, resampled, exponent).exponent);
    }
  }
  Estimate estimate{
      .value = exponent, .level = level, .how = "cluster bootstrap over replicas (asymptotic)", .count = replicas, .doubt = {}};
  const double r = static_cast<double>(replicas);
  const double half = student_upper_quantile(level / 2.0, r - 1.0) * exponents.deviation() * std::sqrt(r / (r - 1.0));
  if (!std::isfinite(half)) {
    estimate.doubt = "a resample has a mean that is not positive";
    return estimate;
  }
  estimate.lower = exponent - half;
  estimate.upper = exponent + half;
  return estimate;
}

// Two fits that share no point: first and second half, or, where half a window cannot tell the floor from the fall, even and odd points.
Estimate by_halves(RateModel model, const Window& window, double exponent) {
  const bool interleaved = model == RateModel::geometric_to_floor;
  Window part[2];
  for (std::size_t i = 0; i < window.times.size(); ++i) {
    Window& half = part[interleaved ? i % 2 : 2 * i / window.times.size()];
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
  Window window;
  fit.refusal = choose_window(series, model, rule, at, window);
  if (!fit.refusal.empty()) return fit;
  weigh(series, at, window);
  const Curve curve = fit_curve(model, window, window.means);
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

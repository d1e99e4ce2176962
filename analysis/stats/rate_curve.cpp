#include "analysis/stats/rate_curve.hpp"

#include <algorithm>
#include <cmath>

namespace thalweg {

double weight_of(double mean, double variance_of_mean) {
  constexpr double departure = 0.01;  // relative: rate_fit.hpp
  return 1.0 / (variance_of_mean / (mean * mean) + departure * departure);
}

void weigh(const Series& series, std::span<const Moments> at, RateWindow& window) {
  for (std::size_t i = window.begin; i < window.end; ++i) {
    window.times.push_back(series.times[i]);
    window.means.push_back(at[i].mean());
    window.weights.push_back(weight_of(at[i].mean(), at[i].count() > 1 ? at[i].variance() / static_cast<double>(at[i].count()) : 0.0));
  }
}

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

namespace {

// Golden section: the middle of an interval no longer than `width` around the least value of a function with one valley between low and high.
template <class F>
double valley(F f, double low, double high, double width) {
  constexpr double golden = 0.6180339887498949;
  double a = high - golden * (high - low), b = low + golden * (high - low), at_a = f(a), at_b = f(b);
  while (high - low > width) {
    if (at_a < at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - golden * (high - low);
      at_a = f(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + golden * (high - low);
      at_b = f(b);
    }
  }
  return (low + high) / 2.0;
}

// F + C exp(s t): the exponential is measured from the window's start, so that it neither overflows nor vanishes there.
RateCurve with_floor(const RateWindow& window, std::span<const double> y, double s) {
  std::vector<double> x(y.size()), weight(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    x[i] = std::exp(s * (window.times[i] - window.times.front()));
    weight[i] = window.weights[i] / (window.means[i] * window.means[i]);
  }
  const Line line = weighted_line(x, y, weight);
  RateCurve curve;
  curve.exponent = s;
  curve.constant = line.slope;
  curve.floor = line.intercept;
  curve.start = window.times.front();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double misfit = line.intercept + line.slope * x[i] - y[i];
    curve.squares += weight[i] * misfit * misfit;
  }
  return curve;
}

// Least squares over s between -20 and -0.2 of the e-folds of the window's length or of its spacing: a scan, then golden section (the
// misfit has one valley near the best scanned point). `near`: the scan is left out and the search starts around this exponent.
RateCurve search_floor(const RateWindow& window, std::span<const double> y, double near) {
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
  return with_floor(window, y, -std::exp(valley([&](double log_s) { return with_floor(window, y, -std::exp(log_s)).squares; }, low, high, 1e-7)));
}

// Weighted least squares of log y on 1, min(x - b, 0) and max(x - b, 0), b = log of the break: normal equations of three unknowns, well conditioned
// where both sides have points.
RateCurve with_break(const RateWindow& window, std::span<const double> log_y, double b) {
  double n = 0.0, u = 0.0, v = 0.0, uu = 0.0, vv = 0.0, y = 0.0, uy = 0.0, vy = 0.0;  // u v = 0 at every point
  for (std::size_t i = 0; i < log_y.size(); ++i) {
    const double w = window.weights[i], x = std::log(window.times[i]) - b, low = std::min(x, 0.0), high = std::max(x, 0.0);
    n += w;
    u += w * low;
    v += w * high;
    uu += w * low * low;
    vv += w * high * high;
    y += w * log_y[i];
    uy += w * low * log_y[i];
    vy += w * high * log_y[i];
  }
  // Eliminating the slopes: p1 = (uy - c u) / uu, p2 = (vy - c v) / vv.
  const double c = (y - u * uy / uu - v * vy / vv) / (n - u * u / uu - v * v / vv);
  RateCurve curve;
  curve.constant = c;
  curve.first_exponent = (uy - c * u) / uu;
  curve.exponent = (vy - c * v) / vv;
  curve.break_at = std::exp(b);
  for (std::size_t i = 0; i < log_y.size(); ++i) {
    const double x = std::log(window.times[i]) - b;
    const double misfit = c + curve.first_exponent * std::min(x, 0.0) + curve.exponent * std::max(x, 0.0) - log_y[i];
    curve.squares += window.weights[i] * misfit * misfit;
  }
  return curve;
}

// The break lies between the fourth point and the fourth from the end, and at least a fifth of the window (in log t) from either.
RateCurve search_break(const RateWindow& window, std::span<const double> log_y) {
  const std::size_t last = window.times.size() - 1;
  const double first_log = std::log(window.times.front()), length = std::log(window.times.back()) - first_log;
  double low = std::max(std::log(window.times[3]), first_log + 0.2 * length), high = std::min(std::log(window.times[last - 3]), first_log + 0.8 * length);
  if (!(low < high)) low = high = (low + high) / 2.0;
  constexpr int scanned = 24;
  const double step = (high - low) / scanned, lowest = low, highest = high;
  int best = 0;
  double least = 0.0;
  for (int i = 0; i <= scanned; ++i) {
    const double squares = with_break(window, log_y, lowest + step * i).squares;
    if (i == 0 || squares < least) {
      best = i;
      least = squares;
    }
  }
  low = std::max(lowest, lowest + step * (best - 1));
  high = std::min(highest, lowest + step * (best + 1));
  return with_break(window, log_y, valley([&](double b) { return with_break(window, log_y, b).squares; }, low, high, 1e-6 * length));
}

}  // namespace

std::size_t parameters_of(RateModel model) {
  switch (model) {
    case RateModel::power:
    case RateModel::log_corrected:
    case RateModel::geometric: return 2;
    case RateModel::geometric_to_floor: return 3;
    case RateModel::broken_power: return 4;
  }
  return 0;
}

RateCurve fit_curve(RateModel model, const RateWindow& window, std::span<const double> y, double near) {
  if (model == RateModel::geometric_to_floor) return search_floor(window, y, near);
  std::vector<double> x(y.size()), log_y(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    x[i] = model == RateModel::geometric ? window.times[i] : std::log(window.times[i]);
    log_y[i] = std::log(y[i]);
    if (model == RateModel::log_corrected) log_y[i] -= std::log(std::log(window.times[i]));
  }
  if (model == RateModel::broken_power) return search_break(window, log_y);
  const Line line = weighted_line(x, log_y, window.weights);
  RateCurve curve;
  curve.exponent = line.slope;
  curve.constant = line.intercept;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double misfit = line.intercept + line.slope * x[i] - log_y[i];
    curve.squares += window.weights[i] * misfit * misfit;
  }
  return curve;
}

double predicted(RateModel model, const RateCurve& curve, double t) {
  const double x = std::log(t);
  switch (model) {
    case RateModel::power: return std::exp(curve.constant + curve.exponent * x);
    case RateModel::log_corrected: return std::exp(curve.constant + curve.exponent * x) * x;
    case RateModel::geometric: return std::exp(curve.constant + curve.exponent * t);
    case RateModel::geometric_to_floor: return curve.floor + curve.constant * std::exp(curve.exponent * (t - curve.start));
    case RateModel::broken_power: {
      const double from = x - std::log(curve.break_at);
      return std::exp(curve.constant + curve.first_exponent * std::min(from, 0.0) + curve.exponent * std::max(from, 0.0));
    }
  }
  return 0.0;
}

}  // namespace thalweg

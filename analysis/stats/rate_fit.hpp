// The rate at which a recorded quantity y_t falls, fitted to the mean over replicas.
//
//   power               log y = c + p log t       exponent p
//   geometric           log y = c + s t           exponent s (the factor a step is exp s)
//   geometric to floor  y = F + C exp(s t)        exponent s; F and C by linear least squares for each s, s by a search
// Weighted least squares, weight 1 / (variance of log mean y_t + 0.01^2): the second term stands for the curve's departure from the model,
// without which the steps of least noise would decide alone. Variance of log mean by the delta method, s_t^2 / (R mean_t^2).
//
// Interval: values at different steps of one replica are dependent, so whole replicas are resampled (cluster bootstrap: Field and Welsh,
// JRSS B 69, 2007; Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapters 12, 22). Standard error from `resamples`
// refits, times sqrt(R / (R - 1)), times Student's quantile with R - 1 degrees: asymptotic. The draws are counter-based
// (lib/core/draw.hpp): a function of the seed only. One replica: the exponents of two fits that share no point (the window's halves; with a
// floor, even and odd points) span the interval, which is no confidence interval, and `how` says so.
//
// Window, by rule, never by eye. power: the last `decades` of t. geometric: from the first step at which y has fallen by a tenth of its
// total fall (in logarithms) to the last. geometric to floor: every step. Only steps where the mean is positive and finite count; the
// window ends before the first that is not. A fit is refused, with a sentence, when the window is too short to tell rates apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {

enum class RateModel { power, geometric, geometric_to_floor };

constexpr const char* to_string(RateModel model) {
  switch (model) {
    case RateModel::power:
      return "power";
    case RateModel::geometric:
      return "geometric";
    case RateModel::geometric_to_floor:
      return "geometric to floor";
  }
  return "";
}

// values[r * times.size() + i] is y of replica r at times[i]; times ascend strictly.
struct Series {
  std::span<const double> times;
  std::span<const double> values;
  std::size_t replicas() const { return times.empty() ? 0 : values.size() / times.size(); }
};

struct RateRule {
  double decades = 2.0;        // power: length of the window
  double least_decades = 1.5;  // power: the least length that is not refused
  double least_fall = 1.0;     // geometric: decades by which y must fall within the window
  std::size_t least_points = 8;   // at least 6
  std::size_t resamples = 400;
};

struct RateFit {
  bool fitted = false;
  std::string refusal;  // a sentence, when not fitted
  Estimate exponent;
  double log_constant = 0.0;       // c, or log |C|
  double floor = 0.0;              // F
  double first = 0.0, last = 0.0;  // the window
  std::size_t points = 0;
  double misfit = 0.0;  // root of the weighted mean square of (fit - y) / y, in logarithms for the first two models
};

// level: error probability of the exponent's interval, both sides together.
RateFit fit_rate(const Series& series, RateModel model, double level, std::uint64_t seed = 1, const RateRule& rule = {});

}  // namespace thalweg

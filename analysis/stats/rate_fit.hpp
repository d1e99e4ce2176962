// The rate at which a recorded quantity y_t falls, fitted to the mean over replicas.
//
//   power               log y = c + p log t       exponent p
//   log-corrected       log y = c + p log t + log log t   exponent p: the T of (log T) / sqrt T, say
//   geometric           log y = c + s t           exponent s (the factor a step is exp s)
//   geometric to floor  y = F + C exp(s t)        exponent s; F and C by linear least squares for each s, s by a search
//   broken power        log y = c + p1 min(log t/b, 0) + p2 max(log t/b, 0)   exponent p2, that of late steps; the break b by a search
// Weighted least squares, weight 1 / (variance of log mean y_t + 0.01^2): the second term stands for the curve's departure from the model,
// without which the steps of least noise would decide alone. Variance of log mean by the delta method, s_t^2 / (R mean_t^2).
//
// Interval: values at different steps of one replica are dependent, so whole replicas are resampled, weights with them (cluster bootstrap: Field and Welsh,
// JRSS B 69, 2007; Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapters 12, 22). Standard error: the
// larger of that of `resamples` refits times sqrt(R / (R - 1)) and, up to 400 replicas, that of the jackknife, which is never too small in the mean
// (B. Efron and C. Stein, Ann. Stat. 9, 1981); times Student's quantile: asymptotic. Degrees: 2 R / (kurtosis - 1) of the replicas' influences, at
// most R - 1 (F. E. Satterthwaite, Biometrics Bulletin 2, 1946): skewed noise makes the standard error itself uncertain. Draws are counter-based
// (lib/core/draw.hpp): a function of the seed only. One replica: the exponents of two fits that share no point (the window's halves; with a
// floor, even and odd points) span the interval, which is no confidence interval, and `how` says so.
//
// Window, by rule, never by eye. power, log-corrected: the last `decades` of t. broken power: every t > 0. geometric: from the first step at which y has
// fallen by a tenth of its total fall (in logarithms) to the last. geometric to floor: every step. Only steps where the mean is positive and finite count; the
// window ends before the first that is not. A fit is refused, with a sentence, when the window is too short to tell rates apart, and laws without a
// floor or a break are refused where the curve has stopped falling: its slope over the last quarter of the window is below a fifth of that before,
// by more than three standard errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {

enum class RateModel { power, log_corrected, geometric, geometric_to_floor, broken_power };  // the simpler first

constexpr const char* to_string(RateModel model) {
  switch (model) {
    case RateModel::power:
      return "power";
    case RateModel::log_corrected:
      return "log-corrected power";
    case RateModel::geometric:
      return "geometric";
    case RateModel::geometric_to_floor:
      return "geometric to floor";
    case RateModel::broken_power:
      return "broken power";
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
  double first_exponent = 0.0;     // broken power: p1
  double break_at = 0.0;           // broken power: b
  double first = 0.0, last = 0.0;  // the window
  std::size_t points = 0;
  double misfit = 0.0;  // root of the weighted mean square of (fit - y) / y for the law to a floor, of log fit - log y for the others
};

// level: error probability of the exponent's interval, both sides together.
RateFit fit_rate(const Series& series, RateModel model, double level, std::uint64_t seed = 1, const RateRule& rule = {});

// Which law? All laws that are not refused are fitted on the same window, the last `decades` of t.
//   Five replicas or more: cross-validation in ten folds of whole replicas (as many folds as replicas, if fewer; replica r in fold r mod folds). A
//   fold's score is the weighted mean square of log(curve of the others) - log(mean of the fold). Of the laws whose score exceeds the least by at
//   most one standard error of the differences over folds, the simplest is chosen (fewest parameters, then least score): the rule of Breiman,
//   Friedman, Olshen and Stone, "Classification and regression trees", 1984, section 3.4.3.
//   Fewer: the least n log(misfit^2 + 1e-24) + k log n over the n points (Schwarz, Ann. Stat. 6, 1978), k parameters.
struct RateCandidate {
  RateModel model = RateModel::power;
  double score = 0.0;   // mean over folds, or Schwarz's
  double excess = 0.0, error = 0.0;  // above the least score, and the standard error of that; 0 without folds
  std::string refusal;  // why it is none
};
struct RateChoice {
  std::vector<RateCandidate> candidates;  // in the order of RateModel
  RateModel model = RateModel::power;     // the one chosen; power when all are refused
  RateFit fit;                            // its own fit, on its own window
};
RateChoice choose_rate(const Series& series, double level, std::uint64_t seed = 1, const RateRule& rule = {});

}  // namespace thalweg

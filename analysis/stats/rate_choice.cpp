// The choice between laws: analysis/stats/rate_fit.hpp has the criterion.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analysis/stats/moments.hpp"
#include "analysis/stats/rate_curve.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr std::array<RateModel, 5> all_models = {RateModel::power, RateModel::log_corrected, RateModel::geometric, RateModel::geometric_to_floor, RateModel::broken_power};
constexpr double infinity = std::numeric_limits<double>::infinity();

// The steps that every law is compared on: t > 3, the last `decades`, before the first mean that is not positive.
RateWindow common_window(const Series& series, const RateRule& rule, std::span<const Moments> at) {
  RateWindow window;
  while (window.end < at.size() && std::isfinite(at[window.end].mean()) && at[window.end].mean() > 0.0) ++window.end;
  if (window.end == 0) return window;
  const double start = std::max(3.0, series.times[window.end - 1] / std::pow(10.0, rule.decades) * (1.0 - 1e-9));
  while (window.begin < window.end && series.times[window.begin] < start) ++window.begin;
  weigh(series, at, window);
  return window;
}

// Means over the replicas of one fold, or over those of all others.
std::vector<double> fold_means(const Series& series, const RateWindow& window, std::size_t fold, std::size_t folds, bool inside) {
  std::vector<double> sum(window.times.size(), 0.0);
  double count = 0.0;
  for (std::size_t r = 0; r < series.replicas(); ++r) {
    if ((r % folds == fold) != inside) continue;
    count += 1.0;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += series.values[r * series.times.size() + window.begin + i];
  }
  for (double& s : sum) s /= count;
  return sum;
}

bool positive(std::span<const double> y) {
  return std::all_of(y.begin(), y.end(), [](double v) { return v > 0.0; });
}

// Weighted mean square of log(curve) - log y; infinite where either is not positive.
double misfit(RateModel model, const RateCurve& curve, const RateWindow& window, std::span<const double> y) {
  double sum = 0.0, weights = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double expected = predicted(model, curve, window.times[i]);
    if (!(expected > 0.0) || !(y[i] > 0.0)) return infinity;
    const double difference = std::log(expected) - std::log(y[i]);
    sum += window.weights[i] * difference * difference;
    weights += window.weights[i];
  }
  return sum / weights;
}

}  // namespace

RateChoice choose_rate(const Series& series, double level, std::uint64_t seed, const RateRule& rule) {
  RateChoice choice;
  std::vector<Moments> at(series.times.size());
  for (std::size_t k = 0; k < series.values.size(); ++k) at[k % at.size()].add(series.values[k]);
  const RateWindow window = common_window(series, rule, at);
  const std::size_t folds = series.replicas() >= 5 ? std::min<std::size_t>(10, series.replicas()) : 0;

  std::vector<std::vector<double>> scores;  // [candidate][fold]
  RateRule without_interval = rule;
  without_interval.resamples = 2;
  for (const RateModel model : all_models) {
    RateCandidate candidate;
    candidate.model = model;
    candidate.refusal = fit_rate(series, model, level, seed, without_interval).refusal;
    if (candidate.refusal.empty() && window.times.size() < rule.least_points) candidate.refusal = "too few points after t = 3";
    std::vector<double> score;
    if (candidate.refusal.empty() && folds > 0) {
      for (std::size_t fold = 0; fold < folds; ++fold) {
        const std::vector<double> others = fold_means(series, window, fold, folds, false), its = fold_means(series, window, fold, folds, true);
        score.push_back(positive(others) ? misfit(model, fit_curve(model, window, others), window, its) : infinity);
      }
      candidate.score = moments_of(score).mean();
    } else if (candidate.refusal.empty()) {
      const double n = static_cast<double>(window.times.size());
      candidate.score = n * std::log(misfit(model, fit_curve(model, window, window.means), window, window.means) + 1e-24) +
                        static_cast<double>(parameters_of(model)) * std::log(n);
    }
    scores.push_back(std::move(score));
    choice.candidates.push_back(std::move(candidate));
  }

  std::size_t best = all_models.size();
  const auto usable = [&](std::size_t i) { return choice.candidates[i].refusal.empty() && choice.candidates[i].score < infinity; };
  for (std::size_t i = 0; i < all_models.size(); ++i)
    if (usable(i) && (best == all_models.size() || choice.candidates[i].score < choice.candidates[best].score)) best = i;
  if (best == all_models.size()) {
    choice.fit = fit_rate(series, choice.model, level, seed, rule);
    return choice;
  }
  std::size_t chosen = best;
  for (std::size_t i = 0; i < all_models.size(); ++i) {
    if (!usable(i)) continue;
    RateCandidate& candidate = choice.candidates[i];
    candidate.excess = candidate.score - choice.candidates[best].score;
    if (folds == 0) continue;
    Moments differences;
    for (std::size_t fold = 0; fold < folds; ++fold) differences.add(scores[i][fold] - scores[best][fold]);
    candidate.error = differences.deviation() / std::sqrt(static_cast<double>(folds));
    if (candidate.excess > candidate.error) continue;
    const std::size_t now = parameters_of(candidate.model), before = parameters_of(choice.candidates[chosen].model);
    if (now < before || (now == before && candidate.score < choice.candidates[chosen].score)) chosen = i;
  }
  choice.model = choice.candidates[chosen].model;
  choice.fit = fit_rate(series, choice.model, level, seed, rule);
  return choice;
}

}  // namespace thalweg

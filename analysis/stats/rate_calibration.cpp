#include "analysis/stats/rate_calibration.hpp"

#include <algorithm>
#include <cmath>

#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

constexpr std::array<RateTruth, 5> all_truths = {{
    {RateModel::power, -0.5, "t^-0.5"},
    {RateModel::log_corrected, -0.5, "t^-0.5 log t"},
    {RateModel::geometric, -0.03, "2 exp(-0.03 t)"},
    {RateModel::geometric_to_floor, -0.04, "exp(-0.04 t) + 0.01"},
    {RateModel::broken_power, -1.0, "(t/300)^-0.25 up to 300, then (t/300)^-1"},
}};

std::vector<double> log_spaced(double first, double last, std::size_t n) {
  std::vector<double> t(n);
  for (std::size_t i = 0; i < n; ++i) t[i] = first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(n - 1));
  return t;
}

std::vector<double> evenly_spaced(double step, std::size_t n) {
  std::vector<double> t(n);
  for (std::size_t i = 0; i < n; ++i) t[i] = step * static_cast<double>(i);
  return t;
}

}  // namespace

std::span<const RateTruth> rate_truths() { return all_truths; }

std::vector<double> times_of(const RateTruth& truth) {
  switch (truth.model) {
    case RateModel::power: return log_spaced(1.0, 1e3, 30);
    case RateModel::log_corrected: return log_spaced(2.0, 1e4, 36);
    case RateModel::geometric: return evenly_spaced(5.0, 40);
    case RateModel::geometric_to_floor: return evenly_spaced(5.0, 60);
    case RateModel::broken_power: return log_spaced(10.0, 1e4, 36);
  }
  return {};
}

double value_at(const RateTruth& truth, double t) {
  switch (truth.model) {
    case RateModel::power: return std::pow(t, truth.exponent);
    case RateModel::log_corrected: return std::pow(t, truth.exponent) * std::log(t);
    case RateModel::geometric: return 2.0 * std::exp(truth.exponent * t);
    case RateModel::geometric_to_floor: return std::exp(truth.exponent * t) + 0.01;
    case RateModel::broken_power: return std::pow(t / 300.0, t < 300.0 ? -0.25 : truth.exponent);
  }
  return 0.0;
}

std::vector<double> synthetic_series(const RateTruth& truth, std::span<const double> times, std::size_t replicas, double noise, std::uint64_t seed) {
  const DrawKey key = draw_key(seed, 0x72617465U + static_cast<std::uint64_t>(truth.model));
  std::vector<double> values;
  values.reserve(replicas * times.size());
  for (std::size_t r = 0; r < replicas; ++r) {
    const auto normal = [&](std::uint64_t i) { return draw_normal(key, Stream::test, r, 0, i); };
    double state = normal(0);
    for (std::size_t i = 0; i < times.size(); ++i) {
      state = 0.8 * state + 0.6 * normal(i + 1);
      values.push_back(value_at(truth, times[i]) * std::exp(noise * state - 0.5 * noise * noise));
    }
  }
  return values;
}

RateCoverage rate_coverage(const RateTruth& truth, std::size_t replicas, double noise, double level, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads) {
  const std::vector<double> times = times_of(truth);
  std::vector<Estimate> exponents(repetitions);
  std::vector<unsigned char> fitted(repetitions);
  run_in_parallel(threads, repetitions, [&](std::size_t i) {
    const std::uint64_t own = mix_bits(seed) + i;
    const std::vector<double> values = synthetic_series(truth, times, replicas, noise, own);
    const RateFit fit = fit_rate({times, values}, truth.model, level, own);
    fitted[i] = fit.fitted ? 1 : 0;
    exponents[i] = fit.exponent;
  });
  RateCoverage coverage{.repetitions = repetitions};
  for (std::size_t i = 0; i < repetitions; ++i) {
    if (fitted[i] == 0) {
      ++coverage.refused;
      continue;
    }
    coverage.missed += exponents[i].lower > truth.exponent || exponents[i].upper < truth.exponent ? 1U : 0U;
    coverage.width += exponents[i].upper - exponents[i].lower;
  }
  if (repetitions > coverage.refused) coverage.width /= static_cast<double>(repetitions - coverage.refused);
  return coverage;
}

std::array<std::uint64_t, 5> rate_choices(const RateTruth& truth, std::size_t replicas, double noise, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads) {
  const std::vector<double> times = times_of(truth);
  std::vector<RateModel> chosen(repetitions);
  RateRule rule;
  rule.resamples = 2;  // the interval is not looked at
  run_in_parallel(threads, repetitions, [&](std::size_t i) {
    const std::uint64_t own = mix_bits(seed) + i;
    const std::vector<double> values = synthetic_series(truth, times, replicas, noise, own);
    chosen[i] = choose_rate({times, values}, 0.05, own, rule).model;
  });
  std::array<std::uint64_t, 5> counted{};
  for (const RateModel model : chosen) ++counted[static_cast<std::size_t>(model)];
  return counted;
}

}  // namespace thalweg

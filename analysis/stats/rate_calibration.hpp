// Are the intervals of exponents right as often as they say, and is the right law chosen? Measured on synthetic series of a known law.
//
// A replica of a series is y_t = truth(t) exp(a u_t - a^2 / 2), u_t a stationary normal series with u' = 0.8 u + 0.6 normal: noise of mean one that
// neighbouring records share, as they do along a run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/stats/rate_fit.hpp"

namespace thalweg {

struct RateTruth {
  RateModel model;
  double exponent;
  const char* formula;
};
// One of each law, in the order of RateModel.
std::span<const RateTruth> rate_truths();
std::vector<double> times_of(const RateTruth& truth);
double value_at(const RateTruth& truth, double t);
// values[replica][time]
std::vector<double> synthetic_series(const RateTruth& truth, std::span<const double> times, std::size_t replicas, double noise, std::uint64_t seed);

struct RateCoverage {
  std::uint64_t repetitions = 0, refused = 0;
  std::uint64_t missed = 0;   // of those that were not refused
  double width = 0.0;         // mean of theirs
};
RateCoverage rate_coverage(const RateTruth& truth, std::size_t replicas, double noise, double level, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads);

// How often each law is chosen, by RateModel.
std::array<std::uint64_t, 5> rate_choices(const RateTruth& truth, std::size_t replicas, double noise, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads);

}  // namespace thalweg

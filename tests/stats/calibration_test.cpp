// The synthetic cells that calibration rests on: laws have the moments they state, counts are those of the definition, and power is where theory says.
#include "analysis/stats/calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/stats/betting.hpp"
#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"

namespace thalweg {
namespace {

TEST(CalibrationLaws, HaveTheMomentsTheyState) {
  for (const Law& law : laws()) {
    std::vector<double> values(200000);
    draw_values(law, 9, 3, values);
    const Moments moments = moments_of(values);
    // Six standard errors of the mean: false-alarm rate 2e-9 for light tails; the heavy ones have been looked at with this seed.
    EXPECT_NEAR(moments.mean(), law.mean, 6.0 * law.deviation / std::sqrt(200000.0)) << law.name;
    EXPECT_NEAR(moments.deviation() / law.deviation, 1.0, law.kind == LawKind::lognormal || law.kind == LawKind::student3 ? 0.1 : 0.02) << law.name;
    if (law.range) {
      EXPECT_GE(*std::min_element(values.begin(), values.end()), law.range->lower);
      EXPECT_LE(*std::max_element(values.begin(), values.end()), law.range->upper);
    }
  }
}

TEST(CalibrationLaws, RepetitionsDifferAndALongerOneBeginsAlike) {
  for (const Law& law : laws()) {
    std::vector<double> few(50), many(100), other(100);
    draw_values(law, 1, 0, few);
    draw_values(law, 1, 0, many);
    draw_values(law, 1, 1, other);
    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin())) << law.name;
    EXPECT_FALSE(std::equal(many.begin(), many.end(), other.begin())) << law.name;
  }
}

TEST(ErrorRates, CountWhatTheIntervalsMiss) {
  const Law& law = laws()[1];
  const ErrorRates rates = error_rates(law, IntervalKind::betting, 32, 0.4, 300, 5, 2);
  std::uint64_t above = 0, below = 0;
  for (std::uint64_t r = 0; r < 300; ++r) {
    std::vector<double> values(32);
    draw_values(law, 5, r, values);
    const Estimate estimate = betting_interval(values, *law.range, 0.4);
    above += estimate.lower > law.mean ? 1u : 0u;
    below += estimate.upper < law.mean ? 1u : 0u;
  }
  EXPECT_EQ(rates.violated, above);
  EXPECT_EQ(rates.holds, below);
  EXPECT_EQ(rates.missed, above + below);
  EXPECT_GT(rates.missed, 0u);
  EXPECT_EQ(error_rates(law, IntervalKind::betting, 32, 0.4, 300, 5, 1).width, rates.width) << "the same for any number of threads";
}

TEST(ErrorRates, OfSeveralLooksCountAnyOfThem) {
  const Law& law = laws()[2];
  const ErrorRates rounds = error_rates(law, IntervalKind::skewness_in_rounds, 32, 0.2, 500, 5, 2);
  std::uint64_t any = 0, last = 0;
  for (std::uint64_t r = 0; r < 500; ++r) {
    std::vector<double> values(256);
    draw_values(law, 5, r, values);
    bool missed = false;
    for (const std::size_t n : {32U, 64U, 128U, 256U}) {
      const Estimate estimate = skewness_corrected_interval(std::span(values).first(n), 0.2 / 4.0);
      missed = missed || estimate.lower > law.mean || estimate.upper < law.mean;
      last += n == 256 && (estimate.lower > law.mean || estimate.upper < law.mean) ? 1U : 0U;
    }
    any += missed ? 1U : 0U;
  }
  EXPECT_EQ(rounds.missed, any);
  EXPECT_GT(any, last);
}

TEST(FirstRejection, IsWhereTheRunningIntervalLeavesTheCandidate) {
  const Law& law = laws()[0];
  std::vector<double> z(4000);
  draw_values(law, 4, 2, z);
  const double level = 1e-3, m = 0.42;
  const std::vector<double> bets = plug_in_bets(z, level);
  const auto first = first_rejection(z, bets, m, 2.0 / level);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(*first % 8, 0u) << "capital is looked at after every eighth value";
  EXPECT_GT(betting_interval(std::span(z).first(*first), *law.range, level).lower, m - 1e-4);
  EXPECT_LT(betting_interval(std::span(z).first(*first - 8), *law.range, level).lower, m);
  EXPECT_FALSE(first_rejection(z, bets, 0.7, 2.0 / level).has_value());
}

// A normal law at the level 0.01: half of the repetitions see a violation v once q s / sqrt n is the gap. The grid is coarse (a factor of sqrt 2).
TEST(Power, OfTheNormalLawIsWhereTheFormulaSays) {
  const Law& law = laws()[2];
  const double gap = 1.0 - 1.0 / 1.2, q = normal_upper_quantile(0.005);
  const Power power = replicas_to_see(law, 0.2, IntervalKind::skewness_corrected, 0.01, 1 << 16, 400, 3, 2);
  ASSERT_TRUE(power.half && power.nine_tenths);
  const double half = std::pow(q / gap, 2.0), nine_tenths = std::pow((q + normal_upper_quantile(0.1)) / gap, 2.0);
  EXPECT_GT(static_cast<double>(*power.half), 0.85 * half);
  EXPECT_LT(static_cast<double>(*power.half), 1.6 * half);
  EXPECT_GT(static_cast<double>(*power.nine_tenths), 0.85 * nine_tenths);
  EXPECT_LT(static_cast<double>(*power.nine_tenths), 1.6 * nine_tenths);
}

TEST(Power, OfBettingNeedsMoreForLessAndSaysWhenTheBudgetIsTooSmall) {
  const Law& law = laws()[0];
  const Power large = replicas_to_see(law, 0.2, IntervalKind::betting, 0.01, 1 << 14, 60, 3, 2), small = replicas_to_see(law, 0.05, IntervalKind::betting, 0.01, 1 << 14, 60, 3, 2),
              none = replicas_to_see(law, 0.001, IntervalKind::betting, 0.01, 1 << 10, 20, 3, 2);
  ASSERT_TRUE(large.half && large.nine_tenths && small.half);
  EXPECT_LT(*large.half, *large.nine_tenths);
  EXPECT_GT(*small.half, 6 * *large.half);
  EXPECT_FALSE(none.half.has_value());
  // No test at this level sees it with fewer than (q / gap)^2 s^2 replicas half of the time.
  EXPECT_GT(static_cast<double>(*large.half), 0.9 * std::pow(normal_upper_quantile(0.005) * 0.5 / (0.5 - 0.5 / 1.2), 2.0));
}

}  // namespace
}  // namespace thalweg

// Intervals of exponents at level 0.05 over 1000 synthetic series of 40 replicas of each law: they are asymptotic, and are held to missing at most
// 0.055, in a binomial test with false-alarm rate 1e-6; and to missing at all, or the test could not fail. Which law is chosen over 200 series.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "analysis/stats/binomial.hpp"
#include "analysis/stats/rate_calibration.hpp"

namespace thalweg {
namespace {

class RateCoverageOf : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RateCoverageOf, ItsLawIsThatOfTheLevel) {
  const RateTruth& truth = rate_truths()[GetParam()];
  const RateCoverage coverage = rate_coverage(truth, 40, 0.5, 0.05, 1000, 7, 0);
  std::printf("  %-22s missed %llu of %llu at level 0.05, %llu refused, mean width %.3g\n", to_string(truth.model), static_cast<unsigned long long>(coverage.missed),
              static_cast<unsigned long long>(coverage.repetitions), static_cast<unsigned long long>(coverage.refused), coverage.width);
  const std::uint64_t fitted = coverage.repetitions - coverage.refused;
  EXPECT_LE(coverage.refused, 20U);
  EXPECT_GE(binomial_upper_tail(coverage.missed, fitted, 0.055), 1e-6) << coverage.missed;
  EXPECT_GE(binomial_lower_tail(coverage.missed, fitted, 0.02), 1e-6) << coverage.missed;
  EXPECT_LT(coverage.width, 0.5 * std::abs(truth.exponent));
}
INSTANTIATE_TEST_SUITE_P(EveryLaw, RateCoverageOf, ::testing::Range<std::size_t>(0, 5));

TEST(RateChoiceRates, TheLawIsFoundInSeriesOfLittleNoise) {
  for (const RateTruth& truth : rate_truths()) {
    const auto chosen = rate_choices(truth, 100, 0.1, 200, 3, 0);
    std::printf("  %-22s chosen", to_string(truth.model));
    for (const std::uint64_t count : chosen) std::printf(" %4llu", static_cast<unsigned long long>(count));
    std::printf("\n");
    EXPECT_GE(chosen[static_cast<std::size_t>(truth.model)], 150U) << truth.formula;
  }
}

}  // namespace
}  // namespace thalweg

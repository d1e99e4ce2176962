// Are the intervals right as often as they say? 1e5 synthetic cells of 64 replicas at per-cell level 0.01. A cell whose true mean equals
// the bound is falsely "violated" when the lower end is above the bound; one whose mean is just above the bound falsely "holds" when the
// upper end is below. Each side may err at half the level. Every assertion of a finite-sample interval has a false-alarm rate of at most
// 1e-6 (one-sided binomial test).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "analysis/stats/binomial.hpp"
#include "analysis/stats/interval_estimate.hpp"
#include "tests/stats/random.hpp"

namespace thalweg {
namespace {

constexpr double level = 0.01;
constexpr double false_alarm = 1e-6;
constexpr std::size_t replicas = 64;
constexpr std::uint64_t cells = 100000;

struct Errors {
  std::uint64_t violated = 0, holds = 0, doubtful = 0;
  double width = 0.0;
  double violated_rate() const { return static_cast<double>(violated) / static_cast<double>(cells); }
  double holds_rate() const { return static_cast<double>(holds) / static_cast<double>(cells); }
};

template <class Law, class Interval>
Errors count_errors(Law law, double mean, Interval interval, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(replicas);
  const double just_below = mean - 1e-9 * std::abs(mean);
  Errors errors;
  for (std::uint64_t cell = 0; cell < cells; ++cell) {
    for (double& v : values) v = law(random);
    const Estimate estimate = interval(values);
    errors.violated += estimate.lower > mean ? 1U : 0U;
    errors.holds += estimate.upper < just_below ? 1U : 0U;
    errors.doubtful += estimate.doubt.empty() ? 0U : 1U;
    if (estimate.doubt.empty()) errors.width += (estimate.upper - estimate.lower) / static_cast<double>(cells);
  }
  return errors;
}

void report(const std::string& law, const Errors& errors) {
  std::printf("  %-34s false violated %.5f  false holds %.5f  in doubt %.4f  mean width %.4g\n", law.c_str(), errors.violated_rate(),
              errors.holds_rate(), static_cast<double>(errors.doubtful) / static_cast<double>(cells), errors.width);
  ::testing::Test::RecordProperty("false_violated", std::to_string(errors.violated_rate()));
  ::testing::Test::RecordProperty("false_holds", std::to_string(errors.holds_rate()));
}

bool within(std::uint64_t errors, double rate) { return binomial_upper_tail(errors, cells, rate) >= false_alarm; }

template <class Law>
void expect_calibrated(const char* name, Law law, double mean, std::uint64_t seed) {
  const Errors betting = count_errors(
      law, mean,
      [](const auto& x) {
        return betting_interval(x, {0.0, 1.0}, level);
      },
      seed);
  report(std::string(name) + ", betting", betting);
  EXPECT_TRUE(within(betting.violated, level / 2.0)) << betting.violated;
  EXPECT_TRUE(within(betting.holds, level / 2.0)) << betting.holds;
  const Errors bernstein = count_errors(
      law, mean,
      [](const auto& x) {
        return empirical_bernstein_interval(x, {0.0, 1.0}, level);
      },
      seed);
  report(std::string(name) + ", empirical Bernstein", bernstein);
  EXPECT_TRUE(within(bernstein.violated, level / 2.0)) << bernstein.violated;
  EXPECT_TRUE(within(bernstein.holds, level / 2.0)) << bernstein.holds;
  EXPECT_LT(betting.width, bernstein.width);
}

constexpr auto coin = [](Random& random) { return random.uniform() < 0.5 ? 0.0 : 1.0; };

TEST(Calibration, SymmetricTwoPoint) { expect_calibrated("two-point, p = 0.5", coin, 0.5, 1); }
TEST(Calibration, SkewedTwoPoint) {
  expect_calibrated(
      "two-point, p = 0.02", [](Random& random) { return random.uniform() < 0.02 ? 1.0 : 0.0; }, 0.02, 2);
}
TEST(Calibration, SkewedTwoPointAtTheOtherEnd) {
  expect_calibrated(
      "two-point, p = 0.9", [](Random& random) { return random.uniform() < 0.9 ? 1.0 : 0.0; }, 0.9, 3);
}
TEST(Calibration, Uniform) {
  expect_calibrated(
      "uniform", [](Random& random) { return random.uniform(); }, 0.5, 4);
}
TEST(Calibration, SkewedBeta) {
  expect_calibrated(
      "beta(1, 9)", [](Random& random) { return 1.0 - std::pow(random.uniform(), 1.0 / 9.0); }, 0.1, 5);
}
TEST(Calibration, BetaWithItsMassAtBothEnds) {
  expect_calibrated(
      "beta(1/2, 1/2)", [](Random& random) { return std::pow(std::sin(std::numbers::pi / 2.0 * random.uniform()), 2.0); }, 0.5, 6);
}

// The tests above must be able to fail: an interval at twenty times the level, and no interval at all.
TEST(Calibration, CatchesAnIntervalThatIgnoresItsLevel) {
  const Errors errors = count_errors(
      coin, 0.5,
      [](const auto& x) {
        return betting_interval(x, {0.0, 1.0}, 20.0 * level);
      },
      7);
  report("planted: twenty times the level", errors);
  EXPECT_FALSE(within(errors.violated, level / 2.0));
  EXPECT_FALSE(within(errors.holds, level / 2.0));
}

TEST(Calibration, CatchesTheMeanOfTheReplicasTakenForTheTruth) {
  const Errors errors = count_errors(
      coin, 0.5,
      [](const auto& x) {
        Estimate estimate = betting_interval(x, {0.0, 1.0}, level);
        estimate.lower = estimate.upper = estimate.value;
        return estimate;
      },
      8);
  EXPECT_FALSE(within(errors.violated, level / 2.0));
  EXPECT_FALSE(within(errors.holds, level / 2.0));
}

// Asymptotic intervals promise nothing at 64 replicas: their rates are measured. `most`: what the lighter laws are held to.
template <class Law>
Errors measure_asymptotic(const char* name, Law law, double mean, std::uint64_t seed) {
  const Errors errors = count_errors(
      law, mean, [](const auto& x) { return skewness_corrected_interval(x, level); }, seed);
  report(std::string(name) + ", skewness-corrected t", errors);
  return errors;
}

TEST(AsymptoticCalibration, OfNormalValuesIsWithinTheLevel) {
  const Errors errors = measure_asymptotic(
      "normal", [](Random& random) { return 1.0 + random.normal(); }, 1.0, 11);
  EXPECT_TRUE(within(errors.violated, 1.1 * level / 2.0));
  EXPECT_TRUE(within(errors.holds, 1.1 * level / 2.0));
}

TEST(AsymptoticCalibration, OfUniformValuesIsWithinTheLevel) {
  const Errors errors = measure_asymptotic(
      "uniform", [](Random& random) { return random.uniform(); }, 0.5, 12);
  EXPECT_TRUE(within(errors.violated, 1.2 * level / 2.0));
  EXPECT_TRUE(within(errors.holds, 1.2 * level / 2.0));
}

TEST(AsymptoticCalibration, OfExponentialValuesErrsAtMostThreeTimesTheLevel) {
  const Errors errors = measure_asymptotic(
      "exponential", [](Random& random) { return random.exponential(); }, 1.0, 13);
  EXPECT_TRUE(within(errors.violated, level / 2.0));
  EXPECT_TRUE(within(errors.holds, 3.0 * level / 2.0));
}

TEST(AsymptoticCalibration, OfHeavyTailsIsReported) {
  const Errors lognormal = measure_asymptotic(
      "lognormal", [](Random& random) { return std::exp(random.normal()); }, std::exp(0.5), 14);
  const Errors student = measure_asymptotic(
      "t with 3 degrees",
      [](Random& random) {
        const double a = random.normal(), b = random.normal(), c = random.normal();
        return 1.0 + random.normal() / std::sqrt((a * a + b * b + c * c) / 3.0);
      },
      1.0, 15);
  EXPECT_LT(lognormal.violated_rate(), level);  // the short side of a skewed law is never the dangerous one
  EXPECT_LT(student.violated_rate() + student.holds_rate(), 3.0 * level);
}

}  // namespace
}  // namespace thalweg

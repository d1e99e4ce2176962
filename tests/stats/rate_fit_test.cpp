#include "analysis/stats/rate_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "analysis/stats/binomial.hpp"

namespace thalweg {
namespace {

std::vector<double> log_spaced(double first, double last, std::size_t n) {
  std::vector<double> t(n);
  for (std::size_t i = 0; i < n; ++i) t[i] = first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(n - 1));
  return t;
}
std::vector<double> evenly_spaced(double first, double step, std::size_t n) {
  std::vector<double> t(n);
  for (std::size_t i = 0; i < n; ++i) t[i] = first + step * static_cast<double>(i);
  return t;
}

// truth(t) times noise of mean one that is shared by neighbouring steps of a replica, as it is along a run.
std::vector<double> noisy(const std::vector<double>& t, std::size_t replicas, unsigned seed, const std::function<double(double)>& truth) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values;
  for (std::size_t r = 0; r < replicas; ++r) {
    double state = normal(random);
    for (const double time : t) {
      state = 0.8 * state + 0.6 * normal(random);
      values.push_back(truth(time) * std::exp(0.5 * state - 0.125));
    }
  }
  return values;
}

TEST(RateFit, IsExactOnExactLaws) {
  const std::vector<double> t = log_spaced(1.0, 1e4, 60);
  std::vector<double> y;
  for (const double time : t) y.push_back(3.0 * std::pow(time, -0.75));
  const RateFit power = fit_rate({t, y}, RateModel::power, 0.05);
  ASSERT_TRUE(power.fitted) << power.refusal;
  EXPECT_NEAR(power.exponent.value, -0.75, 1e-12);
  EXPECT_NEAR(power.log_constant, std::log(3.0), 1e-11);
  EXPECT_LT(power.misfit, 1e-12);
  EXPECT_GE(power.first, 99.0);  // two decades
  EXPECT_NE(power.exponent.how.find("not a confidence interval"), std::string::npos);

  const std::vector<double> steps = evenly_spaced(0.0, 10.0, 100);
  y.clear();
  for (const double time : steps) y.push_back(5.0 * std::exp(-0.02 * time));
  const RateFit geometric = fit_rate({steps, y}, RateModel::geometric, 0.05);
  ASSERT_TRUE(geometric.fitted) << geometric.refusal;
  EXPECT_NEAR(geometric.exponent.value, -0.02, 1e-14);
  EXPECT_NEAR(geometric.log_constant, std::log(5.0), 1e-11);

  for (double& v : y) v += 1e-3;
  const RateFit floor = fit_rate({steps, y}, RateModel::geometric_to_floor, 0.05);
  ASSERT_TRUE(floor.fitted) << floor.refusal;
  EXPECT_NEAR(floor.exponent.value, -0.02, 1e-7);
  EXPECT_NEAR(floor.floor, 1e-3, 1e-8);
  EXPECT_NEAR(floor.log_constant, std::log(5.0), 1e-5);
}

TEST(RateFit, OfOneReplicaSpansTheHalvesOfABentCurve) {
  const std::vector<double> t = log_spaced(1.0, 100.0, 40);
  std::vector<double> y;
  for (const double time : t) y.push_back(1.0 / time + 1.0 / (time * time));  // local exponent from -1.5 to -1.01
  const RateFit fit = fit_rate({t, y}, RateModel::power, 0.05);
  EXPECT_LT(fit.exponent.lower, fit.exponent.value - 0.05);
  EXPECT_GT(fit.exponent.upper, fit.exponent.value + 0.05);
  EXPECT_EQ(fit.exponent.count, 1U);
}

TEST(RateFit, RefusesWithASentence) {
  const std::vector<double> t = log_spaced(100.0, 500.0, 30), flat(30, 2.0);
  EXPECT_EQ(fit_rate({t, flat}, RateModel::power, 0.05).refusal, "range too short: 0.7 decades, 1.5 needed");
  EXPECT_EQ(fit_rate({t, flat}, RateModel::geometric, 0.05).refusal, "falls too little: 0.0 decades, 1.0 needed");
  EXPECT_EQ(fit_rate({std::span(t).subspan(0, 4), std::span(flat).subspan(0, 4)}, RateModel::power, 0.05).refusal,
            "too few points: 4, 8 needed");
  std::vector<double> dead = flat;
  dead[3] = 0.0;
  EXPECT_EQ(fit_rate({t, dead}, RateModel::power, 0.05).refusal, "too few points: 3, 8 needed");
  const std::vector<double> steps = evenly_spaced(0.0, 1.0, 50);
  std::vector<double> y;
  for (const double time : steps) y.push_back(std::exp(-0.1 * time) + 1e-4);  // still 7e-3 at the end
  EXPECT_EQ(fit_rate({steps, y}, RateModel::geometric_to_floor, 0.05).refusal,
            "the floor is not reached: the falling part is still the larger one at the last step");
}

TEST(RateFit, DependsOnItsSeedOnly) {
  const std::vector<double> t = log_spaced(1.0, 1e3, 40), y = noisy(t, 20, 5, [](double time) { return std::pow(time, -1.0); });
  const RateFit a = fit_rate({t, y}, RateModel::power, 0.05, 3), b = fit_rate({t, y}, RateModel::power, 0.05, 3),
                c = fit_rate({t, y}, RateModel::power, 0.05, 4);
  EXPECT_EQ(a.exponent.lower, b.exponent.lower);
  EXPECT_EQ(a.exponent.value, c.exponent.value);
  EXPECT_NE(a.exponent.lower, c.exponent.lower);
  EXPECT_NEAR(a.exponent.lower, c.exponent.lower, 0.3 * (a.exponent.upper - a.exponent.lower));
}

// Intervals at level 0.05 over 300 synthetic series. The bootstrap is asymptotic: it is held to missing at most 0.08, in a binomial test
// with false-alarm rate 1e-6.
void expect_coverage(RateModel model, const std::vector<double>& t, double exponent, const std::function<double(double)>& truth) {
  constexpr unsigned repetitions = 300;
  RateRule rule;
  rule.resamples = 200;
  unsigned missed = 0;
  double width = 0.0;
  for (unsigned repetition = 0; repetition < repetitions; ++repetition) {
    const std::vector<double> y = noisy(t, 40, 1000 + repetition, truth);
    const RateFit fit = fit_rate({t, y}, model, 0.05, repetition, rule);
    ASSERT_TRUE(fit.fitted) << fit.refusal;
    missed += fit.exponent.lower > exponent || fit.exponent.upper < exponent ? 1U : 0U;
    width += (fit.exponent.upper - fit.exponent.lower) / repetitions;
  }
  ::testing::Test::RecordProperty(std::string("missed_") + std::to_string(static_cast<int>(model)), static_cast<int>(missed));
  std::printf("  %s: missed %u of %u at level 0.05, mean width %.3g\n", to_string(model), missed, repetitions, width);
  EXPECT_GE(binomial_upper_tail(missed, repetitions, 0.08), 1e-6) << missed;
  EXPECT_GE(binomial_lower_tail(missed, repetitions, 0.01), 1e-12) << missed;
  EXPECT_LT(width, 0.3 * std::abs(exponent));
}

TEST(RateFitCoverage, OfAPowerLaw) {
  expect_coverage(RateModel::power, log_spaced(1.0, 1e3, 30), -0.5, [](double t) { return std::pow(t, -0.5); });
}
TEST(RateFitCoverage, OfAGeometricLaw) {
  expect_coverage(RateModel::geometric, evenly_spaced(0.0, 5.0, 40), -0.03, [](double t) { return 2.0 * std::exp(-0.03 * t); });
}
TEST(RateFitCoverage, OfAGeometricLawToAFloor) {
  expect_coverage(RateModel::geometric_to_floor, evenly_spaced(0.0, 5.0, 60), -0.04, [](double t) { return std::exp(-0.04 * t) + 0.01; });
}

}  // namespace
}  // namespace thalweg

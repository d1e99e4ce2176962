#include "analysis/stats/rate_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "analysis/stats/rate_calibration.hpp"

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

TEST(RateFit, KnowsTheLogarithmAndTheBreak) {
  const std::vector<double> t = log_spaced(2.0, 1e4, 60);
  std::vector<double> y;
  for (const double time : t) y.push_back(3.0 * std::pow(time, -0.5) * std::log(time));
  const RateFit corrected = fit_rate({t, y}, RateModel::log_corrected, 0.05);
  ASSERT_TRUE(corrected.fitted) << corrected.refusal;
  EXPECT_NEAR(corrected.exponent.value, -0.5, 1e-12);
  EXPECT_NEAR(corrected.log_constant, std::log(3.0), 1e-11);
  const RateFit plain = fit_rate({t, y}, RateModel::power, 0.05);
  EXPECT_GT(plain.exponent.value, -0.4);  // the logarithm seems a slower power
  EXPECT_GT(plain.misfit, 1e-3);

  y.clear();
  for (const double time : t) y.push_back(2.0 * std::pow(time / 200.0, time < 200.0 ? -0.25 : -1.0));
  const RateFit broken = fit_rate({t, y}, RateModel::broken_power, 0.05);
  ASSERT_TRUE(broken.fitted) << broken.refusal;
  EXPECT_NEAR(broken.exponent.value, -1.0, 1e-4);
  EXPECT_NEAR(broken.first_exponent, -0.25, 1e-4);
  EXPECT_NEAR(broken.break_at / 200.0, 1.0, 1e-3);
  EXPECT_NEAR(broken.log_constant, std::log(2.0), 1e-3);
  EXPECT_LT(broken.first, 3.0);  // every t > 0
}

TEST(RateFit, SeesAFloorAndRefusesLawsWithoutOne) {
  const std::vector<double> t = log_spaced(1.0, 1e4, 60);
  std::vector<double> y;
  for (const double time : t) y.push_back(10.0 / time + 0.02);
  const RateFit power = fit_rate({t, y}, RateModel::power, 0.05);
  EXPECT_FALSE(power.fitted);
  EXPECT_NE(power.refusal.find("falls no further from t = 3352.92 on"), std::string::npos) << power.refusal;
  EXPECT_NE(power.refusal.find("a floor near 0.021"), std::string::npos) << power.refusal;
  EXPECT_NE(fit_rate({t, y}, RateModel::log_corrected, 0.05).refusal.find("floor"), std::string::npos);
  EXPECT_TRUE(fit_rate({t, y}, RateModel::broken_power, 0.05).fitted);

  const std::vector<double> steps = evenly_spaced(0.0, 5.0, 80);
  const auto settles = [](double time) { return std::exp(-0.05 * time) + 1e-2; };
  const std::vector<double> noisy_settles = noisy(steps, 30, 11, settles);
  EXPECT_NE(fit_rate({steps, noisy_settles}, RateModel::geometric, 0.05).refusal.find("falls no further"), std::string::npos);
  EXPECT_TRUE(fit_rate({steps, noisy_settles}, RateModel::geometric_to_floor, 0.05).fitted);
}

TEST(RateFit, SeesNoFloorWhereThereIsNone) {
  const std::vector<double> t = log_spaced(1.0, 1e3, 40);
  std::size_t refused = 0;
  for (unsigned repetition = 0; repetition < 300; ++repetition) {
    RateRule rule;
    rule.resamples = 2;
    const std::vector<double> y = noisy(t, 20, 5000 + repetition, [](double time) { return std::pow(time, -0.25); });
    refused += fit_rate({t, y}, RateModel::power, 0.05, 1, rule).fitted ? 0U : 1U;
  }
  EXPECT_LE(refused, 3U);  // three standard errors each, and a slope below a fifth: 300 times 1.4e-3 would be 0.4
}

TEST(RateChoice, FindsEveryExactLaw) {
  for (const RateTruth& truth : rate_truths()) {
    const std::vector<double> t = times_of(truth);
    std::vector<double> y;
    for (const double time : t) y.push_back(value_at(truth, time));
    const RateChoice choice = choose_rate({t, y}, 0.05);
    EXPECT_EQ(to_string(choice.model), std::string(to_string(truth.model))) << truth.formula;
    ASSERT_TRUE(choice.fit.fitted) << choice.fit.refusal;
    EXPECT_NEAR(choice.fit.exponent.value / truth.exponent, 1.0, 0.02);
    ASSERT_EQ(choice.candidates.size(), 5U);
    EXPECT_EQ(choice.candidates[static_cast<std::size_t>(choice.model)].excess, 0.0);
  }
}

TEST(RateChoice, TakesTheSimplerLawWhereTheNoiseHidesTheDifference) {
  // A logarithm within noise of 50 % a replica is not seen in two decades: the power law is within a standard error, and has as few parameters; a broken
  // law is never taken for it.
  for (unsigned repetition = 0; repetition < 40; ++repetition) {
    const RateTruth& truth = rate_truths()[0];
    const std::vector<double> t = times_of(truth), y = synthetic_series(truth, t, 40, 0.5, 900 + repetition);
    RateRule rule;
    rule.resamples = 2;
    const RateChoice choice = choose_rate({t, y}, 0.05, 1, rule);
    EXPECT_EQ(choice.candidates.back().refusal, "");
    EXPECT_TRUE(choice.model == RateModel::power || choice.model == RateModel::log_corrected) << to_string(choice.model);
  }
}

TEST(RateChoice, SaysWhyNothingFits) {
  const std::vector<double> t = log_spaced(100.0, 500.0, 30), flat(30, 2.0);
  const RateChoice choice = choose_rate({t, flat}, 0.05);
  EXPECT_FALSE(choice.fit.fitted);
  EXPECT_EQ(choice.fit.refusal, "range too short: 0.7 decades, 1.5 needed");
  for (const RateCandidate& candidate : choice.candidates) EXPECT_FALSE(candidate.refusal.empty()) << to_string(candidate.model);
}

}  // namespace
}  // namespace thalweg

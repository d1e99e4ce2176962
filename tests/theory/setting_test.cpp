// The names a card may use, computed by hand for one setting, and the range that a functional is known to have.
#include "analysis/theory/setting.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analysis/stats/interval_estimate.hpp"
#include "analysis/theory/predicate.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {
namespace {

// f = 1/2 (x_1^2 + 3 x_2^2) at (1, -2), |x_j| <= 4; noise 0.6 with probability 3/4, else -1.8: variance 1.08, third moment -1.296.
Setting setting_of(const std::string& method = "adam@seed(beta1=0.5, beta2=0.81, eps=0.5)") {
  Setting setting;
  setting.problem = make_problem("quadratic", {{"spectrum", {1.0, 3.0}}, {"start", {1.0, -2.0}}, {"region", {4.0}}});
  setting.noise = make_noise("two-point", 2, {{"a", {0.6}}, {"p", {0.75}}});
  setting.definition = define(method);
  setting.eta.assign(7, 0.25);
  setting.start = setting.problem.start;
  return setting;
}

void expect_names(const Quantities& quantities, std::initializer_list<std::pair<const char*, double>> expected) {
  for (const auto& [name, value] : expected) {
    const Interval* found = quantities.find(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_NEAR(found->mid(), value, 1e-12 * std::fabs(value)) << name;
    EXPECT_LE(found->width(), 1e-12 * (1.0 + std::fabs(value))) << name;
  }
}

TEST(Setting, NamesOfACardAreTheirDefinitions) {
  Setting setting = setting_of();
  setting.problem.facts.minimiser = std::vector<double>{1.0, 1.0};  // moved, so that a distance is not a norm
  setting.box = {{-1.0, -2.0}, {2.0, 3.0}};
  const Quantities quantities(setting);
  expect_names(quantities, {{"d", 2}, {"L", 3}, {"mu", 1}, {"mu_pl", 1}, {"L1", 4}, {"hess_at_min", 3}, {"f_star", 0}});
  expect_names(quantities, {{"Delta", 6.5}, {"grad1_sq", 37}, {"R", 3}, {"D_inf", 5}});
  expect_names(quantities, {{"G", 12}, {"G2sq", 160}, {"Gs", 13.8}, {"Gs2sq", 5.8 * 5.8 + 13.8 * 13.8}, {"Gs1", 19.6}});
  expect_names(quantities, {{"sigma2", 2.16}, {"sigma1", 2 * std::sqrt(1.08)}, {"mu3", 2.592}, {"b", 1}, {"sigma2_one", 2.16}});
  expect_names(quantities, {{"noise_a", 0.6}, {"noise_p", 0.75}, {"noise_b", 1.8}});
  expect_names(quantities, {{"beta1", 0.5}, {"beta2", 0.81}, {"eps", 0.5}});
  expect_names(quantities, {{"mu2", 2}, {"mu1", 1 / 14.3}, {"kappa_A", 28.6}, {"mu1_prime", 1 / (0.9 * 13.8 + 0.5)}, {"variance_at_min", 2.16}});
  ASSERT_NE(quantities.find("rate_lipschitz"), nullptr);
  EXPECT_NEAR(quantities.find("rate_lipschitz")->upper(), 4.0, 1e-12) << "1/(s + eps) is steepest at 0: 1/eps^2";
  expect_names(quantities, {{"T", 7}, {"eta", 0.25}, {"eta_max", 0.25}});
  const PerCoordinate<Interval>* bounds = quantities.find_array("Gs");
  ASSERT_NE(bounds, nullptr);
  EXPECT_NEAR((*bounds)[0].mid(), 5.8, 1e-12);
  EXPECT_NEAR((*bounds)[1].mid(), 13.8, 1e-12);
}

TEST(Setting, ACorrectedRateMovesByItself) {
  EXPECT_EQ(Quantities(setting_of("adam@paper")).find("rate_lipschitz")->upper(), std::numeric_limits<double>::infinity());
}

// M is the least of what bounds a subgradient: a fact, or the root of the sum of squares.
TEST(Setting, TheBoundOfSubgradientsIsTheLeastThatIsKnown) {
  const auto largest = [](const char* problem) {
    Setting setting = setting_of("sgd");
    setting.problem = make_problem(problem, {{"dim", {4}}, {"start", {3.0}}});
    setting.noise = make_noise("none", 4);
    setting.start = setting.problem.start;
    return Quantities(setting);
  };
  expect_names(largest("max-norm"), {{"M", 1}, {"G2sq", 4}, {"x1_inf", 3}, {"grad1_l1", 1}, {"R", 6}, {"Delta", 3}});
  expect_names(largest("absolute"), {{"M", 2}, {"G2sq", 4}, {"x1_inf", 3}, {"grad1_l1", 4}});
}

TEST(Setting, WhatHasNoInfimumWithoutItsBoxHasNoKnownGapInARunWithoutOne) {
  Setting setting = setting_of("sgd");
  setting.problem = make_problem("linear", {{"dim", {2}}, {"start", {0.5}}});
  setting.noise = make_noise("none", 2);
  setting.start = setting.problem.start;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Quantities free(setting);
  for (const char* name : {"Delta", "R"}) EXPECT_EQ(free.find(name)->upper(), infinity) << name;
  EXPECT_EQ(free.find("f_star")->lower(), -infinity);
  EXPECT_FALSE(find_predicate("minimiser-known")->certain(setting));
  setting.box = setting.problem.box;
  const Quantities boxed(setting);
  for (const char* name : {"Delta", "R", "f_star"}) EXPECT_TRUE(std::isfinite(boxed.find(name)->upper())) << name;
  EXPECT_TRUE(find_predicate("minimiser-known")->certain(setting));
}

// The stored minimiser of nesterov-worst is 2/3, 1/3 rounded: a start on it may be as far from the real one as half an ulp of each.
TEST(Setting, ADistanceToARoundedMinimiserIsNotKnownToBeZero) {
  Setting setting = setting_of("sgd");
  setting.problem = make_problem("nesterov-worst", {{"dim", {2}}});
  setting.noise = make_noise("none", 2);
  setting.start = *setting.problem.facts.minimiser;
  const double ulps = 0x1p-53 * std::sqrt(5.0) / 3.0;
  EXPECT_NEAR(minimiser_rounding(setting.problem), ulps, 0.01 * ulps);
  EXPECT_GE(Quantities(setting).find("R")->upper(), ulps);
  EXPECT_LE(Quantities(setting).find("R")->lower(), 0.0);
  setting.problem = make_problem("log-cosh", {{"dim", {2}}});
  EXPECT_EQ(minimiser_rounding(setting.problem), 0.0);
}

TEST(Setting, AStepThatChangesHasALargestValueAndNoName) {
  Setting setting = setting_of("sgd");
  setting.eta[2] = 0.75;
  const Quantities quantities(setting);
  expect_names(quantities, {{"eta_max", 0.75}, {"mu1", 1}, {"mu2", 1}});
  EXPECT_EQ(quantities.find("eta"), nullptr);
}

TEST(Setting, ALowerBoundOfTheMinimumGivesAnUpperBoundOfTheGap) {
  Setting setting = setting_of();
  setting.problem.facts.f_star.upper = std::numeric_limits<double>::infinity();
  const Quantities quantities(setting);
  const Interval gap = *quantities.find("Delta");
  EXPECT_EQ(gap.lower(), 0.0);
  EXPECT_NEAR(gap.upper(), 6.5, 1e-12);
  EXPECT_GE(gap.upper(), 6.5);
}

TEST(Setting, WithoutNoiseItsMomentsAreZero) {
  Setting setting = setting_of();
  setting.noise = make_noise("none", 2);
  expect_names(Quantities(setting), {{"sigma2", 0}, {"sigma1", 0}, {"mu3", 0}, {"Gs", 12}});
}

// f(x) - f* <= sum_j G_j |x_j - x*_j| in the box: for log cosh, G = 1, and the farthest point lies 3 from the minimiser.
TEST(Setting, RangeOfAGapInABoxIsTheGradientBoundTimesTheFarthestReach) {
  Setting setting;
  setting.problem = make_problem("log-cosh", {{"dim", {1}}, {"start", {0.5}}});
  setting.noise = make_noise("two-point", 1, {{"a", {0.5}}, {"p", {0.5}}});
  setting.definition = define("sgd");
  setting.eta.assign(10, 0.1);
  setting.start = setting.problem.start;
  setting.box = {{-1.0}, {3.0}};
  Trajectories made;
  for (int r = 0; r < 64; ++r) made.series[static_cast<std::size_t>(Metric::mean_f_gap)].push_back(0.05 + 0.001 * r);
  made.replicas = 64;
  made.steps = {10};
  made.outcomes.assign(64, Outcome{Ending::finished, 10});
  const Card card = parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"mean_f_gap\"\n[bound]\nvalue = \"0.1\"\n", "mine.toml");
  const Judgement judgement = judge(card, setting, made, 0, 0.01);
  const Estimate expected = betting_interval(made.of(Metric::mean_f_gap), {0.0, 3.0}, 0.01);
  EXPECT_TRUE(judgement.measured.finite_sample);
  EXPECT_NEAR(judgement.measured.lower, expected.lower, 1e-3 * (expected.upper - expected.lower));
  EXPECT_NEAR(judgement.measured.upper, expected.upper, 1e-3 * (expected.upper - expected.lower));
}

}  // namespace
}  // namespace thalweg

// What a card makes the engine record: its metric, its path quantities from A_0 = mu_2 on, the weights of its steps, nothing else.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/theory/verdict.hpp"
#include "lib/core/check.hpp"

namespace thalweg {
namespace {

Card card_of(const std::string& metric, const std::string& bound, const std::string& tables = "") {
  return parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"" + metric + "\"\n" + tables + "\n[bound]\nvalue = \"" + bound + "\"\n",
                    "mine.toml");
}

Setting setting_of(const std::string& method) {
  Setting setting;
  setting.problem = make_problem("cosine", {{"dim", {2}}, {"start", {1.0}}});
  setting.noise = make_noise("none", 2);
  setting.definition = define(method);
  setting.eta.assign(4, 0.25);
  setting.start = setting.problem.start;
  return setting;
}

TEST(Require, AsksForTheMetricAndThePathsOfTheBoundOnly) {
  Batch plain, path;
  require(card_of("f_gap", "Delta"), setting_of("sgd"), plain);
  EXPECT_EQ(plain.metrics, MetricSet(Metric::f_gap));
  require(card_of("mean_grad_sq", "V1 + m_norm_sum", "[let]\nused = \"2*h_sum\"\n"), setting_of("sgd"), path);
  EXPECT_EQ(path.metrics, MetricSet(Metric::mean_grad_sq, Metric::v1, Metric::m_norm_sum, Metric::h_sum));
}

TEST(Require, StartsPathsAtTheLargestRate) {
  Batch batch;
  require(card_of("mean_grad_sq", "V1"), setting_of("amsgrad@seed(eps=0.25)"), batch);  // mu_2 = 1 / eps; mu_1 = 1 / (1 + eps) = 0.8
  EXPECT_NEAR(batch.initial_rate, 4.0, 1e-12);
  EXPECT_GE(batch.initial_rate, 4.0);
}

TEST(Require, WeighsEachStepByItsExpression) {
  const Card card = card_of("weighted_grad_sq", "Delta", "weights = \"base^t\"\n[let]\nbase = \"1 - eta\"\n");
  Batch batch;
  require(card, setting_of("sgd"), batch);
  ASSERT_EQ(batch.weights.size(), 4u);
  double power = 1.0;
  for (const double weight : batch.weights) EXPECT_NEAR(weight, power *= 0.75, 1e-14);
}

TEST(Require, MeasuresDistancesFromTheMinimiser) {
  Setting setting = setting_of("sgd");
  setting.problem.facts.minimiser = std::vector<double>{2.0, 3.0};
  Batch batch;
  require(card_of("dist_sq", "R^2"), setting, batch);
  EXPECT_EQ(batch.minimiser, (std::vector<double>{2.0, 3.0}));
}

// Distances of the functional, or of a path quantity of the bound.
TEST(Require, GivesTheMinimiserToEveryMetricAboutIt) {
  for (const char* metric : {"step_ratio", "regret", "mean_regret"}) {
    Batch batch;
    require(card_of(metric, "1"), setting_of("sgd"), batch);
    EXPECT_EQ(batch.minimiser.size(), 2u) << metric;
  }
  Batch path;
  require(card_of("x_inf", "step_ratio"), setting_of("sgd"), path);
  EXPECT_EQ(path.metrics, MetricSet(Metric::x_inf, Metric::step_ratio));
  EXPECT_EQ(path.minimiser.size(), 2u);
  Setting unknown = setting_of("sgd");
  unknown.problem.facts.minimiser.reset();
  EXPECT_FALSE(applicability(card_of("x_inf", "step_ratio"), unknown).applies);
  EXPECT_TRUE(applicability(card_of("x_inf", "1"), unknown).applies);
}

TEST(Require, LooksAheadByTheMomentumOfTheDefinition) {
  Batch batch;
  require(card_of("f_gap_z", "Delta"), setting_of("adam@seed(beta1=0.75)"), batch);
  EXPECT_DOUBLE_EQ(batch.look_ahead, 3.0);  // beta1 / (1 - beta1)
}

TEST(Require, TakesTheLevelOfAPassageAndRefusesTwo) {
  const auto passage = [](const std::string& metric, const std::string& level) { return card_of(metric, "T", "level = \"" + level + "\"\n[let]\nhalf = \"1/2\"\n"); };
  Batch batch;
  require(passage("f_passage", "half*Delta"), setting_of("sgd"), batch);
  EXPECT_NEAR(batch.f_level, 1.0 - std::cos(1.0), 1e-12);  // Delta = 2 (1 - cos 1)
  EXPECT_EQ(batch.grad_level, 0.0);
  require(passage("grad_passage", "0.125"), setting_of("sgd"), batch);
  EXPECT_EQ(batch.grad_level, 0.125);
  EXPECT_THROW(require(passage("grad_passage", "0.25"), setting_of("sgd"), batch), SpecError);
}

}  // namespace
}  // namespace thalweg

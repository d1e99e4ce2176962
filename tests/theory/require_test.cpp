// What a card makes the engine record: its metric, its path quantities from A_0 = mu_2 on, the weights of its steps, nothing else.
#include <gtest/gtest.h>

#include "analysis/theory/verdict.hpp"

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

}  // namespace
}  // namespace thalweg

// Cards whose random iterate is weighed: weights that speak of T belong to the whole run.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "analysis/theory/card.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {
namespace {

Setting setting_of(std::size_t horizon) {
  Setting setting;
  setting.problem = make_problem("cosine", {{"dim", {1}}, {"start", {2.0}}});
  setting.noise = make_noise("none", 1);
  setting.definition = define("sgd");
  setting.eta.assign(horizon, 0.5);
  setting.start = setting.problem.start;
  return setting;
}

Card card_with(const std::string& weights) {
  return parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"weighted_grad_sq\"\nweights = \"" + weights + "\"\n[bound]\nvalue = \"0.5\"\n", "mine.toml");
}

Judgement judged(const Card& card, std::size_t row) {
  Trajectories made;
  made.replicas = 1;
  made.steps = {4, 8};
  made.series[static_cast<std::size_t>(Metric::weighted_grad_sq)] = {0.25, 0.125};
  made.outcomes = {Outcome{Ending::finished, 8}};
  return judge(card, setting_of(8), made, row, 0.01);
}

TEST(Weights, OfTheHorizonAreThoseOfTheWholeRun) {
  const Card of_horizon = card_with("1 - 0.5^(T - t + 1)");
  EXPECT_EQ(judged(of_horizon, 1).verdict, Verdict::holds);
  const Judgement early = judged(of_horizon, 0);
  EXPECT_EQ(early.verdict, Verdict::not_applicable);
  EXPECT_EQ(early.reason, "the weights are those of the whole run");
  EXPECT_EQ(judged(card_with("t"), 0).verdict, Verdict::holds) << "these are the same for every run";
}

// w_t = 1 - beta1^(N - t + 1): the last iterate counts least.
TEST(Weights, OfAdamWithMomentumFallToOneMinusBetaAtTheEnd) {
  const Card card = read_card(std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems/r-16-adam-momentum.toml");
  Setting setting = setting_of(3);
  setting.noise = make_noise("two-point", 1, {{"a", {0.5}}, {"p", {0.5}}});
  setting.definition = define("adam@defossez", {{"beta1", 0.5}, {"beta2", 0.75}});
  ASSERT_EQ(applicability(card, setting).reason, "");
  Batch batch;
  require(card, setting, batch);
  ASSERT_EQ(batch.weights.size(), 3U);
  EXPECT_NEAR(batch.weights[0], 0.875, 1e-15);
  EXPECT_NEAR(batch.weights[1], 0.75, 1e-15);
  EXPECT_NEAR(batch.weights[2], 0.5, 1e-15);
}

TEST(Weights, AreOfTheFormOfTheDefinition) {
  const Card card = read_card(std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems/r-16-adam-momentum.toml");
  EXPECT_TRUE(speaks_of(card, define("adam@defossez")));
  for (const char* other : {"adam@paper", "adam@seed", "adam@inside-root", "adagrad@optax", "sgd"}) EXPECT_FALSE(speaks_of(card, define(other))) << other;
}

}  // namespace
}  // namespace thalweg

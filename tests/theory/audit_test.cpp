// What a card asks the engine to watch, from the statement of the theorems: |g_j| <= G_j + |xi_j| for the sampled gradient, and x_t and
// z_t = x_t + beta1 / (1 - beta1) (x_t - x_{t-1}) inside the region where G_j holds.
#include <gtest/gtest.h>

#include "analysis/theory/verdict.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg {
namespace {

Card watched_card() {
  return parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"f_gap\"\nrequires = [\"bounded-gradient\"]\n[bound]\nvalue = \"0.4\"\n",
                    "mine.toml");
}

// |x| <= 2, where |f'| = 3 |x| <= 6.
Setting setting_of(const std::string& method, double eta) {
  Setting setting;
  setting.problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {3.0}}, {"L", {3.0}}, {"start", {1.0}}, {"region", {2.0}}});
  setting.noise = make_noise("two-point", 1, {{"a", {0.5}}, {"p", {0.5}}});
  setting.definition = define(method);
  setting.eta.assign(20, eta);
  setting.start = setting.problem.start;
  return setting;
}

TEST(Audit, WatchesTheAveragedPointOfTheTheorems) {
  for (const auto& [method, factor] :
       {std::pair{"ema-momentum(beta1=0.75)", 3.0}, std::pair{"adam@seed(beta1=0.5)", 1.0}, std::pair{"sgd", 0.0}}) {
    Batch batch;
    require(watched_card(), setting_of(method, 0.1), batch);
    ASSERT_TRUE(batch.audit.has_value()) << method;
    EXPECT_DOUBLE_EQ(batch.audit->momentum, factor) << method;
    EXPECT_EQ(batch.audit->region.lower, std::vector<double>{-2.0});
    EXPECT_EQ(batch.audit->region.upper, std::vector<double>{2.0});
  }
}

TEST(Audit, BoundsTheSampledGradientByThatOfTheFunctionAndThatOfTheNoise) {
  Batch batch;
  require(watched_card(), setting_of("sgd", 0.1), batch);
  ASSERT_TRUE(batch.audit.has_value());
  ASSERT_EQ(batch.audit->sample_bound.size(), 1u);
  EXPECT_NEAR(batch.audit->sample_bound[0], 3.0 * 2.0 + 0.5, 1e-12);
  EXPECT_GE(batch.audit->sample_bound[0], 6.5);
}

// A run whose iterates stay inside while z_t leaves is not the theorem's.
TEST(Audit, SeesARunThatLeavesWithItsAveragedPointAlone) {
  Setting setting = setting_of("ema-momentum(beta1=0.75)", 1.0);
  setting.noise = make_noise("none", 1);
  setting.eta.assign(2, 1.0);  // m_1 = 3/4, x_2 = 1/4, z_2 = 1/4 - 3 * 3/4 = -2
  setting.start = {1.25};      // scaled by 1.25: x_2 = 5/16, z_2 = -2.5
  const Card card = watched_card();
  Batch batch;
  batch.objective = setting.problem.objective;
  batch.rule = rule_instance(setting.definition);
  batch.eta = setting.eta;
  batch.start = setting.start;
  batch.record_steps = {2};
  require(card, setting, batch);
  const Trajectories out = cpu_engine()->run(batch);
  ASSERT_EQ(out.audits.size(), 1u);
  EXPECT_EQ(out.audits[0].region_x, 0u);
  EXPECT_EQ(out.audits[0].region_z, 2u);
  const Judgement judgement = judge(card, setting, out, 0, 0.01);
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_NE(judgement.reason.find("z_t left the region"), std::string::npos) << judgement.reason;
}

}  // namespace
}  // namespace thalweg

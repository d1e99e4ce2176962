// What a card asks the engine to watch, from the statement of the theorems: |g_j| <= G_j + |xi_j| for the sampled gradient, and x_t and
// z_t = x_t + beta1 / (1 - beta1) (x_t - x_{t-1}) inside the region where G_j holds.
#include <gtest/gtest.h>

#include <cmath>

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

// ---- constants that a run is held against: planted failures, and honest runs

Card leaning_card(const std::string& requires_, const std::string& bound = "1e6", const std::string& metric = "f_gap") {
  return parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"" + metric + "\"\nrequires = [" + requires_ + "]\n[bound]\nvalue = \"" + bound + "\"\n[trivial]\nvalue = \"1e9\"\n", "mine.toml");
}

Setting plain_setting(const std::string& problem, const Parameters& parameters, const std::string& method, double eta, std::uint64_t steps = 40) {
  Setting setting;
  setting.problem = make_problem(problem, parameters);
  setting.noise = make_noise("none", setting.problem.dim());
  setting.definition = define(method);
  setting.eta.assign(steps, eta);
  setting.start = setting.problem.start;
  return setting;
}

Judgement judged(const Card& card, const Setting& setting, const Setting& truth, std::vector<std::uint64_t> steps, std::size_t replicas = 1) {
  Batch batch = batch_of(truth, replicas, 1);
  batch.record_steps = std::move(steps);
  require(card, setting, batch);
  return judge(card, setting, cpu_engine()->run(batch), batch.record_steps.size() - 1, 1e-3);
}

TEST(Audit, SeesAConstantOfSmoothnessThatIsTooSmall) {
  const Setting honest = plain_setting("quadratic", {{"dim", {2}}, {"mu", {1.0}}, {"L", {3.0}}, {"start", {1.0}}}, "sgd", 0.25);
  EXPECT_EQ(judged(leaning_card("\"smooth\""), honest, honest, {2, 7, 40}).verdict, Verdict::holds);
  Setting planted = honest;
  planted.problem.facts.L = {1.2, 1.2, Trust::exact, "planted"};  // the step of t = 2 changes the gradient by 1.5 times its length; later ones by less
  const Judgement judgement = judged(leaning_card("\"smooth\""), planted, planted, {2, 7, 40});
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_NE(judgement.reason.find("changed by more than L |x_{t+1} - x_t| at step 2 of replica 0"), std::string::npos) << judgement.reason;
  Batch shared = batch_of(planted, 1, 1);
  shared.record_steps = {2, 7, 40};
  const Card other = leaning_card("\"convex\"");
  require(leaning_card("\"smooth\""), planted, shared);
  require(other, planted, shared);
  const Trajectories ran = cpu_engine()->run(shared);
  ASSERT_EQ(ran.audits.front().smoothness, 2u);
  EXPECT_EQ(judge(other, planted, ran, 2, 1e-3).verdict, Verdict::holds) << "a theorem that does not lean on L, on the same record";
  EXPECT_EQ(judged(leaning_card("\"smooth\""), planted, planted, {39, 40}).verdict, Verdict::holds) << "along the flat direction alone 1.2 is enough, and no other step is looked at";
}

TEST(Audit, SeesAConstantOfPolyakAndLojasiewiczThatIsTooLarge) {
  const Setting honest = plain_setting("pl-sine", {{"dim", {1}}, {"start", {2.6}}}, "sgd", 0.01);
  EXPECT_EQ(judged(leaning_card("\"pl\""), honest, honest, {1, 20, 40}).verdict, Verdict::holds);
  Setting planted = honest;
  planted.problem.facts.mu_pl = {0.5, 0.5, Trust::exact, "planted"};  // 0.1755 in truth, at 2.2
  const Judgement judgement = judged(leaning_card("\"pl\""), planted, planted, {1, 20, 40});
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_NE(judgement.reason.find("below 2 mu_pl (f - f*) at step"), std::string::npos) << judgement.reason;
}

// The setting says AMSGrad; what runs is Adam.
TEST(Audit, SeesARateThatRises) {
  const Setting honest = plain_setting("quadratic", {{"dim", {1}}, {"start", {1.0}}}, "amsgrad@seed(beta1=0, beta2=0.5)", 0.01);
  EXPECT_EQ(judged(leaning_card("\"monotone-rate\""), honest, honest, {5, 10, 40}).verdict, Verdict::holds);
  Setting other = honest;
  other.definition = define("adam@seed(beta1=0, beta2=0.5)");
  const Judgement judgement = judged(leaning_card("\"monotone-rate\""), honest, other, {5, 10, 40});
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_NE(judgement.reason.find("the A-LR rose at step 10 of replica 0"), std::string::npos) << judgement.reason;
}

TEST(Audit, SeesNoiseThatIsLargerThanItsVariance) {
  Setting honest = plain_setting("quadratic", {{"dim", {2}}, {"start", {1.0}}}, "sgd", 0.01);
  for (const auto& [noise, parameters] : {std::pair<std::string, Parameters>{"gaussian", {{"sigma", {0.5}}}}, {"two-point", {{"a", {0.5}}, {"p", {0.5}}}}, {"two-point", {{"a", {2.0}}, {"p", {0.1}}}}}) {
    honest.noise = make_noise(noise, 2, parameters);
    const Card card = leaning_card("\"unbiased\"", "1e6*sigma2");
    EXPECT_EQ(judged(card, honest, honest, {1, 5, 40}, 256).verdict, Verdict::holds) << noise;
    EXPECT_EQ(judged(leaning_card("\"unbiased\""), honest, honest, {1, 5, 40}, 256).verdict, Verdict::holds);
    Setting planted = honest;
    planted.noise.facts.variance = planted.noise.facts.variance.map([](const Constant& v) { return Constant{0.5 * v.lower, 0.5 * v.upper, v.trust, v.source}; });
    const Judgement judgement = judged(card, planted, planted, {1, 5, 40}, 256);
    EXPECT_EQ(judgement.verdict, Verdict::not_applicable) << noise;
    EXPECT_NE(judgement.reason.find("larger than its variance"), std::string::npos) << judgement.reason;
    EXPECT_EQ(judged(leaning_card("\"unbiased\""), planted, planted, {1, 5, 40}, 256).verdict, Verdict::holds) << "a theorem without a variance";
  }
  // At the minimiser the noise of one size is measured without rounding: all replicas alike, of which no interval speaks.
  Setting still = plain_setting("quadratic", {{"dim", {2}}, {"start", {0.0}}}, "sgd", 0.01);
  still.noise = make_noise("two-point", 2, {{"a", {0.5}}, {"p", {0.5}}});
  const Card card = leaning_card("\"unbiased\"", "1e6*sigma2");
  EXPECT_NE(judged(card, still, still, {1}, 64).verdict, Verdict::not_applicable);
  Setting louder = still;
  louder.noise = make_noise("two-point", 2, {{"a", {0.6}}, {"p", {0.5}}});
  EXPECT_EQ(judged(card, still, louder, {1}, 64).verdict, Verdict::not_applicable);
  louder.noise = make_noise("two-point", 2, {{"a", {0.501}}, {"p", {0.5}}});
  EXPECT_NE(judged(card, still, louder, {1}, 64).verdict, Verdict::not_applicable) << "64 values of a two-valued law with the mean between them can all be the larger one";
}

// What a user declares is looked at in every step; what is a fact where the run is recorded anyway.
TEST(Audit, LooksAtDeclaredConstantsInEveryStep) {
  Setting setting;
  setting.problem = make_formula("1 - cos(x[0])", {{"dim", {1}}, {"start", {3.0}}, {"L", {0.5}}, {"f_star", {0.0}}});
  setting.noise = make_noise("none", 1);
  setting.definition = define("sgd");
  setting.eta.assign(200, 0.1);
  setting.start = setting.problem.start;
  const Judgement judgement = judged(leaning_card("\"smooth\""), setting, setting, {200});
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  std::uint64_t expected = 1;  // the slope changes by 1/2 of the way once cos is above it: between 3 and 0
  for (double x = 3.0;; ++expected) {
    const double next = x - 0.1 * std::sin(x);
    if (std::fabs(std::sin(next) - std::sin(x)) > 0.5 * std::fabs(next - x)) break;
    x = next;
  }
  EXPECT_NE(judgement.reason.find("at step " + std::to_string(expected) + " of"), std::string::npos) << judgement.reason << ", not " << expected;
}

// x^4/4 has a Lipschitz gradient on a box alone.
TEST(Audit, WatchesWhereSmoothnessHoldsOnARegionAlone) {
  const Card card = leaning_card("\"smooth-on-region\"");
  const Setting stays = plain_setting("power", {{"dim", {1}}, {"exponent", {4.0}}, {"start", {1.0}}}, "sgd", 0.1);
  ASSERT_FALSE(stays.problem.facts.smooth);
  ASSERT_TRUE(stays.problem.facts.on_region.L.known());
  EXPECT_FALSE(applicability(leaning_card("\"smooth\""), stays).applies);
  const Judgement inside = judged(card, stays, stays, {1, 40});
  EXPECT_EQ(inside.verdict, Verdict::holds) << inside.reason;
  EXPECT_FALSE(inside.certified);
  const Setting leaves = plain_setting("power", {{"dim", {1}}, {"exponent", {4.0}}, {"start", {1.0}}}, "sgd", 11.0);  // to -10, where the gradient has changed by 91 times the way, too
  const Judgement outside = judged(card, leaves, leaves, {1, 40});
  EXPECT_EQ(outside.verdict, Verdict::not_applicable);
  EXPECT_NE(outside.reason.find("x_t left the region where L holds at step 2 of replica 0"), std::string::npos) << outside.reason;
}

TEST(Audit, LooksAtTheNoiseWhereItsRecordIsSmall) {
  Setting setting = plain_setting("quadratic", {{"dim", {2}}, {"start", {1.0}}}, "sgd", 0.01);
  setting.noise = make_noise("gaussian", 2, {{"sigma", {0.5}}});
  for (const auto& [replicas, watched] : {std::pair{8192u, true}, std::pair{8193u, false}}) {
    Batch batch = batch_of(setting, replicas, 1);
    batch.record_steps = {1, 2, 3, 40};
    require(leaning_card("\"unbiased\"", "sigma2"), setting, batch);
    EXPECT_EQ(batch.metrics.contains(Metric::noise_sq), watched) << replicas;
  }
}

TEST(Audit, AsksForNothingThatNoAssumptionLeansOn) {
  const Setting setting = plain_setting("quadratic", {{"dim", {2}}, {"start", {1.0}}}, "amsgrad", 0.01);
  Batch batch = batch_of(setting, 1, 1);
  require(leaning_card("\"convex\""), setting, batch);
  EXPECT_FALSE(batch.audit.has_value());
  require(leaning_card("\"smooth\", \"monotone-rate\""), setting, batch);
  ASSERT_TRUE(batch.audit.has_value());
  EXPECT_TRUE(batch.audit->region.everything() && batch.audit->sample_bound.empty());
  EXPECT_TRUE(batch.audit->smoothness && batch.audit->monotone_rate && !batch.audit->growth && !batch.audit->every_step);
  Setting single = setting;
  single.precision = Precision::f32;
  Batch in_float = batch_of(single, 1, 1);
  require(leaning_card("\"smooth\", \"monotone-rate\""), single, in_float);
  EXPECT_FALSE(in_float.audit.has_value()) << "rounding alone would fail there";
}

}  // namespace
}  // namespace thalweg

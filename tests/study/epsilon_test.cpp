// A sweep over eps: ranges, regimes, counterparts, tuning, and a whole small answer whose exponents are known.
#include "analysis/study/epsilon.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "analysis/stats/moments.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

TEST(SweptValues, AreLogSpacedWithTheEndsExact) {
  const std::vector<double> values = swept_values("1e-10:1:6", "--eps");
  ASSERT_EQ(values.size(), 6u);
  EXPECT_EQ(values.front(), 1e-10);
  EXPECT_EQ(values.back(), 1.0);
  for (std::size_t i = 1; i < values.size(); ++i) EXPECT_NEAR(values[i] / values[i - 1], 100.0, 1e-9);
  EXPECT_EQ(swept_values("0.1,3,20", "--eps"), (std::vector<double>{0.1, 3.0, 20.0}));
}

TEST(SweptValues, WhatIsNoRangeIsRefusedWithTheOption) {
  for (const char* bad : {"", "1", "0:1:5", "-1:1:5", "1:1e-3:5", "1:1:5", "1e-3:1", "1e-3:1:1", "1e-3:1:2.5", "1e-3:1:99999", "a:b:c", "1,0.5", "1,,2", "inf:1:3", "nan,1"}) {
    try {
      swept_values(bad, "--eps");
      ADD_FAILURE() << bad;
    } catch (const SpecError& error) {
      EXPECT_EQ(error.parts().field, "--eps") << bad;
      EXPECT_FALSE(error.parts().allowed.empty());
    }
  }
}

TEST(Regime, TheIdleRateIsThatOfARunWithoutGradients) {
  for (const char* method : {"adam@seed", "adam@paper", "adam@eps-hat", "adam@defossez", "sadam@authors-code", "padam@seed", "amsgrad@torch"}) {
    const Definition definition = define(method, {{"beta1", 0.8}, {"beta2", 0.95}});
    Setting setting;
    setting.problem = make_problem("quadratic", {{"dim", {1.0}}, {"mu", {1.0}}, {"L", {1.0}}, {"start", {0.0}}});
    setting.noise = make_noise("none", 1);
    setting.definition = definition;
    setting.eta.assign(20, 0.1);
    setting.start = setting.problem.start;
    Batch batch = batch_of(setting, 1, 1);
    batch.record_steps = {1, 3, 20};
    batch.metrics = MetricSet(Metric::rate_max);
    const Trajectories out = cpu_engine()->run(batch);
    for (std::size_t row = 0; row < 3; ++row) EXPECT_NEAR(out.at(Metric::rate_max, row, 0) / *idle_rate(definition, batch.record_steps[row]), 1.0, 1e-12) << method;
  }
}

TEST(Regime, TheShareCountsRatesAtLeastHalfIdleAndWeighsSteps) {
  const Definition adam = define("adam@seed", {{"eps", 0.5}});  // idle 2, half of it 1
  Trajectories record;
  record.replicas = 2;
  record.steps = {10, 100};
  // Step 10: both replicas have all coordinates below 1. Step 100: replica 0 all above, replica 1 from the 50th percentile on.
  record.percentiles.assign(2 * 15 * 2, 0.1);
  for (std::size_t k = 0; k < 15; ++k) {
    record.percentiles[(15 + k) * 2 + 0] = 1.5;
    record.percentiles[(15 + k) * 2 + 1] = rate_percentiles[k] >= 50.0 ? 1.0 : 0.2;
  }
  // Replica 1: the distribution passes 1 exactly at the 50th percentile. Weights 10 and 90.
  EXPECT_NEAR(*idle_share(record, adam), (10.0 * 0.0 + 90.0 * 1.0 + 10.0 * 0.0 + 90.0 * 0.5) / 200.0, 1e-12);
  EXPECT_EQ(regime_of(0.1), Regime::sign_like);
  EXPECT_EQ(regime_of(0.11), Regime::transition);
  EXPECT_EQ(regime_of(0.9), Regime::gradient_like);
  EXPECT_FALSE(idle_share({}, adam).has_value());
  EXPECT_FALSE(idle_rate(define("radam"), 5).has_value()) << "its largest A-LR is not known";
}

TEST(Counterpart, HasTheSameLargestRateAndTheSameCorrection) {
  for (const char* method : {"adam", "adam@seed", "adam@eps-hat", "amsgrad", "amsgrad@torch"})
    for (const double eps : {1e-8, 0.3}) {
      const auto other = counterpart_of({method, {{"beta1", 0.7}}}, "eps", eps);
      ASSERT_TRUE(other.has_value()) << method;
      const Definition own = define(method, {{"beta1", 0.7}, {"eps", eps}}), softplus = define(other->method, Overrides(other->set.begin(), other->set.end()));
      EXPECT_EQ(softplus.choice("denominator"), "softplus");
      EXPECT_EQ(softplus.number("beta1"), 0.7);
      EXPECT_EQ(softplus.choice("second_moment"), own.choice("second_moment"));
      EXPECT_NEAR(*idle_rate(own, 7) / *idle_rate(softplus, 7), 1.0, 1e-12);
    }
  EXPECT_EQ(define(counterpart_of({"samsgrad", {}}, "beta", 50.0)->method).method, "amsgrad");
  EXPECT_FALSE(counterpart_of({"adam@inside-root", {}}, "eps", 0.1).has_value());
  EXPECT_FALSE(counterpart_of({"padam", {}}, "eps", 0.1).has_value());
  EXPECT_FALSE(counterpart_of({"yogi", {}}, "eps", 0.1).has_value());
}

struct Bench {
  TemporaryFolder folder;
  std::vector<Card> cards;
  std::unique_ptr<Engine> engine = cpu_engine();
  Store store{folder.path() / "store"};
  Laboratory laboratory{cards, *engine, 2, store};
};

// On f = x^4 / 4 what is left at T is (eps / (2 eta T))^2 / 4 (2.11): exponent 2; one run without noise.
TEST(Epsilon, MeasuresAKnownExponentWhereALargeEpsHurts) {
  Bench bench;
  EpsilonRequest request;
  request.shared = {"test", "{ id = \"power\", dim = 1 }", "\"none\"", 30000, 1, 4, 24, false, Precision::f64, Metric::f_gap};
  request.method = {"adam@seed", {{"beta2", 0.93}}};
  request.values = swept_values("1e-8:1e-2:7", "--eps");
  request.eta = "1e-3";
  const EpsilonAnswer answer = study_epsilon(bench.laboratory, request);
  ASSERT_EQ(answer.points.size(), 7u);
  for (const EpsilonPoint& point : answer.points) {
    EXPECT_NEAR(point.local.value, 2.0, 0.05) << point.value;
    EXPECT_EQ(point.measured.replicas.size(), 1u);
    ASSERT_TRUE(point.counterpart.has_value());
    EXPECT_NEAR(point.counterpart_ratio.value, 0.0, 0.02) << "the late law knows mu2 alone";
  }
  EXPECT_EQ(answer.counterpart, "sadam");
  ASSERT_EQ(answer.baseline.size(), 3u);
  // Equal eta mu2: at 1e-8 and at log 2 / 50 the last steps are the same; the first has the longer linear phase behind it.
  EXPECT_NEAR(answer.baseline[1].measured[0].eta / answer.baseline[1].measured[1].eta, 1e-8 / (std::numbers::ln2 / 50.0), 1e-12);
  EXPECT_TRUE(answer.baseline[2].measured[0].tuned.has_value());
  std::set<std::string> names;
  for (const ConventionRow& row : answer.conventions) names.insert(row.names);
  EXPECT_TRUE(names.contains("paper, torch, optax"));
  // Nothing is run twice.
  const std::size_t run = bench.laboratory.summary().run;
  study_epsilon(bench.laboratory, request);
  EXPECT_EQ(bench.laboratory.summary().run, run);
}

// Two definitions that are one at any step: (eta, D) and (c eta, c D). Far in the gradient-like regime the best step is proportional to eps.
TEST(Tuning, FindsTheBestStepBeyondItsGridAndSaysWhatIsNotToldApart) {
  Bench bench;
  Shared shared{"test", "{ id = \"quadratic\", dim = 2, mu = 1, L = 1 }", "\"none\"", 60, 1, 1, 4, false, Precision::f64, Metric::f_gap};
  const std::vector<Tuned> tuned = tune(bench.laboratory, shared, {{"adam@seed", {{"beta1", 0.0}, {"eps", 1e3}}}, {"adam@seed", {{"beta1", 0.0}, {"eps", 1e5}}}}, 0.01);
  ASSERT_EQ(tuned.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(tuned[i].at_end);
    EXPECT_NEAR(std::log10(tuned[i].eta), i == 0 ? 3.0 : 5.0, 0.2) << "eta / eps = 1 / L";
    EXPECT_LE(tuned[i].least, tuned[i].eta);
    EXPECT_GE(tuned[i].most, tuned[i].eta);
    EXPECT_GT(tuned[i].tried, 11u);
  }
}

// The step is chosen on one noise, the error at it is measured on another: the mean of the choice is too low by luck.
TEST(Epsilon, MetricsOfTheoremsThatAreOthersHaveExponentsToo) {
  Bench bench;
  bench.cards = {read_card(std::string(THALWEG_SOURCE_DIR) + "/analysis/theory/theorems/theorem-h-pl.toml")};
  EpsilonRequest request;
  request.shared = {"test", "{ id = \"quadratic\", dim = 2, mu = 1, L = 1, region = 8 }", "\"none\"", 20, 1, 1, 4, false, Precision::f64, Metric::grad_sq};
  request.method = {"adam@seed", {{"beta1", 0.0}}};
  request.values = {1e4, 1e5};
  request.eta = "1";
  const EpsilonAnswer answer = study_epsilon(bench.laboratory, request);
  ASSERT_EQ(answer.theorems.size(), 1u);
  ASSERT_EQ(answer.regimes.size(), 1u);
  ASSERT_TRUE(answer.points[0].also.contains(Metric::f_gap));
  // |grad f|^2 = 2 f where the Hessian is the identity: one exponent.
  EXPECT_NEAR(answer.regimes[0].also.at(Metric::f_gap).exponent.value, answer.regimes[0].measured->exponent.value, 1e-9);
  EXPECT_NEAR(answer.points[0].also.at(Metric::f_gap)[0] / answer.points[0].measured.replicas[0], 0.5, 1e-12);
}

TEST(Epsilon, ADivergedRunIsAnAnswer) {
  Bench bench;
  EpsilonRequest request;
  request.shared = {"test", "{ id = \"rosenbrock\" }", "\"none\"", 30, 1, 1, 4, false, Precision::f64, Metric::mean_grad_sq};
  request.method = {"adam@seed", {}};
  request.values = {1e-3, 1.0};
  request.eta = "1e200";
  const EpsilonAnswer answer = study_epsilon(bench.laboratory, request);
  for (const EpsilonPoint& point : answer.points) {
    EXPECT_FALSE(std::isfinite(point.measured.estimate.value));
    EXPECT_FALSE(point.measured.estimate.doubt.empty());
    EXPECT_FALSE(point.local.doubt.empty());
  }
}

TEST(Epsilon, AtTheBestStepTheErrorIsMeasuredOnFreshNoise) {
  Bench bench;
  EpsilonRequest request;
  request.shared = {"test", "{ id = \"cosine\", dim = 1, start = 1.0 }", "{ id = \"two-point\", a = 1.0, p = 0.3 }", 40, 5, 16, 4, false, Precision::f64, Metric::mean_grad_sq};
  request.method = {"adam@seed", {}};
  request.values = {1e-3, 1.0};
  request.mode = StepMode::tuned;
  const EpsilonAnswer answer = study_epsilon(bench.laboratory, request);
  for (const EpsilonPoint& point : answer.points) {
    ASSERT_TRUE(point.measured.tuned.has_value());
    EXPECT_EQ(point.measured.eta, point.measured.tuned->eta);
    EXPECT_NE(moments_of(point.measured.replicas).mean(), point.measured.tuned->mean);
  }
}

// A threshold has no bound on the metric, but a largest step: 2 (1 + beta1) / (1 - beta1) eps / lambda.
TEST(Epsilon, OfAThresholdTheLargestStableStepIsSaid) {
  Bench bench;
  bench.cards = {read_card(std::string(THALWEG_SOURCE_DIR) + "/analysis/theory/theorems/proposition-t.toml")};
  EpsilonRequest request;
  request.shared = {"test", "{ id = \"cosine\", dim = 1, start = 0.01 }", "\"none\"", 50, 1, 1, 4, false, Precision::f64, Metric::f_gap};
  request.method = {"adam@seed", {}};
  request.values = {1e-3, 1e-2};
  const EpsilonAnswer answer = study_epsilon(bench.laboratory, request);
  ASSERT_EQ(answer.theorems.size(), 1u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(answer.theorems[0].at[i].largest->value / (38.0 * request.values[i]), 1.0, 1e-9);
    EXPECT_NEAR(answer.theorems[0].at[i].largest->exponent, 1.0, 1e-9);
  }
  for (const RegimeExponent& regime : answer.regimes) EXPECT_FALSE(regime.bounds[0].has_value());
}

TEST(Epsilon, TheoremsAreDifferentiatedAndJudgedAtEachValue) {
  Bench bench;
  bench.cards = {read_card(std::string(THALWEG_SOURCE_DIR) + "/analysis/theory/theorems/theorem-a.toml"), read_card(std::string(THALWEG_SOURCE_DIR) + "/analysis/theory/theorems/theorem-b.toml"),
                 read_card(std::string(THALWEG_SOURCE_DIR) + "/analysis/theory/theorems/theorem-d.toml")};
  EpsilonRequest request;
  request.shared = {"test", "{ id = \"cosine\", dim = 2, start = 1.0 }", "{ id = \"two-point\", a = 0.3, p = 0.3 }", 200, 1, 32, 24, false, Precision::f64, Metric::mean_grad_sq};
  request.method = {"amsgrad@seed", {{"beta1", 0.0}}};
  request.values = {1e-6, 1e-3, 1.0, 1e3, 1e4};
  request.mode = StepMode::iso_effective;
  request.effective = "0.1 / L";
  const EpsilonAnswer answer = study_epsilon(bench.laboratory, request);
  ASSERT_EQ(answer.theorems.size(), 2u);
  ASSERT_EQ(answer.left_out.size(), 1u);
  EXPECT_EQ(answer.left_out.front().find("theorem-d"), 0u);
  for (const StatedTheorem& theorem : answer.theorems) {
    EXPECT_NEAR(theorem.at[0].bound.exponent, -1.0, 1e-3) << "at equal eta mu2 the bounds go like mu2 / mu1";
    EXPECT_EQ(theorem.at[0].verdict, Verdict::vacuous);
    EXPECT_GT(theorem.at[0].bound.value, theorem.at[0].trivial);
    for (const Stated& stated : theorem.at) EXPECT_TRUE(stated.allowed) << theorem.id;
  }
  const StatedTheorem& b = answer.theorems[1];
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(b.at[i].largest->value / request.values[i], 1.0, 1e-9) << "eta <= eps / L";
  EXPECT_EQ(regime_of(*answer.points[0].share), Regime::sign_like);
  EXPECT_EQ(regime_of(*answer.points[4].share), Regime::gradient_like);
  ASSERT_GE(answer.regimes.size(), 2u);
  EXPECT_EQ(answer.regimes.front().first, 0u);
  EXPECT_EQ(answer.regimes.back().last, 4u);
  // The slope of a bound over a regime is that between its ends.
  const RegimeExponent& last = answer.regimes.back();
  ASSERT_GT(last.last, last.first);
  EXPECT_NEAR(*last.bounds[0], std::log(answer.theorems[0].at[last.last].bound.value / answer.theorems[0].at[last.first].bound.value) / std::log(request.values[last.last] / request.values[last.first]), 1e-12);
  EXPECT_TRUE(answer.points[0].also.empty()) << "both theorems are about the metric asked for";
  // Far in the gradient-like regime all eps are one run at equal eta mu2.
  EXPECT_NEAR(moments_of(answer.points[3].measured.replicas).mean() / moments_of(answer.points[4].measured.replicas).mean(), 1.0, 1e-3);
}

}  // namespace
}  // namespace thalweg

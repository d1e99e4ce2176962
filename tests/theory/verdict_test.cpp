// judge() on trajectories made by hand: every verdict, its precedence and its reason, without an engine.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"
#include "analysis/theory/card.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double level = 0.01;

// A card about f_gap with the given bound and whatever else is given.
Card card_of(const std::string& bound, const std::string& head = "", const std::string& tables = "", const std::string& metric = "f_gap") {
  return parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"" + metric + "\"\n" + head + "\n[bound]\nvalue = \"" + bound + "\"\n" + tables, "mine.toml");
}

struct Description {
  std::string problem = "quadratic";
  Parameters parameters = {{"dim", {1}}, {"mu", {1.0}}, {"L", {1.0}}, {"start", {1.0}}};  // Delta = 1/2
  std::string method = "sgd";
  std::string noise = "two-point";
  Parameters noise_parameters = {{"a", {0.5}}, {"p", {0.5}}};
  bool box = false;
  std::size_t horizon = 10;
  double eta = 0.1;
};

Setting setting_of(const Description& described = {}) {
  Setting setting;
  setting.problem = make_problem(described.problem, described.parameters);
  setting.noise = make_noise(described.noise, setting.problem.dim(), described.noise == "none" ? Parameters{} : described.noise_parameters);
  setting.definition = define(described.method);
  setting.eta.assign(described.horizon, described.eta);
  setting.start = setting.problem.start;
  if (described.box) setting.box = setting.problem.box;
  return setting;
}
Description exact() {
  Description described;
  described.noise = "none";
  return described;
}

Trajectories trajectories_of(const std::vector<double>& values, Metric metric = Metric::f_gap, std::uint64_t step = 10) {
  Trajectories made;
  made.replicas = values.size();
  made.steps = {step};
  made.series[static_cast<std::size_t>(metric)] = values;
  made.outcomes.assign(values.size(), Outcome{Ending::finished, step});
  return made;
}

// n replicas about a mean, with a spread that is neither degenerate nor heavy-tailed.
std::vector<double> scattered(std::size_t n, double mean, double spread, std::uint64_t seed = 1) {
  std::mt19937_64 bits(seed);
  std::vector<double> values(n);
  double sum = 0.0;
  for (double& v : values) {
    v = spread * (static_cast<double>(bits() >> 11U) * 0x1p-53 - 0.5);
    sum += v;
  }
  for (double& v : values) v += mean - sum / static_cast<double>(n);
  return values;
}

Judgement judged(const Card& card, const Setting& setting, const Trajectories& trajectories, double at_level = level) {
  return judge(card, setting, trajectories, 0, at_level);
}
bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// ---- the four verdicts of an upper bound; Delta = 1/2 is the trivial value

TEST(Verdict, HoldsWhenTheWholeIntervalIsBelowTheBound) {
  const Judgement judgement = judged(card_of("0.4"), setting_of(), trajectories_of(scattered(256, 0.3, 0.1)));
  EXPECT_EQ(judgement.verdict, Verdict::holds) << judgement.reason;
  EXPECT_LT(judgement.measured.upper, 0.4);
  EXPECT_NEAR(judgement.measured.value, 0.3, 1e-12);
  EXPECT_NEAR(judgement.ratio, 0.75, 1e-9);
  EXPECT_EQ(judgement.step, 10U);
  EXPECT_TRUE(judgement.trivial.contains(0.5));
}

TEST(Verdict, IsViolatedWhenTheWholeIntervalIsAboveTheBound) {
  const Judgement judgement = judged(card_of("0.4"), setting_of(), trajectories_of(scattered(256, 0.45, 0.1)));
  EXPECT_EQ(judgement.verdict, Verdict::violated) << judgement.reason;
  EXPECT_GT(judgement.measured.lower, 0.4);
}

TEST(Verdict, IsUndecidedBetweenAndSaysHowManyReplicasWouldDecide) {
  const Judgement judgement = judged(card_of("0.4"), setting_of(), trajectories_of(scattered(64, 0.395, 0.4)));
  ASSERT_EQ(judgement.verdict, Verdict::undecided) << judgement.reason;
  EXPECT_TRUE(says(judgement.reason, "replicas would decide")) << judgement.reason;
  const auto digits = judgement.reason.find_first_of("0123456789");
  ASSERT_NE(digits, std::string::npos) << judgement.reason;
  const auto needed = static_cast<std::size_t>(std::stoull(judgement.reason.substr(digits)));
  EXPECT_GT(needed, 64U);
  // And so many do, here and with half as many not.
  EXPECT_EQ(judged(card_of("0.4"), setting_of(), trajectories_of(scattered(needed + needed / 10, 0.395, 0.4))).verdict, Verdict::holds);
  EXPECT_EQ(judged(card_of("0.4"), setting_of(), trajectories_of(scattered(needed / 2, 0.395, 0.4))).verdict, Verdict::undecided);
}

TEST(Verdict, IsVacuousWhenTheBoundIsNotBelowTheTrivialValue) {
  const Judgement judgement = judged(card_of("0.6"), setting_of(), trajectories_of(scattered(256, 0.1, 0.1)));
  EXPECT_EQ(judgement.verdict, Verdict::vacuous);
  EXPECT_TRUE(says(judgement.reason, "0.5")) << judgement.reason;
  EXPECT_EQ(judged(card_of("0.6", "", "[trivial]\nvalue = \"2*Delta\"\n"), setting_of(), trajectories_of(scattered(256, 0.1, 0.1))).verdict, Verdict::holds)
      << "the card's own trivial value counts";
}

TEST(Verdict, OfAnInfiniteBoundIsVacuousAndNeverHolds) {
  Setting setting = setting_of();
  setting.problem.facts.minimiser.reset();  // R is unknown
  const Judgement judgement = judged(card_of("R^2", "", "[trivial]\nvalue = \"R^2\"\n"), setting, trajectories_of(scattered(256, 0.1, 0.1)));
  EXPECT_EQ(judgement.verdict, Verdict::vacuous) << judgement.reason;
  EXPECT_TRUE(says(judgement.reason, "infinite")) << judgement.reason;
}

// ---- precedence: not_applicable, violated, vacuous, holds, undecided

TEST(Verdict, ViolatedGoesBeforeVacuous) {
  EXPECT_EQ(judged(card_of("0.6"), setting_of(), trajectories_of(scattered(256, 0.9, 0.1))).verdict, Verdict::violated);
}

TEST(Verdict, VacuousGoesBeforeUndecided) {
  EXPECT_EQ(judged(card_of("0.6"), setting_of(), trajectories_of(scattered(16, 0.6, 1.0))).verdict, Verdict::vacuous);
}

TEST(Verdict, NotApplicableGoesBeforeViolated) {
  const Judgement judgement = judged(card_of("0.1", "requires = [\"deterministic\"]"), setting_of(), trajectories_of(scattered(256, 0.9, 0.1)));
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_EQ(judgement.reason, "the gradient is noisy");
}

TEST(Verdict, OfAnotherMethodIsNotApplicable) {
  const Judgement judgement = judged(card_of("0.4", "methods = [\"adam\", \"sadam\"]"), setting_of(), trajectories_of({0.1}));
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_TRUE(says(judgement.reason, "adam, sadam")) << judgement.reason;
}

TEST(Verdict, GdIsSgdWithTheExactGradient) {
  const Card card = card_of("0.4", "methods = [\"gd\"]");
  EXPECT_EQ(judged(card, setting_of(), trajectories_of({0.1})).verdict, Verdict::not_applicable);
  EXPECT_EQ(judged(card, setting_of(exact()), trajectories_of({0.1})).verdict, Verdict::holds);
}

TEST(Verdict, NamesTheConditionThatFails) {
  const std::string condition = "[admissible]\nstep = \"eta <= 1/(20*L)\"\n";
  const Judgement judgement = judged(card_of("0.4", "", condition), setting_of(), trajectories_of({0.1}));
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable);
  EXPECT_TRUE(says(judgement.reason, "'step' fails")) << judgement.reason;
  EXPECT_TRUE(says(judgement.reason, "eta <= 1/(20*L)")) << judgement.reason;
}

TEST(Verdict, ConditionsMustHoldOnTheWholeEnclosure) {
  Setting setting = setting_of();
  setting.problem.facts.L = proved(0.5, 1.0, "wide");
  const Card card = card_of("0.4", "", "[admissible]\nstep = \"eta <= 0.15/L\"\n");
  EXPECT_NE(judged(card, setting, trajectories_of(scattered(64, 0.1, 0.1))).verdict, Verdict::not_applicable) << "0.1 <= 0.15 / 1";
  setting.problem.facts.L = proved(1.0, 2.0, "wide");
  const Judgement judgement = judged(card, setting, trajectories_of(scattered(64, 0.1, 0.1)));
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable) << "0.1 > 0.15 / 2";
  EXPECT_TRUE(says(judgement.reason, "is not certain")) << judgement.reason;
}

TEST(Verdict, BoundsCountWithTheirUpperEnd) {
  Setting setting = setting_of();
  setting.problem.facts.L = proved(0.5, 1.0, "wide");
  const Judgement judgement = judged(card_of("0.4*L"), setting, trajectories_of(scattered(256, 0.3, 0.01)));
  EXPECT_EQ(judgement.verdict, Verdict::holds) << "0.3 is above 0.4 * 0.5 but below 0.4 * 1";
}

TEST(Verdict, ConditionsAndBoundsAreThoseOfTheStepJudged) {
  const Card card = card_of("4/T", "", "[admissible]\nhorizon = \"T >= 9\"\n");
  Trajectories made = trajectories_of(scattered(64, 0.1, 0.02));
  made.steps = {8, 10};
  std::vector<double>& series = made.series[static_cast<std::size_t>(Metric::f_gap)];
  series.insert(series.end(), series.begin(), series.end());
  EXPECT_EQ(judge(card, setting_of(), made, 0, level).verdict, Verdict::not_applicable);
  const Judgement last = judge(card, setting_of(), made, 1, level);
  EXPECT_EQ(last.verdict, Verdict::holds);
  EXPECT_TRUE(last.bound.contains(0.4));
  EXPECT_EQ(last.step, 10U);
}

// ---- observed and certified

TEST(Verdict, IsCertifiedByFactsAndObservedWhereARunIsWatched) {
  const Card card = card_of("0.4", "requires = [\"smooth\", \"bounded-gradient\"]");
  const Setting observed = setting_of();  // the bounds of a quadratic's gradient hold on a region only
  Trajectories made = trajectories_of(scattered(64, 0.1, 0.1));
  made.audits.resize(64);
  Judgement judgement = judged(card, observed, made);
  EXPECT_EQ(judgement.verdict, Verdict::holds);
  EXPECT_FALSE(judgement.certified);
  EXPECT_TRUE(judged(card_of("0.4", "requires = [\"smooth\"]"), observed, made).certified);

  Description boxed;
  boxed.box = true;
  EXPECT_TRUE(judged(card, setting_of(boxed), made).certified) << "the box keeps every iterate in the region";
}

TEST(Verdict, RestsOnTheCallersWordWhereConstantsAreDeclared) {
  const Card card = card_of("0.4", "requires = [\"smooth\", \"convex\"]");
  Setting setting = setting_of(exact());
  EXPECT_TRUE(applicability(card, setting).certified);
  setting.problem = make_formula("0.5*x[0]^2", {{"L", {1.0}}, {"convex", {1.0}}, {"f_star", {0.0}}, {"minimiser", {0.0}}});
  const Applicability declared = applicability(card, setting);
  EXPECT_EQ(declared.reason, "");
  EXPECT_FALSE(declared.certified);
}

TEST(Verdict, OfARunInFloatIsNeverCertified) {
  Setting setting = setting_of(exact());
  EXPECT_TRUE(judged(card_of("0.4"), setting, trajectories_of({0.1})).certified);
  setting.precision = Precision::f32;
  const Judgement judgement = judged(card_of("0.4"), setting, trajectories_of({0.1}));
  EXPECT_FALSE(judgement.certified);
  EXPECT_EQ(judgement.verdict, Verdict::holds);
}

TEST(Verdict, OfAGapAboveALowerBoundOfTheMinimumIsNeverViolated) {
  const Card card = card_of("0.4");
  const Trajectories made = trajectories_of(scattered(256, 0.45, 0.01));
  Setting setting = setting_of();
  EXPECT_EQ(judged(card, setting, made).verdict, Verdict::violated);
  setting.problem.facts.f_star.upper = infinity;
  const Judgement judgement = judged(card, setting, made);
  EXPECT_NE(judgement.verdict, Verdict::violated) << "what was recorded is an upper bound of the gap";
  EXPECT_EQ(judgement.measured.lower, -infinity);
  EXPECT_EQ(judged(card, setting, trajectories_of(scattered(256, 0.3, 0.01))).verdict, Verdict::holds);
}

TEST(Verdict, NamesTheFirstStepAtWhichAnAssumptionFailed) {
  const Card card = card_of("0.4", "requires = [\"bounded-gradient\"]");
  Trajectories made = trajectories_of(scattered(64, 0.9, 0.1));
  made.audits.resize(64);
  made.audits[3].region_z = 9;
  made.audits[7].sample_bound = 4;
  made.audits[9].region_x = 6;
  const Judgement judgement = judged(card, setting_of(), made);
  EXPECT_EQ(judgement.verdict, Verdict::not_applicable) << "one replica that leaves the region is enough, even where the numbers violate";
  EXPECT_TRUE(says(judgement.reason, "step 4 of replica 7")) << judgement.reason;
  EXPECT_TRUE(says(judgement.reason, "|g_j| exceeded G_j")) << judgement.reason;
  made.audits[7].sample_bound = 0;
  EXPECT_TRUE(says(judged(card, setting_of(), made).reason, "x_t left the region where G_j holds at step 6 of replica 9"));
  made.audits[9].region_x = 0;
  EXPECT_TRUE(says(judged(card, setting_of(), made).reason, "z_t left the region where G_j holds at step 9 of replica 3"));
}

TEST(Verdict, RequireAsksForTheAuditOnlyWhereItIsObserved) {
  const Card card = card_of("0.4", "requires = [\"bounded-gradient\"]");
  Batch watched;
  require(card, setting_of(), watched);
  ASSERT_TRUE(watched.audit.has_value());
  EXPECT_FALSE(watched.audit->region.everything());
  EXPECT_TRUE(watched.metrics.contains(Metric::f_gap));
  Description boxed;
  boxed.box = true;
  Batch fact;
  require(card, setting_of(boxed), fact);
  EXPECT_FALSE(fact.audit.has_value());
}

TEST(Verdict, TrivialValueAndRangeAreThoseOfTheProblemNotOfACardThatShadowsThem) {
  Description described;
  described.problem = "cosine";
  described.parameters = {{"dim", {1}}};  // |f'| <= 1, the sampled one at most 1.5
  const Card card = card_of("G2sq/2", "", "[let]\nG2sq = \"Gs2sq\"\n", "mean_grad_sq");
  const Judgement judgement = judged(card, setting_of(described), trajectories_of(scattered(64, 0.5, 0.1), Metric::mean_grad_sq));
  EXPECT_TRUE(judgement.bound.contains(1.125));
  EXPECT_TRUE(judgement.trivial.contains(1.0));
  EXPECT_EQ(judgement.verdict, Verdict::vacuous);
}

// ---- the interval

TEST(Verdict, UsesTheLevelOnceAndAFiniteSampleIntervalWhereTheRangeIsAFact) {
  Description described;
  described.problem = "cosine";
  described.parameters = {{"dim", {1}}};
  const std::vector<double> values = scattered(100, 0.4, 0.3);
  const Card card = card_of("0.9", "", "", "mean_grad_sq");
  for (double at : {0.05, 1e-3, 1e-6}) {
    const Judgement judgement = judged(card, setting_of(described), trajectories_of(values, Metric::mean_grad_sq), at);
    const double range = judgement.trivial.upper();  // G_1^2
    const Estimate expected = betting_interval(values, {0.0, range}, at);
    EXPECT_EQ(judgement.measured.lower, expected.lower);
    EXPECT_EQ(judgement.measured.upper, expected.upper);
    EXPECT_EQ(judgement.measured.level, at);
    EXPECT_TRUE(judgement.measured.finite_sample);
  }
}

TEST(Verdict, MarksAnIntervalWithoutAKnownRangeAsAsymptotic) {
  const std::vector<double> values = scattered(100, 0.3, 0.1);
  const Judgement judgement = judged(card_of("0.4"), setting_of(), trajectories_of(values), 1e-3);
  const Estimate expected = skewness_corrected_interval(values, 1e-3);
  EXPECT_EQ(judgement.measured.lower, expected.lower);
  EXPECT_EQ(judgement.measured.upper, expected.upper);
  EXPECT_FALSE(judgement.measured.finite_sample);
}

TEST(Verdict, DoesNotTakeAGradientBoundThatIsOnlyWatchedForARange) {
  Trajectories made = trajectories_of(scattered(100, 0.3, 0.1), Metric::mean_grad_sq);
  made.audits.resize(100);
  const Judgement judgement = judged(card_of("0.4", "requires = [\"bounded-gradient\"]", "", "mean_grad_sq"), setting_of(), made);
  EXPECT_FALSE(judgement.certified);
  EXPECT_FALSE(judgement.measured.finite_sample) << judgement.measured.how;
}

TEST(Verdict, DoubtAboutTheTailsIsTheReasonOfUndecided) {
  std::vector<double> values(64, 0.1);
  values[5] = 0.2;
  const Judgement judgement = judged(card_of("0.4"), setting_of(), trajectories_of(values));
  EXPECT_EQ(judgement.verdict, Verdict::undecided);
  EXPECT_FALSE(judgement.measured.doubt.empty());
  EXPECT_EQ(judgement.reason, judgement.measured.doubt);
}

// ---- settings without noise

TEST(Verdict, OfADeterministicRunComparesDirectlyWithRoomForRounding) {
  const Setting setting = setting_of(exact());
  const Card card = card_of("0.25");
  EXPECT_EQ(judged(card, setting, trajectories_of({0.25 * (1.0 - 1e-9)})).verdict, Verdict::holds);
  EXPECT_EQ(judged(card, setting, trajectories_of({0.25 * (1.0 + 1e-9)})).verdict, Verdict::violated);
  const Judgement at = judged(card, setting, trajectories_of({0.25}));
  EXPECT_EQ(at.verdict, Verdict::undecided);
  EXPECT_TRUE(says(at.reason, "no number of replicas")) << at.reason;
  EXPECT_EQ(judged(card, setting, trajectories_of({0.25 * (1.0 + 1e-13)})).verdict, Verdict::undecided) << "within the rounding of a run";
  EXPECT_EQ(at.measured.level, 0.0);
  EXPECT_TRUE(at.measured.finite_sample);
}

TEST(Verdict, OfATightCardSaysThatTheBoundIsAttained) {
  const Setting setting = setting_of(exact());
  const Card card = card_of("0.25", "kind = \"tight\"\ntolerance = 1e-9");
  const Judgement attained = judged(card, setting, trajectories_of({0.25 * (1.0 + 1e-11)}));
  EXPECT_EQ(attained.verdict, Verdict::holds);
  EXPECT_TRUE(says(attained.reason, "attained")) << attained.reason;
  const Judgement below = judged(card, setting, trajectories_of({0.2}));
  EXPECT_EQ(below.verdict, Verdict::holds) << "a tight bound need not be attained by every function";
  EXPECT_FALSE(says(below.reason, "attained")) << below.reason;
  EXPECT_EQ(judged(card, setting, trajectories_of({0.25 * (1.0 + 1e-8)})).verdict, Verdict::violated);
}

// ---- runs that did not finish

Trajectories with_one_lost(std::vector<double> values, Ending ending) {
  values[1 % values.size()] = infinity;
  Trajectories made = trajectories_of(values);
  made.outcomes[1 % values.size()] = Outcome{ending, 7};
  return made;
}

TEST(Verdict, OfANoisyRunWithALostReplicaIsUndecidedAndNamesIt) {
  const Judgement judgement = judged(card_of("0.4"), setting_of(), with_one_lost(scattered(64, 0.1, 0.01), Ending::diverged));
  EXPECT_EQ(judgement.verdict, Verdict::undecided) << "replicas are never dropped";
  EXPECT_EQ(judgement.reason, "replica 1 was diverged at step 7");
  EXPECT_EQ(judgement.measured.upper, infinity);
  EXPECT_EQ(judged(card_of("0.6"), setting_of(), with_one_lost(scattered(64, 0.1, 0.01), Ending::non_finite)).verdict, Verdict::vacuous);
}

TEST(Verdict, OfADeterministicRunThatDivergedIsViolated) {
  Trajectories made = with_one_lost({0.1}, Ending::diverged);
  const Judgement judgement = judged(card_of("0.4"), setting_of(exact()), made);
  EXPECT_EQ(judgement.verdict, Verdict::violated);
  EXPECT_TRUE(says(judgement.reason, "diverged at step 7")) << judgement.reason;
}

// ---- limits

TEST(Verdict, OfALimitNeedsTheIntervalInsideTheTolerance) {
  const Card card = card_of("0.4", "kind = \"limit\"\ntolerance = 0.05");
  EXPECT_EQ(judged(card, setting_of(), trajectories_of(scattered(256, 0.4, 0.05))).verdict, Verdict::holds);
  EXPECT_EQ(judged(card, setting_of(), trajectories_of(scattered(256, 0.45, 0.05))).verdict, Verdict::violated);
  EXPECT_EQ(judged(card, setting_of(), trajectories_of(scattered(256, 0.35, 0.05))).verdict, Verdict::violated) << "below the limit is as wrong as above";
  const Judgement wide = judged(card, setting_of(), trajectories_of(scattered(64, 0.4, 0.3)));
  EXPECT_EQ(wide.verdict, Verdict::undecided);
  EXPECT_TRUE(says(wide.reason, "replicas would decide")) << wide.reason;
}

// ---- thresholds: settles below, does not above

TEST(Verdict, OfAThresholdLooksAtBothSides) {
  const auto card = [](double product) {
    return card_of("2", "kind = \"threshold\"\ntolerance = 1e-20", "[let]\nproduct = \"" + std::to_string(product) + "\"\n", "dist_sq");
  };
  const Setting setting = setting_of(exact());
  const auto verdict = [&](double product, double distance) { return judged(card(product), setting, trajectories_of({distance}, Metric::dist_sq)).verdict; };
  EXPECT_EQ(verdict(1.9, 1e-30), Verdict::holds);
  EXPECT_EQ(verdict(1.9, 1e-10), Verdict::violated);
  EXPECT_EQ(verdict(2.1, 1e-10), Verdict::holds);
  EXPECT_EQ(verdict(2.1, 1e-30), Verdict::violated);
  EXPECT_EQ(verdict(2.0, 1e-30), Verdict::undecided);
  const Judgement judgement = judged(card(1.0), setting, trajectories_of({1e-30}, Metric::dist_sq));
  EXPECT_NEAR(judgement.ratio, 0.5, 1e-9);
  // Divergence is not settling.
  EXPECT_EQ(judged(card(2.1), setting, trajectories_of({infinity}, Metric::dist_sq)).verdict, Verdict::holds);
  EXPECT_EQ(judged(card(1.9), setting, trajectories_of({infinity}, Metric::dist_sq)).verdict, Verdict::violated);
}

// ---- bounds that contain path quantities: replica by replica

TEST(Verdict, OfAPathQuantityComparesReplicaByReplica) {
  // The functional follows V1 closely; each varies widely. Only the paired difference decides.
  const std::vector<double> path = scattered(64, 0.4, 0.7);
  std::vector<double> values = path;
  for (std::size_t r = 0; r < values.size(); ++r) values[r] += -0.02 + 0.001 * std::sin(static_cast<double>(r));
  Trajectories made = trajectories_of(values);
  made.series[static_cast<std::size_t>(Metric::v1)] = path;
  const Card card = card_of("V1", "", "[let]\nunused = \"V1 + 1\"\n");
  const Judgement judgement = judged(card, setting_of(), made);
  EXPECT_EQ(judgement.verdict, Verdict::holds) << judgement.reason;
  EXPECT_NEAR(judgement.bound.mid(), 0.4, 1e-12);
  EXPECT_TRUE(says(judgement.measured.how, "per-replica difference")) << judgement.measured.how;
  EXPECT_LT(judgement.measured.upper - judgement.measured.lower, 0.01);
  // Unpaired, the same numbers would not decide.
  const Estimate unpaired = skewness_corrected_interval(values, level);
  EXPECT_GT(unpaired.upper, judgement.bound.upper());

  for (double& v : values) v += 0.04;
  made.series[static_cast<std::size_t>(Metric::f_gap)] = values;
  EXPECT_EQ(judged(card, setting_of(), made).verdict, Verdict::violated);
}

TEST(Verdict, OfAPathQuantityTakesTheUpperEndOfEachBound) {
  Setting setting = setting_of();
  setting.problem.facts.L = proved(0.5, 1.0, "wide");
  Trajectories made = trajectories_of(scattered(256, 0.3, 0.01));
  made.series[static_cast<std::size_t>(Metric::v1)] = scattered(256, 0.4, 0.01, 2);
  const Judgement judgement = judged(card_of("V1*L"), setting, made);
  EXPECT_EQ(judgement.verdict, Verdict::holds) << "0.3 is above 0.4 * 0.5 but below 0.4 * 1";
  EXPECT_NEAR(judgement.bound.upper(), 0.4, 1e-9);
}

TEST(Verdict, OfAPathQuantityIsVacuousByItsMean) {
  Trajectories made = trajectories_of(scattered(64, 0.1, 0.05));
  made.series[static_cast<std::size_t>(Metric::v1)] = scattered(64, 0.7, 0.05, 2);
  EXPECT_EQ(judged(card_of("V1"), setting_of(), made).verdict, Verdict::vacuous);
  Batch batch;
  require(card_of("V1"), setting_of(), batch);
  EXPECT_TRUE(batch.metrics.contains(Metric::v1));
  EXPECT_EQ(batch.initial_rate, 1.0) << "mu2 of sgd";
}

// ---- built-in cards on settings at the edge of what they speak of

Card built_in(const std::string& id) { return read_card(std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems" / (id + ".toml")); }

TEST(BuiltInCards, DecreasingStepsMadeWithTheConstantItselfAreAdmitted) {
  const Card card = built_in("r-12-sgd-pl-decreasing");
  for (const char* problem : {"quadratic", "pl-sine"}) {
    Setting setting = setting_of({.problem = problem, .parameters = {{"dim", {1}}, {"start", {1.0}}}});
    const Constant& mu = setting.problem.facts.mu_pl;
    const auto schedule = [&](double lambda) {
      for (std::size_t k = 0; k < setting.eta.size(); ++k) {
        const double t = static_cast<double>(k + 1);
        setting.eta[k] = (2.0 * t - 1.0) / (2.0 * lambda * t * t);
      }
      return applicability(card, setting);
    };
    EXPECT_TRUE(schedule(mu.lower).applies) << problem;
    EXPECT_TRUE(schedule(mu.upper).applies) << problem;
    EXPECT_FALSE(schedule(mu.upper * (1.0 + 1e-9)).applies) << problem;
    EXPECT_TRUE(says(schedule(mu.upper * 1.1).reason, "constant")) << problem;
    schedule(mu.lower);
    setting.eta[4] *= 1.0 + 1e-9;
    EXPECT_FALSE(applicability(card, setting).applies) << problem;
  }
}

// A regret has either sign; what is a square or a gap is cut at 0.
TEST(Verdict, OfARegretMayLieBelowZero) {
  Setting setting = setting_of({.box = true});
  const Judgement judgement = judged(card_of("0.4", "", "", "regret"), setting, trajectories_of(scattered(256, -0.3, 0.1), Metric::regret));
  EXPECT_EQ(judgement.verdict, Verdict::holds) << judgement.reason;
  EXPECT_LT(judgement.measured.upper, 0.0);
  EXPECT_LT(judgement.measured.lower, judgement.measured.upper);
}

TEST(Verdict, TrivialValuesOfTheNewFunctionals) {
  const Quantities known({{"G2sq", Interval(9.0)}, {"d", Interval(4.0)}, {"R", Interval(3.0)}, {"Delta", Interval(2.0)}, {"T", Interval(10.0)}, {"Gs1", Interval(5.0)}, {"D_inf", Interval(2.0)}});
  const auto trivial = [&](const std::string& metric) {
    return trivial_value(card_of("1", metric.starts_with("weighted") ? "weights = \"1\"" : "level = \"1\"", "", metric.c_str()), known).upper();
  };
  const std::pair<const char*, double> expected[] = {{"mean_grad_norm", 3.0}, {"mean_grad_l1", 6.0}, {"weighted_dist_sq", 9.0}, {"min_f_gap", 2.0}, {"f_gap_z", 2.0},
                                                     {"f_gap_average", 2.0}, {"mean_regret", 10.0}, {"regret", 100.0}};
  for (const auto& [metric, value] : expected) EXPECT_NEAR(trivial(metric), value, 1e-13 * value) << metric;
  EXPECT_EQ(trivial("x_inf"), infinity);
  EXPECT_EQ(trivial("f_passage"), infinity);
}

TEST(BuiltInCards, MomentumOfZeroDividesNothingByZero) {
  Setting setting = setting_of({.method = "ema-momentum"});
  setting.definition = define("ema-momentum", {{"beta1", 0.0}});
  EXPECT_TRUE(applicability(built_in("r-14-ema-momentum"), setting).applies);
  for (const char* id : {"r-14-ema-momentum-any", "theorem-g", "theorem-g-pl"}) EXPECT_EQ(applicability(built_in(id), setting).reason, "beta1 is 0") << id;
}

TEST(BuiltInCards, SpeakOfTheDenominatorTheyWereProvedFor) {
  Description described;
  described.problem = "log-cosh";
  described.parameters = {{"dim", {1}}, {"scale", {2.0}}, {"start", {0.3}}};
  described.noise_parameters = {{"a", {2.0}}, {"p", {0.3}}};
  described.horizon = 20000;
  described.eta = 0.005;
  Setting setting = setting_of(described);
  const Overrides no_memory = {{"beta1", 0.0}, {"beta2", 0.0}, {"eps", 0.5}};
  setting.definition = define("adam@seed", no_memory);
  const Card stall = built_in("proposition-n");
  EXPECT_TRUE(applicability(stall, setting).applies) << applicability(stall, setting).reason;
  Overrides inside = no_memory;
  inside.emplace_back("eps_placement", "inside");
  setting.definition = define("adam@seed", inside);
  EXPECT_TRUE(says(applicability(stall, setting).reason, "'form'")) << "1/sqrt(v + eps) stalls elsewhere";
  setting.definition = define("adam@seed", no_memory);
  setting.eta.assign(1000, 0.005);
  EXPECT_TRUE(says(applicability(stall, setting).reason, "'horizon'")) << "too short to be at the limit";
  setting.definition = define("amsgrad@seed", {{"beta1", 0.0}, {"beta2", 0.999}, {"eps", 100.0}});
  EXPECT_EQ(applicability(built_in("theorem-e"), setting).reason, "the second moment has a running maximum");
}

TEST(BuiltInCards, OfTerminalStabilityAskForANearStartAndALongRun) {
  Description described = exact();
  described.problem = "cosine";
  described.parameters = {{"dim", {2}}, {"start", {0.01}}};
  described.horizon = 20000;
  Setting setting = setting_of(described);
  setting.definition = define("adam@seed", {{"beta1", 0.5}, {"beta2", 0.9}, {"eps", 0.1}});
  const Card card = built_in("proposition-t");
  EXPECT_TRUE(applicability(card, setting).applies) << applicability(card, setting).reason;
  setting.start = {0.0, 0.0};
  EXPECT_FALSE(applicability(card, setting).applies) << "at the minimiser nothing moves, stable or not";
  setting.start = {2.0, 2.0};
  EXPECT_FALSE(applicability(card, setting).applies) << "the statement is local";
  setting.start = {0.01, 0.01};
  setting.eta.resize(100);
  EXPECT_FALSE(applicability(card, setting).applies) << "too short to settle";
}

// ---- decide alone

TEST(Decide, IsTheOneComparison) {
  const Card card = card_of("0.4");
  const auto verdict = [&](double lower, double upper, double trivial) {
    Judgement judgement;
    judgement.measured.value = 0.5 * (lower + upper);
    judgement.measured.lower = lower;
    judgement.measured.upper = upper;
    judgement.bound = Interval(0.4);
    judgement.trivial = Interval(trivial);
    decide(card, judgement);
    return judgement.verdict;
  };
  EXPECT_EQ(verdict(0.1, 0.3999, 1.0), Verdict::holds);
  EXPECT_EQ(verdict(0.1, 0.4, 1.0), Verdict::undecided) << "touching is not below";
  EXPECT_EQ(verdict(0.4, 0.5, 1.0), Verdict::undecided) << "touching is not above";
  EXPECT_EQ(verdict(0.4001, 0.5, 1.0), Verdict::violated);
  EXPECT_EQ(verdict(0.1, 0.2, 0.4), Verdict::vacuous) << "a bound equal to the trivial value says nothing";
}

TEST(Decide, OfEnclosuresCountsBoundAndTrivialValueWithTheirUpperEnds) {
  const Card card = card_of("0.4");
  Judgement judgement;
  judgement.measured.value = 0.15;
  judgement.measured.lower = 0.1;
  judgement.measured.upper = 0.2;
  judgement.bound = Interval(0.3, 0.4);
  judgement.trivial = Interval(0.35, 0.5);
  decide(card, judgement);
  EXPECT_EQ(judgement.verdict, Verdict::holds) << "0.4 is below 0.5";
  judgement.trivial = Interval(0.35, 0.4);
  decide(card, judgement);
  EXPECT_EQ(judgement.verdict, Verdict::vacuous);
}

TEST(Decide, GrantsATightCardAloneItsTolerance) {
  const auto verdict = [](const std::string& kind) {
    Judgement judgement;
    judgement.measured.value = 0.52;
    judgement.measured.lower = 0.5;
    judgement.measured.upper = 0.54;
    judgement.bound = Interval(0.4);
    judgement.trivial = Interval(1.0);
    decide(card_of("0.4", "kind = \"" + kind + "\"\ntolerance = 0.5"), judgement);
    return judgement.verdict;
  };
  EXPECT_EQ(verdict("upper"), Verdict::violated);
  EXPECT_EQ(verdict("tight"), Verdict::holds);
}

TEST(Decide, TakesAsSettledOnlyWhatIsBelowTheToleranceForSure) {
  const Card card = card_of("2", "kind = \"threshold\"\ntolerance = 1e-20", "[let]\nproduct = \"2.1\"\n", "dist_sq");
  Judgement judgement;
  judgement.measured.lower = 0.0;
  judgement.measured.upper = 1.0;
  judgement.bound = Interval(2.0);
  const Interval product(2.1);
  decide(card, judgement, &product);
  EXPECT_EQ(judgement.verdict, Verdict::undecided) << "it may have settled";
  EXPECT_NE(judgement.reason.find("whether it settles is open"), std::string::npos) << judgement.reason;
  judgement.measured.lower = 2e-20;
  decide(card, judgement, &product);
  EXPECT_EQ(judgement.verdict, Verdict::holds) << "above the threshold, and not settled";
}

}  // namespace
}  // namespace thalweg

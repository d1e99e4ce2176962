// Does a verdict err as rarely as its level says? 1e5 synthetic cells of 64 replicas at per-cell level 0.01, each through estimate_mean and decide,
// as judge does. A card whose bound equals the true mean is falsely "violated"; one whose bound lies just below the true mean falsely "holds".
// Each may happen with probability at most half the level; both together with at most the level. Where the range is known this is a theorem, and
// every assertion has a false-alarm rate of at most 1e-6 (one-sided binomial test). Where it is not, the measured rate is reported, and only
// light-tailed laws are held to twice half the level on each side.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <numbers>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "analysis/stats/binomial.hpp"
#include "analysis/stats/interval_estimate.hpp"
#include "analysis/theory/card.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/verdict.hpp"
#include "tests/stats/random.hpp"

namespace thalweg {
namespace {

constexpr double level = 0.01;
constexpr double false_alarm = 1e-6;
constexpr std::size_t replicas = 64;
constexpr std::uint64_t cells = 100000;

using Law = std::function<double(Random&)>;

struct Tally {
  std::uint64_t violated = 0, vacuous = 0, holds = 0, undecided = 0;
  double rate(std::uint64_t count) const { return static_cast<double>(count) / static_cast<double>(cells); }
};

// A card of a user with a constant bound.
Card constant_card(double bound) {
  char text[64];
  std::snprintf(text, sizeof text, "%.17g", bound);
  return parse_card(std::string("id = \"constant\"\nstatement = \"f <= c\"\nmetric = \"f_gap\"\n[bound]\nvalue = \"") + text + "\"\n", "constant.toml");
}

using IntervalRule = std::function<Estimate(const std::vector<double>&)>;

Tally tally(const Law& law, double bound, const IntervalRule& interval, std::uint64_t seed) {
  const Card card = constant_card(bound);
  const Quantities nothing{std::map<std::string, Interval, std::less<>>{}};
  Judgement empty;
  empty.bound = value_of(card.bound, nothing, card.id);
  empty.trivial = Interval(1e300);  // not vacuous
  Random random(seed);
  std::vector<double> values(replicas);
  Tally counted;
  for (std::uint64_t cell = 0; cell < cells; ++cell) {
    for (double& v : values) v = law(random);
    Judgement judgement = empty;
    judgement.measured = interval(values);
    decide(card, judgement);
    switch (judgement.verdict) {
      case Verdict::violated: ++counted.violated; break;
      case Verdict::vacuous: ++counted.vacuous; break;
      case Verdict::holds: ++counted.holds; break;
      case Verdict::undecided: ++counted.undecided; break;
      case Verdict::not_applicable: break;
    }
  }
  return counted;
}

IntervalRule by(std::optional<Range> range, double at = level) {
  return [range, at](const std::vector<double>& values) { return estimate_mean(values, range, at); };
}

struct Errors {
  std::uint64_t violated, holds;
};

// The same draws against a bound at the mean and one just below it.
Errors false_verdicts(const std::string& name, const Law& law, double mean, std::optional<Range> range, std::uint64_t seed) {
  const Tally at = tally(law, mean, by(range), seed), above = tally(law, mean * (1.0 - 1e-9), by(range), seed);
  EXPECT_EQ(at.violated + at.holds + at.undecided, cells);
  std::printf("  %-22s %-10s false violated %.5f  false holds %.5f\n", name.c_str(), range ? "range" : "no range", at.rate(at.violated), above.rate(above.holds));
  ::testing::Test::RecordProperty(name + "_false_violated", std::to_string(at.rate(at.violated)));
  ::testing::Test::RecordProperty(name + "_false_holds", std::to_string(above.rate(above.holds)));
  return {at.violated, above.holds};
}

bool within(std::uint64_t errors, double rate) { return binomial_upper_tail(errors, cells, rate) >= false_alarm; }

void expect_calibrated(const std::string& name, const Law& law, double mean, std::uint64_t seed) {
  const Errors errors = false_verdicts(name, law, mean, Range{0.0, 1.0}, seed);
  EXPECT_TRUE(within(errors.violated, level / 2.0)) << errors.violated;
  EXPECT_TRUE(within(errors.holds, level / 2.0)) << errors.holds;
}

Law two_point(double p) {
  return [p](Random& random) { return random.uniform() < p ? 1.0 : 0.0; };
}

TEST(VerdictCalibration, FairTwoPoint) { expect_calibrated("two-point-half", two_point(0.5), 0.5, 1); }
TEST(VerdictCalibration, SkewedTwoPoint) { expect_calibrated("two-point-0.05", two_point(0.05), 0.05, 2); }
TEST(VerdictCalibration, OppositelySkewedTwoPoint) { expect_calibrated("two-point-0.9", two_point(0.9), 0.9, 3); }
TEST(VerdictCalibration, Uniform) {
  expect_calibrated("uniform", [](Random& random) { return random.uniform(); }, 0.5, 4);
}

TEST(VerdictCalibration, UnknownRangeIsReported) {
  const Errors normal = false_verdicts("normal", [](Random& random) { return 1.0 + random.normal(); }, 1.0, std::nullopt, 5);
  const Errors uniform = false_verdicts("uniform-unknown", [](Random& random) { return random.uniform(); }, 0.5, std::nullopt, 6);
  for (const Errors& light : {normal, uniform}) {
    EXPECT_TRUE(within(light.violated, level)) << light.violated;
    EXPECT_TRUE(within(light.holds, level)) << light.holds;
  }
  false_verdicts("exponential", [](Random& random) { return random.exponential(); }, 1.0, std::nullopt, 7);
  false_verdicts("lognormal", [](Random& random) { return std::exp(random.normal()); }, std::exp(0.5), std::nullopt, 8);
  // Student's t with 3 degrees, moved to mean 1: normal over the root of a chi-square with 3 degrees, over 3.
  false_verdicts("t3", [](Random& random) {
    const double a = random.normal(), b = random.normal(), c = random.normal();
    return 1.0 + random.normal() / std::sqrt((a * a + b * b + c * c) / 3.0);
  }, 1.0, std::nullopt, 9);
}

// The tests above can fail: an interval at twenty times the level, and the mean of the replicas taken for the truth.
TEST(VerdictCalibration, SeesVerdictsAtTwentyTimesTheLevel) {
  const Tally planted = tally(two_point(0.5), 0.5, by(Range{0.0, 1.0}, 20.0 * level), 10);
  EXPECT_FALSE(within(planted.violated, level / 2.0)) << planted.violated;
}

TEST(VerdictCalibration, SeesVerdictsByTheMeanAlone) {
  const IntervalRule point = [](const std::vector<double>& values) {
    Estimate estimate = estimate_mean(values, Range{0.0, 1.0}, level);
    estimate.lower = estimate.upper = estimate.value;
    return estimate;
  };
  const Tally planted = tally(two_point(0.5), 0.5, point, 11);
  EXPECT_FALSE(within(planted.violated, level / 2.0)) << planted.violated;
  EXPECT_FALSE(within(planted.holds, level / 2.0)) << planted.holds;
}

TEST(VerdictCalibration, DecidesWhereTheMeanIsFarFromTheBound) {
  const Tally far_below = tally(two_point(0.5), 0.8, by(Range{0.0, 1.0}), 12), far_above = tally(two_point(0.5), 0.2, by(Range{0.0, 1.0}), 12);
  EXPECT_GT(far_below.rate(far_below.holds), 0.9);
  EXPECT_GT(far_above.rate(far_above.violated), 0.9);
}

}  // namespace
}  // namespace thalweg

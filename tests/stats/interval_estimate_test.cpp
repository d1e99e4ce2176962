#include "analysis/stats/interval_estimate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "analysis/stats/betting.hpp"
#include "analysis/stats/distribution.hpp"
#include "analysis/stats/moments.hpp"

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> uniform_sample(std::size_t n, unsigned seed, double low = 0.0, double high = 1.0) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> law(low, high);
  std::vector<double> x(n);
  for (double& v : x) v = law(random);
  return x;
}

TEST(Distribution, QuantilesAgreeWithPublishedTables) {
  EXPECT_NEAR(normal_upper_quantile(0.025), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_upper_quantile(1e-12), 7.034483825, 1e-8);
  EXPECT_NEAR(student_upper_quantile(0.005, 10.0), 3.169272667, 1e-8);
  EXPECT_NEAR(student_upper_quantile(0.25, 1.0), 1.0, 1e-12);
  EXPECT_NEAR(fisher_upper_quantile(0.05, 3.0, 10.0), 3.708264819, 1e-8);
}

// A gambler who bets that the mean is smaller wins at most the factor 1 / (1 - m) on a zero, so no betting interval ends below
// 1 - (alpha / 2)^(1 / n). The gambler with 19 % of the capital who bets nearly all of it must come that near.
TEST(Betting, IsNearTheBestPossibleForConstantValuesAtAnEnd) {
  for (const double level : {0.05, 1e-3, 1e-6, 1e-9}) {
    for (const std::size_t n : {std::size_t{16}, std::size_t{300}, std::size_t{10000}}) {
      const double best = -std::expm1(std::log(level / 2.0) / static_cast<double>(n));
      const double at_weight = -std::expm1(std::log(level / 2.0 * 0.19) / static_cast<double>(n));
      const Estimate zeros = betting_interval(std::vector<double>(n, 0.0), {0.0, 1.0}, level);
      EXPECT_EQ(zeros.value, 0.0);
      EXPECT_EQ(zeros.lower, 0.0);
      EXPECT_GE(zeros.upper, best);
      EXPECT_LE(zeros.upper, 1.001 * at_weight) << level << ' ' << n;
      const Estimate ones = betting_interval(std::vector<double>(n, 1.0), {0.0, 1.0}, level);
      EXPECT_EQ(ones.upper, 1.0);
      EXPECT_NEAR(ones.lower, 1.0 - zeros.upper, 1e-12);
    }
  }
}

TEST(Betting, CapitalIsAMartingaleWhenTheCandidateIsTheMean) {
  // All 2^8 sequences of a two-point law with values 0.1 and 0.9: the expected capital after 8 steps is that of the start, the sum of the
  // weights.
  for (const double p : {0.5, 0.1, 0.8}) {
    const double mean = 0.1 * (1.0 - p) + 0.9 * p;
    double expected = 0.0;
    for (unsigned sequence = 0; sequence < 256; ++sequence) {
      double probability = 1.0;
      std::vector<double> z(8);
      for (std::size_t i = 0; i < 8; ++i) {
        const bool high = (sequence >> i & 1U) != 0;
        z[i] = high ? 0.9 : 0.1;
        probability *= high ? p : 1.0 - p;
      }
      expected += probability * largest_capital(z, plug_in_bets(z, 0.01), mean, infinity);  // looked at once, after eight values
    }
    EXPECT_NEAR(expected, 1.0, 1e-12) << p;
  }
}

TEST(Betting, CapitalNeverIncreasesWithTheCandidate) {
  std::vector<double> z = uniform_sample(200, 3);
  for (std::size_t i = 0; i < z.size(); i += 3) z[i] = i % 2 == 0 ? 0.0 : 1.0;
  const std::vector<double> bets = plug_in_bets(z, 1e-4);
  double before = infinity;
  for (double m = 0.01; m <= 1.0; m += 0.01) {
    const double capital = largest_capital(z, bets, m, infinity);
    EXPECT_LE(capital, before * (1.0 + 1e-12)) << m;
    before = capital;
  }
}

TEST(Betting, EndsAreWhereTheCapitalReachesTheThreshold) {
  const std::vector<double> z = uniform_sample(150, 11, 0.0, 0.6);
  const double level = 1e-4;
  const Estimate estimate = betting_interval(z, {0.0, 1.0}, level);
  const std::vector<double> bets = plug_in_bets(z, level);
  const double inside = estimate.lower + 3e-4 * (estimate.value - estimate.lower);
  EXPECT_GE(largest_capital(z, bets, estimate.lower, infinity), 2.0 / level);
  EXPECT_LT(largest_capital(z, bets, inside, infinity), 2.0 / level);
}

TEST(Betting, NeverLooksAhead) {
  std::vector<double> z = uniform_sample(40, 5);
  const std::vector<double> before = plug_in_bets(z, 0.01);
  for (std::size_t i = 20; i < z.size(); ++i) z[i] = 1.0 - z[i];
  const std::vector<double> after = plug_in_bets(z, 0.01);
  for (std::size_t i = 0; i <= 20; ++i) EXPECT_EQ(before[i], after[i]);
  EXPECT_NE(before[21], after[21]);
}

TEST(Betting, MoreReplicasNeverWidenTheInterval) {
  const std::vector<double> z = uniform_sample(800, 21);
  double lower = 0.0, upper = 1.0;
  for (std::size_t n = 8; n <= z.size(); n += 8) {
    const Estimate estimate = betting_interval(std::span(z).subspan(0, n), {0.0, 1.0}, 0.01);
    EXPECT_GE(estimate.lower, lower - 1e-4);  // the bisection's share
    EXPECT_LE(estimate.upper, upper + 1e-4);
    lower = estimate.lower;
    upper = estimate.upper;
  }
}

TEST(Betting, ScalesWithTheRange) {
  const std::vector<double> z = uniform_sample(60, 2);
  std::vector<double> x(z.size());
  for (std::size_t i = 0; i < z.size(); ++i) x[i] = -3.0 + 16.0 * z[i];
  const Estimate unit = betting_interval(z, {0.0, 1.0}, 1e-3), scaled = betting_interval(x, {-3.0, 13.0}, 1e-3);
  EXPECT_NEAR(scaled.lower, -3.0 + 16.0 * unit.lower, 1e-10);
  EXPECT_NEAR(scaled.upper, -3.0 + 16.0 * unit.upper, 1e-10);
  EXPECT_TRUE(scaled.finite_sample);
  EXPECT_EQ(scaled.count, 60U);
  EXPECT_EQ(scaled.level, 1e-3);
}

TEST(Betting, IsNarrowerThanHoeffdingForLowVarianceAndNeverMuchWider) {
  const double level = 1e-3;
  for (const std::size_t n : {std::size_t{64}, std::size_t{1000}}) {
    const double hoeffding = 2.0 * std::sqrt(std::log(2.0 / level) / (2.0 * static_cast<double>(n)));
    const Estimate narrow = betting_interval(uniform_sample(n, 8, 0.29, 0.31), {0.0, 1.0}, level);
    EXPECT_LT(narrow.upper - narrow.lower, 0.35 * hoeffding) << n;
    std::vector<double> coin = uniform_sample(n, 9);
    for (double& v : coin) v = v < 0.5 ? 0.0 : 1.0;
    const Estimate wide = betting_interval(coin, {0.0, 1.0}, level);
    EXPECT_LT(wide.upper - wide.lower, 1.2 * hoeffding) << n;
  }
}

TEST(Betting, IsNarrowerThanEmpiricalBernsteinAtTheSizesUsed) {
  for (const std::size_t n : {std::size_t{16}, std::size_t{64}, std::size_t{256}, std::size_t{1000}}) {
    const std::vector<double> z = uniform_sample(n, 4);
    const Estimate betting = betting_interval(z, {0.0, 1.0}, 1e-6), bernstein = empirical_bernstein_interval(z, {0.0, 1.0}, 1e-6);
    EXPECT_LT(betting.upper - betting.lower, bernstein.upper - bernstein.lower) << n;
  }
}

TEST(Betting, WorksFromOneReplicaToAHundredThousand) {
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100000}}) {
    for (const double scale : {1.0, 1e-3, 1e-12, 1e-300}) {
      std::vector<double> z = uniform_sample(n, 6);
      for (double& v : z) v *= scale;
      const Estimate estimate = betting_interval(z, {0.0, 1.0}, 1e-6);
      EXPECT_GE(estimate.lower, 0.0);
      EXPECT_LE(estimate.lower, estimate.value);
      EXPECT_GE(estimate.upper, estimate.value);
      EXPECT_LE(estimate.upper, 1.0);
      EXPECT_TRUE(estimate.doubt.empty());
    }
  }
}

TEST(Betting, RefusesValuesThatContradictTheRangeAndForgivesRounding) {
  const std::vector<double> outside = {0.2, 1.5}, rounded = {0.2, 1.0 + 1e-13}, nan = {0.2, std::nan("")};
  for (const auto& values : {outside, nan}) {
    for (const Estimate& estimate : {betting_interval(values, {0.0, 1.0}, 0.01), empirical_bernstein_interval(values, {0.0, 1.0}, 0.01)}) {
      EXPECT_FALSE(estimate.doubt.empty());
      EXPECT_FALSE(estimate.finite_sample);
      EXPECT_EQ(estimate.lower, -infinity);
      EXPECT_EQ(estimate.upper, infinity);
    }
  }
  EXPECT_NE(betting_interval(outside, {0.0, 1.0}, 0.01).doubt.find("1.5"), std::string::npos);
  EXPECT_TRUE(betting_interval(rounded, {0.0, 1.0}, 0.01).doubt.empty());
}

TEST(Betting, OfNothingIsTheRangeAndARangeOfOnePointIsCertain) {
  const Estimate none = betting_interval({}, {-1.0, 2.0}, 0.01);
  EXPECT_EQ(none.lower, -1.0);
  EXPECT_EQ(none.upper, 2.0);
  EXPECT_TRUE(std::isnan(none.value));
  const Estimate point = betting_interval(std::vector<double>(5, 3.0), {3.0, 3.0}, 0.01);
  EXPECT_EQ(point.lower, 3.0);
  EXPECT_EQ(point.upper, 3.0);
}

TEST(EmpiricalBernstein, IsItsFormula) {
  const std::vector<double> x = uniform_sample(400, 13);
  const double n = 400.0, level = 0.03, log_term = std::log(4.0 / level), range = 3.0;
  double mean = 0.0, squares = 0.0;
  for (const double v : x) mean += v / n;
  for (const double v : x) squares += (v - mean) * (v - mean);
  const double width = std::sqrt(2.0 * squares / (n - 1.0) * log_term / n) + 7.0 * range * log_term / (3.0 * (n - 1.0));
  const Estimate estimate = empirical_bernstein_interval(x, {-1.0, 2.0}, level);
  EXPECT_NEAR(estimate.lower, mean - width, 1e-12);
  EXPECT_NEAR(estimate.upper, mean + width, 1e-12);
  EXPECT_EQ(empirical_bernstein_interval(std::span(x).subspan(0, 3), {-1.0, 2.0}, level).upper, 2.0);  // never beyond the range
}

TEST(SkewnessCorrected, IsStudentsIntervalForASymmetricSample) {
  const std::vector<double> x = {-2.0, -1.0, 0.0, 1.0, 2.0};
  const Estimate estimate = skewness_corrected_interval(x, 0.05);
  const double half = 2.776445105 * std::sqrt(2.5 / 5.0);
  EXPECT_NEAR(estimate.upper, half, 1e-8);
  EXPECT_NEAR(estimate.lower, -half, 1e-8);
  EXPECT_FALSE(estimate.finite_sample);
}

TEST(SkewnessCorrected, SolvesHallsEquationOnTheLongSideAndIsStudentsOnTheOther) {
  std::vector<double> x = uniform_sample(50, 12);
  for (double& v : x) v = -std::log(v);
  const Moments moments = moments_of(x);
  const double n = 50.0, scale = moments.deviation() / std::sqrt(n), a = moments.skewness() / (3.0 * std::sqrt(n));
  const double q = student_upper_quantile(0.005, n - 1.0);
  ASSERT_GT(a, 0.0);
  const Estimate estimate = skewness_corrected_interval(x, 0.01);
  const double t = (moments.mean() - estimate.upper) / scale;  // g(t) = -q
  EXPECT_NEAR((std::pow(1.0 + a * t, 3.0) - 1.0) / (3.0 * a) + a / 2.0, -q, 1e-9);
  EXPECT_NEAR(estimate.lower, moments.mean() - q * scale, 1e-9);
  EXPECT_GT(estimate.upper - moments.mean(), 1.1 * (moments.mean() - estimate.lower));
}

TEST(SkewnessCorrected, SaysWhyThereIsNoInterval) {
  const std::vector<double> one = {1.0}, equal(30, 2.0), infinite = {1.0, infinity, 2.0};
  std::vector<double> nearly(30, 2.0);
  nearly[4] = 2.5;
  for (const auto& values : {one, equal, nearly, infinite}) {
    const Estimate estimate = skewness_corrected_interval(values, 0.01);
    EXPECT_EQ(estimate.lower, -infinity);
    EXPECT_EQ(estimate.upper, infinity);
    EXPECT_FALSE(estimate.doubt.empty());
  }
}

// Of 200 samples of 1000: nearly all of a law without a mean are in doubt, nearly none of laws with a third moment.
TEST(TailIndex, PutsMomentsInDoubtWhereTheyDoNotExist) {
  std::mt19937_64 random(17);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::normal_distribution<double> normal;
  std::student_t_distribution<double> student(3.0);
  const auto in_doubt = [&](auto draw) {
    int count = 0;
    for (int repetition = 0; repetition < 200; ++repetition) {
      std::vector<double> x(1000);
      for (double& v : x) v = draw();
      count += skewness_corrected_interval(x, 0.01).doubt.empty() ? 0 : 1;
    }
    return count;
  };
  EXPECT_GE(in_doubt([&] { return 1.0 / (1.0 - uniform(random)); }), 190);
  EXPECT_GE(in_doubt([&] { return normal(random) / normal(random); }), 190);
  EXPECT_LE(in_doubt([&] { return -std::log1p(-uniform(random)); }), 4);
  EXPECT_LE(in_doubt([&] { return std::exp(normal(random)); }), 30);
  EXPECT_LE(in_doubt([&] { return student(random); }), 12);
  EXPECT_EQ(in_doubt([&] { return normal(random); }), 0);
}

TEST(TailIndex, IsHillsFormula) {
  std::vector<double> x(25, 0.0);  // median 0, the five largest 16 8 4 2 2, the sixth 1
  const double largest[6] = {16.0, -8.0, 4.0, -2.0, 2.0, 1.0};
  std::copy(largest, largest + 6, x.begin());
  const auto tail = tail_index(x);
  ASSERT_TRUE(tail);
  EXPECT_EQ(tail->used, 5U);
  EXPECT_NEAR(tail->xi, (4.0 + 3.0 + 2.0 + 1.0 + 1.0) * std::log(2.0) / 5.0, 1e-14);
  EXPECT_FALSE(tail_index(std::vector<double>(25, 1.0)));
}

TEST(EstimateMean, BetsWhenTheRangeIsKnown) {
  const std::vector<double> z = uniform_sample(30, 1);
  EXPECT_TRUE(estimate_mean(z, Range{0.0, 1.0}, 0.01).finite_sample);
  EXPECT_FALSE(estimate_mean(z, Range{0.0, infinity}, 0.01).finite_sample);
  EXPECT_FALSE(estimate_mean(z, std::nullopt, 0.01).finite_sample);
}

TEST(DeterministicEstimate, EnclosesTheRounding) {
  const Estimate estimate = deterministic_estimate(1.0, 1e-12);
  EXPECT_LT(estimate.lower, 1.0 - 1e-12);
  EXPECT_GT(estimate.upper, 1.0 + 1e-12);
  EXPECT_EQ(estimate.level, 0.0);
  EXPECT_TRUE(estimate.finite_sample);
  EXPECT_FALSE(deterministic_estimate(infinity, 0.0).doubt.empty());
}

TEST(SimultaneousLevel, SharesTheErrorEvenly) {
  EXPECT_DOUBLE_EQ(simultaneous_level(1e-3, 500), 2e-6);
  EXPECT_DOUBLE_EQ(simultaneous_level(1e-3, 0), 1e-3);
}

TEST(PairedDifferences, CancelWhatReplicasShare) {
  const std::vector<double> shared = uniform_sample(64, 31, 0.0, 100.0), small = uniform_sample(64, 32, 0.0, 0.01);
  std::vector<double> a(64), b = shared;
  for (std::size_t i = 0; i < 64; ++i) a[i] = shared[i] + 0.1 + small[i];
  const Estimate difference = skewness_corrected_interval(paired_differences(a, b), 1e-6);
  EXPECT_GT(difference.lower, 0.1);
  EXPECT_LT(difference.upper, 0.11);
  const Range range = difference_range({0.0, 2.0}, {1.0, 5.0});
  EXPECT_NEAR(range.lower, -5.0, 1e-14);
  EXPECT_LE(range.lower, -5.0);
  EXPECT_GE(range.upper, 1.0);
}

TEST(ReplicasNeeded, IsTheLeastNumberThatSeparates) {
  for (const double gap : {0.3, 0.02}) {
    const std::uint64_t n = replicas_needed(1.0, 0.25, std::nullopt, 1e-4, 1.0 + gap).value();
    const auto half = [](double k) { return student_upper_quantile(5e-5, k - 1.0) * std::sqrt(0.25 / k); };
    EXPECT_LT(half(static_cast<double>(n)), gap);
    EXPECT_GE(half(static_cast<double>(n - 1)), gap);
    const std::uint64_t bounded = replicas_needed(1.0, 0.25, Range{0.0, 2.0}, 1e-4, 1.0 - gap).value();
    EXPECT_GT(bounded, n);
  }
  EXPECT_FALSE(replicas_needed(1.0, 0.25, std::nullopt, 1e-4, 1.0));
  EXPECT_FALSE(replicas_needed(1.0, infinity, std::nullopt, 1e-4, 2.0));
}

TEST(ReplicasNeeded, IsEnoughForBetting) {
  const std::vector<double> pilot = uniform_sample(64, 41);
  const double bound = 0.56;
  const std::uint64_t n = replicas_needed(pilot, Range{0.0, 1.0}, 1e-3, bound).value();
  ASSERT_LT(n, 100000U);
  EXPECT_LT(betting_interval(uniform_sample(2 * n, 42), {0.0, 1.0}, 1e-3).upper, bound);
}

}  // namespace
}  // namespace thalweg

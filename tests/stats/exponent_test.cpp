// Exponents in a swept parameter, from replicas that share their random numbers: on synthetic truth.
#include "analysis/stats/exponent.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lib/core/draw.hpp"

namespace thalweg {
namespace {

double normal(std::uint64_t seed, std::uint64_t i) { return draw_normal(draw_key(seed, 5), Stream::test, 0, 0, i); }

// y = p^e exp(0.5 z_r + own * w_{r,i}): z shared by all p, w of each p.
std::vector<double> synthetic(const std::vector<double>& p, double e, std::size_t replicas, std::uint64_t seed, double own) {
  std::vector<double> values;
  for (std::size_t r = 0; r < replicas; ++r)
    for (std::size_t i = 0; i < p.size(); ++i)
      values.push_back(std::pow(p[i], e) * std::exp(0.5 * normal(seed, r) + own * normal(seed + 1000, r * p.size() + i)));
  return values;
}

TEST(Exponent, BetweenTwoValuesItIsTheSlopeAndPairingTakesAwayWhatReplicasShare) {
  const std::vector<double> p = {0.01, 0.1};
  const std::vector<double> values = synthetic(p, -1.5, 200, 3, 0.0);
  std::vector<double> a, b, shuffled;
  for (std::size_t r = 0; r < 200; ++r) {
    a.push_back(values[2 * r]);
    b.push_back(values[2 * r + 1]);
    shuffled.push_back(values[2 * ((r + 77) % 200) + 1]);
  }
  const Estimate paired = exponent_between(a, b, std::log(10.0), 0.01);
  EXPECT_NEAR(paired.value, -1.5, 1e-12);
  EXPECT_LT(paired.upper - paired.lower, 1e-12) << "every replica moves alike";
  const Estimate unpaired = exponent_between(a, shuffled, std::log(10.0), 0.01);
  EXPECT_GT(unpaired.upper - unpaired.lower, 0.05);
  EXPECT_LT(unpaired.lower, -1.5);
  EXPECT_GT(unpaired.upper, -1.5);
}

// 400 repetitions at level 0.1: the number of misses is binomial(400, 0.1) where the interval is exact; 70 is beyond its 1 - 1e-6 quantile.
TEST(Exponent, IntervalsCoverTheTrueExponent) {
  const std::vector<double> p = {1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0};
  int fitted_misses = 0, end_misses = 0;
  constexpr int repetitions = 400;
  for (int k = 0; k < repetitions; ++k) {
    const std::vector<double> values = synthetic(p, 0.7, 40, 100 + static_cast<std::uint64_t>(k), 0.3);
    const SweptExponent fit = exponent_over(p, values, 0.1, 1);
    EXPECT_FALSE(fit.from_ends);
    EXPECT_EQ(fit.points, p.size());
    fitted_misses += fit.exponent.lower > 0.7 || fit.exponent.upper < 0.7 ? 1 : 0;
    std::vector<double> a, b;
    for (std::size_t r = 0; r < 40; ++r) {
      a.push_back(values[r * p.size()]);
      b.push_back(values[r * p.size() + 1]);
    }
    const Estimate ends = exponent_between(a, b, std::log(3.0), 0.1);
    end_misses += ends.lower > 0.7 || ends.upper < 0.7 ? 1 : 0;
  }
  EXPECT_LE(fitted_misses, 70);
  EXPECT_LE(end_misses, 70);
  EXPECT_GE(end_misses, 10) << "an interval far too wide covers, too";
}

TEST(Exponent, FewPointsAreComparedAtTheirEnds) {
  const std::vector<double> p = {0.1, 1.0, 10.0};
  const std::vector<double> values = synthetic(p, 2.0, 30, 9, 0.1);
  const SweptExponent ends = exponent_over(p, values, 0.01);
  EXPECT_TRUE(ends.from_ends);
  EXPECT_NEAR(ends.exponent.value, 2.0, 0.1);
  EXPECT_TRUE(ends.exponent.lower < 2.0 && 2.0 < ends.exponent.upper);
}

TEST(Exponent, ShareOfAWayIsInLogarithms) {
  std::vector<double> a, b, c, same;
  for (std::size_t r = 0; r < 100; ++r) {
    const double common = std::exp(0.3 * normal(17, r));
    a.push_back(8.0 * common);
    b.push_back(2.0 * common * (1.0 + 0.01 * normal(18, r)));
    c.push_back(1.0 * common);
    same.push_back(8.0 * common * std::exp(0.1 * normal(19, r)));
  }
  const Estimate share = share_of_way(a, b, c, 0.01);
  EXPECT_NEAR(share.value, 2.0 / 3.0, 0.01);  // log 4 of log 8
  EXPECT_TRUE(share.lower < 2.0 / 3.0 && 2.0 / 3.0 < share.upper);
  EXPECT_LT(share.upper - share.lower, 0.02);
  EXPECT_FALSE(share_of_way(a, b, same, 0.01).doubt.empty());
  EXPECT_FALSE(share_of_way(a, b, a, 0.01).doubt.empty());
  const std::vector<double> one = {3.0}, two = {2.0};
  EXPECT_FALSE(share_of_way(one, two, one, 0.01).doubt.empty());
}

TEST(Exponent, WithoutALogarithmThereIsNoneAndOneReplicaHasNoSpread) {
  const std::vector<double> zero(5, 0.0), one(5, 1.0);
  EXPECT_FALSE(exponent_between(one, zero, 1.0, 0.1).doubt.empty());
  const std::vector<double> a = {1.0}, b = {100.0};
  const Estimate single = exponent_between(a, b, std::log(10.0), 0.1);
  EXPECT_NEAR(single.value, 2.0, 1e-12);
  EXPECT_LT(single.upper - single.lower, 1e-10);
}

}  // namespace
}  // namespace thalweg

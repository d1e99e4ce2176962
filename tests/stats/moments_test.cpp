#include "analysis/stats/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace thalweg {
namespace {

std::vector<double> sample(std::size_t n, double shift) {
  std::mt19937_64 random(7);
  std::exponential_distribution<double> law(1.0);
  std::vector<double> x(n);
  for (double& v : x) v = shift + law(random);
  return x;
}

// The definition in extended precision: two passes.
long double central_sum(const std::vector<double>& x, int order) {
  long double mean = 0.0L, sum = 0.0L;
  for (const double v : x) mean += v;
  mean /= static_cast<long double>(x.size());
  for (const double v : x) sum += std::pow(static_cast<long double>(v) - mean, static_cast<long double>(order));
  return sum;
}

double relative(double value, long double exact) { return std::abs(static_cast<double>((value - exact) / exact)); }

TEST(Moments, KnowASmallSampleExactly) {
  const std::vector<double> x = {1.0, 2.0, 3.0, 6.0};  // mean 3, deviations -2 -1 0 3
  const Moments moments = moments_of(x);
  EXPECT_EQ(moments.count(), 4U);
  EXPECT_DOUBLE_EQ(moments.mean(), 3.0);
  EXPECT_DOUBLE_EQ(moments.central_sum(2), 14.0);
  EXPECT_DOUBLE_EQ(moments.central_sum(3), 18.0);
  EXPECT_DOUBLE_EQ(moments.central_sum(4), 98.0);
  EXPECT_DOUBLE_EQ(moments.variance(), 14.0 / 3.0);
  EXPECT_DOUBLE_EQ(moments.skewness(), 2.0 * 18.0 / std::pow(14.0, 1.5));
  EXPECT_DOUBLE_EQ(moments.kurtosis(), 4.0 * 98.0 / (14.0 * 14.0));
}

TEST(Moments, AgreeWithTheDefinitionFarFromZero) {
  const std::vector<double> x = sample(5000, 1e5);
  const Moments moments = moments_of(x);
  EXPECT_LT(relative(moments.central_sum(2), central_sum(x, 2)), 1e-11);
  EXPECT_LT(relative(moments.central_sum(3), central_sum(x, 3)), 1e-9);
  EXPECT_LT(relative(moments.central_sum(4), central_sum(x, 4)), 1e-10);
}

TEST(Moments, MergedPartsEqualOnePass) {
  const std::vector<double> x = sample(1000, -0.5);
  const Moments whole = moments_of(x);
  for (const std::size_t cut : {0U, 1U, 17U, 500U, 999U, 1000U}) {
    Moments merged = moments_of(std::span(x).subspan(0, cut));
    merged.merge(moments_of(std::span(x).subspan(cut)));
    EXPECT_EQ(merged.count(), whole.count());
    EXPECT_NEAR(merged.mean(), whole.mean(), 1e-14);
    for (int order = 2; order <= 4; ++order)
      EXPECT_LT(relative(merged.central_sum(order), whole.central_sum(order)), 1e-12) << cut << ' ' << order;
  }
}

TEST(Moments, OfNothingOrOneValueAreUndefinedWhereTheyMustBe) {
  Moments moments;
  EXPECT_TRUE(std::isnan(moments.mean()));
  moments.add(4.0);
  EXPECT_EQ(moments.mean(), 4.0);
  EXPECT_TRUE(std::isnan(moments.variance()));
  moments.add(4.0);
  EXPECT_EQ(moments.variance(), 0.0);
  EXPECT_TRUE(std::isnan(moments.skewness()));
}

TEST(Moments, NeverDropAValueThatIsNotFinite) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> x = {1.0, bad, 2.0, 3.0};
    EXPECT_FALSE(std::isfinite(moments_of(x).mean()));
    EXPECT_FALSE(std::isfinite(moments_of(x).variance()));
  }
}

TEST(Covariance, AgreesWithTheDefinitionAndMerges) {
  const std::vector<double> x = sample(400, 3.0);
  std::vector<double> y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = 2.0 - 0.7 * x[i] + 0.3 * std::sin(static_cast<double>(i));
  Covariance whole, left, right;
  long double mean_x = 0.0L, mean_y = 0.0L, xy = 0.0L, xx = 0.0L;
  for (std::size_t i = 0; i < x.size(); ++i) {
    whole.add(x[i], y[i]);
    (i < 123 ? left : right).add(x[i], y[i]);
    mean_x += x[i] / 400.0L;
    mean_y += y[i] / 400.0L;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
  }
  left.merge(right);
  EXPECT_LT(relative(whole.covariance(), xy / 399.0L), 1e-12);
  EXPECT_LT(relative(left.covariance(), xy / 399.0L), 1e-12);
  EXPECT_LT(relative(left.variance_x(), xx / 399.0L), 1e-12);
  EXPECT_LT(whole.correlation(), -0.9);
}

}  // namespace
}  // namespace thalweg

#include "analysis/stats/quantile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace thalweg {
namespace {

TEST(Quantile, IsTypeSeven) {
  const std::vector<double> x = {40.0, 10.0, 30.0, 20.0};  // h = 3 p
  EXPECT_EQ(quantile(x, 0.0), 10.0);
  EXPECT_EQ(quantile(x, 1.0), 40.0);
  EXPECT_DOUBLE_EQ(median(x), 25.0);
  EXPECT_DOUBLE_EQ(quantile(x, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(x, 0.9), 37.0);
}

TEST(Quantile, OfOneValueIsThatValue) {
  const std::vector<double> x = {3.5};
  for (const double p : {0.0, 0.3, 1.0}) EXPECT_EQ(quantile(x, p), 3.5);
}

TEST(Quantile, ManyAtOnceEqualOneByOne) {
  const std::vector<double> x = {5.0, 1.0, 4.0, 2.0, 8.0, -3.0, 0.5}, p = {0.9, 0.1, 0.5};
  const std::vector<double> q = quantiles(x, p);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(q[i], quantile(x, p[i]));
}

TEST(Quantile, InfinityStaysAndNanIsNotHidden) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> x = {1.0, infinity, 2.0}, both = {-infinity, infinity}, nan = {1.0, std::nan(""), 2.0};
  EXPECT_EQ(median(x), 2.0);
  EXPECT_EQ(quantile(x, 0.75), infinity);
  EXPECT_FALSE(std::isnan(median(both)));
  EXPECT_TRUE(std::isnan(quantile(nan, 0.0)));
}

}  // namespace
}  // namespace thalweg

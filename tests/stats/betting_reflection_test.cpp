// Both ends of a betting interval spend the same share of the level: values mirrored in the middle of their range give the mirrored
// interval.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {
namespace {

TEST(BettingReflection, MirroredValuesGiveTheMirroredInterval) {
  std::mt19937_64 bits(5);
  for (const std::size_t n : {16, 128, 1024}) {
    for (const unsigned shift : {56U, 57U, 58U}) {  // up to 1, 1/2 and 1/4 of the range
      std::vector<double> values(n), mirrored(n);
      for (std::size_t i = 0; i < n; ++i) {
        values[i] = static_cast<double>(bits() >> shift) / 256.0;  // multiples of 2^-8: the mirror image is exact
        mirrored[i] = 1.0 - values[i];
      }
      const Estimate estimate = betting_interval(values, {0.0, 1.0}, 0.01), mirror = betting_interval(mirrored, {0.0, 1.0}, 0.01);
      const double close = 1e-3 * (estimate.upper - estimate.lower);
      EXPECT_NEAR(mirror.lower, 1.0 - estimate.upper, close) << n << " values";
      EXPECT_NEAR(mirror.upper, 1.0 - estimate.lower, close) << n << " values";
      EXPECT_LT(estimate.lower, estimate.value);
      EXPECT_GT(estimate.upper, estimate.value);
    }
  }
}

}  // namespace
}  // namespace thalweg

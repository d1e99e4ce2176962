// Percentiles by nearest rank, and the sketch that counts in buckets.
#include "lib/engine/percentile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace thalweg {
namespace {

std::vector<double> rates(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> law(0.0, 5.0);
  std::vector<double> values(count);
  for (double& value : values) value = law(random);
  return values;
}

// The least value that at least p per cent of all values do not exceed, by counting.
double by_counting(const std::vector<double>& values, double percent) {
  double best = std::numeric_limits<double>::infinity();
  for (double candidate : values) {
    const auto at_most = std::count_if(values.begin(), values.end(), [&](double v) { return v <= candidate; });
    if (100.0 * static_cast<double>(at_most) >= percent * static_cast<double>(values.size())) best = std::min(best, candidate);
  }
  return best;
}

TEST(Percentiles, AreTheNearestRanks) {
  for (std::size_t count : {1, 2, 3, 10, 99, 100, 101, 400}) {
    const std::vector<double> values = rates(count, 3);
    std::vector<double> sorted = values;
    const Percentiles found = percentiles_of(sorted);
    for (std::size_t k = 0; k < found.size(); ++k) EXPECT_EQ(found[k], by_counting(values, rate_percentiles[k])) << rate_percentiles[k] << " of " << count;
  }
}

TEST(Percentiles, OfNothingOrWithANaNAreNaN) {
  std::vector<double> none, one = {1.0, std::nan(""), 2.0};
  for (double p : percentiles_of(none)) EXPECT_TRUE(std::isnan(p));
  for (double p : percentiles_of(one)) EXPECT_TRUE(std::isnan(p));
}

TEST(PercentileSketch, IsWithinATenthOfAPerCentOfTheExactPercentiles) {
  for (std::size_t count : {1, 7, 1000, 100000}) {
    std::vector<double> values = rates(count, 5);
    PercentileSketch sketch;
    sketch.add(values);
    const Percentiles estimated = sketch.percentiles(), exact = percentiles_of(values);
    for (std::size_t k = 0; k < exact.size(); ++k) EXPECT_NEAR(estimated[k], exact[k], 0.001 * exact[k]) << rate_percentiles[k] << " of " << count;
  }
}

TEST(PercentileSketch, MergesInAnyOrderToTheSketchOfTheWhole) {
  const std::vector<double> values = rates(5000, 9);
  PercentileSketch whole, forward, backward, uneven;
  whole.add(values);
  std::vector<PercentileSketch> pieces(5);
  for (std::size_t i = 0; i < 5; ++i) pieces[i].add({values.data() + 1000 * i, 1000});
  for (std::size_t i = 0; i < 5; ++i) {
    forward.merge(pieces[i]);
    backward.merge(pieces[4 - i]);
  }
  uneven.add({values.data() + 4321, 679});
  uneven.add({values.data(), 1});
  uneven.add({values.data() + 1, 4320});
  for (const PercentileSketch* merged : {&forward, &backward, &uneven}) EXPECT_EQ(merged->percentiles(), whole.percentiles());
  EXPECT_NE(forward.percentiles(), pieces[0].percentiles()) << "the pieces differ, so that a lost piece would show";
}

TEST(PercentileSketch, ANaNInAnyPieceShows) {
  PercentileSketch clean, spoilt;
  clean.add(rates(10, 1));
  spoilt.add(std::vector<double>{1.0, std::nan("")});
  clean.merge(spoilt);
  for (double p : clean.percentiles()) EXPECT_TRUE(std::isnan(p));
  for (double p : PercentileSketch().percentiles()) EXPECT_TRUE(std::isnan(p)) << "nothing counted";
}

TEST(PercentileSketch, TakesTheSmallestAndLargestNumbers) {
  using Limits = std::numeric_limits<double>;
  for (double value : {Limits::denorm_min(), Limits::min(), 1.0, Limits::max()}) {
    PercentileSketch sketch;
    sketch.add(std::vector<double>(3, value));
    EXPECT_TRUE(std::isfinite(sketch.percentiles()[0])) << value;
    if (value >= Limits::min()) { EXPECT_NEAR(sketch.percentiles()[7] / value, 1.0, 0.001) << value; }
  }
  PercentileSketch infinite;
  infinite.add(std::vector<double>{Limits::infinity()});
  EXPECT_EQ(infinite.percentiles()[0], Limits::infinity());
}

}  // namespace
}  // namespace thalweg

#include "tests/core/draw_statistics.hpp"

#include <gtest/gtest-spi.h>

namespace thalweg::draw_statistics {
namespace {

constexpr Word draws = 1000000;

TEST(DrawStatistics, NormalsAreNormal) { check_normals<double>(draws); }
TEST(DrawStatistics, FloatNormalsAreNormal) { check_normals<float>(draws); }
TEST(DrawStatistics, UniformsAreUniform) { check_uniforms<double>(draws); }
TEST(DrawStatistics, FloatUniformsAreUniform) { check_uniforms<float>(draws); }
TEST(DrawStatistics, BitsAreFair) { check_bits<double>(draws); }
TEST(DrawStatistics, FloatBitsAreFair) { check_bits<float>(draws); }
TEST(DrawStatistics, SignsAreFair) { check_signs<double>(draws); }
TEST(DrawStatistics, FloatSignsAreFair) { check_signs<float>(draws); }
TEST(DrawStatistics, IndicesAreUniform) { check_indices(2000000); }
TEST(DrawStatistics, NeighboursAreIndependent) { check_independence<double>(100000); }
TEST(DrawStatistics, FloatNeighboursAreIndependent) { check_independence<float>(100000); }

// The checks themselves: a source with a small fault must fail them.
template <class Check>
int failures_of(Check check) {
  testing::TestPartResultArray failures;
  const testing::ScopedFakeTestPartResultReporter catcher(testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
  check();
  return failures.size();
}
TEST(DrawStatistics, ChecksCatchFaultySources) {
  const DrawKey key = draw_key(9, 9);
  const auto normal = [&](Word i) { return draw_normal(key, Stream::noise, 0, 1, i); };
  EXPECT_GT(failures_of([] { expect_mean(504000.0, 1000000.0, 0.5, 0.25, "a coin with 0.504"); }), 0);
  EXPECT_GT(failures_of([&] { expect_independent(100000, normal, [&](Word i) { return 0.03 * normal(i) + 0.99955 * normal(i + 500000); }, ""); }), 0);
  EXPECT_GT(failures_of([&] { expect_independent(100000, normal, [&](Word i) { return -normal(i); }, ""); }), 0);
  std::vector<Word> even(100, 10000), wrong(100, 10000);
  wrong[3] += 3000;
  EXPECT_GT(failures_of([&] { expect_equal_counts(even, "too even"); }), 0);
  EXPECT_GT(failures_of([&] { expect_equal_counts(wrong, "one cell too full"); }), 0);
}

}  // namespace
}  // namespace thalweg::draw_statistics

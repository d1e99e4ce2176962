#include "tests/core/draw_statistics.hpp"

namespace thalweg::draw_statistics {
namespace {

constexpr Word draws = 200000000;

TEST(DrawStatisticsAtLength, NormalsAreNormal) { check_normals<double>(draws); }
TEST(DrawStatisticsAtLength, FloatNormalsAreNormal) { check_normals<float>(draws); }
TEST(DrawStatisticsAtLength, UniformsAreUniform) { check_uniforms<double>(draws); }
TEST(DrawStatisticsAtLength, FloatUniformsAreUniform) { check_uniforms<float>(draws); }
TEST(DrawStatisticsAtLength, BitsAreFair) { check_bits<double>(draws); }
TEST(DrawStatisticsAtLength, FloatBitsAreFair) { check_bits<float>(draws); }
TEST(DrawStatisticsAtLength, SignsAreFair) { check_signs<double>(draws); }
TEST(DrawStatisticsAtLength, FloatSignsAreFair) { check_signs<float>(draws); }
TEST(DrawStatisticsAtLength, IndicesAreUniform) { check_indices(100000000); }
TEST(DrawStatisticsAtLength, NeighboursAreIndependent) { check_independence<double>(10000000); }
TEST(DrawStatisticsAtLength, FloatNeighboursAreIndependent) { check_independence<float>(10000000); }

// The radius of a pair of float normals for every word: its error, its ends, and its mean square, half that of a sum of two squares.
TEST(DrawStatisticsAtLength, FloatRadiiOfAllWordsHaveTheStatedErrorAndMeanSquare) {
  long double squares = 0.0L;
  double worst = 0.0;
  float least = 1.0F, largest = 0.0F;
  constexpr Word piece = 1U << 16U;
  for (Word first = 0; first <= 0xffffffffU; first += piece) {
    double sum = 0.0;
    for (Word w = first; w < first + piece; ++w) {
      const float q = m::sqrt(draw_detail::single::minus_log_uniform<float>(static_cast<std::uint32_t>(w)));
      const double below = (static_cast<double>(w) + 0.5) * 0x1p-32, above = (static_cast<double>(0xffffffffU - w) + 0.5) * 0x1p-32;
      const double exact = std::sqrt(below < above ? -std::log(below) : -std::log1p(-above)), got = static_cast<double>(q);
      worst = std::max(worst, std::fabs(got / exact - 1.0));
      least = std::min(least, q);
      largest = std::max(largest, q);
      sum += got * got;
    }
    squares += static_cast<long double>(sum);
  }
  EXPECT_LT(worst, 2.1e-7);
  EXPECT_NEAR(static_cast<double>(squares * 0x1p-32L), 1.0, 6e-9);
  EXPECT_GT(least, 1.07e-5F);
  EXPECT_LT(largest, 4.783F);
}

}  // namespace
}  // namespace thalweg::draw_statistics

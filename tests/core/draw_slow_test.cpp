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
TEST(DrawStatisticsAtLength, NeighboursAreIndependent) { check_independence(10000000); }

}  // namespace
}  // namespace thalweg::draw_statistics

#include "tests/core/draw_statistics.hpp"

namespace thalweg::draw_statistics {
namespace {

constexpr Word draws = 200000000;

TEST(DrawStatisticsAtLength, NormalsAreNormal) { check_normals(draws); }
TEST(DrawStatisticsAtLength, UniformsAreUniform) { check_uniforms(draws); }
TEST(DrawStatisticsAtLength, BitsAreFair) { check_bits(draws); }
TEST(DrawStatisticsAtLength, SignsAreFair) { check_signs(draws); }
TEST(DrawStatisticsAtLength, IndicesAreUniform) { check_indices(100000000); }
TEST(DrawStatisticsAtLength, NeighboursAreIndependent) { check_independence(10000000); }

}  // namespace
}  // namespace thalweg::draw_statistics

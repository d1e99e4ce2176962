// The laws of normal variates as lib/core/draw_normal.hpp states them.
#include "lib/core/draw_normal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "lib/core/scalar_num.hpp"
#include "lib/core/sum.hpp"

namespace thalweg {
namespace {

using Word = std::uint64_t;

struct Normals {
  double x, y;
  long double exact_x, exact_y, radius;
};
// Box and Muller in extended precision from the same bits.
Normals normals(Word w0, Word w1) {
  Normals n{};
  draw_detail::normal_pair(w0, w1, n.x, n.y);
  const long double u = (static_cast<long double>(w0 * 256 + (w1 >> 24)) + 0.5L) * 0x1p-40L;
  const long double quarter = std::acos(-1.0L) / 4.0L;
  const long double angle = quarter + 2.0L * quarter * ((static_cast<long double>(w1 & 0x3fffffU) + 0.5L) * 0x1p-22L - 0.5L);
  const long double r = std::sqrt(-2.0L * std::log(u));
  n.radius = r / std::sqrt(2.0L);
  n.exact_x = ((w1 >> 22) % 2 != 0 ? -r : r) * std::cos(angle);
  n.exact_y = ((w1 >> 23) % 2 != 0 ? -r : r) * std::sin(angle);
  return n;
}

TEST(DrawNormal, NormalsAreWithinTheStatedErrorOfBoxAndMuller) {
  std::mt19937_64 random(2);
  long double worst = 0.0L;
  for (int i = 0; i < 200000; ++i) {
    // Words of every magnitude, so that both tails of the radius are met; every 10th at the ends.
    Word w0 = (random() & 0xffffffffU) >> (random() % 33);
    Word w1 = random() & 0xffffffffU;
    if (i % 2 == 0) w0 = 0xffffffffU - w0;
    if (i % 10 == 0) w1 = i % 20 == 0 ? w1 & 0xff000000U : w1 | 0x00ffffffU;
    if (i % 14 == 0) w1 |= 0xff000000U;
    const Normals n = normals(w0, w1);
    worst = std::max({worst, std::fabs(n.x - n.exact_x) / n.radius, std::fabs(n.y - n.exact_y) / n.radius});
  }
  EXPECT_LT(worst, 1.5e-10L);
  EXPECT_GT(worst, 1e-12L);  // polynomials, not libm
  RecordProperty("worst", std::to_string(static_cast<double>(worst * 1e10L)) + "e-10");
}

TEST(DrawNormal, NormalsAreFiniteAndBoundedAtTheEnds) {
  for (Word w0 : {Word{0}, Word{1}, Word{0x7fffffff}, Word{0x80000000}, Word{0xb504f333}, Word{0xb504f334}, Word{0xfffffffe}, Word{0xffffffff}}) {
    for (Word w1 : {Word{0}, Word{1}, Word{0x3fffff}, Word{0x1fffff}, Word{0x200000}, Word{0xff000000}, Word{0xffffffff}, Word{0x00c00000}}) {
      const Normals n = normals(w0, w1);
      EXPECT_TRUE(std::fabs(n.x) < 7.54 && std::fabs(n.y) < 7.54) << w0 << ' ' << w1;
      EXPECT_TRUE(n.x != 0.0 && n.y != 0.0) << w0 << ' ' << w1;
      EXPECT_LT(std::fabs(n.x - n.exact_x), 1.5e-10L * n.radius) << w0 << ' ' << w1;
      EXPECT_LT(std::fabs(n.y - n.exact_y), 1.5e-10L * n.radius) << w0 << ' ' << w1;
    }
  }
}

TEST(DrawNormal, NormalsAreSymmetric) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 10000; ++i) {
    const Word w0 = random() & 0xffffffffU;
    const Word w1 = random() & 0xffffffffU;
    const Normals n = normals(w0, w1);
    EXPECT_EQ(normals(w0, w1 ^ 0x400000U).x, -n.x);
    EXPECT_EQ(normals(w0, w1 ^ 0x800000U).y, -n.y);
    const Normals mirrored = normals(w0, w1 ^ 0x3fffffU);  // t -> -t
    EXPECT_EQ(std::fabs(mirrored.x), std::fabs(n.y));
    EXPECT_EQ(std::fabs(mirrored.y), std::fabs(n.x));
  }
}

TEST(DrawNormal, DirectionsHaveUnitMeanSquareToTheStatedAccuracy) {  // over all angles, E 2 x^2 / r^2 = 1
  const long double radius = normals(0x12345678U, 0).radius;
  Sum<double> squares;
  for (Word k = 0; k < (1U << 22U); ++k) {
    double x, y;
    draw_detail::normal_pair(Word{0x12345678}, k, x, y);
    squares.add(x * x);
  }
  EXPECT_NEAR(squares.total() / (static_cast<double>(radius * radius) * 0x1p22), 1.0, 3e-10);
}

struct FloatNormals {
  float x, y;
  double exact_x, exact_y, q;
};
// Box and Muller in double from the same bits.
FloatNormals float_normals(std::uint32_t w0, std::uint32_t w1) {
  FloatNormals n{};
  draw_detail::single::normal_pair(w0, w1, n.x, n.y);
  constexpr double half_pi = 1.57079632679489661923;
  const double below = (static_cast<double>(w0) + 0.5) * 0x1p-32, above = (static_cast<double>(~w0) + 0.5) * 0x1p-32;  // U and 1 - U
  n.q = std::sqrt(below < above ? -std::log(below) : -std::log1p(-above));
  const double angle = half_pi * ((static_cast<double>(w1 >> 1U & 0x3fffffU) + 0.5) * 0x1p-22 - 0.5);
  n.exact_x = n.q * (std::cos(angle) - std::sin(angle)) * ((w1 >> 31U) != 0 ? -1.0 : 1.0);
  n.exact_y = n.q * (std::cos(angle) + std::sin(angle)) * ((w1 >> 30U & 1U) != 0 ? -1.0 : 1.0);
  return n;
}

TEST(DrawNormal, FloatNormalsAreWithinTheStatedErrorOfBoxAndMuller) {
  std::mt19937 generator(4);
  const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
  double worst = 0.0;
  for (int i = 0; i < 300000; ++i) {
    std::uint32_t w0 = random() >> (random() % 32), w1 = random();  // both tails of the radius are met
    if (i % 2 == 0) w0 = ~w0;
    if (i % 10 == 0) w1 = i % 20 == 0 ? w1 & 0xc0000000U : w1 | 0x3fffffffU;
    const FloatNormals n = float_normals(w0, w1);
    worst = std::max({worst, std::fabs(static_cast<double>(n.x) - n.exact_x) / n.q, std::fabs(static_cast<double>(n.y) - n.exact_y) / n.q});
  }
  EXPECT_LT(worst, 6e-7);
  EXPECT_GT(worst, 1e-8);
  RecordProperty("worst", std::to_string(worst * 1e7) + "e-7");
}

TEST(DrawNormal, FloatNormalsAreFiniteAndNotZeroAtTheEndsOfTheirWords) {
  for (std::uint32_t w0 : {0U, 1U, 0x7fffffffU, 0x80000000U, 0x7fffffc0U, 0x80000040U, 0xfffffffeU, 0xffffffffU}) {
    for (std::uint32_t w1 : {0U, 1U, 0x7ffffeU, 0x3ffffeU, 0x400000U, 0x40000000U, 0x80000000U, 0xffffffffU}) {
      const FloatNormals n = float_normals(w0, w1);
      EXPECT_TRUE(std::fabs(n.x) < 6.77F && std::fabs(n.y) < 6.77F) << w0 << ' ' << w1;
      EXPECT_TRUE(n.x != 0.0F && n.y != 0.0F) << w0 << ' ' << w1;
      EXPECT_LT(std::fabs(static_cast<double>(n.x) - n.exact_x), 6e-7 * n.q) << w0 << ' ' << w1;
      EXPECT_LT(std::fabs(static_cast<double>(n.y) - n.exact_y), 6e-7 * n.q) << w0 << ' ' << w1;
    }
  }
  EXPECT_GT(float_normals(0, 0).q, 4.78);
}

TEST(DrawNormal, FloatNormalsAreSymmetric) {
  std::mt19937 generator(5);
  const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
  for (int i = 0; i < 10000; ++i) {
    const std::uint32_t w0 = random(), w1 = random();
    const FloatNormals n = float_normals(w0, w1), mirrored = float_normals(w0, w1 ^ 0x7ffffeU);  // t -> -t
    EXPECT_EQ(float_normals(w0, w1 ^ 0x80000000U).x, -n.x);
    EXPECT_EQ(float_normals(w0, w1 ^ 0x40000000U).y, -n.y);
    EXPECT_EQ(std::fabs(mirrored.x), std::fabs(n.y));
    EXPECT_EQ(std::fabs(mirrored.y), std::fabs(n.x));
  }
}

// Over all angles, E 2 x^2 / r^2 = 1, and no direction lies on an axis.
TEST(DrawNormal, FloatDirectionsHaveUnitMeanSquareToTheStatedAccuracy) {
  const double q = float_normals(0x12345678U, 0).q;
  const float q_in_float = m::sqrt(draw_detail::single::minus_log_uniform<float>(0x12345678U));
  Sum<double> squares;
  float least = 1.0F;
  for (std::uint32_t k = 0; k < (1U << 22U); ++k) {
    float x, y;
    draw_detail::single::normal_pair(0x12345678U, k << 1U, x, y);
    squares.add(static_cast<double>(x) * static_cast<double>(x));
    least = std::min({least, x, y});
  }
  const double relative = static_cast<double>(q_in_float) / q;
  EXPECT_NEAR(squares.total() / (q * q * 0x1p22) / (relative * relative), 1.0, 4e-9);
  EXPECT_GE(least, 0x1.3p-22F * q_in_float);  // 5 * 2^-24 but for the last rounding
}

}  // namespace
}  // namespace thalweg

// Contour lines of functions whose level sets are known.
#include "analysis/report/contour_lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace thalweg {
namespace {

Grid grid_of(std::size_t columns, std::size_t rows, const std::function<double(double, double)>& f) {
  Grid grid{columns, rows, {}};
  for (std::size_t j = 0; j <= rows; ++j)
    for (std::size_t i = 0; i <= columns; ++i) grid.values.push_back(f(static_cast<double>(i), static_cast<double>(j)));
  return grid;
}

TEST(ContourLines, OfAPlaneAreStraightAndExact) {
  const auto lines = contour_lines(grid_of(5, 4, [](double x, double y) { return x + 2.0 * y; }), 4.25);
  ASSERT_EQ(lines.size(), 1u);
  for (const auto& p : lines[0]) EXPECT_NEAR(p[0] + 2.0 * p[1], 4.25, 1e-14);
  EXPECT_NE(lines[0].front(), lines[0].back());
}

TEST(ContourLines, OfAHillIsOneClosedLineNearTheCircle) {
  const auto lines = contour_lines(grid_of(20, 20, [](double x, double y) { return (x - 10.0) * (x - 10.0) + (y - 10.0) * (y - 10.0); }), 36.0);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].front(), lines[0].back());
  EXPECT_GT(lines[0].size(), 40u);
  double length = 0.0;
  for (std::size_t k = 0; k < lines[0].size(); ++k) {
    const auto& p = lines[0][k];
    EXPECT_NEAR(std::hypot(p[0] - 10.0, p[1] - 10.0), 6.0, 0.03);  // linear along an edge of length 1: off by at most 1 / (8 r)
    if (k > 0) length += std::hypot(p[0] - lines[0][k - 1][0], p[1] - lines[0][k - 1][1]);
  }
  EXPECT_NEAR(length, 12.0 * std::acos(-1.0), 0.3);
}

TEST(ContourLines, AtASaddleTheMeanDecides) {
  // Corners 0, 1, 0, 1 with a mean of 1/2: above the level the high corners are joined, below it the low ones.
  const Grid grid{1, 1, {0.0, 1.0, 1.0, 0.0}};
  const auto low = contour_lines(grid, 0.4), high = contour_lines(grid, 0.6);
  ASSERT_EQ(low.size(), 2u);
  ASSERT_EQ(high.size(), 2u);
  // Around the corner (0, 0), which is low and cut off at level 0.4.
  const auto cuts_origin = [](const GridLine& line) { return line[0][0] + line[0][1] < 0.9 && line[1][0] + line[1][1] < 0.9; };
  EXPECT_TRUE(cuts_origin(low[0]) || cuts_origin(low[1]));
  EXPECT_FALSE(cuts_origin(high[0]) || cuts_origin(high[1]));
}

TEST(ContourLines, StopWhereTheFunctionIsNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto lines = contour_lines(grid_of(6, 2, [&](double x, double y) { return x == 3.0 ? nan : y; }), 0.5);
  EXPECT_EQ(lines.size(), 2u);
  EXPECT_TRUE(contour_lines(grid_of(3, 3, [](double, double) { return 1.0; }), 2.0).empty());
}

}  // namespace
}  // namespace thalweg

// Axes, ticks and curves of the hand-written pictures.
#include "analysis/report/svg_panel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace thalweg {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::Pointwise;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(SvgPanel, PowersOfTenAreThoseOfTheLanguage) {
  EXPECT_EQ(power_of_ten(-3), 1e-3);
  EXPECT_EQ(power_of_ten(0), 1.0);
  EXPECT_EQ(power_of_ten(23), 1e23);
  EXPECT_NEAR(decimal_logarithm(1000.0), 3.0, 1e-14);
}

TEST(SvgPanel, LinearTicksAreRoundNumbersWithin) {
  EXPECT_THAT((Axis{0.0, 1.0, false, ""}.ticks()), Pointwise(DoubleEq(), {0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0}));
  EXPECT_THAT((Axis{-2.1, 2.1, false, ""}.ticks()), ElementsAre(-2.0, -1.0, 0.0, 1.0, 2.0));
  EXPECT_FALSE(std::signbit((Axis{-2.1, 2.1, false, ""}.ticks()[2])));
  for (double size : {1e-8, 3e-3, 7.0, 4e4, 9e20}) {
    const auto ticks = Axis{-0.3 * size, size, false, ""}.ticks();
    EXPECT_GE(ticks.size(), 3u) << size;
    EXPECT_LE(ticks.size(), 8u) << size;
  }
}

TEST(SvgPanel, LogarithmicTicksAreOfWholeDecadesOrOfOneTwoFive) {
  EXPECT_THAT((Axis{0.9, 11.0, true, ""}.ticks()), ElementsAre(1.0, 2.0, 5.0, 10.0));
  EXPECT_THAT((Axis{0.05, 5e3, true, ""}.ticks()), ElementsAre(0.1, 1.0, 10.0, 100.0, 1000.0));
  EXPECT_LE((Axis{1e-20, 1e20, true, ""}.ticks().size()), 8u);
}

TEST(SvgPanel, AxesShowTheirValuesAndAConstantToo) {
  const Axis wide = linear_axis({1.0, nan, 3.0, std::numeric_limits<double>::infinity()}, "");
  EXPECT_LT(wide.low, 1.0);
  EXPECT_GT(wide.high, 3.0);
  EXPECT_LT(wide.high, 4.0);
  for (double value : {0.0, 5.0, -1e9}) {
    const Axis axis = linear_axis({value, value}, "");
    EXPECT_LT(axis.low, value);
    EXPECT_GT(axis.high, value);
  }
  const Axis deep = logarithmic_axis({1e-30, 1.0, 0.0, -1.0}, 1e-6, "");
  EXPECT_NEAR(deep.low, 1e-6 / 1.8, 1e-12);
  EXPECT_GE(logarithmic_axis({10.0}, 1e-6, "").ticks().size(), 2u);
  EXPECT_GE(logarithmic_axis({}, 1e-6, "").ticks().size(), 2u);
}

TEST(SvgPanel, CurvesBreakWhereTheyAreNotFiniteAndStayNear) {
  const SvgPanel panel{100.0, 50.0, {0.0, 10.0, false, "x"}, {0.0, 1.0, false, "y"}, "t", {}};
  EXPECT_EQ(panel.curve({0.0, 5.0, 10.0}, {0.0, 1.0, 0.5}), "M0.0 50.0L50.0 0.0L100.0 25.0");
  EXPECT_EQ(panel.curve({0.0, 5.0, 10.0}, {0.0, nan, 0.5}), "M0.0 50.0M100.0 25.0");
  EXPECT_EQ(panel.curve({0.0}, {1e300}), "M0.0 -2000.0");
}

TEST(SvgPanel, TextIsEscaped) { EXPECT_EQ(svg_text("a < b & c > d"), "a &lt; b &amp; c &gt; d"); }

}  // namespace
}  // namespace thalweg

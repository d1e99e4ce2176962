#include "problems/certify.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "problems/catalogue.hpp"
#include "problems/families/formula.hpp"
#include "problems/families/logistic.hpp"

namespace thalweg {
namespace {

double pl_ratio(double x) {
  const double slope = 2.0 * x + 3.0 * std::sin(2.0 * x), value = x * x + 3.0 * std::pow(std::sin(x), 2);
  return slope * slope / (2.0 * value);
}

TEST(Certify, PlConstantOfPlSineIsEnclosedToOneInTenToTheNinthWithinMilliseconds) {
  const auto before = std::chrono::steady_clock::now();
  const Constant c = PlSine::pl_constant();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
  EXPECT_EQ(c.trust, Trust::proved);
  EXPECT_LE(c.upper - c.lower, 1e-9);
  EXPECT_LT(seconds, 0.1);  // 0.2 ms where this was written
  // The ratio's smallest value near x = 2.2017 by golden section in long double.
  const auto ratio = [](long double x) {
    const long double slope = 2 * x + 3 * std::sin(2 * x), value = x * x + 3 * std::sin(x) * std::sin(x);
    return slope * slope / (2 * value);
  };
  long double low = 2.1L, high = 2.3L;
  for (int i = 0; i < 120; ++i) {
    const long double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (ratio(a) < ratio(b) ? high : low) = ratio(a) < ratio(b) ? b : a;
  }
  EXPECT_LE(c.lower, static_cast<double>(ratio(low)) + 1e-16);
  EXPECT_GE(c.upper, static_cast<double>(ratio(low)) - 1e-16);
  EXPECT_NEAR(c.lower, 0.175530985879, 1e-12);
}

TEST(Certify, PlConstantIsNotAboveTheRatioAnywhereOnADenseGrid) {
  const double lower = PlSine::pl_constant().lower;
  for (double x = 1e-9; x < 1.0; x *= 1.01) EXPECT_GE(pl_ratio(x), lower);
  for (double x = 0.01; x < 100.0; x += 1e-3) ASSERT_GE(pl_ratio(x), lower) << x;
}

TEST(Certify, PlConstantOfASumIsTheLeastOverItsTerms) {
  const Constant unit = PlSine::pl_constant();
  const Constant sum = make_problem("pl-sine", {{"scale", {3.0, 0.5, 2.0}}}).facts.mu_pl;
  EXPECT_NEAR(sum.lower, 0.5 * unit.lower, 1e-15);
  EXPECT_NEAR(sum.upper, 0.5 * unit.upper, 1e-15);
  EXPECT_LE(sum.lower, 0.5 * unit.lower);
  EXPECT_GE(sum.upper, 0.5 * unit.upper);
}

TEST(Certify, FunctionThatIsNotPlGetsNoConstant) {
  static constexpr double one = 1.0;
  // Flat far out: the tail bound is 0.
  EXPECT_FALSE(certified_pl_constant(enclosures_of(LogOnePlusSquare{Coefficients(&one, 1, true)}, 0), [](double) { return 0.0; }).known());
  // A stationary point at pi that is no minimiser: the ratio reaches 0 there.
  EXPECT_FALSE(
      certified_pl_constant(enclosures_of(Cosine{Coefficients(&one, 1, true)}, 0), [](double r) { return r > 8.0 ? 2.0 : 0.0; }).known());
}

TEST(Certify, PlConstantOfAQuadraticIsItsCurvature) {
  static constexpr double three = 3.0;
  const Constant c = certified_pl_constant(enclosures_of(Quadratic{Coefficients(&three, 1, true)}, 0), [](double) { return 2.999; });
  EXPECT_LE(c.lower, 3.0);
  EXPECT_GE(c.upper, 3.0);
}

TEST(Certify, LargestSlopeAndCurvatureOnAnIntervalAreEnclosed) {
  static constexpr double one = 1.0;
  const TermEnclosures f = enclosures_of(PlSine{Coefficients(&one, 1, true)}, 0);
  for (double region : {0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 30.0}) {
    double slope = 0.0, curvature = 0.0;
    for (int i = 0; i <= 200000; ++i) {
      const double x = region * i / 200000.0;
      slope = std::max(slope, std::fabs(2.0 * x + 3.0 * std::sin(2.0 * x)));
      curvature = std::max(curvature, std::fabs(2.0 + 6.0 * std::cos(2.0 * x)));
    }
    const Constant G = certified_magnitude(f.slope_and_curvature, {-region, region});
    EXPECT_GE(G.upper, slope * (1.0 - 1e-14)) << region;
    EXPECT_LE(G.upper, slope * (1.0 + 1e-8)) << region;
    EXPECT_LE(G.lower, G.upper);
    const Constant L = certified_magnitude(f.curvature_and_third, {-region, region});
    EXPECT_GE(L.upper, curvature * (1.0 - 1e-14)) << region;
    EXPECT_LE(L.upper, curvature * (1.0 + 1e-8)) << region;
  }
}

TEST(Certify, InfimumFindsTheGlobalOneAmongManyLocalOnes) {
  // g(x) = x^2 / 50 - cos 3x about 2.1: the global minimum is at 0 with value -1.
  const Enclosure g = [](const Interval& x) {
    const Dual<Interval> t = variable(x);
    return m::sqr(t) / Dual<Interval>(50.0) - m::cos(Dual<Interval>(3.0) * t);
  };
  const Extreme e = infimum(g, {{-20.0, 19.0}}, 1e-12);
  EXPECT_TRUE(e.converged);
  EXPECT_LE(e.lower, -1.0);
  EXPECT_GE(e.upper, -1.0);
  EXPECT_LE(e.upper - e.lower, 1e-12);
  EXPECT_NEAR(e.at, 0.0, 1e-6);
  EXPECT_LT(e.pieces, 3000U);
}

}  // namespace
}  // namespace thalweg

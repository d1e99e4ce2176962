// Extremes over boxes of several variables and eigenvalues of interval matrices: enclosures that contain what they claim, and are tight where they converge.
#include "problems/certify_box.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "problems/problem.hpp"

namespace thalweg {
namespace {

// The eigenvalues of a symmetric 2 x 2 matrix.
std::pair<double, double> eigenvalues(double a, double b, double c) {
  const double middle = 0.5 * (a + c), half = std::hypot(0.5 * (a - c), b);
  return {middle - half, middle + half};
}

TEST(CertifyBox, EigenvaluesOfEveryMatrixInsideAreEnclosed) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> entry(-3.0, 3.0), unit(-1.0, 1.0);
  for (int i = 0; i < 2000; ++i) {
    const double a = entry(random), b = entry(random), c = entry(random), radius = i % 4 == 0 ? 0.0 : std::pow(10.0, -3.0 * std::fabs(unit(random)));
    const auto around = [&](double x) { return Interval(x - radius, x + radius); };
    const Spectrum s = spectrum_over({around(a), around(b), around(b), around(c)}, 2);
    double least = 1e9, largest = -1e9;
    for (int k = 0; k < 40; ++k) {
      // Corners first, then points inside.
      const auto in = [&](double x, int bit) { return x + radius * (k < 8 ? ((k >> bit) & 1 ? 1.0 : -1.0) : unit(random)); };
      const auto [low, high] = eigenvalues(in(a, 0), in(b, 1), in(c, 2));
      const double rounding = 1e-14 * (1.0 + std::fabs(low) + std::fabs(high));
      EXPECT_LE(s.least.lower(), low + rounding);
      EXPECT_GE(s.least.upper(), low - 4.0 * radius - rounding);
      EXPECT_GE(s.largest.upper(), high - rounding);
      EXPECT_LE(s.largest.lower(), high + 4.0 * radius + rounding);
      least = std::min(least, low);
      largest = std::max(largest, high);
    }
    EXPECT_LE(least - s.least.lower(), 2.0 * radius + 1e-13) << "no wider than the row sum of the radii";
    EXPECT_LE(s.largest.upper() - largest, 2.0 * radius + 1e-13);
  }
}

TEST(CertifyBox, NearlyEqualEigenvaluesOfALargerMatrixAreEnclosedTightly) {
  // I + 1e-9 v v', |v|^2 = 4: eigenvalues 1 (three times) and 1 + 4e-9.
  std::vector<Interval> matrix(16);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) matrix[i * 4 + j] = Interval((i == j ? 1.0 : 0.0) + 1e-9 * (i % 2 == j % 2 ? 1.0 : -1.0));
  const Spectrum s = spectrum_over(matrix, 4);
  EXPECT_NEAR(s.largest.upper(), 1.0 + 4e-9, 1e-14);
  EXPECT_NEAR(s.largest.lower(), 1.0 + 4e-9, 1e-14);
  EXPECT_NEAR(s.least.lower(), 1.0, 1e-14);
}

TEST(CertifyBox, AMatrixThatIsUnboundedSaysNothing) {
  const Spectrum s = spectrum_over({Interval::whole(), Interval(0.0), Interval(0.0), Interval(1.0)}, 2);
  EXPECT_EQ(s.least.lower(), -outward::infinity);
  EXPECT_EQ(s.largest.upper(), outward::infinity);
}

// (1 - x)^2 + 100 (y - x^2)^2 on [-1.5, 1.5]^2: the Hessian's norm is greatest at (+-1.5, -1.5).
TEST(CertifyBox, ConstantsOfRosenbrockOnASquareAreEnclosed) {
  const Problem p = make_formula("(1 - x[0])^2 + 100*(x[1] - x[0]^2)^2", {{"dim", {2}}});
  const OverBoxes f(p);
  const IntervalBox region(2, Interval(-1.5, 1.5));
  const double a = 1200.0 * 2.25 + 600.0 + 2.0, b = -600.0, c = 200.0;
  const double expected = eigenvalues(a, b, c).second;
  const BoxExtreme L = lipschitz_on(f, region, {1e-3, 200000});
  EXPECT_TRUE(L.converged);
  EXPECT_LE(L.lower, expected);
  EXPECT_GE(L.upper, expected);
  EXPECT_LE(L.upper - L.lower, 1e-3 * L.upper);
  const BoxExtreme slope = slope_on(f, 0, region, {1e-3, 200000});
  EXPECT_NEAR(slope.upper, 2.0 * 2.5 + 400.0 * 1.5 * 3.75, 5.0);  // at (-1.5, -1.5)
  const BoxExtreme row = curvature_on(f, 1, region, {1e-6, 1000});
  EXPECT_NEAR(row.upper, 200.0, 1e-9);
  EXPECT_NEAR(row.lower, 200.0, 1e-9);
  // The least curvature: at x = 0, y = 1.5 the entry 2 - 400 y = -598, coupled with nothing.
  const BoxExtreme least = least_curvature_on(f, region, {1e-3, 200000});
  EXPECT_LE(least.lower, -598.0);
  EXPECT_GE(least.upper, -598.0 - 1.0);
}

TEST(CertifyBox, AnEffortThatIsTooSmallGivesARightEnclosureAndSaysSo) {
  const Problem p = make_formula("(1 - x[0])^2 + 100*(x[1] - x[0]^2)^2", {{"dim", {2}}});
  const OverBoxes f(p);
  const IntervalBox region(2, Interval(-1.5, 1.5));
  const BoxExtreme few = lipschitz_on(f, region, {1e-9, 10}), many = lipschitz_on(f, region, {1e-3, 200000});
  EXPECT_FALSE(few.converged);
  EXPECT_LE(few.pieces, 12U);
  EXPECT_LE(few.lower, many.upper);
  EXPECT_GE(few.upper, many.lower);
}

}  // namespace
}  // namespace thalweg

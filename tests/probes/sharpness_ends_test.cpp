// The intervals of extreme eigenvalues against Hessians that are known in closed form: diagonal ones.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "analysis/probes/sharpness.hpp"

namespace thalweg {
namespace {

Problem quadratic(const std::vector<double>& spectrum) { return make_problem("quadratic", {{"spectrum", spectrum}}); }

std::vector<double> evenly(std::size_t n, double low, double high) {
  std::vector<double> values(n);
  for (std::size_t j = 0; j < n; ++j) values[j] = low + (high - low) * static_cast<double>(j) / static_cast<double>(n - 1);
  return values;
}

TEST(SharpnessEnds, ByInertiaAreTightAndCertified) {
  // sum of 1 - cos x_j at x_j = arccos(h_j): the Hessian is diag(h), indefinite.
  const std::vector<double> h = evenly(60, -0.7, 0.9);
  std::vector<double> x;
  for (double value : h) x.push_back(std::acos(value));
  const Problem problem = make_problem("cosine", {{"dim", {60}}});
  const Spectrum spectrum = hessian_extremes(problem, x);
  for (const auto& [measured, truth] : {std::pair{spectrum.largest, 0.9}, std::pair{spectrum.smallest, -0.7}}) {
    EXPECT_LE(measured.lower, truth + 1e-14) << measured.probe;
    EXPECT_GE(measured.upper, truth - 1e-14) << measured.probe;
    EXPECT_LE(measured.upper - measured.lower, 1e-9) << measured.probe;
    EXPECT_TRUE(measured.certified) << measured.how;
    EXPECT_EQ(measured.level, 0.0);
  }
}

// No inertia, no certified constant: only the bound for a random start is left. Evenly spread eigenvalues are the hard case.
TEST(SharpnessEnds, OfAFewProductsContainTheEigenvalueAtTheirLevel) {
  const std::size_t n = 1500;
  Problem problem = quadratic(evenly(n, 1.0, 2.0));
  problem.facts.smooth = problem.facts.convex = false;
  const std::vector<double> x(n, 0.0);
  SharpnessRequest request;
  request.inertia_limit = 0;
  request.lanczos.max_products = 30;
  request.lanczos.level = 0.01;
  int missed = 0, beyond = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    request.lanczos.seed = seed;
    const Spectrum spectrum = hessian_extremes(problem, x, request);
    EXPECT_FALSE(spectrum.largest.certified);
    EXPECT_EQ(spectrum.largest.level, 0.01);
    EXPECT_EQ(spectrum.largest.products, 30u);
    EXPECT_LT(spectrum.largest.upper, 2.5) << "the interval is of use";
    missed += spectrum.largest.lower <= 2.0 && 2.0 <= spectrum.largest.upper ? 0 : 1;
    missed += spectrum.smallest.lower <= 1.0 && 1.0 <= spectrum.smallest.upper ? 0 : 1;
    beyond += spectrum.largest.value < 2.0 - 1e-6 ? 1 : 0;
  }
  EXPECT_LE(missed, 6) << "at a level of 0.01, more than 6 of 80 have a probability below 1e-5";
  EXPECT_GE(beyond, 35) << "the Ritz value itself has not arrived: an interval without the excess would miss";
}

TEST(SharpnessEnds, OfThePreconditionedHessianUseTheRootOfTheRate) {
  const Problem problem = quadratic({1.0, 4.0, 2.0});
  const std::vector<double> x(3, 0.5), rate = {9.0, 0.25, 1.0};  // A_j h_j = 9, 1, 2
  const Measurement measured = effective_sharpness(problem, x, rate);
  EXPECT_LE(measured.lower, 9.0 + 1e-14);
  EXPECT_GE(measured.upper, 9.0 - 1e-14);
  EXPECT_NEAR(measured.value, 9.0, 1e-9);
  EXPECT_LE(measured.upper - measured.lower, 1e-9);
}

TEST(SharpnessEnds, StopAtTheCertifiedConstantWhereItIsNearer) {
  Problem problem = quadratic(evenly(1500, 1.0, 2.0));
  SharpnessRequest request;
  request.inertia_limit = 0;
  request.lanczos.max_products = 30;
  const Measurement largest = hessian_extremes(problem, std::vector<double>(1500, 0.0), request).largest;
  EXPECT_TRUE(largest.certified) << largest.how;
  EXPECT_EQ(largest.upper, problem.facts.L.upper);
  EXPECT_GE(largest.upper, 2.0);
}

}  // namespace
}  // namespace thalweg

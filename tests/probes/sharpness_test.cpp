// Sharpness at a point against dense eigenvalues (Eigen), on the problems themselves; what certifies the ends; outcomes that are no number.
#include "analysis/probes/sharpness.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <vector>

#include "lib/core/draw.hpp"

namespace thalweg {
namespace {

// The Hessian column by column, symmetrised, times sqrt(rate) on both sides.
Eigen::MatrixXd dense(const Problem& problem, const std::vector<double>& x, const std::vector<double>& rate = {}) {
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd h(n, n);
  std::vector<double> unit(x.size(), 0.0), column(x.size());
  for (std::size_t j = 0; j < x.size(); ++j) {
    unit[j] = 1.0;
    problem.hessian_product(x, unit, View<double>(column.data(), column.size()));
    for (std::size_t i = 0; i < x.size(); ++i)
      h(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = column[i] * (rate.empty() ? 1.0 : std::sqrt(rate[i] * rate[j]));
    unit[j] = 0.0;
  }
  return 0.5 * (h + h.transpose());
}

std::vector<double> point(const Problem& problem, std::uint32_t number) {
  const DrawKey key = draw_key(11, 0);
  std::vector<double> x(problem.dim());
  for (std::size_t j = 0; j < x.size(); ++j) x[j] = 3.0 * draw_normal(key, Stream::test, number, 0, j);
  return x;
}

std::vector<double> rates(std::size_t n, std::uint32_t number) {
  const DrawKey key = draw_key(12, 0);
  std::vector<double> rate(n);
  for (std::size_t j = 0; j < n; ++j) rate[j] = std::exp(2.0 * draw_normal(key, Stream::test, number, 0, j));
  return rate;
}

void expect_encloses(const Measurement& m, double truth, double norm, const std::string& where) {
  const double rounding = 1e-13 * norm;  // of the dense solver
  EXPECT_LE(m.lower, truth + rounding) << m.probe << " " << where;
  EXPECT_GE(m.upper, truth - rounding) << m.probe << " " << where;
  EXPECT_LE(m.upper - m.lower, 1e-8 * norm + 1e-290) << m.probe << " " << where;
  EXPECT_LE(m.lower, m.value) << m.probe << " " << where;
  EXPECT_GE(m.upper, m.value) << m.probe << " " << where;
  EXPECT_TRUE(m.certified && m.converged) << m.probe << " " << where << " " << m.how << m.reason;
  EXPECT_EQ(m.level, 0.0);
  EXPECT_TRUE(m.reason.empty());
}

TEST(Sharpness, EnclosesTheDenseEigenvaluesAtRandomPoints) {
  const std::vector<Problem> problems = {
      make_problem("quadratic", {{"dim", {12}}}),       make_problem("huber-chain", {{"dim", {9}}}), make_problem("log-cosh", {{"dim", {6}}}),
      make_problem("pl-sine", {{"dim", {10}}}),         make_problem("cosine", {{"dim", {15}}}),     make_problem("log-one-plus-square", {{"dim", {8}}}),
      make_problem("singular-least-squares", {{"dim", {16}}}), make_problem("cosine", {{"dim", {1}}})};
  for (const Problem& problem : problems)
    for (std::uint32_t number = 0; number < 25; ++number) {
      const std::vector<double> x = point(problem, number), rate = rates(x.size(), number);
      const std::string where = problem.text + ", point " + std::to_string(number);
      const Eigen::VectorXd truth = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(dense(problem, x), Eigen::EigenvaluesOnly).eigenvalues();
      const double norm = truth.cwiseAbs().maxCoeff();
      const Spectrum found = hessian_extremes(problem, x);
      expect_encloses(found.largest, truth[truth.size() - 1], norm, where);
      expect_encloses(found.smallest, truth[0], norm, where);
      const Eigen::VectorXd scaled = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(dense(problem, x, rate), Eigen::EigenvaluesOnly).eigenvalues();
      expect_encloses(effective_sharpness(problem, x, rate), scaled[scaled.size() - 1], scaled.cwiseAbs().maxCoeff(), where);
    }
}

TEST(Sharpness, AConstantRateScalesTheSpectrum) {
  const Problem problem = make_problem("pl-sine", {{"dim", {7}}});
  const std::vector<double> x = point(problem, 3);
  const double plain = hessian_extremes(problem, x).largest.value;
  EXPECT_NEAR(effective_sharpness(problem, x, std::vector<double>(7, 0.25)).value, 0.25 * plain, 1e-9);
}

TEST(Sharpness, OfAZeroHessianIsZero) {
  // Beyond tau the Huber function is linear.
  const Problem problem = make_problem("huber", {{"dim", {4}}});
  const Spectrum found = hessian_extremes(problem, std::vector<double>(4, 50.0));
  for (const Measurement& m : {found.largest, found.smallest}) {
    EXPECT_EQ(m.value, 0.0) << m.probe;
    EXPECT_LE(m.lower, 0.0);
    EXPECT_GE(m.upper, 0.0);
    EXPECT_LE(m.upper - m.lower, 1e-290);
    EXPECT_TRUE(m.certified && m.converged) << m.how << m.reason;
  }
}

TEST(Sharpness, IsDeterministicInItsSeed) {
  const Problem problem = make_problem("cosine", {{"dim", {40}}});
  const std::vector<double> x = point(problem, 5);
  const Spectrum once = hessian_extremes(problem, x), again = hessian_extremes(problem, x);
  EXPECT_EQ(once.largest.value, again.largest.value);
  EXPECT_EQ(once.largest.upper, again.largest.upper);
  EXPECT_EQ(once.smallest.lower, again.smallest.lower);
}

TEST(Sharpness, OfAPointThatIsNotFiniteSaysSo) {
  const Problem problem = make_problem("pl-sine", {{"dim", {3}}});
  const std::vector<double> x = {1.0, std::numeric_limits<double>::quiet_NaN(), 2.0};
  const Spectrum found = hessian_extremes(problem, x);
  for (const Measurement& m : {found.largest, found.smallest, effective_sharpness(problem, x, {{1.0, 1.0, 1.0}})}) {
    EXPECT_FALSE(m.converged);
    EXPECT_FALSE(m.certified);
    EXPECT_TRUE(std::isnan(m.value)) << "what was not measured is no number: " << m.value;
    EXPECT_NE(m.reason.find("not finite"), std::string::npos) << m.reason;
    EXPECT_TRUE(std::isinf(m.lower) && std::isinf(m.upper));
  }
}

// Above the limit of inertia the problem's certified L ends the interval, else the bound for a random start with its level.
TEST(Sharpness, InManyDimensionsRestsOnTheCertifiedConstantOrSaysItsLevel) {
  const std::size_t n = 2500;
  Problem problem = make_problem("pl-sine", {{"dim", {static_cast<double>(n)}}});
  const std::vector<double> minimum(n, 0.0);  // the Hessian is 8 I
  Measurement largest = hessian_extremes(problem, minimum).largest;
  EXPECT_TRUE(largest.certified && largest.converged) << largest.how;
  EXPECT_EQ(largest.upper, problem.facts.L.upper);
  EXPECT_LE(largest.lower, 8.0);
  EXPECT_NEAR(largest.lower, 8.0, 1e-9);
  EXPECT_LT(largest.products, n) << "no matrix is formed";

  // Far from L: cos-shaped curvature 2 + 6 cos 2x, at most about 2 here.
  std::vector<double> x(n);
  for (std::size_t j = 0; j < n; ++j) x[j] = 0.8 + 0.4 * static_cast<double>(j) / static_cast<double>(n);
  double truth = -10.0;
  for (double value : x) truth = std::max(truth, 2.0 + 6.0 * std::cos(2.0 * value));
  largest = hessian_extremes(problem, x).largest;
  EXPECT_FALSE(largest.certified) << largest.how;
  EXPECT_EQ(largest.level, 1e-3);
  EXPECT_NE(largest.how.find("Kuczynski"), std::string::npos) << largest.how;
  EXPECT_LE(largest.lower, truth + 1e-12);
  EXPECT_GE(largest.upper, truth);
  EXPECT_LT(largest.upper, 0.9 * problem.facts.L.upper);
}

TEST(Sharpness, TooFewProductsDoNotConvergeAndSaySo) {
  const std::size_t n = 2500;
  Problem problem = make_problem("cosine", {{"dim", {static_cast<double>(n)}}});
  problem.facts.smooth = problem.facts.convex = false;
  std::vector<double> x(n);
  for (std::size_t j = 0; j < n; ++j) x[j] = std::acos(-0.9 + 1.8 * static_cast<double>(j) / static_cast<double>(n));
  SharpnessRequest request;
  request.lanczos.max_products = 3;
  const Spectrum found = hessian_extremes(problem, x, request);
  for (const Measurement& m : {found.largest, found.smallest}) {
    EXPECT_FALSE(m.converged);
    EXPECT_NE(m.reason.find("3 products"), std::string::npos) << m.reason;
    EXPECT_EQ(m.products, 3u);
  }
  EXPECT_LE(found.largest.lower, 0.9);
  EXPECT_GE(found.smallest.upper, -0.9);
}

}  // namespace
}  // namespace thalweg

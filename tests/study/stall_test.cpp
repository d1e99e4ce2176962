// The stall floor and the stall law: closed forms, extrapolation, and the measured zero of the mean update against a direct simulation's mean.
#include "analysis/study/stall.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "lib/core/draw.hpp"

namespace thalweg {
namespace {

Definition adam(double eps, double beta1 = 0.0, double beta2 = 0.0) { return define("adam@seed", {{"eps", eps}, {"beta1", beta1}, {"beta2", beta2}}); }
Definition sadam(double beta, double beta1 = 0.0, double beta2 = 0.0) { return define("sadam@seed", {{"beta", beta}, {"beta1", beta1}, {"beta2", beta2}}); }

TEST(Stall, TheGradientOfAdamIsThatOfTheClosedForm) {
  for (const double p : {0.1, 0.3, 0.45})
    for (const double eps : {1e-3, 0.1, 1.0, 10.0}) {
      const double b = 1.0, a = (1.0 - p) / p, q = a - b + eps / (1.0 - 2.0 * p);
      EXPECT_NEAR(stall_gradient(adam(eps), a, p, b), 0.5 * (-q + std::sqrt(q * q + 4.0 * a * b)), 1e-12) << p << " " << eps;
    }
}

TEST(Stall, TheGradientOfSadamIsAZeroOfTheMeanUpdateAndNotAdamsOfTheSameEps) {
  const double p = 0.3, a = 7.0 / 3.0, b = 1.0;
  for (const double beta : {0.2, 1.0, 20.0}) {
    const double u = stall_gradient(sadam(beta), a, p, b);
    const auto psi = [&](double s) { return s * beta / std::log1p(std::exp(beta * s)); };
    EXPECT_NEAR(p * psi(u + a) - (1.0 - p) * psi(b - u), 0.0, 1e-12);
    EXPECT_NE(u, stall_gradient(adam(std::numbers::ln2 / beta), a, p, b));
  }
}

TEST(Stall, TheLawIsItsFormula) {
  const double s = 0.7, mu3 = 0.4, kappa = (1.0 - 0.9) * (1.0 - 0.99) / (1.0 - 0.9 * 0.99);
  EXPECT_NEAR(stall_law(adam(0.2, 0.9, 0.99), s, mu3), kappa * mu3 / (2.0 * s * (s + 0.2)), 1e-16);
  const double beta = 3.0, sigmoid = 1.0 / (1.0 + std::exp(-beta * s)), softplus = std::log1p(std::exp(beta * s)) / beta;
  EXPECT_NEAR(stall_law(sadam(beta, 0.9, 0.99), s, mu3), kappa * mu3 * sigmoid / (2.0 * s * softplus), 1e-16);
}

TEST(Stall, ExtrapolationTakesAwayTwoOrdersOfTheStep) {
  const auto value = [](double h) { return 0.3 + 1.7 * h - 4.1 * h * h; };
  const std::vector<double> coarse = {value(0.2)}, middle = {value(0.1)}, fine = {value(0.05)};
  EXPECT_NEAR(extrapolated(coarse, middle, fine).front(), 0.3, 1e-14);
}

TEST(Stall, TailMeansLeaveTheFirstHalfAway) {
  Recorded recorded;
  recorded.record.replicas = 1;
  recorded.record.steps = {1, 10, 50, 60, 100};
  recorded.record.series[static_cast<std::size_t>(Metric::mean_grad_sq)] = {100.0, 10.0, 4.0, 3.5, 2.5};  // after step 50: (100 * 2.5 - 50 * 4) / 50
  EXPECT_NEAR(tail_mean(recorded, Metric::mean_grad_sq).front(), 1.0, 1e-14);
}

// One setting of the study at a small budget: the zero of the measured mean update is the law's to first order, and the control variate leaves it alone.
TEST(Stall, TheMeasuredZeroAgreesWithTheLaw) {
  const std::string all = stall_law_study();
  const auto block_of = [&](const std::string& name) {
    const std::size_t at = all.find("[[block]]\nname = \"" + name + "\"");
    return all.substr(at, all.find("\n[[block]]", at + 1) - at);
  };
  const Study study = parse_study("id = \"small\"\nreplicas = 24\nrecords = 15\n" + block_of("setting-13") + block_of("setting-112"), "small.toml");
  std::vector<Recorded> records;
  for (Cell& cell : expand(study, {})) {
    Recorded recorded{cell, cpu_engine()->run(cell.batch())};
    records.push_back(std::move(recorded));
  }
  const std::vector<StallRoot> roots = stall_roots(records);
  ASSERT_EQ(roots.size(), 2u);
  for (const StallRoot& root : roots) {
    EXPECT_TRUE(root.agrees()) << root.definition << " " << root.measured << " " << root.predicted << " " << root.error;
    EXPECT_GT(root.error, 0.0);
    EXPECT_LT(root.deviation_error(), 0.03);
  }
  EXPECT_EQ(roots[0].beta2, 0.99);
  EXPECT_EQ(roots[1].beta2, 0.999);
  // Without the control the mean update at the same gradient is the same, with a wider spread: it is an average over the same updates.
  StallRoot off = roots[0];
  off.measured = off.predicted * 1.2;
  off.error = 0.01 * off.predicted;
  EXPECT_FALSE(off.agrees());
  off.error = 0.1 * off.predicted;
  EXPECT_TRUE(off.agrees());
}

TEST(Stall, APolynomialIsFittedWithItsErrors) {
  const std::vector<double> x = {0.1, 0.05, 0.02, 0.01, 0.005}, error(5, 0.1);
  std::vector<double> y;
  for (const double t : x) y.push_back(0.25 - 2.0 * t + 30.0 * t * t);
  const PolynomialFit whole = fit_polynomial(x, y, error, 0, 3);
  EXPECT_NEAR(whole.coefficients[0], 0.25, 1e-10);
  EXPECT_NEAR(whole.coefficients[1], -2.0, 1e-8);
  EXPECT_NEAR(whole.coefficients[2], 30.0, 1e-7);
  // One constant of n measurements: error / sqrt(n).
  EXPECT_NEAR(fit_polynomial(x, y, error, 0, 1).errors[0], 0.1 / std::sqrt(5.0), 1e-14);
  EXPECT_NEAR(fit_polynomial(x, std::vector<double>{0.2, 0.1, 0.04, 0.02, 0.01}, error, 1, 1).coefficients[0], 2.0, 1e-12);
}

}  // namespace
}  // namespace thalweg

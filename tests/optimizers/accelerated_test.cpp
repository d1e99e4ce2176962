// What is proved of the accelerated and the averaging methods, on functions where it can be seen; and what the engine reports of them.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "lib/engine/step.hpp"
#include "lib/optimizers/definition.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

// Runs T steps of a method from x on a function of one coordinate; returns the iterate that is reported.
template <class Gradient>
double iterate(const Definition& definition, double x, double eta, unsigned steps, Gradient gradient) {
  Stepper<double> stepper(rule_instance(definition), 1, {.isa = {}, .threads = 1});
  for (unsigned t = 1; t <= steps; ++t) {
    const double g = gradient(x);
    stepper.step(eta, &g, &x);
  }
  const MethodEntry& entry = method_entry(definition);
  for (std::size_t k = 0; k < entry.state.size(); ++k)
    if (entry.state[k] == entry.reported) return stepper.state(k, 0);
  return x;
}

double final_theta(unsigned steps) {
  double theta = 1.0;
  for (unsigned t = 1; t < steps; ++t) theta = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * theta * theta));
  return 0.5 * (1.0 + std::sqrt(1.0 + 8.0 * theta * theta));
}

// Kim & Fessler 2016, Theorem 2, attained by a Huber function: f = L R / theta^2 |x| - L R^2 / (2 theta^4) beyond |x| = R / theta^2, L x^2 / 2 within.
TEST(Accelerated, OgmAttainsItsBoundOnAHuberFunction) {
  const double L = 3.0, R = 2.0;
  for (unsigned steps : {1U, 2U, 5U, 20U}) {
    const double square = std::pow(final_theta(steps), 2), corner = R / square;
    const auto gradient = [&](double x) { return L * std::clamp(x, -corner, corner); };
    const double x = iterate(define("ogm", {{"horizon", static_cast<double>(steps)}}), R, 1.0 / L, steps, gradient);
    const double gap = std::fabs(x) >= corner ? L * corner * (std::fabs(x) - 0.5 * corner) : 0.5 * L * x * x;
    EXPECT_NEAR(gap, 0.5 * L * R * R / square, 1e-12) << steps;
  }
}

// Goujaud, Taylor & Dieuleveut 2022: L R^2 / (2 (n + 1)), attained by the Huber function whose corner is R / (n + 1): the mean of gradient steps on its linear part.
TEST(Accelerated, HeavyBallWithVaryingCoefficientsAttainsItsBoundOnAHuberFunction) {
  const double L = 3.0, R = 2.0;
  for (unsigned steps : {1U, 2U, 5U, 20U}) {
    const double corner = R / (steps + 1.0);
    const double x = iterate(define("heavy-ball-varying"), R, 1.0 / L, steps, [&](double at) { return L * std::clamp(at, -corner, corner); });
    ASSERT_GE(x, corner);
    EXPECT_NEAR(L * corner * (x - 0.5 * corner), 0.5 * L * R * R / (steps + 1.0), 1e-12) << steps;
    // No other corner is worse.
    for (double other = 0.02 * R; other < R; other *= 1.1) {
      const double y = std::fabs(iterate(define("heavy-ball-varying"), R, 1.0 / L, steps, [&](double at) { return L * std::clamp(at, -other, other); }));
      EXPECT_LE(y >= other ? L * other * (y - 0.5 * other) : 0.5 * L * y * y, 0.5 * L * R * R / (steps + 1.0) * (1.0 + 1e-12)) << steps << ", " << other;
    }
  }
}

// 2 L R^2 / (n^2 + 5 n + 6) with the coefficients (t - 1)/(t + 2), attained by a Huber function whose corner is 4 R / (n^2 + 5 n + 6).
TEST(Accelerated, NesterovWithSimpleCoefficientsAttainsItsBound) {
  for (unsigned steps : {1U, 2U, 3U, 10U, 40U, 100U}) {
    const double bound = 2.0 / (steps * (steps + 5.0) + 6.0);
    double worst = 0.0;
    for (double width = 1e-5; width <= 1.0; width *= 1.01) {
      const double x = std::fabs(iterate(define("nesterov-simple"), 1.0, 1.0, steps, [&](double at) { return std::clamp(at, -width, width); }));
      const double y = iterate(define("nesterov-simple"), 1.0, 1.0, steps, [&](double at) { return width * at; });
      worst = std::max({worst, x >= width ? width * (x - 0.5 * width) : 0.5 * x * x, 0.5 * width * y * y});
    }
    EXPECT_LE(worst, bound * (1.0 + 1e-12)) << steps;
    const double corner = 2.0 * bound;
    const double x = iterate(define("nesterov-simple"), 1.0, 1.0, steps, [&](double at) { return std::clamp(at, -corner, corner); });
    EXPECT_NEAR(corner * (x - 0.5 * corner), bound, 1e-12 * bound) << steps;
  }
}

// Beck & Teboulle 2009, Theorem 4.4, on every quadratic of a grid; and it is not far from true: gradient descent breaks it.
TEST(Accelerated, NesterovStaysBelowItsBoundWhereGradientDescentDoesNot) {
  bool broken = false;
  for (unsigned steps : {1U, 3U, 10U, 40U, 100U})
    for (double lambda = 1e-4; lambda <= 1.0; lambda *= 1.3) {
      const double bound = 2.0 / std::pow(steps + 1.0, 2);
      const double x = iterate(define("nesterov"), 1.0, 1.0, steps, [&](double at) { return lambda * at; });
      EXPECT_LE(0.5 * lambda * x * x, bound) << lambda << ", " << steps;
      broken = broken || 0.5 * lambda * std::pow(1.0 - lambda, 2.0 * steps) > bound;
    }
  EXPECT_TRUE(broken);
}

// Altschuler & Parrilo 2023, Theorem 1.1, on quadratics and on Huber functions of all widths.
TEST(Accelerated, SilverStepsStayBelowTheirBound) {
  const double rho = 1.0 + std::numbers::sqrt2;
  for (unsigned k = 1; k <= 7; ++k) {
    const unsigned steps = (1U << k) - 1;
    const double bound = 1.0 / (1.0 + std::sqrt(4.0 * std::pow(rho, 2.0 * k) - 3.0));
    for (double width = 1e-4; width <= 1.0; width *= 1.2) {
      const double x = std::fabs(iterate(define("silver"), 1.0, 1.0, steps, [&](double at) { return std::clamp(at, -width, width); }));
      EXPECT_LE(x >= width ? width * (x - 0.5 * width) : 0.5 * x * x, bound) << k << ", " << width;
      const double y = iterate(define("silver"), 1.0, 1.0, steps, [&](double at) { return width * at; });
      EXPECT_LE(0.5 * width * y * y, bound) << k << ", " << width;
    }
  }
}

// Van Scoy, Freeman & Lynch 2018: rate 1 - sqrt(q) a step, which Nesterov's constant scheme does not reach on the worst quadratic.
TEST(Accelerated, TripleMomentumContractsByOneMinusTheRoot) {
  const double q = 0.01;
  constexpr unsigned steps = 400;
  double slowest = 0.0, nesterov = 0.0;
  for (double lambda = q; lambda <= 1.0; lambda += 0.01) {
    const auto gradient = [&](double x) { return lambda * x; };
    slowest = std::max(slowest, std::fabs(iterate(define("triple-momentum", {{"q", q}}), 1.0, 1.0, steps, gradient)));
    nesterov = std::max(nesterov, std::fabs(iterate(define("nesterov-sc", {{"q", q}}), 1.0, 1.0, steps, gradient)));
  }
  const double rate = std::pow(slowest, 1.0 / steps), other = std::pow(nesterov, 1.0 / steps);
  EXPECT_LE(rate, 1.0 - std::sqrt(q) + 0.01);
  EXPECT_GE(rate, 1.0 - std::sqrt(q) - 0.01);
  EXPECT_LE(other, 1.0 - std::sqrt(q) + 0.02);
}

// With gradients of a linear function everything can be added up by hand.
TEST(Accelerated, AveragesAreTheMeansTheySay) {
  const auto gradient = [](double) { return 1.0; };  // x_{t+1} = -t / 8
  EXPECT_EQ(iterate(define("averaged-sgd"), 0.0, 0.125, 4, gradient), -0.125 * (1 + 2 + 3 + 4) / 4.0);
  EXPECT_EQ(iterate(define("averaged-sgd", {{"from", 2.0}}), 0.0, 0.125, 4, gradient), -0.125 * (3 + 4) / 2.0);
  EXPECT_EQ(iterate(define("averaged-sgd", {{"from", 9.0}}), 0.0, 0.125, 4, gradient), -0.5);
  EXPECT_NEAR(iterate(define("schedule-free-sgd"), 0.0, 0.125, 4, gradient), -0.125 * (1 + 2 + 3 + 4) / 4.0, 1e-16);
  EXPECT_EQ(iterate(define("lookahead-sgd", {{"momentum", 0.0}, {"period", 2.0}}), 0.0, 0.125, 5, gradient), -0.25);
}

// What is recorded and what is kept at the end is the reported iterate, in both layouts and on a device.
TEST(Accelerated, TheEngineRecordsTheReportedIterate) {
  for (const char* name : {"averaged-sgd", "schedule-free-adamw", "nesterov", "triple-momentum", "lookahead-adam"}) {
    for (const Precision precision : every_precision) {
      Batch batch = full_batch({"pl-sine", {{"dim", {19}}, {"start", {1.5}}}, "gaussian", name, 0.02, false}, 5, 70, precision, Layout::replicas);
      batch.metrics.insert(Metric::dist_sq);
      batch.minimiser = PerCoordinate<double>(19, 0.0);
      const Trajectories out = cpu_engine()->run(batch);
      batch.layout = Layout::coordinates;
      EXPECT_TRUE(same_bits(out, cpu_engine()->run(batch))) << name;
      EXPECT_TRUE(same_bits(out, emulated_cuda_engine({.own_memory = 3000})->run(batch))) << name;
      for (std::size_t r = 0; r < batch.replicas && precision == Precision::f64; ++r) {
        double square = 0.0;
        for (std::size_t j = 0; j < 19; ++j) square += out.final_x[r * 19 + j] * out.final_x[r * 19 + j];
        EXPECT_NEAR(square, out.at(Metric::dist_sq, out.steps.size() - 1, r), 1e-12 * square) << name;
      }
    }
  }
  // The average moves less than the iterate that it is made of.
  Batch batch = mixed_batch({"quadratic", {{"dim", {1}}, {"start", {1.0}}}, "two-point", "sgd", 0.1, false}, 64, 1000);
  const double plain = cpu_engine()->run(batch).at(Metric::f_gap, 4, 0);
  batch.rule = rule_instance(define("averaged-sgd"));
  double average = 0.0, last = 0.0;
  const Trajectories averaged = cpu_engine()->run(batch);
  batch.rule = rule_instance(define("sgd"));
  const Trajectories sgd = cpu_engine()->run(batch);
  for (std::size_t r = 0; r < 64; ++r) {
    average += averaged.at(Metric::f_gap, 4, r);
    last += sgd.at(Metric::f_gap, 4, r);
  }
  EXPECT_EQ(plain, sgd.at(Metric::f_gap, 4, 0));
  EXPECT_LT(average, 0.5 * last);
}

// Polyak's step is given f(x_t) - f* by the engine, of separable and of coupled problems, in both layouts; on convex f the distance to x* never grows.
TEST(Accelerated, PolyakStepsNeverGoAwayFromTheMinimiser) {
  for (const char* problem : {"quadratic", "huber-chain", "log-cosh"}) {
    Batch batch = mixed_batch({problem, {{"dim", {1500}}}, "none", "polyak-step", 1.0, false}, 1, 60);
    batch.audit.reset();
    batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
    const bool known = !batch.minimiser.empty();
    if (known) batch.metrics.insert(Metric::dist_sq);
    for (const Precision precision : every_precision) {
      batch.precision = precision;
      batch.layout = Layout::replicas;
      const Trajectories out = cpu_engine()->run(batch);
      batch.layout = Layout::coordinates;
      EXPECT_TRUE(same_bits(out, cpu_engine()->run(batch))) << problem;
      for (std::size_t i = 1; i < out.steps.size(); ++i) {
        if (known) { EXPECT_LE(out.at(Metric::dist_sq, i, 0), out.at(Metric::dist_sq, i - 1, 0) * (1.0 + 1e-6)) << problem; }
      }
      EXPECT_LT(out.at(Metric::f_gap, out.steps.size() - 1, 0), 0.2 * out.at(Metric::f_gap, 0, 0)) << problem;
    }
  }
  // One step from x on f = lambda x^2 / 2: the gap over the squared gradient is 1 / (2 lambda), whatever lambda: half of x is left.
  Batch batch = mixed_batch({"quadratic", {{"dim", {1}}, {"start", {1.0}}}, "none", "polyak-step", 1.0, false}, 1, 3);
  batch.record_steps = {1, 2, 3};
  batch.percentile_steps.clear();
  const Trajectories out = cpu_engine()->run(batch);
  EXPECT_EQ(out.at(Metric::dist_sq, 0, 0), 0.25);
  EXPECT_EQ(out.at(Metric::dist_sq, 2, 0), 1.0 / 64.0);
}

}  // namespace
}  // namespace thalweg

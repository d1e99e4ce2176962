// Delayed oracles: the iterates equal those of recursions written out here, in both layouts, and what is measured is measured at the present point.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lib/engine/past_points.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

Noise delayed(std::size_t dim, double by, double sigma = 0.0) { return make_noise("delayed", dim, {{"by", {by}}, {"sigma", {sigma}}}); }

Batch delayed_batch(const Problem& problem, const char* method, double by, double eta, std::uint64_t steps, Layout layout, std::size_t replicas = 2) {
  Batch batch;
  batch.objective = problem.objective;
  batch.noise = delayed(problem.dim(), by).instance;
  batch.rule = rule_instance(define(method));
  batch.eta.assign(steps, eta);
  batch.start = problem.start;
  batch.replicas = replicas;
  batch.instance = problem.instance;
  batch.layout = layout;
  batch.keep_final = true;
  for (std::uint64_t t = 1; t <= steps; ++t) batch.record_steps.push_back(t);
  batch.metrics.insert(Metric::mean_grad_sq);
  batch.metrics.insert(Metric::f_gap);
  return batch;
}

Trajectories run(const Batch& batch) { return cpu_engine({.isa = {}, .threads = 1})->run(batch); }

// x_{t+1} = x_t - eta f'(x_max(1, t - tau)),  f = x^2 / 2 in each coordinate.
TEST(Delay, GradientDescentFollowsTheDelayedRecursion) {
  const Problem problem = make_problem("quadratic", {{"dim", {2}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}});
  for (std::size_t tau : {0, 1, 3, 7, 40})
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      constexpr std::uint64_t steps = 30;
      const Trajectories out = run(delayed_batch(problem, "sgd", static_cast<double>(tau), 0.125, steps, layout));
      std::vector<double> x = {0.0, 1.0};  // x_1 at 1
      double squares = 0.0;
      for (std::uint64_t t = 1; t <= steps; ++t) {
        squares += 2.0 * x[t] * x[t];
        EXPECT_NEAR(out.at(Metric::mean_grad_sq, t - 1, 1), squares / static_cast<double>(t), 1e-13) << "the gradient at x_t, not at the past point";
        x.push_back(x[t] - 0.125 * x[t > tau ? t - tau : 1]);
        EXPECT_NEAR(out.at(Metric::f_gap, t - 1, 0), x[t + 1] * x[t + 1], 1e-13) << tau << " " << t;
      }
      EXPECT_NEAR(out.final_x[3], x[steps + 1], 1e-13);
    }
}

// Each call of a step sees the point of the same call tau steps ago: y_t = x_t - eta f'(x_{t - tau}), x_{t+1} = x_t - eta f'(y_{t - tau}).
TEST(Delay, ASecondCallSeesItsOwnPast) {
  const Problem problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}});
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    constexpr std::uint64_t steps = 20, tau = 2;
    const Trajectories out = run(delayed_batch(problem, "extragradient", tau, 0.25, steps, layout));
    std::vector<double> x = {0.0, 1.0}, y = {0.0};
    for (std::uint64_t t = 1; t <= steps; ++t) {
      const std::uint64_t s = t > tau ? t - tau : 1;
      y.push_back(x[t] - 0.25 * x[s]);
      x.push_back(x[t] - 0.25 * y[s]);
    }
    EXPECT_NEAR(out.final_x[0], x[steps + 1], 1e-13);
  }
}

// Polyak's step takes f(x_{t - tau}) - f* with that point's gradient: x_{t+1} = x_t - (x_s^2 / 2) / x_s^2 x_s = x_t - x_s / 2.
TEST(Delay, AMethodThatTakesTheValueTakesThePastOne) {
  const Problem problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}});
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    constexpr std::uint64_t steps = 6, tau = 2;
    Batch batch = delayed_batch(problem, "polyak-step", tau, 1.0, steps, layout);
    const Trajectories out = run(batch);
    std::vector<double> x = {0.0, 1.0};
    for (std::uint64_t t = 1; t <= steps; ++t) x.push_back(x[t] - 0.5 * x[t > tau ? t - tau : 1]);
    EXPECT_NEAR(out.final_x[0], x[steps + 1], 1e-12);
  }
}

// Mini-batches are drawn at the past point: with all samples in the batch, without replacement, the gradient is the whole one there.
TEST(Delay, MiniBatchesAreDrawnAtThePastPoint) {
  const Problem sampled = make_problem("least-squares", {{"batch", {4}}});
  for (double by : {0.0, 3.0}) {
    const Batch along = delayed_batch(sampled, "sgd", by, 0.01, 25, Layout::coordinates, 3), across = delayed_batch(sampled, "sgd", by, 0.01, 25, Layout::replicas, 3);
    EXPECT_TRUE(same_bits(run(along), run(across))) << by;
    if (by == 0.0) {
      Batch plain = across;
      plain.noise = make_noise("none", sampled.dim()).instance;
      EXPECT_TRUE(same_bits(run(plain), run(across))) << "no delay at all";
    } else {
      EXPECT_NE(run(across).final_x, run(delayed_batch(sampled, "sgd", 0.0, 0.01, 25, Layout::replicas, 3)).final_x);
    }
  }
}

TEST(Delay, ThePastIsInTheMemoryPromised) {
  const Problem problem = make_problem("pl-sine", {{"dim", {100000}}});
  const auto bytes = [&](double by) { return cpu_engine({.isa = {}, .threads = 1})->memory(delayed_batch(problem, "sgd", by, 0.01, 4, Layout::coordinates, 1)).host; };
  const std::size_t ring = 101 * 100000 * sizeof(double);
  EXPECT_GE(bytes(100.0), bytes(0.0) + ring);
  EXPECT_LE(bytes(100.0), bytes(0.0) + ring + ring / 20);
}

TEST(Delay, ARingAnswersAboutTheStepsThatItIsMadeFor) {
  PastPoints<double> past(2, 2, 3);
  for (std::uint64_t t = 1; t <= 9; ++t)
    for (unsigned call = 0; call < 2; ++call) {
      const double x[2] = {static_cast<double>(10 * t + call), -1.0};
      const double* was = past.answered(t, call, x, 1, 2);
      EXPECT_EQ(was[0], static_cast<double>(10 * (t > 2 ? t - 2 : 1) + call));
      EXPECT_EQ(was[1], -1.0);
    }
  PastPoints<double> none(0, 1, 1);
  const double x = 3.0;
  EXPECT_EQ(none.answered(5, 0, &x, 0, 1), &x);
}

}  // namespace
}  // namespace thalweg

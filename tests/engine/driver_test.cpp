// The loop of a run: step sizes, the box, and the draws of each step, against the definitions coordinate by coordinate.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lib/core/draw.hpp"
#include "lib/engine/engine.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg {
namespace {

// f = 1/2 sum x_j^2 by sgd: x_{t+1} = (1 - eta_t) x_t - eta_t xi_t.
Batch plain_batch(const std::vector<double>& start, const std::vector<double>& eta) {
  const Problem problem = make_problem("quadratic", {{"dim", {static_cast<double>(start.size())}}, {"mu", {1.0}}, {"L", {1.0}}});
  Batch batch;
  batch.objective = problem.objective;
  batch.rule = rule_instance(define("sgd"));
  batch.eta = eta;
  batch.start = start;
  batch.minimiser = *problem.facts.minimiser;
  for (std::uint64_t t = 1; t <= eta.size(); ++t) batch.record_steps.push_back(t);
  batch.metrics = MetricSet(Metric::dist_sq);
  batch.keep_final = true;
  return batch;
}

TEST(Driver, TakesEachStepWithItsOwnSize) {
  const std::vector<double> eta = {0.5, -1.0, 0.25};
  const Trajectories out = cpu_engine()->run(plain_batch({8.0}, eta));
  double x = 8.0;
  for (std::size_t t = 0; t < eta.size(); ++t) {
    x *= 1.0 - eta[t];
    EXPECT_EQ(out.at(Metric::dist_sq, t, 0), x * x) << "after step " << t + 1;
  }
  EXPECT_EQ(out.final_x[0], x);
}

TEST(Driver, ClipsToBothSidesOfTheBox) {
  Batch batch = plain_batch({1.0, -1.0, 0.25}, {2.5, 2.5, 2.5});  // x -> -1.5 x, then clipped
  batch.box = {{-1.0, -4.0, -1.0}, {0.75, 0.5, 1.0}};             // each coordinate has sides of its own
  const Trajectories out = cpu_engine()->run(batch);
  std::vector<double> x = batch.start.values();
  for (std::size_t t = 0; t < 3; ++t) {
    double square = 0.0;
    for (std::size_t j = 0; j < 3; ++j) {
      x[j] = std::fmin(std::fmax(-1.5 * x[j], batch.box.lower[j]), batch.box.upper[j]);
      square += x[j] * x[j];
    }
    EXPECT_EQ(out.at(Metric::dist_sq, t, 0), square) << "after step " << t + 1;
  }
  EXPECT_EQ(out.final_x, x);
  EXPECT_EQ(x, (std::vector<double>{-1.0, 0.5, -0.84375})) << "the lower side, the upper side, inside";
}

TEST(Driver, FeedsTheMethodTheDrawsOfItsSeedInstanceReplicaAndStep) {
  constexpr double a = 1.0, p = 0.25, b = 1.0 / 3.0;
  const std::size_t dim = 6, replicas = 5;
  const Noise noise = make_noise("two-point", dim, {{"a", {a}}, {"p", {p}}});
  Batch batch = plain_batch(std::vector<double>(dim, 0.0), {1.0, 1.0, 1.0});  // eta = 1: x_{t+1} = -xi_t
  batch.noise = noise.instance;
  batch.replicas = replicas;
  batch.first_replica = 3;
  batch.seed = 11;
  batch.instance = 12;
  for (std::uint64_t horizon = 1; horizon <= 3; ++horizon) {
    batch.eta.resize(horizon);
    batch.record_steps = {horizon};
    const Trajectories out = cpu_engine()->run(batch);
    for (std::size_t r = 0; r < replicas; ++r)
      for (std::size_t j = 0; j < dim; ++j) {
        const bool event = draw_bits(draw_key(11, 12), Stream::noise, 3 + r, horizon, j) < threshold(p);
        EXPECT_NEAR(out.final_x[r * dim + j], event ? -a : b, 1e-15) << "replica " << r << ", step " << horizon << ", coordinate " << j;
      }
    batch.eta.resize(3, 1.0);
  }
}

TEST(Driver, AuditsTheGradientThatTheMethodIsFed) {
  const Noise noise = make_noise("two-point", 1, {{"a", {1.0}}, {"p", {0.5}}});
  Batch batch = plain_batch({0.0}, std::vector<double>(4, 1.0));
  batch.noise = noise.instance;
  batch.replicas = 64;
  batch.audit = Audit{{}, {1.5}, 0.0};  // g_1 = xi_1 stays within 1.5; g_t = xi_t - xi_{t-1} is 0 or +-2 from t = 2 on
  const Trajectories out = cpu_engine()->run(batch);
  for (std::size_t r = 0; r < 64; ++r) {
    std::uint64_t first = 0;
    const auto word = [&](std::uint64_t t) {
      return draw_bits(draw_key(batch.seed, batch.instance), Stream::noise, r, t, 0) < threshold(0.5);
    };
    for (std::uint64_t t = 4; t >= 2; --t)
      if (word(t) != word(t - 1)) first = t;
    EXPECT_EQ(out.audits[r].sample_bound, first) << "replica " << r;
    EXPECT_EQ(out.audits[r].region_x, 0u);
  }
}

TEST(Driver, KeepsTheLastRateAndItsPercentilesByNearestRank) {
  const std::size_t dim = 37;
  const Problem problem = make_problem("quadratic", {{"dim", {37}}, {"mu", {0.5}}, {"L", {5.0}}});
  Batch batch = plain_batch(std::vector<double>(dim, 1.0), std::vector<double>(3, 0.1));
  batch.objective = problem.objective;
  batch.rule = rule_instance(define("adam@seed(beta1=0, beta2=0, eps=0.25)"));  // A_t = 1 / (|g_t| + eps)
  batch.metrics = MetricSet(Metric::rate_min, Metric::rate_max);
  batch.percentile_steps = {3};
  batch.replicas = 3;
  const Trajectories out = cpu_engine()->run(batch);

  std::vector<double> x(dim, 1.0), g(dim), rate(dim);
  for (int t = 1; t <= 3; ++t) {
    problem.gradient(x, g);
    for (std::size_t j = 0; j < dim; ++j) {
      rate[j] = 1.0 / (std::fabs(g[j]) + 0.25);
      x[j] -= 0.1 * rate[j] * g[j];
    }
  }
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t j = 0; j < dim; ++j) EXPECT_NEAR(out.final_rate[r * dim + j], rate[j], 1e-13 * rate[j]);
  std::sort(rate.begin(), rate.end());
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_NEAR(out.at(Metric::rate_min, 2, r), rate.front(), 1e-13 * rate.front());
    EXPECT_NEAR(out.at(Metric::rate_max, 2, r), rate.back(), 1e-13 * rate.back());
    for (std::size_t k = 0; k < rate_percentiles.size(); ++k) {
      std::size_t at_most = 1;  // the least number of values that are at least this share of all
      while (100.0 * static_cast<double>(at_most) < rate_percentiles[k] * static_cast<double>(dim)) ++at_most;
      EXPECT_NEAR(out.percentiles[k * 3 + r], rate[at_most - 1], 1e-13 * rate[at_most - 1]) << rate_percentiles[k] << " per cent";
    }
  }
}

}  // namespace
}  // namespace thalweg

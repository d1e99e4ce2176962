// Reddi's periodic losses in the engine: every third step sees C, and methods do what the theorem says of them.
#include <gtest/gtest.h>

#include "lib/engine/engine.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg::test {
namespace {

double last_iterate(const Problem& p, const Definition& definition, double eta, std::uint64_t steps) {
  Batch batch;
  batch.objective = p.objective;
  batch.noise = make_noise("none", 1).instance;
  batch.rule = rule_instance(definition, 1);
  for (std::uint64_t t = 1; t <= steps; ++t) batch.eta.push_back(eta / std::sqrt(static_cast<double>(t)));
  batch.start = p.start;
  batch.box = p.box;
  batch.instance = p.instance;
  batch.replicas = 1;
  batch.keep_final = true;
  batch.record_steps = {steps};
  batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  return cpu_engine()->run(batch).final_x.front();
}

TEST(PeriodicLinear, EveryThirdStepSeesTheLargeSlope) {
  const Problem p = make_problem("periodic-linear", {{"C", {4}}});
  const ObjectiveKernel<double>& kernel = *p.objective.kernel.of<double>(best_isa());
  const std::uint64_t replica = 0;
  const double x = 0.3;
  double sum = 0.0, g = 0.0, full = 0.0;
  for (std::uint64_t t = 1; t <= 9; ++t) {
    kernel.point_sample(p.objective.functor.get(), {draw_key(1, 2), &replica, t}, &x, &g);
    EXPECT_EQ(g, t == 1 || t == 4 || t == 7 ? 4.0 : -1.0) << t;
    sum += g;
    kernel.point_sample(p.objective.functor.get(), {draw_key(1, 2), &replica, draw_step(t, 1)}, &x, &g);
    EXPECT_EQ(g, t % 3 == 1 ? 4.0 : -1.0) << "a second call of a step sees its loss";
  }
  kernel.point_gradient(p.objective.functor.get(), &x, &full);
  EXPECT_NEAR(full, sum / 9.0, 1e-15);
}

// Theorem 1: beta1 = 0, beta2 = 1 / (1 + C^2), eta_t = eta / sqrt(t) with eta < sqrt(1 - beta2). AMSGrad and gradient descent reach the best fixed point.
TEST(PeriodicLinear, AdamGoesToTheWorstPointAndOthersToTheBest) {
  const double C = 3.0;
  const Problem p = make_problem("periodic-linear", {{"C", {C}}});
  Definition adam = define("adam@seed", {{"beta1", "0"}, {"beta2", "0.1"}, {"eps", "0"}});
  Definition amsgrad = define("amsgrad@seed", {{"beta1", "0"}, {"beta2", "0.1"}, {"eps", "0"}});
  EXPECT_GT(last_iterate(p, adam, 0.5, 3000), 0.9);
  EXPECT_LT(last_iterate(p, amsgrad, 0.5, 3000), -0.9);
  EXPECT_LT(last_iterate(p, define("sgd"), 0.5, 3000), -0.9);
}

}  // namespace
}  // namespace thalweg::test

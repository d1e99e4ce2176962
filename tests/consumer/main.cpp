// An outside project: a formula of its own, a built-in method on a built-in problem, and the promise that products and sums are not contracted.
#include <cmath>
#include <cstdio>

#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/engine/engine.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

template <class R>
R double_well(R x) { return thalweg::m::sqr(thalweg::m::sqr(x) - R(1.0)) + R(0.5) * thalweg::m::sin(x); }

int main() {
  const auto y = double_well(thalweg::Dual<double>{0.5, 1.0});
  const double slope = 4.0 * 0.5 * (0.25 - 1.0) + 0.5 * std::cos(0.5);
  volatile double a = 1.0 + 0x1p-30, c = 1.0 + 0x1p-29;
  const double unfused = a * a - c;  // 0 when the product is rounded, 2^-60 when it is not

  const thalweg::Problem problem = thalweg::make_problem("pl-sine");
  thalweg::Batch batch;
  batch.objective = problem.objective;
  batch.rule = thalweg::rule_instance(thalweg::define("adam"));
  batch.eta.assign(100, 0.01);
  batch.start = problem.start;
  batch.record_steps = {1, 100};
  batch.metrics.insert(thalweg::Metric::f_gap);
  const thalweg::Trajectories run = thalweg::cpu_engine()->run(batch);
  const double first = run.at(thalweg::Metric::f_gap, 0, 0), last = run.at(thalweg::Metric::f_gap, 1, 0);
  std::printf("slope %.17g, unfused %g, f %g -> %g\n", y.derivative, unfused, first, last);
  return std::abs(y.derivative - slope) < 1e-14 && unfused == 0.0 && last < first ? 0 : 1;
}

// Problems inside transformations in the engine: the same bits for every instruction set, layout, number of threads and replica alone; what a rotation means
// for methods that do not see it and for those that do; the device says that it has no program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lib/core/check.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

std::vector<MixedCase> cases() {
  return {{"shift(pl-sine(dim=37), by=0.5)", {}, "gaussian", "adam", 0.02, false},
          {"condition(shift(cosine(dim=1500, start=0.7), by=0.25), most=3)", {}, "gaussian", "adam@eps-hat", 0.01, false},
          {"rotate(pl-sine(dim=10), seed=3)", {}, "two-point", "amsgrad", 0.05, false},
          {"restrict(reflect(log-cosh(dim=9)), lower=-1, upper=2)", {}, "gaussian", "sadam", 0.05, true},
          {"scale(sum(pl-sine(dim=6), regularise(welsch(dim=6), mu=0.5)), by=0.5)", {}, "two-point", "samsgrad", 0.05, false},
          {"compose(log-cosh(dim=3), matrix=[1,2,0,1,1,1,3,0,1,1,1,2])", {}, "none", "momentum", 0.01, false},
          {"rotate(least-squares(samples=40, dim=8, batch=4), seed=1)", {}, "none", "sgd", 0.05, false},
          {"regularise(least-squares(samples=40, dim=8, batch=4, order=1), mu=0.2)", {}, "none", "padam", 0.02, false}};
}

Trajectories run(const Batch& batch, const CpuOptions& options = {}) { return cpu_engine(options)->run(batch); }

TEST(TransformedRuns, GiveTheSameBitsForEveryInstructionSetThreadCountAndLayout) {
  for (const MixedCase& mixed : cases())
    for (Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
      const Batch batch = full_batch(mixed, 5, 65, precision, Layout::replicas);
      const Trajectories expected = run(batch);
      EXPECT_NE(expected.final_x.front(), batch.start[0]) << "something happens";
      for (Isa isa : {Isa::v2, Isa::v3, Isa::v4}) {
        if (!supported(isa)) continue;
        EXPECT_TRUE(same_bits(expected, run(batch, {.isa = isa, .threads = 1}))) << mixed.problem << " " << isa_names[static_cast<std::size_t>(isa)];
      }
      EXPECT_TRUE(same_bits(expected, run(full_batch(mixed, 5, 65, precision, Layout::coordinates), {.isa = {}, .threads = 2}))) << mixed.problem;
    }
}

TEST(TransformedRuns, AReplicaAloneIsWhatItIsInABatch) {
  for (const MixedCase& mixed : cases()) {
    const Batch all = full_batch(mixed, 6, 30, Precision::f64, Layout::replicas);
    const Trajectories many = run(all);
    const std::size_t dim = all.objective.dim;
    for (std::size_t r : {std::size_t{0}, std::size_t{5}}) {
      Batch alone = all;
      alone.replicas = 1;
      alone.first_replica = all.first_replica + r;
      alone.layout = Layout::automatic;
      const Trajectories one = run(alone);
      for (std::size_t j = 0; j < dim; ++j) EXPECT_EQ(many.final_x[r * dim + j], one.final_x[j]) << mixed.problem;
      for (std::size_t row = 0; row < one.steps.size(); ++row) EXPECT_EQ(many.at(Metric::f_gap, row, r), one.at(Metric::f_gap, row, 0)) << mixed.problem;
    }
  }
}

// Gradient descent started at Q'y_1 makes the values of gradient descent on the problem inside from y_1, up to rounding; an adaptive method does not.
TEST(TransformedRuns, RotationsAreSeenByAdaptiveMethodsAlone) {
  const Problem inside = make_problem("quadratic", {{"dim", {10}}, {"L", {50}}}), outside = make_problem("rotate(quadratic(dim=10, L=50), seed=4)");
  // Q'y by the gradient of 1/2 |Q x - y|^2 at 0, less its sign.
  const Problem moved = make_problem("rotate(shift(quadratic(dim=10, mu=1, L=1), by=1), seed=4)");
  std::vector<double> zero(10, 0.0), start(10);
  moved.gradient(zero, start);
  for (double& x : start) x = -x;
  const auto values = [&](const Problem& p, const std::vector<double>& from, const char* method) {
    Batch batch = full_batch({"quadratic", {{"dim", {10}}}, "none", method, 0.02, false}, 1, 40, Precision::f64, Layout::automatic);
    batch.objective = p.objective;
    batch.instance = p.instance;
    batch.start = PerCoordinate<double>(from);
    return run(batch).series[static_cast<std::size_t>(Metric::f_gap)];
  };
  const auto a = values(inside, std::vector<double>(10, 1.0), "sgd"), b = values(outside, start, "sgd");
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-12 * (1.0 + a[i])) << i;
  const auto c = values(inside, std::vector<double>(10, 1.0), "adam"), d = values(outside, start, "adam");
  EXPECT_GT(std::fabs(c.back() - d.back()), 1e-3 * c.back());
}

// The oracle of a rotated data problem is A' times the one inside at A x, from the same draws.
TEST(TransformedRuns, SampledGradientsGoThroughTheMap) {
  const Problem inside = make_problem("least-squares", {{"samples", {40}}, {"dim", {8}}, {"batch", {4}}}), outside = make_problem("reflect(least-squares(samples=40, dim=8, batch=4))");
  const ObjectiveKernel<double>&f = *inside.objective.kernel.of<double>(best_isa()), &F = *outside.objective.kernel.of<double>(best_isa());
  const std::vector<double> x = {0.5, -1, 2, 0.25, 0, 1, -0.5, 3};
  const auto reflected = [](std::vector<double> z) {
    double sum = 0.0;
    for (double zj : z) sum += zj;
    for (double& zj : z) zj -= 0.25 * sum;
    return z;
  };
  const std::uint64_t replica = 3;
  std::vector<double> g(8), G(8), full(8);
  for (std::uint64_t step : {1, 2, 9}) {
    const DrawPoint point{draw_key(1, 2), &replica, step};
    const std::vector<double> y = reflected(x);
    f.point_sample(inside.objective.functor.get(), point, y.data(), g.data());
    F.point_sample(outside.objective.functor.get(), point, x.data(), G.data());
    F.point_gradient(outside.objective.functor.get(), x.data(), full.data());
    g = reflected(g);
    double apart = 0.0;
    for (std::size_t j = 0; j < 8; ++j) {
      EXPECT_NEAR(G[j], g[j], 1e-14 * (1.0 + std::fabs(g[j])));
      apart = std::max(apart, std::fabs(G[j] - full[j]));
    }
    EXPECT_GT(apart, 1e-3) << "a sample is not the gradient";
  }
}

TEST(TransformedRuns, TheDeviceEngineSaysThatItHasNoProgram) {
  const Batch batch = full_batch(cases()[2], 2, 20, Precision::f64, Layout::automatic);
  try {
    emulated_cuda_engine()->run(batch);
    FAIL() << "ran";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("no program for the problem 'rotate'; use --engine cpu"));
  }
}

}  // namespace
}  // namespace thalweg

// The two layouts: the same bits for problems, noises, methods, sizes, precisions, instruction sets, threads and pieces; and the three precisions
// against their definitions.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/core/sum.hpp"
#include "lib/engine/percentile.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

MixedCase plain_case(double dim, const char* noise = "gaussian", const char* method = "adam", bool box = false) {
  return {"pl-sine", {{"dim", {dim}}, {"start", {1.5}}}, noise, method, 0.02, box};
}

Trajectories run(const Batch& batch, const CpuOptions& options = {.isa = {}, .threads = 1}) { return cpu_engine(options)->run(batch); }

testing::AssertionResult layouts_agree(const MixedCase& mixed, std::size_t replicas, std::uint64_t steps, Precision precision) {
  return same_bits(run(full_batch(mixed, replicas, steps, precision, Layout::replicas)),
                   run(full_batch(mixed, replicas, steps, precision, Layout::coordinates)));
}

TEST(Layouts, GiveTheSameBitsForEveryProblemNoiseAndPrecision) {
  const Parameters sized = {{"dim", {17}}, {"start", {1.5}}};
  const std::pair<const char*, Parameters> problems[] = {
      {"cosine", sized}, {"pl-sine", sized}, {"log-cosh", sized}, {"huber", sized}, {"log-one-plus-square", sized}, {"quadratic", sized},
      {"huber-chain", {{"dim", {17}}}}, {"singular-least-squares", {}}};
  const char* methods[] = {"adam", "samsgrad", "momentum", "pamsgrad", "sadam", "decorrelated-adam", "sgd"};
  std::size_t method = 0;
  for (const auto& [problem, parameters] : problems)
    for (const char* noise : {"none", "gaussian", "two-point"})
      for (Precision precision : every_precision) {
        const MixedCase mixed{problem, parameters, noise, methods[method++ % 7], 0.02, method % 2 == 0};
        EXPECT_TRUE(layouts_agree(mixed, 3, 24, precision)) << problem << " " << noise << " " << mixed.method << " " << to_string(precision);
      }
}

// A sum over all coordinates, and a ring of past points.
TEST(Layouts, GiveTheSameBitsWithNoiseThatTiesCoordinatesOrSteps) {
  for (double dim : {3.0, 17.0, 2049.0})
    for (const char* noise : {"rotated-gaussian", "delayed"})
      for (const char* method : {"adam", "extragradient", "polyak-step"})
        for (Precision precision : every_precision) {
          Batch along = full_batch(plain_case(dim, noise, method), 3, 24, precision, Layout::coordinates);
          along.tile_groups = 1;  // pieces as short as they come
          EXPECT_TRUE(same_bits(run(full_batch(plain_case(dim, noise, method), 3, 24, precision, Layout::replicas)), run(along)))
              << noise << " " << method << " " << dim << " " << to_string(precision);
        }
}

TEST(Layouts, GiveTheSameBitsInEveryDimension) {
  for (double dim : {1.0, 2.0, 7.0, 15.0, 16.0, 17.0, 1023.0, 1024.0, 1025.0, 2049.0, 5000.0})
    for (Precision precision : every_precision)
      for (bool box : {false, true})
        EXPECT_TRUE(layouts_agree(plain_case(dim, "gaussian", "adam", box), 2, 9, precision)) << dim << " coordinates, " << to_string(precision);
}

// x_t = (-1.5)^(t - 1): z_2 = x_2 + (x_2 - x_1) = -4, x_4 = -3.375.
TEST(Layouts, WatchTheRegionAlike) {
  for (Precision precision : every_precision)
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      Batch batch = full_batch({"quadratic", {{"dim", {2}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}}, "none", "sgd", 2.5, false}, 1, 10, precision, layout);
      batch.audit = Audit{cube(2, 3.0), {2.0, 2.0}, 1.0};
      const AuditFailure audit = run(batch).audits[0];
      EXPECT_EQ(audit.region_z, 2u);
      EXPECT_EQ(audit.region_x, 4u);
      EXPECT_EQ(audit.sample_bound, 3u);
    }
}

// f = (3 a^2 + b^2)/2 along a = (1/4)^(t - 1), b = (3/4)^(t - 1): the first step changes the gradient by 2.86 times its length, and |grad f|^2 / (2 f) is 2.5 at t = 1, 1.5 at t = 2, less after.
// The A-LR of AMSGrad never rises; Adam's does once the gradients fall.
TEST(Layouts, HoldConstantsAgainstTheRunAlike) {
  for (Layout layout : {Layout::replicas, Layout::coordinates})
    for (const bool every : {false, true})
      for (const auto& [L, mu_pl, smoothness, growth] : {std::tuple{3.0, 1.0, 0u, 0u}, std::tuple{2.5, 1.0, 1u, 0u}, std::tuple{3.0, 1.7, 0u, every ? 2u : 4u}}) {
        Batch batch = full_batch({"quadratic", {{"dim", {2}}, {"mu", {1}}, {"L", {3}}, {"start", {1.0}}}, "none", "sgd", 0.25, false}, 1, 10, Precision::f64, layout);
        batch.record_steps = {1, 4, 10};
        batch.percentile_steps = {};
        batch.metrics = MetricSet(Metric::f_gap);  // where f and its gradient are measured in every step anyway, every step is looked at
        batch.audit.emplace();
        batch.audit->smoothness = L;
        batch.audit->growth = Audit::Growth{mu_pl, 0.0, 0.0};
        batch.audit->every_step = every;
        EXPECT_EQ(run(batch).audits[0], (AuditFailure{.smoothness = smoothness, .growth = growth})) << L << " " << mu_pl;
      }
  for (Layout layout : {Layout::replicas, Layout::coordinates})
    for (const auto& [method, rate] : {std::pair{"amsgrad", 0u}, std::pair{"adam@seed", 1u}}) {
      Batch batch = full_batch({"quadratic", {{"dim", {2}}, {"mu", {1}}, {"L", {3}}, {"start", {1.0}}}, "none", method, 0.01, false}, 1, 4000, Precision::f64, layout);
      batch.record_steps = {1, 4, 4000};
      batch.percentile_steps = {};
      batch.audit.emplace();
      batch.audit->monotone_rate = true;
      EXPECT_EQ(run(batch).audits[0].rate, rate * 4000u) << method;
    }
}

// What the noise adds, and nothing of the gradient: two-point noise of a = b = 0.5 has the square 0.25 in each coordinate.
TEST(Layouts, MeasureTheNoiseAlone) {
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    Batch batch = full_batch({"quadratic", {{"dim", {3}}, {"mu", {1}}, {"L", {3}}, {"start", {1.0}}}, "two-point", "sgd", 0.01, false}, 2, 10, Precision::f64, layout);
    batch.noise = make_noise("two-point", 3, {{"a", {0.5}}, {"p", {0.5}}}).instance;
    batch.metrics = MetricSet(Metric::noise_sq);
    const Trajectories out = run(batch);
    for (double value : out.of(Metric::noise_sq)) EXPECT_NEAR(value, 0.75, 1e-14);
  }
}

// Limits that differ from coordinate to coordinate, over several pieces: a step that leaves to one side or the other ends on the limit.
TEST(Layouts, ClipEachCoordinateToItsOwnSides) {
  const std::size_t dim = 3000;
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    Batch batch = full_batch({"quadratic", {{"dim", {3000}}, {"mu", {1}}, {"L", {1}}}, "none", "sgd", 3.0, false}, 1, 1, Precision::f64, layout);
    batch.box = cube(dim, 0.0);
    for (std::size_t j = 0; j < dim; ++j) {
      batch.start.set(j, j % 2 == 0 ? 1.0 : -1.0);  // x -> -2 x
      batch.box.lower.set(j, -1.0 - static_cast<double>(j) / 4096.0);
      batch.box.upper.set(j, 1.0 + static_cast<double>(j) / 8192.0);
    }
    batch.tile_groups = 1;
    const Trajectories out = run(batch);
    for (std::size_t j = 0; j < dim; ++j) ASSERT_EQ(out.final_x[j], j % 2 == 0 ? batch.box.lower[j] : batch.box.upper[j]) << "coordinate " << j;
  }
}

// Those on finite sums: saga_test.cpp.
TEST(Layouts, GiveTheSameBitsForEveryMethod) {
  for (const MethodEntry& entry : methods()) {
    if (entry.remembers) continue;
    for (Precision precision : every_precision)
      for (const char* noise : {"none", "two-point"})
        EXPECT_TRUE(layouts_agree(plain_case(19, noise, std::string(entry.id).c_str(), noise[0] == 't'), 2, 30, precision))
            << entry.id << " " << noise << " " << to_string(precision);
  }
}

TEST(Layouts, GiveTheSameBitsForEveryNumberOfReplicas) {
  for (Precision precision : every_precision) {
    const std::size_t width = precision == Precision::f64 ? lanes_of<double>(best_isa()) : lanes_of<float>(best_isa());
    for (std::size_t replicas : {std::size_t{1}, std::size_t{3}, width - 1, width, width + 1, 2 * width + 1})
      EXPECT_TRUE(layouts_agree(plain_case(21, "two-point", "amsgrad", true), replicas, 20, precision))
          << replicas << " replicas, " << to_string(precision);
  }
}

// A window is at most 64 steps, and one whose percentiles are due ends it.
TEST(Layouts, GiveTheSameBitsForHorizonsAroundAWindow) {
  for (std::uint64_t steps : {1, 2, 63, 64, 65, 127, 128, 129, 130})
    for (Precision precision : every_precision)
      for (bool percentiles : {true, false}) {
        Batch batch = full_batch(plain_case(1030, "two-point", "adam"), 2, steps, precision, Layout::replicas);
        if (!percentiles) batch.percentile_steps.clear();
        const Trajectories expected = run(batch);
        batch.layout = Layout::coordinates;
        EXPECT_TRUE(same_bits(expected, run(batch))) << steps << " steps, " << to_string(precision);
      }
}

TEST(Layouts, GiveTheSameBitsForEveryInstructionSetThreadCountAndPiece) {
  for (Precision precision : every_precision)
    for (double dim : {2049.0, 5000.0}) {
      Batch batch = full_batch(plain_case(dim, "gaussian", "adam", true), 3, 12, precision, Layout::replicas);
      const Trajectories expected = run(batch);
      batch.layout = Layout::coordinates;
      for (std::size_t threads : {1, 2, 5})
        for (std::size_t blocks : {0, 1, 2, 3, 100}) {
          batch.tile_groups = blocks;
          EXPECT_TRUE(same_bits(expected, run(batch, {.isa = {}, .threads = threads}))) << threads << " threads, pieces of " << blocks << " blocks";
        }
      batch.tile_groups = 0;
      for (Isa isa : {Isa::v3, Isa::v4})
        if (supported(isa)) { EXPECT_TRUE(same_bits(expected, run(batch, {.isa = isa, .threads = 2}))) << to_string(isa); }
      batch.layout = Layout::automatic;
      EXPECT_TRUE(same_bits(expected, run(batch, {.isa = {}, .threads = 2})));
    }
}

// v2 computes each fma in software: little work.
TEST(Layouts, GiveTheSameBitsOnTheOldestInstructionSet) {
  if (!supported(Isa::v2)) GTEST_SKIP() << "not built";
  for (Precision precision : every_precision)
    for (const MixedCase& mixed : {plain_case(1027, "gaussian", "sadam", true), MixedCase{"huber-chain", {{"dim", {18}}}, "two-point", "adam", 0.02, false}}) {
      Batch batch = full_batch(mixed, 2, 5, precision, Layout::coordinates);
      const Trajectories expected = run(batch);
      for (Layout layout : {Layout::replicas, Layout::coordinates}) {
        batch.layout = layout;
        EXPECT_TRUE(same_bits(expected, run(batch, {.isa = Isa::v2, .threads = 1}))) << mixed.problem << " " << to_string(precision);
      }
    }
}

TEST(Layouts, GiveTheSameSketchOfManyCoordinates) {
  const double dim = static_cast<double>(exact_percentiles + 777);
  for (Precision precision : every_precision) {
    Batch batch = full_batch(plain_case(dim), 1, 3, precision, Layout::replicas);
    const Trajectories expected = run(batch);
    batch.layout = Layout::coordinates;
    for (std::size_t threads : {1, 2}) EXPECT_TRUE(same_bits(expected, run(batch, {.isa = {}, .threads = threads}))) << to_string(precision);
  }
}

// Step sizes that blow a few coordinates up after some steps: one replica leaves the limit, another overflows, in any step of a window.
TEST(Layouts, NoteDeparturesInsideAWindowAlike) {
  for (Precision precision : every_precision)
    for (std::uint64_t when : {1, 30, 64, 65, 66, 100})
      for (double burst : {1e60, 1e200, std::numeric_limits<double>::infinity()}) {
        const MixedCase mixed{"quadratic", {{"dim", {2050}}, {"start", {1.5}}}, "gaussian", "sgd", 0.001, false};
        Batch batch = full_batch(mixed, 3, 130, precision, Layout::replicas);
        batch.eta[when - 1] = burst;
        batch.divergence_limit = 1e30;
        const Trajectories expected = run(batch);
        const Ending ending = std::isinf(static_cast<double>(static_cast<float>(burst))) && precision != Precision::f64 ? Ending::non_finite
                              : std::isinf(burst)                                                                       ? Ending::non_finite
                                                                                                                        : Ending::diverged;
        for (const Outcome& outcome : expected.outcomes) {
          EXPECT_EQ(outcome.step, when);
          EXPECT_EQ(outcome.ending, ending) << burst << " " << to_string(precision);
        }
        batch.layout = Layout::coordinates;
        for (std::size_t threads : {1, 2}) EXPECT_TRUE(same_bits(expected, run(batch, {.isa = {}, .threads = threads}))) << "at step " << when;
      }
}

// One coordinate of many departs, in each piece and block in turn: the worst of all workers counts.
TEST(Layouts, FindTheOneCoordinateThatLeaves) {
  for (std::size_t j : {std::size_t{0}, std::size_t{1023}, std::size_t{1024}, std::size_t{2048}, std::size_t{4999}}) {
    Batch batch = full_batch({"quadratic", {{"dim", {5000}}, {"mu", {1}}, {"L", {1}}}, "none", "sgd", 3.0, false}, 1, 70, Precision::f64, Layout::coordinates);
    batch.start = PerCoordinate<double>(batch.start.size(), 0.0);  // a fixed point; elsewhere x doubles and changes its sign
    batch.start.set(j, 1.0);
    batch.divergence_limit = 1e9;
    batch.tile_groups = 1;
    for (std::size_t threads : {1, 5}) {
      const Trajectories out = run(batch, {.isa = {}, .threads = threads});
      EXPECT_EQ(out.outcomes[0].ending, Ending::diverged);
      EXPECT_EQ(out.outcomes[0].step, 30u) << "2^30 is the first power of two above 1e9";
      EXPECT_EQ(out.of(Metric::f_gap)[2], 512.0) << "x_6 = -2^5";
    }
  }
}

TEST(Layouts, AReplicaInABatchIsTheReplicaAlone) {
  for (Precision precision : every_precision)
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      const Batch all = full_batch(plain_case(33, "gaussian", "sadam"), 19, 25, precision, layout);
      const Trajectories many = run(all);
      for (std::size_t r : {std::size_t{0}, std::size_t{7}, std::size_t{18}}) {
        Batch alone = all;
        alone.replicas = 1;
        alone.first_replica = all.first_replica + r;
        const Trajectories one = run(alone);
        for (std::size_t k = 0; k < metric_count; ++k)
          for (std::size_t row = 0; row < one.steps.size() && !one.series[k].empty(); ++row) {
            const double a = many.at(static_cast<Metric>(k), row, r), b = one.at(static_cast<Metric>(k), row, 0);
            EXPECT_TRUE(a == b || (a != a && b != b)) << metric_names[k] << " " << to_string(precision);
          }
        for (std::size_t j = 0; j < 33; ++j) EXPECT_EQ(many.final_x[r * 33 + j], one.final_x[j]);
      }
    }
}

TEST(Layouts, DifferentReplicasSeeDifferentDraws) {
  for (Layout layout : {Layout::replicas, Layout::coordinates})
    for (Precision precision : every_precision) {
      const Trajectories out = run(full_batch(plain_case(20), 3, 4, precision, layout));
      EXPECT_NE(out.final_x[0], out.final_x[20]);
      EXPECT_NE(out.final_x[20], out.final_x[40]);
    }
}

// ---- precisions

// mixed: the state is float, and what is recorded of it are the double formulas at that point.
TEST(Precisions, MixedRecordsTheDoubleFormulasAtTheFloatIterate) {
  for (const MixedCase& mixed : mixed_cases()) {
    const Problem problem = make_problem(mixed.problem, mixed.parameters);
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      const Batch batch = full_batch(mixed, 3, 8, Precision::mixed, layout);
      const Trajectories out = run(batch);
      const std::size_t last = out.steps.size() - 1, dim = problem.dim();
      for (std::size_t r = 0; r < 3 && out.outcomes[r].ending == Ending::finished; ++r) {
        const std::vector<double> x(out.final_x.begin() + static_cast<std::ptrdiff_t>(r * dim), out.final_x.begin() + static_cast<std::ptrdiff_t>((r + 1) * dim));
        std::vector<double> g(dim);
        problem.gradient(x, g);
        Sum<double> squares, distance;
        for (std::size_t j = 0; j < dim; ++j) {
          EXPECT_EQ(x[j], static_cast<double>(static_cast<float>(x[j])));
          squares.add(g[j] * g[j]);
          if (!batch.minimiser.empty()) distance.add((x[j] - batch.minimiser[j]) * (x[j] - batch.minimiser[j]));
        }
        EXPECT_EQ(out.at(Metric::f_gap, last, r), problem.value(x)) << mixed.problem;
        EXPECT_EQ(out.at(Metric::grad_sq, last, r), squares.total()) << mixed.problem;
        if (!batch.minimiser.empty()) { EXPECT_EQ(out.at(Metric::dist_sq, last, r), distance.total()) << mixed.problem; }
      }
    }
  }
}

TEST(Precisions, MixedMakesTheStepsOfFloat) {
  for (const MixedCase& mixed : mixed_cases()) {
    const Trajectories narrow = run(full_batch(mixed, 2, 40, Precision::f32, Layout::automatic));
    const Trajectories both = run(full_batch(mixed, 2, 40, Precision::mixed, Layout::automatic));
    EXPECT_TRUE(same_values("final x", narrow.final_x, both.final_x, 1)) << mixed.problem;
    EXPECT_TRUE(same_values("final rate", narrow.final_rate, both.final_rate, 1)) << mixed.problem;
  }
}

// x_{t+1} = x_t - eta lambda x_t with 0 <= eta lambda <= 1 contracts, so the roundings of each step (the start; lambda, the product, eta and the fma)
// add up to at most (4 T + 1) 2^-24 |x_1|, to first order in 2^-24.
TEST(Precisions, FloatStaysWithinItsRoundingsOfDouble) {
  const MixedCase mixed{"quadratic", {{"dim", {40}}, {"mu", {0.1}}, {"L", {3.0}}, {"start", {0.7}}}, "none", "sgd", 0.3, false};
  for (std::uint64_t steps : {1, 10, 100}) {
    const Batch batch = full_batch(mixed, 1, steps, Precision::f64, Layout::automatic);
    const Trajectories wide = run(batch), narrow = run(full_batch(mixed, 1, steps, Precision::f32, Layout::automatic));
    double largest = 0.0;
    for (std::size_t j = 0; j < 40; ++j) {
      const double error = std::fabs(wide.final_x[j] - narrow.final_x[j]);
      EXPECT_LE(error, 1.001 * static_cast<double>(4 * steps + 1) * 0x1p-24 * std::fabs(batch.start[j])) << "coordinate " << j << " after " << steps;
      largest = std::max(largest, error);
    }
    EXPECT_GT(largest, 0.0) << "float is float";
  }
}

TEST(Precisions, FloatFollowsDoubleForEveryMethod) {
  for (const MethodEntry& entry : methods()) {
    MixedCase mixed = plain_case(9, "none", std::string(entry.id).c_str());
    if (entry.remembers) mixed = {"least-squares", {{"dim", {9}}, {"samples", {12}}, {"batch", {2}}}, "none", std::string(entry.id), 0.01, false};
    const Trajectories wide = run(full_batch(mixed, 1, 10, Precision::f64, Layout::automatic));
    const Trajectories narrow = run(full_batch(mixed, 1, 10, Precision::f32, Layout::automatic));
    for (std::size_t j = 0; j < 9; ++j) EXPECT_NEAR(wide.final_x[j], narrow.final_x[j], 1e-4 * (1.0 + std::fabs(wide.final_x[j]))) << entry.id;
    for (std::size_t row = 0; row < wide.steps.size(); ++row)
      EXPECT_NEAR(wide.at(Metric::f_gap, row, 0), narrow.at(Metric::f_gap, row, 0), 3e-4 * (1.0 + wide.at(Metric::f_gap, row, 0))) << entry.id;
  }
}

// The limit of divergence is a double; in float none is larger than the largest float.
TEST(Precisions, FloatLeavesWhenItOverflowsThoughTheLimitIsLarger) {
  for (Precision precision : {Precision::f32, Precision::mixed})
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      Batch batch = full_batch({"quadratic", {{"dim", {3}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}}, "none", "sgd", 3.0, false}, 2, 200, precision, layout);
      const Trajectories out = run(batch);  // |x_{t+1}| = 2^t: float overflows at 2^128, the limit is 1e100
      for (const Outcome& outcome : out.outcomes) {
        EXPECT_EQ(outcome.ending, Ending::non_finite);
        EXPECT_EQ(outcome.step, 128u);
      }
      batch.divergence_limit = 1e20;
      EXPECT_EQ(run(batch).outcomes[0].ending, Ending::diverged);
      EXPECT_EQ(run(batch).outcomes[0].step, 67u) << "2^67 > 1e20 > 2^66";
    }
}

}  // namespace
}  // namespace thalweg

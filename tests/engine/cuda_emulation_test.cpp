// The CUDA engine's programs and its adapter, run on the host: the same bits as the CPU engine for problems, noises, methods, sizes, precisions,
// divisions of the batch and windows; what is refused, and what a lost device leaves. The programs run their threads from the last to the first and
// memory starts as NaNs, so that a missing barrier, an index that is off, or a value never written shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/division.hpp"
#include "lib/engine/parallel.hpp"
#include "lib/engine/window.hpp"
#include "tests/engine/device_cases.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

const EmulatedDevice divisions[] = {{.own_memory = 96 * 1024, .teams = 4}, {.own_memory = 0, .teams = 3}, {.own_memory = 6000, .teams = 1000}};

testing::AssertionResult agrees(const Batch& batch, const EmulatedDevice& device = {}, const CudaOptions& options = {}) {
  return same_bits(cpu_engine({.isa = {}, .threads = 1})->run(batch), emulated_cuda_engine(device, options)->run(batch));
}

TEST(CudaEmulation, GivesTheBitsOfTheCpuOnTheMixedRun) {
  for (const DeviceCase& one : mixed_run_cases())
    for (const EmulatedDevice& device : divisions) EXPECT_TRUE(agrees(one.batch, device)) << one.name << ", " << device.own_memory << " bytes a team";
}

TEST(CudaEmulation, GivesTheBitsOfTheCpuForEveryRule) {
  for (const DeviceCase& one : every_rule_cases()) EXPECT_TRUE(agrees(one.batch)) << one.name;
}

TEST(CudaEmulation, GivesTheBitsOfTheCpuForEveryProblem) {
  for (const DeviceCase& one : every_problem_cases()) EXPECT_TRUE(agrees(one.batch)) << one.name;
}

TEST(CudaEmulation, GivesTheBitsOfTheCpuInEveryDimensionAndNumberOfReplicas) {
  for (const DeviceCase& one : odd_size_cases())
    for (const EmulatedDevice& device : divisions) EXPECT_TRUE(agrees(one.batch, device)) << one.name << ", " << device.own_memory << " bytes a team";
}

TEST(CudaEmulation, GivesTheSameBitsWhateverTheWave) {
  const Batch batch = mixed_batch(mixed_cases()[1], 37, 130);  // more than two windows
  for (std::size_t wave : {1, 5, 32, 37, 1000}) EXPECT_TRUE(agrees(batch, {}, {.replicas_per_wave = wave})) << wave;
}

// One is run while another is read, many times; replicas depart in all of them.
TEST(CudaEmulation, GivesTheBitsOfTheCpuOverManyWindows) {
  Batch batch = mixed_batch({"quadratic", {{"dim", {2}}, {"start", {0.1}}}, "gaussian", "adam", 0.05, false}, 100, 700);
  batch.divergence_limit = 0.4;
  batch.percentile_steps.clear();
  const Trajectories expected = cpu_engine()->run(batch);
  std::set<std::uint64_t> windows;
  for (const Outcome& one : expected.outcomes)
    if (one.ending == Ending::diverged) windows.insert((one.step - 1) / longest_window);
  EXPECT_GE(windows.size(), 4u);
  EXPECT_TRUE(same_bits(expected, emulated_cuda_engine()->run(batch)));
}

// More replicas than one thread of the host reads, each with a fate of its own.
TEST(CudaEmulation, ReadsManyReplicasOnSeveralThreads) {
  Batch batch = mixed_batch({"quadratic", {{"dim", {2}}, {"start", {1.0}}}, "gaussian", "adam", 0.05, false}, 1100, 70);
  batch.divergence_limit = 1.01;
  const Trajectories expected = cpu_engine()->run(batch);
  const auto ended = [&](std::size_t from, std::size_t to) {
    return std::count_if(expected.outcomes.begin() + from, expected.outcomes.begin() + to, [](const Outcome& one) { return one.ending == Ending::diverged; });
  };
  for (std::size_t from : {0, 512, 1024}) {
    const std::size_t to = std::min<std::size_t>(from + 512, 1100);
    ASSERT_GT(ended(from, to), 0);
    ASSERT_LT(ended(from, to), static_cast<std::ptrdiff_t>(to - from));
  }
  for (std::size_t threads : {1, 3})
    for (std::size_t wave : {0, 600}) EXPECT_TRUE(same_bits(expected, emulated_cuda_engine({}, {.replicas_per_wave = wave, .threads = threads})->run(batch)));
}

// Steps that only replicas read on another thread sample.
TEST(CudaEmulation, SamplesTheStepsOfEachReplica) {
  Batch batch = mixed_batch({"quadratic", {{"dim", {1}}, {"start", {1.0}}}, "two-point", "sgd", 0.01, false}, 530, 2000);
  batch.metrics = MetricSet(Metric::sampled_grad_sq);
  batch.record_steps = {2000};
  batch.percentile_steps.clear();
  batch.audit.reset();
  EXPECT_TRUE(agrees(batch, {}, {.threads = 2}));
}

// What leaves a box by far departs, and is not brought back into it.
TEST(CudaEmulation, WhatLeavesIsNotClipped) {
  for (Precision precision : every_precision)
    for (double burst : {1e30, std::numeric_limits<double>::infinity()}) {
      Batch batch = mixed_batch({"log-cosh", {{"dim", {4}}, {"start", {1.0}}}, "gaussian", "sgd", 0.05, true}, 3, 40);
      ASSERT_FALSE(batch.box.everything());
      batch.precision = precision;
      batch.divergence_limit = 1e20;
      batch.eta[29] = burst;
      const Trajectories expected = cpu_engine()->run(batch);
      EXPECT_EQ(expected.outcomes[0].step, 30u);
      EXPECT_EQ(expected.outcomes[0].ending, std::isinf(burst) ? Ending::non_finite : Ending::diverged);
      EXPECT_TRUE(same_bits(expected, emulated_cuda_engine()->run(batch))) << burst << " " << to_string(precision);
    }
}

// Last iterates that pass through the staging memory in several groups of replicas.
TEST(CudaEmulation, BringsBackMoreIteratesThanAreStagedAtOnce) {
  Batch batch = mixed_batch({"quadratic", {{"dim", {60000}}, {"start", {1.0}}}, "two-point", "adam", 0.01, false}, 90, 2);
  batch.metrics = {};
  batch.record_steps = {2};
  batch.percentile_steps = {};
  batch.audit.reset();
  EXPECT_TRUE(agrees(batch, {}, {.threads = 2}));
}

TEST(CudaEmulation, GivesTheBitsOfTheCpuWhereManyCoordinatesAreCoupled) {
  for (Precision precision : every_precision) {
    Batch batch = mixed_batch({"huber-chain", {{"dim", {2500}}}, "gaussian", "padam", 0.01, true}, 3, 12);
    batch.precision = precision;
    for (const EmulatedDevice& device : divisions) EXPECT_TRUE(agrees(batch, device)) << to_string(precision);
  }
}

// Two pieces of a replica depart in different ways, at the same step and one after the other.
TEST(CudaEmulation, OfDeparturesTheFirstCountsAndThenTheWorst) {
  for (std::uint64_t later : {0, 1, 3})
    for (const bool not_finite_first : {false, true})
      for (const bool swapped : {false, true}) {
        Batch batch = mixed_batch({"quadratic", {{"dim", {5000}}, {"mu", {1}}, {"L", {1}}}, "none", "sgd", 3.0, false}, 2, 70);
        batch.start = PerCoordinate<double>(batch.start.size(), 0.0);  // a fixed point; elsewhere x doubles and changes its sign
        batch.divergence_limit = 0x1.8p1023;
        const double over = 0x1.cp1013, overflows = 0x1p1014;  // the one is beyond the limit after ten steps, the other beyond all numbers
        batch.start.set(swapped ? 4000 : 3, std::ldexp(over, -static_cast<int>(not_finite_first ? later : 0)));
        batch.start.set(swapped ? 3 : 4000, std::ldexp(overflows, -static_cast<int>(not_finite_first ? 0 : later)));
        const Trajectories expected = cpu_engine()->run(batch);
        EXPECT_EQ(expected.outcomes[0].step, 10u);
        EXPECT_EQ(expected.outcomes[0].ending, later == 0 || not_finite_first ? Ending::non_finite : Ending::diverged);
        EXPECT_TRUE(same_bits(expected, emulated_cuda_engine({.own_memory = 40000})->run(batch)));
      }
}

TEST(CudaEmulation, SketchesPercentilesOfManyCoordinatesLikeTheCpu) {
  Batch batch = mixed_batch({"quadratic", {{"dim", {70000}}, {"start", {1.0}}}, "gaussian", "adam", 0.01, false}, 1, 12);
  EXPECT_TRUE(agrees(batch));
}

// Windows that end because their results are large, at other steps than those that the room was measured by: replicas sample different steps.
TEST(CudaEmulation, WindowsEndWhereTheirResultsAreLarge) {
  for (std::size_t replicas : {1, 3, 7})
    for (std::size_t results : {1, 2000, 5000, 20000}) {
      Batch batch = mixed_batch({"quadratic", {{"dim", {3}}, {"start", {1.0}}}, "two-point", "adam", 0.01, false}, replicas, 90);
      batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq, Metric::dist_sq, Metric::rate_max, Metric::m_l1, Metric::sampled_grad_sq);
      batch.record_steps = {9, 10, 11, 29, 30, 31, 32, 33, 34, 57, 58, 59, 90};
      batch.percentile_steps.clear();
      EXPECT_TRUE(agrees(batch, {.results_memory = results})) << replicas << " replicas, " << results << " bytes";
    }
  // Columns so large, and so many more than were measured, that what follows them in memory would be written over.
  for (std::size_t columns : {1, 25, 49, 59}) {
    const std::size_t blocks = 33;
    Batch batch = mixed_batch({"quadratic", {{"dim", {1024.0 * blocks}}, {"start", {1.0}}}, "two-point", "adam", 0.01, false}, 1, 90);
    batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq, Metric::dist_sq, Metric::rate_max, Metric::m_l1, Metric::sampled_grad_sq);
    batch.record_steps = {9, 10, 11, 29, 30, 31, 32, 33, 34, 57, 58, 59, 90};
    batch.percentile_steps.clear();
    batch.audit.reset();
    if (columns == 1) batch.sampled_steps = 60;  // some of those that are recorded
    EXPECT_TRUE(agrees(batch, {.results_memory = columns * blocks * sizeof(double)})) << columns << " columns";
  }
}

TEST(CudaEmulation, AProfileLeavesTheResultsAsTheyAre) {
  Batch batch = mixed_batch(mixed_cases()[1], 9, 70);
  batch.profile = true;
  EXPECT_TRUE(agrees(batch, {.teams = 3}));
}

TEST(CudaEmulation, CountsReplicasFromWhereTheBatchSays) {
  Batch batch = mixed_batch(mixed_cases()[1], 9, 20);
  batch.first_replica = (std::uint64_t{1} << 31U) - 4;  // over the edge of a signed counter
  EXPECT_TRUE(agrees(batch));
}

TEST(CudaEmulation, RefusesWhatItHasNoProgramFor) {
  Batch batch = mixed_batch(mixed_cases()[1], 2, 20);
  batch.objective.programs = {};
  try {
    emulated_cuda_engine()->run(batch);
    FAIL() << "ran";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("no program for the problem 'pl-sine'; use --engine cpu"), std::string::npos) << error.what();
  }
}

// Noise that a device cannot draw is not left out.
TEST(CudaEmulation, RefusesNoiseItHasNoProgramFor) {
  MixedCase mixed = mixed_cases()[1];
  mixed.noise = "gaussian";
  Batch batch = mixed_batch(mixed, 2, 20);
  batch.noise.programs = {};
  try {
    emulated_cuda_engine()->run(batch);
    FAIL() << "ran";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("no program for the noise 'gaussian'; use --engine cpu"), std::string::npos) << error.what();
  }
}

TEST(CudaEmulation, RefusesNoiseThatTiesCoordinatesOrSteps) {
  for (const auto& [noise, why] : {std::pair{"rotated-gaussian", "no program for the noise 'rotated-gaussian'"}, {"delayed", "keeps no past points"}}) {
    MixedCase mixed = mixed_cases()[1];
    mixed.noise = noise;
    try {
      emulated_cuda_engine()->run(mixed_batch(mixed, 2, 20));
      FAIL() << "ran";
    } catch (const EnvironmentError& error) {
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
  }
}

TEST(CudaEmulation, SaysWhatDoesNotFitAndRunsItInWaves) {
  const Batch batch = mixed_batch(mixed_cases()[1], 1000, 20);
  const auto wide = emulated_cuda_engine();
  const std::size_t needed = wide->memory(batch).device;
  const EmulatedDevice small{.memory = needed / 2};
  try {
    emulated_cuda_engine(small)->run(batch);
    FAIL() << "ran";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("use --replicas-per-wave"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(agrees(batch, small, {.replicas_per_wave = 300}));
}

TEST(CudaEmulation, ALostDeviceIsAnErrorOfTheEnvironmentAndTheNextRunIsWhole) {
  const Batch batch = mixed_batch(mixed_cases()[1], 5, 200);
  const auto engine = emulated_cuda_engine({.lost_at_window = 2});
  EXPECT_THROW(engine->run(batch), EnvironmentError);
  EXPECT_TRUE(same_bits(cpu_engine()->run(batch), engine->run(batch)));
}

// Runs of one engine at once, in less memory than all of them need: they wait for each other, and a run gives back what it had when it fails.
TEST(CudaEmulation, RunsAtOnceShareTheMemory) {
  const Batch batch = mixed_batch(mixed_cases()[1], 200, 60);
  const std::size_t needed = emulated_cuda_engine()->memory(batch).device;
  const auto engine = emulated_cuda_engine({.memory = needed * 5 / 2, .lost_at_window = 3}, {.threads = 2});
  const Trajectories alone = cpu_engine()->run(batch);
  std::atomic<std::size_t> same{0}, lost{0};
  run_in_parallel(8, 24, [&](std::size_t) {
    try {
      if (same_bits(alone, engine->run(batch))) ++same;
    } catch (const EnvironmentError&) {
      ++lost;
    }
  });
  EXPECT_EQ(same, 23u);
  EXPECT_EQ(lost, 1u);
}

// Pieces whose values, or those of their state, would not fit 32 bits have fewer replicas, and are refused where one replica is too many.
TEST(CudaEmulation, DividesWhatIsTooLargeOrRefusesIt) {
  using device::divide;
  const std::size_t many = std::size_t{1} << 28U;
  for (const std::size_t dim : {many - 1, many, many + 1, 2 * many})
    for (const std::size_t slots : {0, 1, 3}) {
      const device::Division d = divide(dim, 32, false, slots, 8 * (2 + slots), 100000, 500);
      EXPECT_EQ(d.piece_dim, dim);
      EXPECT_EQ(d.stride, dim << d.lane_bits);
      EXPECT_LT(static_cast<double>(d.stride) * static_cast<double>(std::max<std::size_t>(slots, 1)), 0x1p32 - 1000) << "a team's threads step beyond it";
      EXPECT_GE(d.replicas(), 32u);
      EXPECT_FALSE(d.resident);
    }
  EXPECT_THROW(divide(std::size_t{1} << 32U, 1, false, 1, 16, 0, 1), EnvironmentError);
  EXPECT_THROW(divide((std::size_t{1} << 31U) + 5, 1, false, 2, 16, 0, 1), EnvironmentError);
  EXPECT_EQ(divide(std::size_t{1} << 36U, 1, true, 2, 16, 100000, 500).along, (std::size_t{1} << 36U) / 6144 + 1);
  try {
    divide(1000000, std::size_t{1} << 31U, true, 2, 32, 100000, 500);
    FAIL() << "divided";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("use --replicas-per-wave"), std::string::npos) << error.what();
  }
}

TEST(CudaEmulation, DividesIntoPiecesThatFitATeam) {
  using device::divide;
  const std::size_t own = 96 * 1024, value = 32;  // of x, two slots and g
  const device::Division few = divide(1000, 64, true, 2, value, own, 500), many = divide(100000, 64, true, 2, value, own, 500), none = divide(100000, 64, true, 2, value, 0, 500);
  EXPECT_EQ(few.lanes(), 2u);
  EXPECT_EQ(few.across, 32u);
  EXPECT_EQ(few.along, 1u);
  EXPECT_TRUE(few.resident);
  EXPECT_EQ(many.lanes(), 2u);
  EXPECT_EQ(many.piece_dim, 1024u);
  EXPECT_TRUE(many.resident);
  EXPECT_FALSE(none.resident);
  EXPECT_EQ(divide(10, 65, true, 2, value, own, 500).across, 3u);
  EXPECT_EQ(divide(10, 5, true, 2, value, own, 500).teams, 1u) << "no more teams than pieces";
}

// What is left only after the last step.
TEST(CudaEmulation, TheLastIterateIsAuditedToo) {
  for (std::uint64_t steps : {1, 5, 64, 70}) {
    Batch batch = mixed_batch({"quadratic", {{"dim", {5}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}}, "none", "sgd", 3.0, false}, 3, 70);
    batch.eta.resize(steps);  // x doubles and changes its sign
    batch.weights.resize(steps);
    batch.record_steps = {steps};
    batch.percentile_steps.clear();
    batch.audit->region = cube(5, std::ldexp(0.75, static_cast<int>(steps)));
    const Trajectories expected = cpu_engine()->run(batch);
    EXPECT_EQ(expected.audits[2].region_x, steps + 1);
    EXPECT_TRUE(same_bits(expected, emulated_cuda_engine()->run(batch))) << steps << " steps";
  }
}

TEST(CudaEmulation, SaysWhatOneReplicaNeedsWhereThatIsTooMuch) {
  const Batch batch = mixed_batch(mixed_cases()[1], 1, 20);
  try {
    emulated_cuda_engine({.memory = 1000})->run(batch);
    FAIL() << "ran";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(std::string(error.what()).find("--replicas-per-wave"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("use --precision float"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace thalweg

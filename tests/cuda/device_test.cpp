// On hardware: the bits of the CPU engine, sizes beyond 2^31 values, what does not fit. Skipped, with the engine's own reason, where there is no device.
// A device that is lost in the middle cannot be had at will: the adapter's part of it is tested in tests/engine/cuda_emulation_test.cpp.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "lib/engine/parallel.hpp"
#include "tests/engine/device_cases.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

class CudaDevice : public testing::Test {
 protected:
  void SetUp() override {
    if (const Availability now = cuda_engine()->availability(); !now.available) GTEST_SKIP() << now.reason;
  }
  static testing::AssertionResult agrees(const Batch& batch, const CudaOptions& options = {}) {
    return same_bits(cpu_engine()->run(batch), cuda_engine(options)->run(batch));
  }
  static double host_memory() { return static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE)); }
};

TEST_F(CudaDevice, GivesTheBitsOfTheCpuOnTheMixedRun) {
  for (const DeviceCase& one : mixed_run_cases()) EXPECT_TRUE(agrees(one.batch)) << one.name;
}

TEST_F(CudaDevice, GivesTheBitsOfTheCpuForEveryRule) {
  for (const DeviceCase& one : every_rule_cases()) EXPECT_TRUE(agrees(one.batch)) << one.name;
}

TEST_F(CudaDevice, GivesTheBitsOfTheCpuForEveryProblem) {
  for (const DeviceCase& one : every_problem_cases()) EXPECT_TRUE(agrees(one.batch)) << one.name;
}

TEST_F(CudaDevice, GivesTheBitsOfTheCpuInEveryDimensionAndNumberOfReplicas) {
  for (const DeviceCase& one : odd_size_cases()) EXPECT_TRUE(agrees(one.batch)) << one.name;
}

TEST_F(CudaDevice, GivesTheSameBitsWhateverTheWave) {
  const Batch batch = mixed_batch(mixed_cases()[1], 37, 130);
  for (std::size_t wave : {1, 5, 32, 37, 1000}) EXPECT_TRUE(agrees(batch, {.replicas_per_wave = wave})) << wave;
}

// Runs at once on one engine, whose teams need more memory of their own or less.
TEST_F(CudaDevice, RunsOfManySizesAtOnceGiveTheSameBits) {
  std::vector<Batch> batches;
  std::vector<Trajectories> alone;
  for (double dim : {1.0, 40.0, 300.0, 1100.0}) {
    batches.push_back(mixed_batch({"pl-sine", {{"dim", {dim}}, {"start", {1.5}}}, "gaussian", "amsgrad", 0.02, true}, 37, 60));
    alone.push_back(cpu_engine()->run(batches.back()));
  }
  const auto engine = cuda_engine({.threads = 1});
  std::atomic<std::size_t> same{0};
  run_in_parallel(8, 64, [&](std::size_t i) { same += same_bits(alone[i % 4], engine->run(batches[i % 4])) ? 1 : 0; });
  EXPECT_EQ(same, 64u);
}

// More than 2^31 values of x: the last replicas of the batch are those that the CPU finds for them alone.
TEST_F(CudaDevice, CountsValuesBeyondTwoToTheThirtyOne) {
  constexpr std::size_t replicas = (std::size_t{1} << 21U) + 5, looked_at = 7;
  Batch batch = mixed_batch({"pl-sine", {{"dim", {1024}}, {"start", {1.5}}}, "two-point", "sgd", 0.02, false}, replicas, 3);
  batch.precision = Precision::f32;
  batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  batch.record_steps = {3};
  batch.percentile_steps.clear();
  batch.audit.reset();
  batch.keep_final = false;
  Trajectories all;
  try {
    all = cuda_engine()->run(batch);
  } catch (const EnvironmentError& error) {
    GTEST_SKIP() << error.what();
  }
  Batch last = batch;
  last.first_replica = replicas - looked_at;
  last.replicas = looked_at;
  const Trajectories few = cpu_engine()->run(last);
  for (Metric metric : {Metric::f_gap, Metric::grad_sq})
    for (std::size_t r = 0; r < looked_at; ++r) EXPECT_EQ(all.at(metric, 0, replicas - looked_at + r), few.at(metric, 0, r)) << to_string(metric) << " of replica " << r;
}

// More than 2^31 values of state for one replica.
TEST_F(CudaDevice, StreamsStateBeyondTwoToTheThirtyOne) {
  if (host_memory() < 24e9) GTEST_SKIP() << "the CPU's run of the same needs 20 GB of memory";
  Batch batch = mixed_batch({"pl-sine", {{"dim", {8e8}}, {"start", {1.5}}}, "none", "amsgrad", 0.02, false}, 1, 2);
  batch.precision = Precision::f32;
  batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  batch.record_steps = {2};
  batch.percentile_steps.clear();
  batch.audit.reset();
  batch.keep_final = false;
  Trajectories all;
  try {
    all = cuda_engine()->run(batch);
  } catch (const EnvironmentError& error) {
    GTEST_SKIP() << error.what();
  }
  EXPECT_TRUE(same_bits(cpu_engine()->run(batch), all));
}

TEST_F(CudaDevice, SaysWhatDoesNotFitBeforeItStarts) {
  Batch batch = mixed_batch({"pl-sine", {{"dim", {1000}}, {"start", {1.5}}}, "two-point", "amsgrad", 0.02, false}, std::size_t{1} << 30U, 3);
  batch.metrics = MetricSet(Metric::f_gap);
  batch.record_steps = {3};
  batch.percentile_steps.clear();
  batch.audit.reset();
  batch.keep_final = false;
  try {
    cuda_engine()->run(batch);
    FAIL() << "ran";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("use --replicas-per-wave"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace thalweg

// Replica sweeps: 100 coordinates x 256 replicas x 2000 steps with 64 log-spaced records of f and |grad f|^2, against a plain loop over replicas
// and Eigen's array expressions, which record nothing and draw nothing. Two threads against one. What each metric costs.
//   bench_sweep --benchmark_filter='adam/.*/double/v4'
#include <fmt/format.h>

#include "tests/bench/batches.hpp"
#include "tests/bench/reference.hpp"

namespace thalweg::bench {
namespace {

constexpr Shape sweep;
constexpr double sweep_steps = static_cast<double>(sweep.dim * sweep.replicas * sweep.steps);

template <class Reference>
void reference(const std::string& name, Reference run) {
  benchmark::RegisterBenchmark(("reference/" + name).c_str(), [run](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(run());
    count_coordinate_steps(state, sweep_steps);
  })->Unit(benchmark::kMillisecond)->UseRealTime();
}

void thalweg_run(const std::string& name, const Batch& batch, const CpuOptions& options) {
  benchmark::RegisterBenchmark(("thalweg/" + name).c_str(), [batch, options](benchmark::State& state) { run_batch(state, batch, options); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

void register_references() {
  const Sweep work{sweep.dim, sweep.replicas, sweep.steps, 3.0};
  const AdamNumbers numbers;
  reference("scalar/double", [=] { return plain::scalar_sweep(work, numbers, 0.0); });
  reference("scalar/float", [=] { return plain::scalar_sweep(work, numbers, 0.0F); });
  reference("scalar_fast_math/double", [=] { return fast::scalar_sweep(work, numbers, 0.0); });
  reference("scalar_fast_math/float", [=] { return fast::scalar_sweep(work, numbers, 0.0F); });
  reference("eigen/double", [=] { return plain::eigen_sweep(work, numbers, 0.0); });
  reference("eigen/float", [=] { return plain::eigen_sweep(work, numbers, 0.0F); });
}

void register_sweeps() {
  for (const char* method : {"adam", "sadam", "samsgrad", "padam"})
    for (const char* noise : {"none", "gaussian", "two-point"})
      for (const Precision precision : {Precision::f64, Precision::f32})
        for (const Isa isa : {Isa::v3, Isa::v4})
          thalweg_run(fmt::format("{}/{}/{}/{}", method, noise, to_string(precision), to_string(isa)), batch_of(sweep, method, noise, precision), CpuOptions{isa, 1});
  for (const std::size_t threads : {std::size_t{1}, std::size_t{2}})
    thalweg_run(fmt::format("threads:{}/adam/gaussian/double", threads), batch_of(sweep, "adam", "gaussian", Precision::f64), CpuOptions{{}, threads});
}

// Each alone; the cost is the ratio to recording/none, less one.
void register_metrics() {
  Batch bare = batch_of(sweep, "adam", "gaussian", Precision::f64);
  bare.metrics = {};
  const CpuOptions one{{}, 1};
  thalweg_run("recording/none", bare, one);
  Batch usual = bare;
  usual.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  thalweg_run("recording/f_gap+grad_sq", usual, one);
  for (std::size_t k = 0; k < metric_count; ++k) {
    Batch batch = bare;
    batch.metrics.insert(static_cast<Metric>(k));
    batch.weights.assign(sweep.steps, 1.0);
    batch.minimiser.assign(sweep.dim, 0.0);
    batch.initial_rate = 1.0;
    thalweg_run(fmt::format("recording/{}", to_string(static_cast<Metric>(k))), batch, one);
  }
  Batch percentiles = bare;
  percentiles.percentile_steps = bare.record_steps;
  thalweg_run("recording/percentiles", percentiles, one);
  Batch audited = bare;
  audited.audit = Audit{cube(sweep.dim, 1e6), std::vector<double>(sweep.dim, 1e6), 0.0};
  thalweg_run("recording/audit", audited, one);
}

}  // namespace
}  // namespace thalweg::bench

int main(int count, char** words) {
  thalweg::bench::register_references();
  thalweg::bench::register_sweeps();
  thalweg::bench::register_metrics();
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}

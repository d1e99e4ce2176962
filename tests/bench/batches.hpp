// The batches that are measured, and their times as Google Benchmark shows them: real time of a run, and the time of a coordinate-step as "each".
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lib/engine/engine.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg::bench {

struct Shape {
  std::size_t dim = 100, replicas = 256, steps = 2000, records = 64;
};

inline std::vector<std::uint64_t> log_spaced(std::size_t steps, std::size_t records) {
  std::vector<std::uint64_t> found;
  for (std::size_t k = 0; k < records; ++k)
    found.push_back(static_cast<std::uint64_t>(std::lround(std::pow(static_cast<double>(steps), static_cast<double>(k) / static_cast<double>(std::max<std::size_t>(records, 2) - 1)))));
  for (std::uint64_t t = 1; t <= steps; ++t) {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.size() >= std::min(records, steps)) break;
    found.push_back(t);
  }
  return found;
}

inline Batch batch_of(const Shape& shape, const std::string& method, const std::string& noise, Precision precision, const std::string& problem = "pl-sine") {
  const Problem made = make_problem(problem, {{"dim", {static_cast<double>(shape.dim)}}});
  Batch batch;
  batch.objective = made.objective;
  batch.noise = make_noise(noise, shape.dim).instance;
  batch.rule = rule_instance(define(method));
  batch.eta.assign(shape.steps, 1e-3);
  batch.start = made.start;
  batch.instance = made.instance;
  batch.replicas = shape.replicas;
  batch.record_steps = log_spaced(shape.steps, shape.records);
  batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  batch.precision = precision;
  return batch;
}

inline void count_coordinate_steps(benchmark::State& state, double coordinate_steps) {
  state.counters["each"] = benchmark::Counter(coordinate_steps, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["coordinates"] = coordinate_steps;
}

inline void run_batch(benchmark::State& state, const Batch& batch, const CpuOptions& options) {
  const auto engine = cpu_engine(options);
  if (const Availability now = engine->availability(); !now.available) {
    state.SkipWithError(now.reason.c_str());
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(engine->run(batch).outcomes.data());
  count_coordinate_steps(state, static_cast<double>(batch.objective.dim) * static_cast<double>(batch.replicas) * static_cast<double>(batch.eta.size()));
}

}  // namespace thalweg::bench

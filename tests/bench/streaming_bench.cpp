// Large dimension: 10^6 coordinates with one replica, and the step alone on a given gradient, against kernels that only stream: a copy, seven streams
// without root and division, a hand-written Adam step, each as the compiler makes it for this machine.
#include <fmt/format.h>

#include <vector>

#include "tests/bench/batches.hpp"
#include "tests/bench/reference.hpp"

namespace thalweg::bench {
namespace {

constexpr std::size_t many = 10000000, few = 100;

template <class Body>
void add(const std::string& name, double coordinate_steps, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), [coordinate_steps, body](benchmark::State& state) {
    body(state);
    count_coordinate_steps(state, coordinate_steps);
  })->UseRealTime();
}

void register_references() {
  const double count = static_cast<double>(many);
  add("reference/copy/float", count, [](benchmark::State& state) {
    std::vector<float> from(many, 1.0F), to(many);
    for (auto _ : state) {
      plain::copy(from.data(), to.data(), many);
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(8 * many) * static_cast<std::int64_t>(state.iterations()));
  });
  add("reference/seven_streams/float", count, [](benchmark::State& state) {
    std::vector<float> g(many, 0.5F), x(many, 1.0F), m(many), v(many, 1.0F);
    for (auto _ : state) {
      plain::seven_streams(g.data(), x.data(), m.data(), v.data(), many);
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(28 * many) * static_cast<std::int64_t>(state.iterations()));
  });
  add("reference/adam_step/float", count, [](benchmark::State& state) {
    std::vector<float> g(many, 0.5F), x(many, 1.0F), m(many), v(many);
    double t = 0.0;
    for (auto _ : state) {
      plain::adam_step(AdamNumbers{}, t += 1.0, g.data(), x.data(), m.data(), v.data(), many);
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(28 * many) * static_cast<std::int64_t>(state.iterations()));
  });
  add("reference/adam_call/float", 1.0, [](benchmark::State& state) {
    std::vector<float> g(few, 0.5F), x(few, 1.0F), m(few), v(few);
    double t = 0.0;
    for (auto _ : state) {
      plain::adam_step(AdamNumbers{}, t += 1.0, g.data(), x.data(), m.data(), v.data(), few);
      benchmark::ClobberMemory();
    }
  });
  for (const bool single : {false, true}) {
    const Sweep work{1000000, 1, 50, 3.0};
    const double steps = 1e6 * 50;
    add(fmt::format("reference/large_scalar_fast_math/{}", single ? "float" : "double"), steps, [=](benchmark::State& state) {
      for (auto _ : state) benchmark::DoNotOptimize(single ? fast::scalar_sweep(work, AdamNumbers{}, 0.0F) : fast::scalar_sweep(work, AdamNumbers{}, 0.0));
    });
  }
}

void register_large() {
  const Shape shape{1000000, 1, 50, 2};
  for (const Precision precision : {Precision::f32, Precision::f64, Precision::mixed})
    for (const Isa isa : {Isa::v3, Isa::v4})
      for (const char* noise : {"none", "gaussian"}) {
        const Batch batch = batch_of(shape, "adam", noise, precision);
        benchmark::RegisterBenchmark(fmt::format("thalweg/large/{}/{}/{}", noise, to_string(precision), to_string(isa)).c_str(), [=](benchmark::State& state) {
          run_batch(state, batch, CpuOptions{isa, 1});
        })->Unit(benchmark::kMillisecond)->UseRealTime();
      }
}

}  // namespace
}  // namespace thalweg::bench

int main(int count, char** words) {
  thalweg::bench::register_references();
  thalweg::bench::register_large();
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}

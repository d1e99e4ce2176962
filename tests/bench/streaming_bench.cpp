// Large dimension: 10^6 and 10^8 coordinates with one replica, and the step alone on a given gradient, against kernels that only stream: a copy, seven streams
// without root and division, a hand-written Adam step, as the compiler makes them for this machine, and the first two also as lib/engine/roofline.hpp
// measures them. What ends in /1e8 takes 1.6 GB.
#include <fmt/format.h>

#include <vector>

#include "lib/engine/array.hpp"
#include "lib/engine/cpu/roofline_tables.hpp"
#include "lib/engine/step.hpp"
#include "tests/bench/batches.hpp"
#include "tests/bench/reference.hpp"

namespace thalweg::bench {
namespace {

constexpr std::size_t many = 10000000, huge = 100000000, few = 100;
static_assert(many % cpu::roofline_step == 0 && huge % cpu::roofline_step == 0);

template <class Body>
void add(const std::string& name, double coordinate_steps, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), [coordinate_steps, body](benchmark::State& state) {
    body(state);
    count_coordinate_steps(state, coordinate_steps);
  })->UseRealTime();
}

// On the same kind of memory as the engine's arrays (huge pages where there are any).
struct Arrays {
  Array<float> g, x, m, v;
  explicit Arrays(std::size_t count) : g(count), x(count), m(count), v(count) {
    std::fill_n(g.data(), count, 0.5F);
    for (Array<float>* a : {&x, &m, &v}) std::fill_n(a->data(), count, 1.0F);
  }
};

template <class Pass>
void add_pass(const std::string& name, std::size_t bytes, Pass pass, std::size_t count = many) {
  add(name, static_cast<double>(count), [bytes, pass, count](benchmark::State& state) {
    Arrays arrays(count);
    double t = 0.0;
    for (auto _ : state) {
      pass(arrays, t += 1.0);
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes * count) * static_cast<std::int64_t>(state.iterations()));
  });
}

void register_references() {
  add_pass("reference/copy/float", 8, [](Arrays& a, double) { plain::copy(a.g.data(), a.x.data(), many); });
  add_pass("reference/seven_streams/float", 28, [](Arrays& a, double) { plain::seven_streams(a.g.data(), a.x.data(), a.m.data(), a.v.data(), many); });
  add_pass("reference/adam_step/float", 28, [](Arrays& a, double t) { plain::adam_step(AdamNumbers{}, t, a.g.data(), a.x.data(), a.m.data(), a.v.data(), many); });
  const cpu::RooflineKernel<float>& kernel = (best_isa() == Isa::v4 ? thalweg_roofline_kernels_v4 : best_isa() == Isa::v3 ? thalweg_roofline_kernels_v3 : thalweg_roofline_kernels_v2).f32;
  for (const std::size_t count : {many, huge}) {
    const char* end = count == huge ? "/1e8" : "";
    add_pass(fmt::format("reference/copy_kernel/float{}", end), 8, [&kernel, count](Arrays& a, double) { kernel.copy_past_cache(a.g.data(), a.x.data(), count); }, count);
    add_pass(fmt::format("reference/seven_streams_kernel/float{}", end), 28,
             [&kernel, count](Arrays& a, double) { kernel.streams(a.g.data(), a.x.data(), a.m.data(), a.v.data(), count); }, count);
  }
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
  const Batch batch_of_huge = batch_of({huge, 1, 64, 2}, "adam", "none", Precision::f32);
  for (const std::size_t threads : {1, 2})
    benchmark::RegisterBenchmark(fmt::format("thalweg/large/none/float_threads:{}/1e8", threads).c_str(), [=](benchmark::State& state) {
      run_batch(state, batch_of_huge, CpuOptions{best_isa(), threads});
    })->Unit(benchmark::kMillisecond)->UseRealTime();
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

// A step with a given gradient.
template <class T>
void register_step(const std::string& name, std::size_t count, const std::string& method, Isa isa, std::size_t threads = 1) {
  const bool whole = count >= many;
  add(name, whole ? static_cast<double>(count) : 1.0, [=](benchmark::State& state) {
    if (!supported(isa)) {
      state.SkipWithError("not supported here");
      return;
    }
    Array<T> g(count), x(count);
    std::fill_n(g.data(), count, T(0.5));
    std::fill_n(x.data(), count, T(1));
    Stepper<T> stepper(rule_instance(define(method)), count, {isa, threads});
    for (auto _ : state) {
      benchmark::DoNotOptimize(stepper.step(1e-3, g.data(), x.data()));
      benchmark::ClobberMemory();
    }
    if (whole) state.SetBytesProcessed(static_cast<std::int64_t>(7 * sizeof(T) * count) * static_cast<std::int64_t>(state.iterations()));
  });
}

void register_steps() {
  const Isa best = best_isa();
  for (const char* method : {"adam", "amsgrad", "sadam"}) {
    register_step<float>(fmt::format("thalweg/step_alone/{}/float", method), many, method, best);
    register_step<float>(fmt::format("thalweg/call/{}/float", method), few, method, best);
  }
  register_step<float>("thalweg/step_alone/adam/float/1e8", huge, "adam", best);
  register_step<double>("thalweg/step_alone/adam/double", many, "adam", best);
  register_step<float>("thalweg/step_alone/adam/float_v3", many, "adam", Isa::v3);
  register_step<float>("thalweg/step_alone/adam/float_threads:2", many, "adam", best, 2);
  register_step<double>("thalweg/call/adam/double", few, "adam", best);
}

}  // namespace
}  // namespace thalweg::bench

int main(int count, char** words) {
  thalweg::bench::register_references();
  thalweg::bench::register_large();
  thalweg::bench::register_steps();
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}

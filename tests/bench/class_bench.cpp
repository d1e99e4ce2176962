// Mini-batch gradients of problems of several classes: replicas at points of their own, each with its own batch, all lanes at once (one product of small matrices for
// the replicas of a pack) against the same replicas one by one, each round in turn. Counters, from the least time of all rounds and the operations of the products:
// gflops, and of_single = time one by one / time at once.
//   bench_class --benchmark_filter=double/v4
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "lib/core/precision.hpp"
#include "lib/engine/array.hpp"
#include "problems/problem.hpp"
#include "tests/bench/timer.hpp"

namespace thalweg::bench {
namespace {

constexpr double features = 64, classes = 10, hidden = 32, batch = 32;
constexpr std::size_t replicas = 64;

struct Subject {
  const char* id;
  Problem problem;
  double operations;  // of a replica
};
std::vector<Subject> subjects() {
  const Parameters values = {{"samples", {4096}}, {"features", {features}}, {"classes", {classes}}, {"batch", {batch}}};
  Parameters network = values;
  network["hidden"] = {hidden};
  return {{"multinomial-regression", make_problem("multinomial-regression", values), 4.0 * features * classes * batch},
          {"mlp-classifier", make_problem("mlp-classifier", network), (4.0 * features * hidden + 6.0 * hidden * classes) * batch}};
}

template <class T>
void compare(benchmark::State& state, const Subject& subject, Isa isa) {
  if (!supported(isa)) {
    state.SkipWithError("not supported here");
    return;
  }
  const Problem& problem = subject.problem;
  const ObjectiveKernel<T>& kernel = *problem.objective.kernel.of<T>(isa);
  const std::size_t dim = problem.dim();
  std::mt19937_64 random(dim);
  std::uniform_real_distribution<T> between(T(-0.1), T(0.1));
  Array<T> points(replicas * dim), gradients(replicas * dim);
  std::generate_n(points.data(), points.size(), [&] { return between(random); });
  std::vector<std::uint64_t> replica(replicas);
  std::iota(replica.begin(), replica.end(), std::uint64_t{0});
  const DrawKey key = draw_key(1, problem.instance);
  std::uint64_t step = 0;
  double together = std::numeric_limits<double>::infinity(), single = together;
  for (auto _ : state) {
    ++step;
    const double one = seconds([&] { kernel.sample(problem.objective.functor.get(), {key, replica.data(), step}, points.data(), gradients.data(), {dim, replicas / lanes_of<T>(isa)}); });
    together = std::min(together, one);
    single = std::min(single, seconds([&] {
      for (std::size_t r = 0; r < replicas; ++r) kernel.point_sample(problem.objective.functor.get(), {key, &replica[r], step}, points.data() + r * dim, gradients.data() + r * dim);
    }));
    state.SetIterationTime(one);
  }
  state.counters["gflops"] = subject.operations * replicas / together * 1e-9;
  state.counters["of_single"] = single / together;
}

template <class T>
void add(const Subject& subject, Precision precision) {
  for (const Isa isa : {Isa::v3, Isa::v4})
    benchmark::RegisterBenchmark(fmt::format("{}/{}/{}", subject.id, to_string(precision), to_string(isa)).c_str(), compare<T>, subject, isa)->Unit(benchmark::kMicrosecond)->UseManualTime();
}

}  // namespace
}  // namespace thalweg::bench

int main(int count, char** words) {
  using namespace thalweg;
  const std::vector<bench::Subject> subjects = bench::subjects();
  for (const bench::Subject& subject : subjects) {
    bench::add<double>(subject, Precision::f64);
    bench::add<float>(subject, Precision::f32);
  }
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}

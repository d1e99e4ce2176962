// Mini-batch gradients of multinomial logistic regression on synthetic images of Fashion-MNIST's shape: 64 replicas at points of their own, each with
// its own batch of 128. Ours is draws, gathering, softmax and both matrix products; each round in turn with Eigen's products alone, of a single batch
// that is gathered and widened already. Counters, from the least time of all rounds and the operations of the products (4 features x classes x batch
// a replica): gflops, eigen_gflops; and of_eigen = gflops / eigen_gflops.
//   bench_logistic --benchmark_filter=double/v4
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "lib/core/precision.hpp"
#include "lib/engine/array.hpp"
#include "problems/problem.hpp"
#include "tests/bench/logistic_reference.hpp"
#include "tests/bench/timer.hpp"
#include "tests/problems/data/idx_files.hpp"

namespace thalweg::bench {
namespace {

constexpr LogisticShape shape;
constexpr std::size_t dim = shape.features * shape.classes;
constexpr double operations = 4.0 * static_cast<double>(dim * shape.batch * shape.replicas);

Problem synthetic() {
  constexpr std::uint32_t samples = 10000, side = 28;
  std::mt19937_64 random(1);
  std::vector<std::uint8_t> pixels(std::size_t{samples} * side * side), labels(samples);
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random());
  for (std::uint8_t& label : labels) label = static_cast<std::uint8_t>(random() % shape.classes);
  const test::DataFolder folder;
  folder.images({samples, side, side}, pixels, labels);
  return make_problem("fashion-logistic", {{"batch", {static_cast<double>(shape.batch)}}});
}

template <class T>
Array<T> uniform(std::size_t count, T low, T high) {
  std::mt19937_64 random(count);
  std::uniform_real_distribution<T> between(low, high);
  Array<T> values(count);
  std::generate_n(values.data(), count, [&] { return between(random); });
  return values;
}

template <class T>
void compare(benchmark::State& state, const Problem& problem, Isa isa) {
  if (!supported(isa)) {
    state.SkipWithError("not supported here");
    return;
  }
  const ObjectiveKernel<T>& kernel = *problem.objective.kernel.of<T>(isa);
  const Array<T> points = uniform<T>(shape.replicas * dim, T(-0.1), T(0.1)), images = uniform<T>(shape.features * shape.batch, T(0), T(1));
  Array<T> gradients(shape.replicas * dim), scores(shape.classes * shape.batch);
  std::vector<std::uint64_t> replica(shape.replicas);
  std::iota(replica.begin(), replica.end(), std::uint64_t{0});
  const DrawKey key = draw_key(1, problem.instance);
  const TileShape tile{dim, shape.replicas / lanes_of<T>(isa)};
  std::uint64_t step = 0;
  double own = std::numeric_limits<double>::infinity(), eigen = own;
  for (auto _ : state) {
    const DrawPoint draws{key, replica.data(), ++step};
    const double one = seconds([&] { kernel.sample(problem.objective.functor.get(), draws, points.data(), gradients.data(), tile); });
    own = std::min(own, one);
    eigen = std::min(eigen, seconds([&] {
      for (std::size_t first = 0; first < points.size(); first += dim)
        eigen_products(shape, points.data() + first, images.data(), scores.data(), gradients.data() + first);
    }));
    state.SetIterationTime(one);
  }
  state.counters["gflops"] = operations / own * 1e-9;
  state.counters["eigen_gflops"] = operations / eigen * 1e-9;
  state.counters["of_eigen"] = eigen / own;
}

template <class T>
void add(const Problem& problem, Precision precision) {
  for (const Isa isa : {Isa::v3, Isa::v4})
    benchmark::RegisterBenchmark(fmt::format("{}/{}", to_string(precision), to_string(isa)).c_str(), compare<T>, problem, isa)
        ->Unit(benchmark::kMillisecond)
        ->UseManualTime();
}

}  // namespace
}  // namespace thalweg::bench

int main(int count, char** words) {
  const thalweg::Problem problem = thalweg::bench::synthetic();
  thalweg::bench::add<double>(problem, thalweg::Precision::f64);
  thalweg::bench::add<float>(problem, thalweg::Precision::f32);
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}

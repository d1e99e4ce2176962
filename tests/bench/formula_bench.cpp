// Objectives given as text against the compiled families that are the same functions: values and gradients of a tile of 64 replicas, 100 coordinates, the best
// instruction set. Each round in turn; counters from the least time of all rounds, in ns a coordinate: text, compiled, ratio = text / compiled.
//   bench_formula
#include <benchmark/benchmark.h>

#include <chrono>
#include <limits>
#include <string>

#include "lib/engine/array.hpp"
#include "problems/problem.hpp"

namespace thalweg::bench {
namespace {

constexpr std::size_t dim = 100, replicas = 64;

double seconds(const Problem& problem, bool value, const Array<double>& x, Array<double>& out) {
  const ObjectiveKernel<double>& kernel = *problem.objective.kernel.of<double>(best_isa());
  const TileShape shape{dim, replicas / lanes_of<double>(best_isa())};
  const auto start = std::chrono::steady_clock::now();
  if (value) kernel.value(problem.objective.functor.get(), x.data(), out.data(), shape);
  else kernel.gradient(problem.objective.functor.get(), x.data(), out.data(), shape);
  benchmark::ClobberMemory();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void compare(benchmark::State& state, const std::string& text, const std::string& id, bool value) {
  const Problem written = make_formula(text, {{"dim", {dim}}}), compiled = make_problem(id, {{"dim", {dim}}});
  Array<double> x(dim * replicas), out(dim * replicas);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = 0.01 * static_cast<double>(i % 301) - 1.5;
  double of_text = std::numeric_limits<double>::infinity(), of_compiled = of_text;
  for (auto round : state) {
    (void)round;
    of_text = std::min(of_text, seconds(written, value, x, out));
    of_compiled = std::min(of_compiled, seconds(compiled, value, x, out));
  }
  constexpr double each = 1e9 / static_cast<double>(dim * replicas);
  state.counters["text"] = of_text * each;
  state.counters["compiled"] = of_compiled * each;
  state.counters["ratio"] = of_text / of_compiled;
}

const struct {
  const char *text, *id;
} functions[] = {{"sum(x[i]^2 + 3*sin(x[i])^2)", "pl-sine"},
                 {"sum(log1p(x[i]^2))", "log-one-plus-square"},
                 {"sum((x[i]^2 - 1)^2)/4", "double-well"},
                 {"sum(i, 0, d - 2, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)", "rosenbrock"}};

void add_all() {
  for (const auto& f : functions)
    for (bool value : {true, false})
      benchmark::RegisterBenchmark((std::string(f.id) + (value ? "/value" : "/gradient")).c_str(),
                                   [f, value](benchmark::State& state) { compare(state, f.text, f.id, value); });
}

}  // namespace
}  // namespace thalweg::bench

int main(int count, char** words) {
  thalweg::bench::add_all();
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}

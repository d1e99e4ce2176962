// Draws against the standard library's normals and Random123's Philox. Counters, in nanoseconds a variate (the reference of all but normals: a word
// of 32 bits), the least of all rounds: own, other; and ratio = own / other.
//   bench_draw --benchmark_filter=normal/.*/v4
#include <benchmark/benchmark.h>

namespace thalweg::bench {

void add_draws_v3();
void add_draws_v4();

}  // namespace thalweg::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512bw");
  if (v3) thalweg::bench::add_draws_v3();
  if (v3 && v4) thalweg::bench::add_draws_v4();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

#include "lib/engine/roofline.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/engine/array.hpp"
#include "lib/engine/cpu/roofline_tables.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

const cpu::RooflineTable& table_of(Isa isa) {
  switch (isa) {
    case Isa::v2: return thalweg_roofline_kernels_v2;
    case Isa::v3: return thalweg_roofline_kernels_v3;
    default: return thalweg_roofline_kernels_v4;
  }
}

// The arrays of one thread.
template <class T>
struct Arrays {
  Array<T> a, b, c, d;
  Arrays() = default;
  explicit Arrays(std::size_t count) : a(count), b(count), c(count), d(count) {
    for (std::size_t i = 0; i < count; ++i) a[i] = b[i] = c[i] = d[i] = static_cast<T>(1.0 + static_cast<double>(i % 61) / 64.0);
  }
};

// Passes per second of `body`, all threads together: the best of several rounds within `seconds`, each of at least a millisecond.
template <class Body>
double best_rate(std::size_t threads, double seconds, const Body& body) {
  using Clock = std::chrono::steady_clock;
  const auto timed = [&](std::size_t passes) {
    const auto start = Clock::now();
    run_in_parallel(threads, threads, [&](std::size_t thread) {
      for (std::size_t pass = 0; pass < passes; ++pass) body(thread);
    });
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const auto begin = Clock::now();
  std::size_t passes = 1;
  double taken = timed(passes);
  while (taken < 1e-3) taken = timed(passes *= 2);
  double best = taken;
  do best = std::min(best, timed(passes));
  while (std::chrono::duration<double>(Clock::now() - begin).count() < seconds);
  return static_cast<double>(passes * threads) / best;
}

template <class T>
Roofline measured(const cpu::RooflineKernel<T>& kernel, std::size_t threads, std::size_t working_set, double seconds) {
  const auto rounded = [](std::size_t values) { return std::max(values / cpu::roofline_step, std::size_t{1}) * cpu::roofline_step; };
  const std::size_t stream_count = rounded(working_set / (4 * sizeof(T))), copy_count = rounded(working_set / (2 * sizeof(T)));
  const double part = seconds / 5.0;
  Roofline roofline;
  {
    std::vector<Arrays<T>> arrays(threads);
    run_in_parallel(threads, threads, [&](std::size_t i) { arrays[i] = Arrays<T>(stream_count); });
    const double passes = best_rate(threads, part, [&](std::size_t i) {
      kernel.streams(arrays[i].a.data(), arrays[i].b.data(), arrays[i].c.data(), arrays[i].d.data(), stream_count);
    });
    roofline.stream_bytes = passes * 7.0 * static_cast<double>(stream_count * sizeof(T));
  }
  {
    std::vector<std::pair<Array<T>, Array<T>>> arrays(threads);
    run_in_parallel(threads, threads, [&](std::size_t i) {
      arrays[i] = {Array<T>(copy_count), Array<T>(copy_count)};
      std::fill_n(arrays[i].first.data(), copy_count, T(1));
    });
    for (const auto copy : {kernel.copy, kernel.copy_past_cache}) {
      const double passes = best_rate(threads, part, [&](std::size_t i) { copy(arrays[i].first.data(), arrays[i].second.data(), copy_count); });
      roofline.copy_bytes = std::max(roofline.copy_bytes, passes * 2.0 * static_cast<double>(copy_count * sizeof(T)));
    }
  }
  constexpr std::size_t in_cache = 1024;
  std::vector<Arrays<T>> arrays;
  for (std::size_t i = 0; i < threads; ++i) arrays.emplace_back(in_cache);
  const auto rate = [&](auto operation) {
    return static_cast<double>(in_cache) * best_rate(threads, part, [&](std::size_t i) { operation(arrays[i].a.data(), arrays[i].b.data(), in_cache); });
  };
  roofline.square_roots = rate(kernel.square_roots);
  roofline.divisions = rate(kernel.divisions);
  return roofline;
}

}  // namespace

Roofline measure_roofline(const CpuOptions& options, Precision precision, std::size_t working_set, double seconds) {
  const Isa isa = options.isa.value_or(best_isa());
  THALWEG_EXPECTS(supported(isa));
  const std::size_t threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  if (precision == Precision::f64) return measured(table_of(isa).f64, threads, working_set, seconds);
  return measured(table_of(isa).f32, threads, working_set, seconds);
}

}  // namespace thalweg

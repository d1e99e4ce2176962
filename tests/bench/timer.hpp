// Seconds that a piece of work takes, for comparisons of two in turns.
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>

namespace thalweg {

template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  benchmark::ClobberMemory();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace thalweg

// Bodies on several threads: each once, as many at a time as was asked for, inside one another, and what they throw.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "lib/engine/parallel.hpp"

namespace thalweg {
namespace {

// Whether `count` bodies are there at once, within seconds.
bool meet(std::size_t threads, std::size_t count) {
  std::atomic<std::size_t> there{0}, met{0};
  run_in_parallel(threads, count, [&](std::size_t) {
    ++there;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (there < count && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (there == count) ++met;
  });
  return met == count;
}

TEST(Parallel, CallsEachBodyOnce) {
  for (std::size_t threads : {0, 1, 2, 7})
    for (std::size_t count : {0, 1, 2, 1000}) {
      std::vector<std::atomic<int>> calls(count);
      run_in_parallel(threads, count, [&](std::size_t i) { ++calls[i]; });
      EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](int n) { return n == 1; })) << threads << " threads, " << count << " bodies";
    }
}

TEST(Parallel, RunsOnMoreThreadsThanThereAreProcessors) {
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  EXPECT_TRUE(meet(processors + 2, processors + 2));
  EXPECT_TRUE(meet(processors + 5, processors + 5)) << "more than before";
  EXPECT_TRUE(meet(2, 2));
}

// A body that runs bodies of its own never finds itself within another of the outer ones, which may want what it holds.
TEST(Parallel, ABodyThatWaitsForItsOwnTakesNoOther) {
  std::vector<std::atomic<int>> within(16);
  std::atomic<bool> nested{false};
  thread_local int depth = 0;
  run_in_parallel(4, within.size(), [&](std::size_t i) {
    if (++depth > 1) nested = true;
    run_in_parallel(3, 20, [&](std::size_t) {
      ++within[i];
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    });
    --depth;
  });
  EXPECT_FALSE(nested);
  for (const std::atomic<int>& n : within) EXPECT_EQ(n, 20);
}

TEST(Parallel, PassesOnWhatABodyThrows) {
  for (std::size_t threads : {1, 3})
    EXPECT_THROW(run_in_parallel(threads, 10, [](std::size_t i) { if (i == 7) throw std::runtime_error("seven"); }), std::runtime_error);
}

}  // namespace
}  // namespace thalweg

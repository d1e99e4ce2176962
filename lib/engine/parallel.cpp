#include "lib/engine/parallel.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

namespace thalweg {

namespace {

// oneTBB starts no more threads than there are cores, nor than the least of the limits in force: one limit for the process, raised where more are asked for.
void allow(std::size_t threads) {
  static std::mutex mutex;
  static std::size_t allowed = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  static std::unique_ptr<tbb::global_control> limit;
  const std::lock_guard lock(mutex);
  if (threads <= allowed) return;
  limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism, threads);  // before the one that was there goes
  allowed = threads;
}

}  // namespace

void run_in_parallel(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& body) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  if (threads == 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) body(i);
    return;
  }
  allow(threads);
  // oneTBB orders the start and the end by itself; the two atomics say it where a thread sanitizer, which does not see into the library, can read it.
  // Neither orders one body after another.
  std::atomic<bool> started{false};
  std::atomic<std::size_t> ended{0};
  started.store(true, std::memory_order_release);
  const auto piece = [&](std::size_t i) {
    (void)started.load(std::memory_order_acquire);
    body(i);
    ended.fetch_add(1, std::memory_order_release);
  };
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, piece, tbb::simple_partitioner()); });
  (void)ended.load(std::memory_order_acquire);
}

}  // namespace thalweg

#include "analysis/study/run.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>

#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

RunSummary run_cells(const Study& study, const std::vector<Cell>& cells, const Engine& engine, std::size_t threads, Store& store, const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  store.put_study(study);
  RunSummary summary;
  std::vector<const Cell*> missing;
  std::set<std::string> keys;
  for (const Cell& cell : cells)
    if (keys.insert(cell.key).second && !store.has(cell.key)) missing.push_back(&cell);
  summary.cells = keys.size();
  summary.skipped = keys.size() - missing.size();

  std::mutex mutex;
  const std::string hash = study.hash();
  const auto run_one = [&](std::size_t i) {
    const auto began = std::chrono::steady_clock::now();
    const Trajectories out = engine.run(missing[i]->batch());
    store.put(*missing[i], hash, out, seconds_since(began));
    const std::lock_guard lock(mutex);
    ++summary.run;
    if (progress) progress(summary.run + summary.skipped, summary.cells);
  };
  run_in_parallel(threads, missing.size(), run_one);
  summary.seconds = seconds_since(start);
  return summary;
}

}  // namespace thalweg

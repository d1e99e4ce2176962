#include "analysis/study/estimate.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

namespace thalweg {

namespace {

constexpr double sample_coordinate_steps = 3e6;
constexpr double margin = 0.15;

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double size = 0.0, resident = 0.0;
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// The most this process has held so far.
double peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

// What a cell takes while it runs and is stored: the store holds two copies of one series while it writes it.
double cell_bytes_of(const Batch& batch, const Engine& engine) {
  const double series = batch.metrics.empty() ? 0.0 : static_cast<double>(batch.record_steps.size() * batch.replicas) * sizeof(double);
  return static_cast<double>(engine.memory(batch).host) + 2.0 * series + 4.0 * sizeof(double) * static_cast<double>(batch.replicas);
}

double work_of(const Batch& batch) {
  return static_cast<double>(batch.replicas) * static_cast<double>(batch.objective.dim) * static_cast<double>(batch.eta.size());
}

// Fewer replicas where they alone are too much, then the first steps, with as large a share of recorded ones.
Batch shortened(const Batch& batch) {
  constexpr double least_replicas = 64.0, sample_steps = 64.0;
  Batch sample = batch;
  const double replicas = std::max(least_replicas, sample_coordinate_steps / (sample_steps * static_cast<double>(batch.objective.dim)));
  sample.replicas = static_cast<std::size_t>(std::min(static_cast<double>(batch.replicas), replicas));
  const double share = std::min(1.0, sample_coordinate_steps / work_of(sample));
  const auto horizon = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(share * static_cast<double>(batch.eta.size()))));
  if (horizon >= batch.eta.size()) return sample;
  sample.eta.resize(horizon);
  if (!sample.weights.empty()) sample.weights.resize(horizon);
  const auto spread = [&](std::vector<std::uint64_t>& steps) {
    const auto wanted = static_cast<std::size_t>(std::ceil(static_cast<double>(steps.size()) * static_cast<double>(horizon) / static_cast<double>(batch.eta.size())));
    const std::size_t count = steps.empty() ? 0 : std::min(horizon, wanted);
    std::set<std::uint64_t> kept;
    for (std::size_t k = 1; k <= count; ++k) kept.insert(k * horizon / count);
    steps.assign(kept.begin(), kept.end());
  };
  spread(sample.record_steps);
  sample.percentile_steps = sample.percentile_steps.empty() ? sample.percentile_steps : sample.record_steps;
  return sample;
}

double seconds_per_work(const Batch& sample, const Engine& engine) {
  const auto start = std::chrono::steady_clock::now();
  engine.run(sample);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / work_of(sample);
}

double store_bytes_of(const Batch& batch) {
  double columns = static_cast<double>(batch.percentile_steps.size() * rate_percentiles.size()) + 2.0 + (batch.audit ? 3.0 : 0.0);
  for (std::size_t k = 0; k < metric_count; ++k)
    if (batch.metrics.contains(static_cast<Metric>(k))) columns += static_cast<double>(batch.record_steps.size());
  return columns * static_cast<double>(batch.replicas) * sizeof(double) + 4096.0;
}

void add(BlockEstimate& sum, const BlockEstimate& part) {
  sum.cells += part.cells;
  sum.replicas += part.replicas;
  sum.coordinate_steps += part.coordinate_steps;
  sum.seconds += part.seconds;
  sum.least_seconds += part.least_seconds;
  sum.most_seconds += part.most_seconds;
  sum.cell_bytes = std::max(sum.cell_bytes, part.cell_bytes);
  sum.store_bytes += part.store_bytes;
}

// Expanding the study may already have taken more than its run will.
double promised(double cell_bytes, std::size_t in_flight) {
  return std::max(peak_bytes(), resident_bytes() + cell_bytes * static_cast<double>(in_flight));
}

// What a coordinate-step costs depends on these.
std::string kind_of(const Cell& cell) {
  return cell.block + "|" + cell.setting.problem.text + "|" + cell.setting.noise.entry.id.data() + "|" + cell.setting.definition.method;
}

}  // namespace

Memory largest_memory(const std::vector<Cell>& cells, const Engine& engine) {
  Memory largest;
  for (const Cell& cell : cells) {
    const Memory one = engine.memory(cell.batch());
    largest.host = std::max(largest.host, one.host);
    if (one.device >= largest.device) largest.device = one.device, largest.device_free = one.device_free;
  }
  return largest;
}

double memory_needed(const std::vector<Cell>& cells, const Engine& engine, std::size_t in_flight) {
  double largest = 0.0;
  for (const Cell& cell : cells) largest = std::max(largest, cell_bytes_of(cell.batch(), engine));
  return promised(largest, std::min(in_flight, cells.size()));
}

Estimate estimate(const std::vector<Cell>& cells, const Engine& alone, const Engine& engine, std::size_t threads) {
  Estimate made;
  made.threads = threads;
  made.memory_bytes = memory_needed(cells, engine, threads);  // before the samples take memory of their own
  std::map<std::string, std::pair<double, double>> cost;  // of a coordinate-step: least and most
  std::set<std::string> keys;
  for (const Cell& cell : cells) {
    if (!keys.insert(cell.key).second) continue;
    const Batch batch = cell.batch();
    const auto [found, fresh] = cost.try_emplace(kind_of(cell));
    if (fresh) {
      const Batch sample = shortened(batch);
      const double one = seconds_per_work(sample, alone), two = seconds_per_work(sample, alone);
      found->second = std::minmax(one, two);
    }
    if (made.blocks.empty() || made.blocks.back().name != cell.block) made.blocks.push_back({.name = cell.block});
    const double work = work_of(batch), share = work / (engine.memory(batch).device > 0 ? 1.0 : static_cast<double>(threads));
    const auto [least, most] = found->second;
    add(made.blocks.back(), {.name = "", .cells = 1, .replicas = static_cast<double>(batch.replicas), .coordinate_steps = work,
                             .seconds = share * 0.5 * (least + most), .least_seconds = share * least * (1.0 - margin), .most_seconds = share * most * (1.0 + margin),
                             .cell_bytes = cell_bytes_of(batch, engine), .store_bytes = store_bytes_of(batch)});
  }
  for (const BlockEstimate& block : made.blocks) add(made.all, block);
  return made;
}

}  // namespace thalweg

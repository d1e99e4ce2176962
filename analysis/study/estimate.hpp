// How long a study will take and what it will need, before it is run.
//
// Time: a sample of the study's own cells is run, a few million coordinate-steps each on one thread, twice; a cell not sampled takes the time of a
// coordinate-step of the sampled cell of its block with the same method. The range spans the two passes and 15 % more on either side.
// Memory: what the process holds once the study is expanded, and what the engine promises for the largest cells that may run at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/study/study.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg {

struct BlockEstimate {
  std::string name;
  std::size_t cells = 0;
  double replicas = 0.0, coordinate_steps = 0.0;  // over all cells
  double seconds = 0.0, least_seconds = 0.0, most_seconds = 0.0;
  double cell_bytes = 0.0;                        // memory of the largest cell
  double store_bytes = 0.0;
};

struct Estimate {
  std::vector<BlockEstimate> blocks;
  BlockEstimate all;          // seconds: with all threads
  std::size_t threads = 1;
  double memory_bytes = 0.0;  // of the whole process at its largest
};

// Of one run, the largest of all cells: cheap.
Memory largest_memory(const std::vector<Cell>& cells, const Engine& engine);
// Of the host, for the whole study: cheap. in_flight: cells that run at once.
double memory_needed(const std::vector<Cell>& cells, const Engine& engine, std::size_t in_flight);

// alone: an engine of one thread, on which the sample is timed; engine: the one of the run.
Estimate estimate(const std::vector<Cell>& cells, const Engine& alone, const Engine& engine, std::size_t threads);

}  // namespace thalweg

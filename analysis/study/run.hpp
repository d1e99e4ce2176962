// Runs the cells of a study that the store does not hold yet, many at once, one transaction each.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "analysis/study/store.hpp"
#include "analysis/study/study.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg {

struct RunSummary {
  std::size_t cells = 0, run = 0, skipped = 0;
  double seconds = 0.0;
};

// progress(done, total) is called after each cell, from one thread at a time.
using Progress = std::function<void(std::size_t, std::size_t)>;

RunSummary run_cells(const Study& study, const std::vector<Cell>& cells, const Engine& engine, std::size_t threads, Store& store, const Progress& progress = {});

}  // namespace thalweg

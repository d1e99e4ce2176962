// Runs studies that a program writes on its way, and hands back every cell with its record: what the store holds already is read, not run.
#pragma once

#include <string>
#include <vector>

#include "analysis/study/run.hpp"

namespace thalweg {

struct Recorded {
  Cell cell;
  Trajectories record;

  // The metric of every replica at the last recorded step.
  std::vector<double> last(Metric metric) const;
};

class Laboratory {
 public:
  // progress(what) gives the progress of one run. All that is given must outlive the laboratory.
  Laboratory(const std::vector<Card>& cards, const Engine& engine, std::size_t threads, Store& store, std::function<Progress(const std::string&)> progress = {})
      : cards_(cards), engine_(engine), threads_(threads), store_(store), progress_(std::move(progress)) {}

  // In the order of expand().
  std::vector<Recorded> run(const Study& study, const Changes& changes = {});
  const std::vector<Card>& cards() const { return cards_; }
  // Of all runs so far.
  const RunSummary& summary() const { return summary_; }

 private:
  const std::vector<Card>& cards_;
  const Engine& engine_;
  std::size_t threads_;
  Store& store_;
  std::function<Progress(const std::string&)> progress_;
  RunSummary summary_;
};

}  // namespace thalweg

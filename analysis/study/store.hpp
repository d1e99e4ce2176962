// The store: one SQLite file per run directory, append-only, write-ahead log, one transaction per cell. `kill -9` at any moment loses at most the
// cells in flight; running again skips what is there.
//
// Tables: study(hash, id, text), cell(key, study, block, problem, noise, method, definition, eta, horizon, replicas, seed, constants (JSON with
// trust and source), code, machine, seconds), series(cell, metric, data), step(cell, data), outcome(cell, data), audit(cell, data),
// percentile(cell, data), round(key, cell, first): the cell `key` is a later round of `cell`, from replica `first` on. Arrays are little-endian blobs: doubles, or unsigned 64-bit integers for steps, outcomes and audits.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/study.hpp"
#include "lib/engine/batch.hpp"

namespace thalweg {

class Store {
 public:
  // Opens or creates <folder>/store.sqlite. EnvironmentError when it cannot be written, SpecError when the file is not a store of ours.
  explicit Store(const std::filesystem::path& folder);
  // Opens for reading; the file must exist.
  static Store existing(const std::filesystem::path& folder);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  void put_study(const Study& study);
  // The text and name of the studies in the store, in order of arrival.
  std::vector<std::pair<std::string, std::string>> studies() const;
  bool has(const std::string& key) const;
  void put(const Cell& cell, const std::string& study_hash, const Trajectories& trajectories, double seconds);
  std::optional<Trajectories> get(const std::string& key) const;
  // The number of its first replica: 0 but for later rounds.
  std::size_t first_replica(const std::string& key) const;
  std::vector<std::string> keys() const;
  // Every number, sorted by cell key, without wall times and machine: equal for equal runs, byte for byte.
  void export_csv(std::ostream& out) const;
  // A hash of every number, equal for equal exports.
  std::string hash() const;

 private:
  struct Database;
  explicit Store(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace thalweg

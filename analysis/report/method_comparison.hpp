// Methods of a study compared: paired over common random numbers, by profiles, by the expected number of oracle calls to a target
// (analysis/stats/comparison.hpp has the definitions). Cells that share problem, noise, horizon, seed and replicas form a group; replica r of every
// cell in it sees the same draws.
//
// Levels: the study's level is shared evenly by all paired comparisons of random groups (Bonferroni), so that with probability at least 1 - level no
// printed difference is wrong. Intervals of means and of run times are each at that level too and decide nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/stats/comparison.hpp"
#include "analysis/study/store.hpp"
#include "analysis/study/study.hpp"

namespace thalweg {

// Reached at the first recorded step where the metric is at most `absolute`, or, without one, at most
//   m_L + reduction (m_0 - m_L),
// m_0 the metric at the start, m_L the least value that any method of the group records for that replica (More and Wild's test of convergence).
struct Target {
  std::optional<double> absolute;
  double reduction = 1e-3;
};

struct ComparedMethod {
  std::string label, cell;
  Estimate mean;      // of the metric at the last step
  RunTime time;       // in oracle calls
};
struct ComparedPair {
  std::size_t first, second;  // of the group's methods
  PairedComparison comparison;
};
struct ComparedGroup {
  std::string problem, noise;
  std::uint64_t horizon = 0;
  std::size_t replicas = 0;
  std::vector<ComparedMethod> methods;
  std::vector<ComparedPair> pairs;    // every two methods
};

struct MethodComparison {
  std::string study, study_hash, code;
  Metric metric = Metric::f_gap;
  Target target;
  double level = 1e-3;
  std::size_t comparisons = 0;
  std::vector<ComparedGroup> groups;  // those of two methods or more
  // Over instances, each a replica of a group, for the methods that every group has; empty where they are fewer than two.
  std::vector<std::string> profiled;
  std::size_t instances = 0;
  std::vector<ShareCurve> performance, data;
};

// The metric must be recorded by every cell, and the records be in the store. SpecError where the study has no two methods to compare.
MethodComparison compare_methods(const Study& study, const std::vector<Cell>& cells, const Store& store, Metric metric, const Target& target, double level);

std::string table(const MethodComparison& comparison);
// One JSON object, schema thalweg.compare/1 (docs/formats.md).
std::string to_json(const MethodComparison& comparison);

}  // namespace thalweg

// Each candidate at its own best step size, on noise that all candidates and steps share.
//
// A grid of half decades from 1e-5 to 1, continued by two decades at a time where the best is its first or last (four times at most), then refined by
// eighths of a decade around the best. Best: the least mean over replicas of the metric at the last step; a run that diverged counts as infinite. What is
// best on one noise is best partly by luck: the steps that cannot be told from it are said (paired, simultaneous), and whoever reports the error at the
// chosen step measures it anew on other noise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/study/laboratory.hpp"

namespace thalweg {

// A definition as a study writes it.
struct Candidate {
  std::string method;                  // with its preset
  std::map<std::string, double> set;
};

struct Tuned {
  double eta = 0.0;
  double mean = 0.0;            // on the noise it was chosen on: too low by the luck of the choice
  double least = 0.0, most = 0.0;   // the steps tried that cannot be told from the best
  std::size_t tried = 0;
  bool at_end = false;          // the best is the first or the last of all that were tried
};

// The part of a study that all runs share: everything but method, set, eta and seed.
struct Shared {
  std::string id;
  std::string problem, noise;   // values of the keys of a block, as TOML
  std::uint64_t horizon = 1000, seed = 1;
  std::size_t replicas = 64, records = 24;
  bool box = false;
  Precision precision = Precision::f64;
  Metric metric = Metric::mean_grad_sq;
};

// One block of TOML: every combination of the candidate's fields with the steps. theorems: TOML of a list; more: further lines.
std::string block_text(const Shared& common, const std::string& name, const Candidate& candidate, const std::vector<std::string>& etas, const std::string& theorems = "[]", const std::string& more = "");
// A study of such blocks.
Study study_of(const Shared& common, const std::string& part, const std::string& blocks);

std::vector<Tuned> tune(Laboratory& laboratory, const Shared& common, const std::vector<Candidate>& candidates, double level);

}  // namespace thalweg

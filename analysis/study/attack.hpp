// Search for the instance on which a theorem is tightest: the largest measured / bound over problems, noises, definitions, starts, step sizes and horizons.
//
// Every trial is a short run judged as any cell is (verdict.hpp), all with the same draws (common random numbers: one seed, one instance number), so that
// the score is a fixed function of the trial. Half of the trials with noise are settled, so that what stays for ever is seen without what fades: they start
// where a run of the same kind ends (the mean over its replicas), moved on until another run changes f by less than a fifth; and where the bound can be had
// without a run, with the step that makes it least. Score: log(measured / bound); of a limit the log of its relative error in tolerances; of a threshold
// minus the log distance from it, and 1 where it is contradicted. Three parts of the time:
//   explore  25 %  combinations of problem, noise and method drawn by how often the card spoke of them and how often they were among the best twentieth, each
//                  kind of noise (none, symmetric, skewed) as often as the others; points of their cubes (instance_space.hpp) uniform, settled ones with
//                  long horizons, or near the best
//   descend  50 %  coordinate searches from the best of five explored trials of one kind (of noise, settled or not): the best of all neighbours at a distance
//                  that is halved where none is better. Many descents, because where a bound is attained in one way (a plateau, say) it may be broken in
//                  another
//   refine   25 %  of the best trial of each kind: normal samples whose mean and covariance move to the best quarter (the rank-mu update of CMA-ES, N. Hansen,
//                  arXiv:1604.00772, without its evolution paths)
// What it finds was chosen for its noise too. Only a run with fresh draws, with its own share of the error, can be called violated: write the findings as a
// study (study_of) and verify it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analysis/study/instance_space.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg {

struct AttackOptions {
  Restriction restriction;
  double seconds = 120.0;
  std::uint64_t evaluations = 0;   // 0: time alone limits; else exactly these are made, the parts by their share, and equal options find equal instances
  std::uint64_t seed = 1;
  std::size_t threads = 0;
  std::size_t findings = 3;        // of different combinations
};

struct Finding {
  Instance instance;               // replicas and seed of the confirming run
  double ratio = 0.0;              // measured / bound in the search; of other kinds exp(score)
};

struct Attack {
  std::vector<Finding> findings;   // the best first
  std::uint64_t trials = 0;        // runs
  std::uint64_t refused = 0;       // points of which the card does not speak
  std::map<std::string, std::uint64_t> reasons;  // why, with how often
  double seconds = 0.0;
};

// progress(share of the budget used, best ratio so far), from one thread at a time.
using AttackProgress = std::function<void(double, double)>;

Attack attack(const Card& card, const AttackOptions& options, const Engine& engine, const AttackProgress& progress = {});

// A study with one block for each finding; the level is shared by all of them.
std::string study_of(const Card& card, const Attack& attack, double level);

}  // namespace thalweg

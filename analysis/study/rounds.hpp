// Replicas are added in rounds until a verdict is reached or the budget is spent. With n_0 replicas declared for a cell, round 0 is those n_0 and
// every later one doubles what there is:
//   round k >= 1 has the replicas n_0 2^(k-1) ... n_0 2^k - 1; rounds are planned while their last replica is within the budget.
// A replica has the same bits in a round as in one batch of all: draws are functions of the replica's number. Which rounds are planned is known
// before any run; which are run depends on nothing but recorded numbers, so a run that was killed goes on where it stopped, to the same records.
// Round 0 is the cell itself; a later round is a cell of its own in the store, with a key made of the first one's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/study.hpp"

namespace thalweg {

struct Budget {
  std::size_t factor = 1;               // most replicas of a random cell, as a multiple of its declared ones; 1: no further round
  std::optional<std::size_t> replicas;  // the same as a number; counts instead of the factor
};

// Replicas after each planned round, the declared ones first, which are run whatever the budget. A cell without randomness has one round.
std::vector<std::size_t> round_ends(const Cell& cell, const Budget& budget);

// Round k of the cell, k = 0 the cell itself.
Cell round_of(const Cell& cell, std::size_t k);

// Parts of one cell, in the order of their replicas, as one.
Trajectories joined(const std::vector<Trajectories>& parts);

}  // namespace thalweg

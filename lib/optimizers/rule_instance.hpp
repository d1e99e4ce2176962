// A rule with its hyper-parameters, erased: what an engine is handed.
#pragma once

#include <cstddef>
#include <vector>

namespace thalweg {

constexpr std::size_t not_a_slot = static_cast<std::size_t>(-1);

// The gradient that a call of a rule is given: a sample, that of f itself, or none (rule.hpp). Where f is a finite sum that keeps a gradient of each of its n
// samples for a replica, zeros at first (ObjectiveKernel::recall), a rule may also ask for
//   recalled   the mean over the batch of the step of what is kept
//   renewed    what is kept for the samples of the batch becomes their gradients at x: the change of the mean over all n
//   filled     the same for all n
// What all samples have alike, a regulariser, is part of samples alone, not of what is kept.
enum class Asked { sample, exact, nothing, recalled, renewed, filled };
constexpr bool of_memory(Asked asked) { return asked == Asked::recalled || asked == Asked::renewed || asked == Asked::filled; }

struct RuleInstance {
  std::size_t rule = 0;          // position in Rules (lib/optimizers/catalogue.hpp)
  std::vector<std::byte> hyper;  // its Hyper
};

}  // namespace thalweg

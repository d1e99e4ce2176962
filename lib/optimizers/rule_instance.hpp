// A rule with its hyper-parameters, erased: what an engine is handed.
#pragma once

#include <cstddef>
#include <vector>

namespace thalweg {

constexpr std::size_t not_a_slot = static_cast<std::size_t>(-1);

// The gradient that a call of a rule is given: a sample, that of f itself, or none (rule.hpp).
enum class Asked { sample, exact, nothing };

struct RuleInstance {
  std::size_t rule = 0;          // position in Rules (lib/optimizers/catalogue.hpp)
  std::vector<std::byte> hyper;  // its Hyper
};

}  // namespace thalweg

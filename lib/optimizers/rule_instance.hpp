// A rule with its hyper-parameters, erased: what an engine is handed.
#pragma once

#include <cstddef>
#include <vector>

namespace thalweg {

constexpr std::size_t not_a_slot = static_cast<std::size_t>(-1);

struct RuleInstance {
  std::size_t rule = 0;          // position in Rules (lib/optimizers/catalogue.hpp)
  std::vector<std::byte> hyper;  // its Hyper
};

}  // namespace thalweg

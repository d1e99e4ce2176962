// A rule with its hyper-parameters, erased: what an engine is handed.
#pragma once

#include <cstddef>
#include <vector>

namespace thalweg {

struct RuleInstance {
  std::size_t rule = 0;          // position in Rules (lib/optimizers/catalogue.hpp)
  std::vector<std::byte> hyper;  // its Hyper
};

}  // namespace thalweg

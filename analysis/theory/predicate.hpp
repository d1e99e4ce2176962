// The predicates a card's `requires` may name: questions about a setting, answered from facts, never from names.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "analysis/theory/setting.hpp"

namespace thalweg {

struct Definition;

struct Predicate {
  std::string_view id;
  std::string_view meaning;  // "f is convex"
  bool (*certain)(const Setting&);   // true: a fact
  // For assumptions that a run can be watched for: true when the setting leaves them to be observed. Null: never.
  bool (*observable)(const Setting&) = nullptr;
  std::string_view failure;  // a clause: "f is not known to be convex"
  // The same question where the definition alone answers it. Null: problem, noise or run have a say.
  bool (*of_definition)(const Definition&) = nullptr;
};

std::span<const Predicate> predicates();
const Predicate* find_predicate(std::string_view id);

}  // namespace thalweg

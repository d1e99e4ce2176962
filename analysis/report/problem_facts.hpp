// What is known of a problem as words and names: its properties, its constants with their meaning, its kind. For `list`, `show` and the pages of docs/problems.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg {

// A word that holds of a problem or not: "smooth", "pl", "nonconvex" ...
struct ProblemProperty {
  std::string_view id, meaning;
  std::function<bool(const Problem&)> holds;
};
const std::vector<ProblemProperty>& problem_properties();
std::vector<std::string> properties_of(const Problem& problem);

// The kinds into which the gallery sorts problems, in its order; a problem is of the first that its facts prove.
const std::vector<ProblemProperty>& problem_kinds();
std::string_view kind_of(const Problem& problem);

struct NamedConstant {
  std::string_view name;
  const Constant* constant;
  std::string_view meaning;
};
std::vector<NamedConstant> constants_of(const Facts& facts);         // everywhere; those that are not known too
std::vector<NamedConstant> constants_on_region(const Facts& facts);  // those of Facts::region

// "[-2, 2]^10", "[-5, 10] x [0, 15]"
std::string region_text(const Box& region);

// Six digits: an exact value in full; a proved enclosure whose ends agree in six digits as one number, else its ends rounded outwards; "at least 0"; "unknown".
std::string value_text(const Constant& constant);

// What theorems ask of a problem, if it may be asked: f*, L of a differentiable function (everywhere or on the region), mu and mu_pl where the family claims
// strong convexity or the Polyak-Lojasiewicz inequality, the bounds G_j. Those that are not exact or proved, by name; empty: all are.
std::vector<std::string> constants_without_proof(const Facts& facts);

}  // namespace thalweg

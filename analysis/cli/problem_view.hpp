// How the program shows a problem and a noise: their properties as words that --with takes, its facts as text and as JSON.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg::cli {

// A word that holds of a problem or not: "smooth", "pl", "nonconvex" ...
struct ProblemProperty {
  std::string_view id, meaning;
  std::function<bool(const Problem&)> holds;
};
const std::vector<ProblemProperty>& problem_properties();
std::vector<std::string> properties_of(const Problem& problem);

// JSON objects, as text.
std::string facts_json(const Problem& problem);
void print_facts(const Problem& problem);
std::string facts_json(const Noise& noise);
void print_facts(const Noise& noise);

}  // namespace thalweg::cli

// How the program shows a problem and a noise: their facts as text and as JSON.
#pragma once

#include <string>

#include "problems/problem.hpp"

namespace thalweg::cli {

// JSON objects, as text.
std::string facts_json(const Problem& problem);
std::string facts_json(const Noise& noise);
void print_facts(const Problem& problem);
void print_facts(const Noise& noise);

}  // namespace thalweg::cli

// The gallery of problems, docs/problems: a page for each family, the index with the table of noises, as Markdown. What depends on data of a package that may be
// missing (problems/package.hpp) is left out, so that the pages are the same on every machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg {

// A family with its default instance and the one that is drawn; without them where it needs data of a package.
struct Exhibit {
  Family family;
  std::optional<Problem> problem, pictured;
};
std::vector<Exhibit> problem_exhibits();

std::string problem_page(const Exhibit& exhibit);
std::string problem_index(const std::vector<Exhibit>& exhibits);

}  // namespace thalweg

// Problems written as text: a family or a formula inside transformations (problems/transformation.hpp).
//
//   problem  = id | id(name=value, ...) | "formula" | formula("formula", name=value, ...) | transformation(problem, ..., name=value, ...)
//   value    = number | [number, ...]
// "rotate(shift(pl-sine(dim=10), by=1), seed=7)" is x^2 + 3 sin^2 x moved by 1 in every coordinate and then rotated. Such a text stands wherever the id of a
// problem can; the canonical text of a problem is one. Parameters that are given beside it (--problem-set, a study's table) belong to the families inside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg {

struct TransformationEntry {
  Family family;
  std::size_t operands;    // problems inside
  std::string_view rules;  // which facts are carried, in words
};
const std::vector<TransformationEntry>& transformations();
// Null: there is none of this name.
const TransformationEntry* find_transformation(std::string_view id);

// Whether a text is more than an id.
bool is_composition(std::string_view text);
// The name before the first parenthesis; empty of a formula.
std::string_view head_of(std::string_view text);
// Ids of the families inside, in order. SpecError where the text cannot be read.
std::vector<std::string> families_in(const std::string& text);

// What make_problem does with such a text. SpecErrors say at which character.
Problem composed_problem(const std::string& text, const Parameters& given, const Texts& texts);

}  // namespace thalweg

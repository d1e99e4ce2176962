// What there is to say of a method, read off its definition: for `show`, `list` and the pages of docs/methods.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/theory/card.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

// Presets of the method that give this very definition, in the order of its table.
std::vector<std::string_view> presets_equal_to(const Definition& definition);

// The fields in which two definitions of one method differ, with the values of the first and of the second.
struct Difference {
  std::string field, value, reference;
};
std::vector<Difference> differences(const Definition& definition, const Definition& reference);

// The theorems that speak of the definition (speaks_of), those that are expected to hold.
std::vector<const Card*> theorems_about(const Definition& definition, const std::vector<Card>& cards);

// The bounds of its A-LR for |g_j| <= G as a sentence with the formulas, and the limit of local stability; plain.
std::string rate_sentence(const Definition& definition);
std::string stability_sentence(const Definition& definition);

// "family-plain-and-momentum": the name of a family's picture, without suffix.
std::string family_stem(std::string_view family);
std::vector<std::string_view> families();

// The page of a method and the index of all, as Markdown.
std::string method_page(const MethodEntry& entry, const std::vector<Card>& cards);
std::string method_index();

}  // namespace thalweg

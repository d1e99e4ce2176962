// The formulas of the families as text, for pages and the program. A family says so:  static constexpr std::string_view formula = "f(x) = ...";
// Letters that are not coordinates are parameters or named behind the formula; values are f - f* wherever f* is known.
#pragma once

#include <string_view>

namespace thalweg {

// Empty for a family of a program's own that states none.
std::string_view formula_text(std::string_view problem);

}  // namespace thalweg

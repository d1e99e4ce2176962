// A card's expressions over a setting's quantities, as enclosures.
#pragma once

#include <string>
#include <vector>

#include "analysis/theory/card.hpp"
#include "analysis/theory/setting.hpp"

namespace thalweg {

// The value of one expression. SpecError with card, line and column for an unknown name (with the nearest known one) or a division by zero.
Interval value_of(const Expression& expression, const Quantities& quantities, const std::string& card);
// The truth of a condition.
Truth truth_of(const Expression& expression, const Quantities& quantities, const std::string& card);
// Adds the card's [let] to the quantities, in order. A name that needs a path quantity which is not there yet is left out.
void add_let(const Card& card, Quantities& quantities);
// Path quantities (V1, V2, h_sum, ...) the card's bound uses, directly or through [let].
std::vector<Metric> path_metrics(const Card& card);
// The name of a path quantity in a card, or empty.
std::string_view path_name(Metric metric);

// eta_1 ... eta_T of an expression in t, T and the quantities of a setting whose eta is not set yet. Each is the lower end of its enclosure, so
// that a step written at the edge of a condition, such as 1 / L, certainly meets it; an expression with if, floor or comparisons is evaluated in double.
// Schedules have names too (schedules.hpp): cosine(0.1), 1/L*warmup(100), table(0.1, 0.05).
// SpecError names the first t at which a step is negative or not finite.
std::vector<double> step_sizes(const std::string& text, std::uint64_t horizon, const Quantities& quantities, const Place& place = {});
// A number from an expression in the names given.
double number_of(const std::string& text, const std::vector<std::pair<std::string, double>>& names, const Place& place);

}  // namespace thalweg

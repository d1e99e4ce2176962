// How the statement of a card moves with a hyper-parameter p of the definition (eps, beta): elasticities d log y / d log p, by differentiation of the
// card's own expression graphs. Where y = C p^a, the elasticity is a; elsewhere it is the local exponent.
//
// Everything a card may use is a value with its derivative by log p (dual numbers, forward mode: the chain rule over the graph, not differences):
//   fields of the definition   p for p itself, 0 for the others
//   mu1, mu2                   the formulas of rate_bounds (lib/optimizers/bounds.hpp) in the fields and G; an extreme over t moves as at the step where it
//                              is attained (envelope theorem)
//   kappa_A, mu1_prime         mu2 / mu1; the formula of mu1 without correction at sqrt(beta2) Gs
//   eta, eta[t], eta_max       the step-size rule as it is written: 0.01 stays, 1/(L*mu2) moves
//   [let]                      in order, over all of these
//   everything else            0: constants of problem and oracle, T
// A method that states the bounds of its A-LR by no formula has central differences of the bounds in their place.
//
// Numbers are those that a bound counts with: the midpoint of an enclosure, or the upper end of a wide one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/theory/card.hpp"
#include "analysis/theory/setting.hpp"

namespace thalweg {

struct Elastic {
  double value;     // y
  double exponent;  // d log |y| / d log p
};

// Of any expression over the setting's quantities and, where a card is given, its [let]. SpecError for an unknown name.
Elastic elasticity(const Expression& expression, const Setting& setting, std::string_view field, const Card* card = nullptr);

// Of the card's bound at the setting's step. No value: it contains path quantities, which are measured.
std::optional<Elastic> bound_elasticity(const Card& card, const Setting& setting, std::string_view field);

// The largest constant step that the card's conditions allow, all else as in the setting, and d log step / d log p there by the implicit function theorem
// on the condition that binds. Of a threshold card: the step at which [let] product reaches the threshold.
struct LargestStep {
  double value;
  double exponent;
  std::string condition;  // the one that binds, as written
};
// No value: no condition limits the step, or none is allowed.
std::optional<LargestStep> largest_step(const Card& card, const Setting& setting, std::string_view field);

// The constant step with the least bound, up to the largest step allowed, and that bound. At an interior minimum the bound moves as at a fixed step
// (envelope theorem); at the largest step it moves with that.
struct BestStep {
  double value;
  Elastic bound;
  bool at_largest;
};
std::optional<BestStep> best_step(const Card& card, const Setting& setting, std::string_view field);

// Whether the conditions of [admissible] that do not speak of the step certainly hold.
bool holds_apart_from_step(const Card& card, const Setting& setting);

}  // namespace thalweg

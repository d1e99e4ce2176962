// Conditions of a card that hold on a line alone, of which random numbers meet none: abs(eta*(L + mu) - 2) <= 1e-12, T == 1, largest == 0. Each is solved for one
// of its names, eta before a field of the definition before T; the others stay as they are.
//   pin       left == right, or abs(difference) <= a bound in which a number of at most 1e-6 stands; parts of an `and` count for themselves
//   solution  the uppermost sign change on a grid, by bisection down to neighbouring doubles; of the two that with the smaller difference
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/theory/card.hpp"
#include "analysis/theory/setting.hpp"

namespace thalweg {

struct Pin {
  Expression difference;           // 0 where the condition holds
  std::vector<std::string> names;  // that it depends on, through [let] too

  bool depends_on(std::string_view name) const;
};
std::vector<Pin> pins_of(const Card& card);

// The number that `name` must be, in [lower, upper]; nothing: none is found there.
std::optional<double> solved(const Pin& pin, const Card& card, const Quantities& quantities, const std::string& name, double lower, double upper);

}  // namespace thalweg

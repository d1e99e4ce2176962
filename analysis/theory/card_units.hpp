// Dimensional consistency of a card: every formula is followed through with the units of names.hpp. Each [let] in its order, each condition, the
// weights and the declared rate must be consistent; the bound and [trivial] must have the units of the metric, a threshold those of its product.
//
// eta: the units on which all methods that the card names agree; x for a card without methods that requires lipschitz-denominator, since D(s) >= s
// gives D the units of a gradient; a unit of its own else (names.hpp says why). A name whose units a choice of the definition decides, such as eps
// inside the root or outside, may have any of these: one that makes the card consistent is enough.
// A number of [let] that stands for a length or the like gets its units in [units].
#pragma once

#include <vector>

#include "analysis/theory/card.hpp"
#include "lib/core/expression_units.hpp"

namespace thalweg {

// Every inconsistency with card, line and column, in the order of the file; those of a card that says normalised or inconsistent, too.
std::vector<SpecError> inconsistencies(const Card& card);

// The same as what is wrong with the card: nothing of a card that says it is normalised in its source; of one that says it is inconsistent, that no
// inconsistency was found.
std::vector<SpecError> unit_errors(const Card& card);

// Of eta in this card.
Units eta_units(const Card& card);

}  // namespace thalweg

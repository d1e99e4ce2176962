// The figure of a claim: what its evidence rests on, panel by panel. A theorem's panel shows the measured curves with their bands against the bound, of each
// method the cell with the largest ratio; a threshold's the runs on either side; a contrast's the runs that it compares.
#pragma once

#include <optional>
#include <string>

#include "analysis/report/claims_page.hpp"
#include "notebooks-export/figure.hpp"

namespace thalweg {

// Nothing: none of the claim's evidence has a course along a run. Records are those of the first rounds.
std::optional<Figure> claim_figure(const ClaimsVerification& verified, const Decided& decided, const std::vector<Cell>& cells, const Store& store, const std::string& store_hash);

}  // namespace thalweg

// The stall floor and the stall law (analysis/study/stall.hpp) as tables.
#pragma once

#include <vector>

#include "analysis/report/plain_table.hpp"
#include "analysis/study/laboratory.hpp"

namespace thalweg {

std::vector<PlainTable> stall_floor(const std::vector<Recorded>& records, const std::vector<Card>& cards, double level);
std::vector<PlainTable> stall_law_table(const std::vector<Recorded>& records, const std::vector<Card>& cards, double level);

}  // namespace thalweg

// What a sweep over eps or beta found (analysis/study/epsilon.hpp), as tables for a terminal, as JSON, and as a figure.
#pragma once

#include <string>
#include <vector>

#include "analysis/report/plain_table.hpp"
#include "analysis/study/epsilon.hpp"
#include "notebooks-export/figure.hpp"

namespace thalweg {

// The values with regime, measured number and local exponent; exponents by regime against the theorems'; the counterpart; the baseline; the conventions.
std::vector<PlainTable> tables(const EpsilonAnswer& answer);
// What stands above them: what was run.
std::string heading(const EpsilonAnswer& answer);
// One JSON object, schema thalweg.epsilon/1 (docs/formats.md).
std::string to_json(const EpsilonAnswer& answer, const std::string& store_hash);
// The measured number and its band against the field, and each bound on the same metric.
Figure figure_of(const EpsilonAnswer& answer, const std::string& store_hash);

}  // namespace thalweg

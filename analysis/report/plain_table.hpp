// A table of words, numbers and estimates with sentences below it, for a terminal and as JSON.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {

// An estimate is shown as "0.123 [0.11, 0.13]"; its interval is left out where there is none.
using TableEntry = std::variant<std::string, double, Estimate>;

struct PlainTable {
  std::string id, title;
  std::vector<std::string> columns;
  std::vector<std::vector<TableEntry>> rows;
  std::vector<std::string> sentences;
};

// Four significant digits; "-" for what is not finite.
std::string number_text(double value, int digits = 4);
std::string estimate_text(const Estimate& estimate, int digits = 4);

// Columns as wide as their widest entry, numbers to the right; no line ends in a space.
std::string to_text(const PlainTable& table);
// {"id", "title", "rows": [{column: value}], "sentences"}: numbers that are not finite are null, estimates {"value", "lower", "upper"}.
std::string to_json(const PlainTable& table);

}  // namespace thalweg

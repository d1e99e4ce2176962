// A constant of a problem as an enclosure with provenance.
//
// lower <= true value <= upper. exact: lower == upper and the value is the definition's own. proved: a proof or a certified computation
// gives both ends. estimated: no guarantee. Bounds are evaluated over these enclosures with outward rounding, so that an upper bound counts
// with its upper end and a condition on the step must hold on the whole enclosure.
#pragma once

#include <limits>
#include <string>

namespace thalweg {

enum class Trust { exact, proved, estimated };

constexpr const char* to_string(Trust trust) {
  switch (trust) {
    case Trust::exact: return "exact";
    case Trust::proved: return "proved";
    case Trust::estimated: return "estimated";
  }
  return "";
}

struct Constant {
  double lower = 0.0;
  double upper = std::numeric_limits<double>::infinity();
  Trust trust = Trust::estimated;
  std::string source;  // where the value comes from, in a few words: "definition", "interval subdivision", "Boehning 1992"

  bool known() const { return upper < std::numeric_limits<double>::infinity() || trust != Trust::estimated; }
};

inline Constant exact(double value, std::string source = "definition") { return {value, value, Trust::exact, std::move(source)}; }
inline Constant proved(double lower, double upper, std::string source) { return {lower, upper, Trust::proved, std::move(source)}; }

}  // namespace thalweg

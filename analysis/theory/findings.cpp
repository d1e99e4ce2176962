#include "analysis/theory/findings.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace thalweg {

void Findings::add(const SpecError& error) {
  if (!collects_) throw error;
  const auto same = [&](const SpecError& other) { return std::string_view(other.what()) == error.what(); };
  if (std::none_of(errors_.begin(), errors_.end(), same)) errors_.push_back(error);
}

std::vector<SpecError> Findings::all() const {
  std::vector<SpecError> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const SpecError& a, const SpecError& b) {
    const Place &x = a.parts().place, &y = b.parts().place;
    return std::tie(x.line, x.column) < std::tie(y.line, y.column);
  });
  return sorted;
}

}  // namespace thalweg

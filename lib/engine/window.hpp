// Windows: the steps that an engine takes before it looks at what they gave. Every number that is due gets a column of results; a window grows until
// the room for results is used, and ends with a step whose percentiles are due, for the state is read then.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "lib/engine/columns.hpp"

namespace thalweg {

constexpr std::uint64_t longest_window = 64;

struct WindowStep {
  Due due;
  std::uint32_t column[quantity_count];  // of the window's results, for the quantities that are due
};

// due(t), t = 1 ... horizon + 1: what step t needs. column_bytes: of one column. room: bytes of results; a window ends where one step more, with as many
// columns as its steps have on average, would go beyond them.
template <class DueAt>
class Windows {
 public:
  Windows(std::uint64_t horizon, std::size_t column_bytes, std::size_t room, DueAt due) : horizon_(horizon), column_bytes_(column_bytes), room_(room), due_(std::move(due)) {}

  // Fills `steps` with those from `first` on; returns the number of columns. At most `most` columns, where given.
  std::uint32_t open(std::uint64_t first, std::vector<WindowStep>& steps, std::size_t most = unlimited) const {
    steps.clear();
    std::uint32_t used = 0;
    for (std::uint64_t t = first;; ++t) {
      WindowStep& step = steps.emplace_back();
      step.due = due_(t);
      const auto open = [&](Quantity quantity) { step.column[static_cast<std::size_t>(quantity)] = used++; };
      for (const Reduced& r : reduced)
        for (std::size_t k = 0; step.due.has(r.measure) && k < results_of(r.reduction); ++k) open(next(r.first, k));
      for (const auto& [measure, quantity] : valued)
        if (step.due.has(measure)) open(quantity);
      if (t >= horizon_ || ends(step.due, steps.size(), used) || (most != unlimited && used + columns_of(due_(t + 1)) > most)) return used;
    }
  }
  // Of all windows, the largest number of columns.
  std::size_t most_columns() const {
    std::size_t most = 1, used = 0;
    std::uint64_t length = 0;
    for (std::uint64_t t = 1; t <= horizon_ + 1; ++t) {
      const Due now = due_(t);
      used += columns_of(now);
      most = std::max(most, used);
      if (t != horizon_ && !ends(now, ++length, used)) continue;
      used = 0;
      length = 0;
    }
    return most;
  }

 private:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
  bool ends(Due due, std::uint64_t length, std::size_t columns) const {
    const std::size_t used = columns * column_bytes_;
    return length == longest_window || used / length + used > room_ || due.has(Measure::percentiles);
  }
  std::uint64_t horizon_;
  std::size_t column_bytes_, room_;
  DueAt due_;
};

}  // namespace thalweg

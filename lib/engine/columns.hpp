// Which numbers of a step are reduced from arrays, where their readings go, and how many columns of results they take.
#pragma once

#include <utility>

#include "lib/core/sum.hpp"
#include "lib/engine/recorder.hpp"
#include "lib/engine/reduction.hpp"

namespace thalweg {

struct Reduced {
  Measure measure;
  Quantity first;
  Reduction reduction;
};
inline constexpr Reduced reduced[] = {{Measure::gradient_before, Quantity::gradient_before, Reduction::squares},
                               {Measure::gradient_size, Quantity::gradient_size, Reduction::absolute},
                               {Measure::gradient_sum, Quantity::gradient_sum, Reduction::total},
                               {Measure::samples, Quantity::exceeds, Reduction::exceeds},
                               {Measure::regret, Quantity::regret, Reduction::inner},
                               {Measure::sample_norms, Quantity::sample_norms, Reduction::roots},
                               {Measure::region_x, Quantity::leaves_x, Reduction::leaves},
                               {Measure::region_z, Quantity::leaves_z, Reduction::leaves},
                               {Measure::path, Quantity::change, Reduction::path},
                               {Measure::momentum, Quantity::m_norm, Reduction::momentum},
                               {Measure::extremes, Quantity::rate_min, Reduction::extremes},
                               {Measure::gradient_after, Quantity::gradient_after, Reduction::squares},
                               {Measure::distance, Quantity::distance, Reduction::distance},
                               {Measure::largest, Quantity::largest, Reduction::largest},
                               {Measure::moved, Quantity::moved, Reduction::difference},
                               {Measure::moved_in_two, Quantity::moved_in_two, Reduction::difference},
                               {Measure::noise, Quantity::noise, Reduction::difference},
                               {Measure::turned, Quantity::turned, Reduction::difference},
                               {Measure::rises, Quantity::rises, Reduction::rises}};
inline constexpr std::pair<Measure, Quantity> valued[] = {{Measure::value_before, Quantity::value_before}, {Measure::value_after, Quantity::value_after},
                                                          {Measure::value_ahead, Quantity::value_ahead}, {Measure::value_average, Quantity::value_average}};

inline std::size_t columns_of(Due due) {
  std::size_t columns = 0;
  for (const Reduced& r : reduced)
    if (due.has(r.measure)) columns += results_of(r.reduction);
  for (const auto& [measure, quantity] : valued)
    if (due.has(measure)) columns += 1;
  return columns;
}
// One number from those of consecutive blocks of `dim` coordinates; NaN if one is, where it is no sum.
template <class M>
double combined(const M* blocks, std::size_t dim, Combining how) {
  if (how == Combining::sum) return static_cast<double>(combined_blocks(blocks, dim));
  M best = blocks[0];
  for (std::size_t b = 1; b < (dim + sum_block - 1) / sum_block && best == best; ++b)
    if (blocks[b] != blocks[b] || (how == Combining::least ? blocks[b] < best : blocks[b] > best)) best = blocks[b];
  return static_cast<double>(best);
}
constexpr Quantity next(Quantity first, std::size_t k) { return static_cast<Quantity>(static_cast<std::size_t>(first) + k); }

}  // namespace thalweg

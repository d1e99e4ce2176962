// The engine's own kernel tables, one symbol per instruction set, and the kernels that reduce a tile to metrics.
#pragma once

#include <cstddef>

#include "lib/engine/launch.hpp"

namespace thalweg::cpu {

struct RuleTable {
  const RuleKernel* rows;  // in the order of Rules
  std::size_t size;
};

// Reductions over the coordinates of a tile, per lane, in the fixed order of Sum. Outputs are [groups][W].
struct MetricKernel {
  void (*sum_of_squares)(const double* a, double* out, TileShape);
  void (*distance_sq)(const double* x, const double* centre, double* out, TileShape);
  // out = 1 where some |a_j| > bound_j (or is NaN), else 0. Returns whether any is 1.
  bool (*exceeds)(const double* a, const double* bound, double* out, TileShape);
  // The same for x + c (x - previous) outside [lower, upper].
  bool (*leaves)(const double* x, const double* previous, double c, const double* lower, const double* upper, double* out, TileShape);
  // Sums over j of |A' - A|, (A' - A)^2 and (H - H')_+ with A' = previous, H = 1 / A; previous becomes A.
  void (*path)(const double* rate, double* previous, double* absolute, double* squared, double* increase, TileShape);
  // Sums over j of m^2 A, |m| and 1 / A.
  void (*momentum)(const double* rate, const double* numerator, double* norm, double* absolute, double* inverse, TileShape);
  void (*extremes)(const double* rate, double* smallest, double* largest, TileShape);
};

}  // namespace thalweg::cpu

extern "C" {
extern const thalweg::cpu::RuleTable thalweg_rule_kernels_v2, thalweg_rule_kernels_v3, thalweg_rule_kernels_v4;
extern const thalweg::cpu::MetricKernel thalweg_metric_kernels_v2, thalweg_metric_kernels_v3, thalweg_metric_kernels_v4;
}

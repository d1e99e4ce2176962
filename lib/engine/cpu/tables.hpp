// The engine's own kernel tables, one symbol per instruction set, and the kernels that reduce a tile or a block to numbers of the record.
#pragma once

#include <cstddef>

#include "lib/engine/launch.hpp"

namespace thalweg::cpu {

// What can be reduced over coordinates, and the numbers that each gives (one a replica).
//   squares    sum_j a_j^2
//   distance   sum_j (a_j - centre_j)^2
//   exceeds    1 where some |a_j| > upper_j (or is NaN), else 0
//   leaves     1 where some a_j + c (a_j - b_j) is outside [lower_j, upper_j], else 0
//   path       sums of |b_j - a_j|, (b_j - a_j)^2 and (1 / a_j - 1 / b_j)_+: a the A-LR of a step, b the one before
//   momentum   sums of b_j^2 a_j, |b_j| and 1 / a_j: b the numerator
//   extremes   min_j a_j and max_j a_j; NaN if one is
//   departure  0 where every |a_j| <= limit; 1 where not, all finite; 2 where some a_j is not finite
struct Operands {
  const void* a = nullptr;  // T, in the layout of the call
  const void* b = nullptr;
  const double* lower = nullptr;  // one a coordinate, from coordinate 0
  const double* upper = nullptr;  // also the centre, the bound
  double c = 0.0;                 // also the limit
};
enum class Reduction : std::size_t { squares, distance, exceeds, leaves, path, momentum, extremes, departure, count };
constexpr std::size_t reduction_count = static_cast<std::size_t>(Reduction::count);
constexpr std::size_t most_results = 3;
constexpr std::size_t results_of(Reduction reduction) {
  switch (reduction) {
    case Reduction::path:
    case Reduction::momentum: return 3;
    case Reduction::extremes: return 2;
    default: return 1;
  }
}
// How the results of blocks are put together: sums by combined_blocks, the others by the smallest or the largest, NaN if one is.
enum class Combining { sum, least, most };
constexpr Combining combining(Reduction reduction, std::size_t result) {
  switch (reduction) {
    case Reduction::exceeds:
    case Reduction::leaves:
    case Reduction::departure: return Combining::most;
    case Reduction::extremes: return result == 0 ? Combining::least : Combining::most;
    default: return Combining::sum;
  }
}

// Sums are in the fixed order of lib/core/sum.hpp, in T.
template <class T>
struct ReductionKernel {
  // Lanes are replicas: out[k] is [groups][W] for result k.
  void (*replicas[reduction_count])(const Operands&, TileShape, double* const* out);
  // Lanes are coordinates first ... first + count - 1, one block: out[k] is one number.
  void (*block[reduction_count])(const Operands&, std::size_t first, std::size_t count, T* out);
};

struct ReductionTable {
  ReductionKernel<double> f64;
  ReductionKernel<float> f32;
  // Floats of a tile as doubles: a group of 2 W floats becomes two groups of W doubles, lanes in order.
  void (*widen_tile)(const float* from, double* to, TileShape);
  void (*widen)(const float* from, double* to, std::size_t count);

  template <class T>
  const ReductionKernel<T>& of() const {
    if constexpr (std::is_same_v<T, double>) return f64;
    else return f32;
  }
};

}  // namespace thalweg::cpu

extern "C" {
extern const thalweg::KernelRows<thalweg::RuleKernel> thalweg_rule_kernels_v2, thalweg_rule_kernels_v3, thalweg_rule_kernels_v4;
extern const thalweg::cpu::ReductionTable thalweg_reduction_kernels_v2, thalweg_reduction_kernels_v3, thalweg_reduction_kernels_v4;
}

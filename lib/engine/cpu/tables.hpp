// The engine's own kernel tables, one symbol per instruction set, and the kernels that reduce a tile or a block to numbers of the record.
#pragma once

#include <cstddef>

#include "lib/engine/launch.hpp"
#include "lib/engine/reduction.hpp"

namespace thalweg::cpu {

// What a reduction reads (lib/engine/reduction.hpp).
struct Operands {
  const void* a = nullptr;  // T, in the layout of the call
  const void* b = nullptr;
  Coefficients lower, upper;  // of all coordinates; upper is also the centre, the bound
  double c = 0.0;             // also the limit
};

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

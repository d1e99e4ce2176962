// Roofs of this machine, measured now: what no run can be faster than.
//
// A method that needs r square roots and d divisions a coordinate and moves b bytes takes at least
//   max(r / square_roots + d / divisions, b / bandwidth)     seconds a coordinate-step,
// for both operations go through one divider, and memory works beside it.
#pragma once

#include <cstddef>

#include "lib/core/precision.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg {

// Per second, all threads together.
struct Roofline {
  double copy_bytes = 0.0;     // one array read, one written; bytes read and bytes written counted
  double stream_bytes = 0.0;   // four arrays read, three of them written: the traffic of Adam's step
  double square_roots = 0.0;   // in the widest registers of the instruction set
  double divisions = 0.0;
};

// `working_set`: bytes that a thread's pass goes over again and again, all its arrays together; decides which cache, or memory, is measured.
// Takes about `seconds`. Precision mixed is measured as float.
Roofline measure_roofline(const CpuOptions& options, Precision precision, std::size_t working_set, double seconds = 0.4);

// The same of the CUDA device, its memory for arrays larger than its caches. EnvironmentError where there is none.
Roofline measure_device_roofline(Precision precision, double seconds = 0.4);

// Operations of one coordinate-step of a rule, counted by running its formula: r and d above (one division each for log1p, softplus,
// sigmoid and tanh), and the values it reads and writes: gradient, x and state.
struct RuleOperations {
  std::size_t square_roots = 0, divisions = 0;
  std::size_t values_read = 0, values_written = 0;
};
RuleOperations operations(const RuleInstance& rule);

}  // namespace thalweg

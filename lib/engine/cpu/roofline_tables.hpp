// The kernels whose speed is a roof: what they do is as simple as a pass over memory, or over one register's worth of divisions, can be.
#pragma once

#include <cstddef>

#include "lib/engine/isa.hpp"

namespace thalweg::cpu {

// Counts are multiples of roofline_step values, pointers aligned to 64 bytes.
constexpr std::size_t roofline_step = 64;

template <class T>
struct RooflineKernel {
  void (*copy)(const T* from, T* to, std::size_t count);
  void (*copy_past_cache)(const T* from, T* to, std::size_t count);  // stores that do not read the line first
  // Seven streams, four read and three of them written: m = b m + c g, v = b v + c g^2, x = x - c m. Adam's traffic without its root and division.
  void (*streams)(const T* g, T* x, T* m, T* v, std::size_t count);
  void (*square_roots)(const T* from, T* to, std::size_t count);
  void (*divisions)(const T* from, T* to, std::size_t count);
};

struct RooflineTable {
  RooflineKernel<double> f64;
  RooflineKernel<float> f32;
};

}  // namespace thalweg::cpu

extern "C" {
extern const thalweg::cpu::RooflineTable thalweg_roofline_kernels_v2, thalweg_roofline_kernels_v3, thalweg_roofline_kernels_v4;
}

// What a device runs. A team of threads, one block of the device, holds a piece of a batch and takes it through many steps; rule, objective and
// noise are separate programs over the piece, called through pointers, never the product. Written once, host and device: the host's own copy is what
// the emulation runs (lib/engine/cuda/device.hpp).
//
// A piece is `lanes` replicas by `dim` coordinates, the first coordinate a multiple of sum_block. Its arrays hold one value for each, at
//   lane * lane_stride + j * coordinate_stride;
// a rule's slot k is such an array, `plane()` values after that of slot k - 1. T is the type of the state, M that of what is measured. Every value is
// made by the scalar program of the CPU kernels, and sums go through the sixteen slots of lib/core/sum.hpp, one thread a slot: the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/core/draw.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/view.hpp"

namespace thalweg {

class Team {
 public:
  // f(i) for i < count, shared among the threads, and then all wait for all. On the host from the last to the first, so that nothing depends on order.
  template <class F>
  THALWEG_HD void each(std::uint32_t count, const F& f) const {
#ifdef __CUDA_ARCH__
    for (std::uint32_t i = threadIdx.x; i < count; i += blockDim.x) f(i);
    __syncthreads();
#else
    for (std::uint32_t i = count; i-- > 0;) f(i);
#endif
  }
};

struct Piece {
  std::uint32_t lanes, dim;
  std::uint32_t lane_stride, coordinate_stride;
  std::uint64_t first;          // coordinate
  std::uint64_t first_replica;  // of lane 0, as draws know it

  THALWEG_HD std::uint32_t at(std::uint32_t lane, std::uint32_t j) const { return lane * lane_stride + j * coordinate_stride; }
  THALWEG_HD std::uint32_t plane() const { return lanes * dim; }
  THALWEG_HD std::uint32_t blocks() const;  // of sum_block coordinates
  // f(lane, j) for every value, neighbouring threads at neighbouring places.
  template <class F>
  THALWEG_HD void each(const Team& team, const F& f) const {
    team.each(plane(), [&](std::uint32_t i) {
      if (lane_stride == 1) f(i % lanes, i / lanes);
      else f(i / dim, i % dim);
    });
  }
};

// Limits of each coordinate of the problem; no values: none.
struct Limits {
  Coefficients lower, upper;
};

// apply == nullptr: devices have no program for this rule (phased rules).
template <class T>
struct RuleProgram {
  std::size_t hyper_bytes, step_bytes, slots;
  bool rated;
  void (*at)(const void* hyper, std::uint64_t t, void* step);   // on the host
  void (*initial)(const void* hyper, double* slots);            // on the host: one value a slot
  // x -= eta u, clipped. *left becomes 1 if some |x_j| is not <= limit.
  void (*apply)(const Team&, const Piece&, const void* step, double eta, double limit, const Limits&, const T* g, T* x, T* slots, std::uint32_t* left);
  void (*rates)(const Team&, const Piece&, const void* step, const T* g, const T* slots, T* rate, T* numerator);
};

// gradient == nullptr: devices have no program for this objective.
template <class T, class M>
struct ObjectiveProgram {
  bool separable;  // a sum over coordinates: pieces need not hold all of them
  void (*gradient)(const Team&, const Piece&, const void* objective, const T* x, T* g);
  // In M, from x widened. separable: out[block * lanes + lane] is the sum over a block; else out[lane] is the value. partial: sum_slots values a block and lane.
  void (*value)(const Team&, const Piece&, const void* objective, const T* x, M* wide, M* partial, M* out);
  void (*slope)(const Team&, const Piece&, const void* objective, const T* x, M* wide, M* slope);
};

template <class T>
struct NoiseProgram {
  void (*add)(const Team&, const Piece&, const void* noise, DrawKey, std::uint64_t t, T* g);
};

// The rows of a catalogue: of<T>() or of<T, M>().
struct RulePrograms {
  const RuleProgram<double>* f64;
  const RuleProgram<float>* f32;
  template <class T>
  auto of() const {
    if constexpr (sizeof(T) == sizeof(double)) return f64;
    else return f32;
  }
};
struct ObjectivePrograms {
  const ObjectiveProgram<double, double>* f64;
  const ObjectiveProgram<float, float>* f32;
  const ObjectiveProgram<float, double>* mixed;
  template <class T, class M>
  auto of() const {
    if constexpr (sizeof(T) == sizeof(double)) return f64;
    else if constexpr (sizeof(M) == sizeof(float)) return f32;
    else return mixed;
  }
};
struct NoisePrograms {
  const NoiseProgram<double>* f64;
  const NoiseProgram<float>* f32;
  template <class T>
  auto of() const {
    if constexpr (sizeof(T) == sizeof(double)) return f64;
    else return f32;
  }
};

// Where a row's programs are found: on the host for the emulation, and on the device, where that is built in (null: not), once one is at hand.
template <class Programs>
struct ProgramSource {
  const Programs* (*host)() = nullptr;
  const Programs* (*device)() = nullptr;
  std::size_t row = 0;
};

}  // namespace thalweg

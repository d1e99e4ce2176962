// What a device runs. A team of threads, one block of the device, holds a piece of a batch and takes it through many steps; rule, objective and
// noise are separate programs over the piece, called through pointers, never the product. Written once, host and device: the host's own copy is what
// the emulation runs (lib/engine/cuda/device.hpp).
//
// A piece is `lanes` replicas by `dim` coordinates, the first coordinate a multiple of sum_block. Its arrays hold one value for each, coordinate j of a
// lane at
//   j * lanes + lane,   or, where the lanes are apart,   lane * dim + j;
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
  // The same; returns, to every thread, whether f(i) is true for some i.
  template <class F>
  THALWEG_HD bool any(std::uint32_t count, const F& f) const {
    bool found = false;
#ifdef __CUDA_ARCH__
    for (std::uint32_t i = threadIdx.x; i < count; i += blockDim.x) found = f(i) || found;
    return __syncthreads_or(found) != 0;
#else
    for (std::uint32_t i = count; i-- > 0;) found = f(i) || found;
    return found;
#endif
  }
};

struct Piece {
  std::uint32_t lane_bits, dim;  // 2^lane_bits lanes
  bool apart;
  bool own;                     // x, slots and g lie in the memory that the team has of its own
  std::uint64_t first;          // coordinate
  std::uint64_t first_replica;  // of lane 0, as draws know it

  THALWEG_HD std::uint32_t lanes() const { return std::uint32_t{1} << lane_bits; }
  THALWEG_HD std::uint32_t plane() const { return dim << lane_bits; }
  THALWEG_HD std::uint32_t blocks() const;  // of sum_block coordinates
  THALWEG_HD std::uint32_t at(std::uint32_t lane, std::uint32_t j) const { return apart ? lane * dim + j : (j << lane_bits) + lane; }
  // The coordinate of value i, within the piece.
  THALWEG_HD std::uint32_t coordinate(std::uint32_t i) const { return apart ? i % dim : i >> lane_bits; }
  // i = (rest << lane_bits) + lane.
  THALWEG_HD std::uint32_t lane(std::uint32_t i) const { return i & (lanes() - 1); }
  THALWEG_HD std::uint32_t rest(std::uint32_t i) const { return i >> lane_bits; }
};

// f(arrays...) of a piece's x, slots or g. Where they lie in the team's own memory the device's compiler is told so.
template <class F, class... V>
THALWEG_HD auto located([[maybe_unused]] const Piece& piece, const F& f, V*... arrays) {
#ifdef __CUDA_ARCH__
  if (piece.own) {
    (__builtin_assume(__isShared(arrays)), ...);
    return f(arrays...);
  }
#endif
  return f(arrays...);
}

// Limits of each coordinate of the problem; no values: none.
struct Limits {
  Coefficients lower, upper;
};

// apply == nullptr: devices have no program for this rule (several calls a step, sums over the vector).
template <class T>
struct RuleProgram {
  std::size_t hyper_bytes, step_bytes, slots, reported;  // as RuleKernel
  bool rated;
  void (*at)(const void* hyper, std::uint64_t t, void* step);   // on the host
  void (*initial)(const void* hyper, double* slots);            // on the host: one value a slot
  // x -= eta u, or the next point of a phased rule, clipped. Returns, to every thread, whether some |x_j| is not <= limit.
  bool (*apply)(const Team&, const Piece&, const void* step, double eta, double limit, const Limits&, const T* g, T* x, T* slots);
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

// The records through which an engine calls compiled kernels, and the objects it is handed: rule, objective, noise.
//
// A kernel works on values of T = double or float, in packs of W = lanes_of<T>(isa) lanes, one register. Two layouts share the kernels:
//   lanes are replicas     W replicas form a group; an array over the coordinates of a group is T[dim][W] (coordinate j of lane l at j W + l), and a
//                          tile is `groups` such arrays one after another. A call does a whole tile, so that an indirect call is paid once a tile.
//   lanes are coordinates  one replica; W consecutive coordinates form a pack, and a stretch of coordinates is T[packs][W], the last pack padded.
//                          To a kernel that needs no index this is a tile with dim = packs and one group.
// A rule's slots lie behind each other for each pack: T[...][slots][W]. Each lane performs exactly the scalar program, so no result depends on W.
// The kernels themselves are made in files named *_kernels.cpp from the templates of lib/engine/cpu/*_kernel.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "lib/core/draw.hpp"
#include "lib/core/view.hpp"
#include "lib/engine/cuda/program.hpp"
#include "lib/engine/isa.hpp"
#include "lib/optimizers/rule_instance.hpp"

namespace thalweg {

struct TileShape {
  std::size_t dim;
  std::size_t groups;
};

// The replicas of a tile, and the step: with the key, everything a draw is a function of.
struct DrawPoint {
  DrawKey key;
  const std::uint64_t* replica;  // [groups][W]; one replica where lanes are coordinates
  std::uint64_t step;            // t = 1, 2, ...; further calls of a step by draw_step
};

// The step that the draws of a call are functions of: the first call sees those of every method with one call.
constexpr std::uint64_t draw_step(std::uint64_t t, unsigned call) { return t + (static_cast<std::uint64_t>(call) << 48U); }

// Limits of each coordinate of the call. No values: none.
struct Clip {
  Coefficients lower, upper;
  bool along = false;  // lanes are coordinates: `dim` of the shape counts packs
};

constexpr std::size_t most_sums = 4;  // of a rule, over the whole vector

template <class T>
struct RuleKernel {
  std::size_t hyper_bytes;
  std::size_t step_bytes;
  std::size_t slots;  // values of state per coordinate
  bool rated;         // states an A-LR; otherwise rates() gives NaN
  unsigned calls;     // oracle calls a step; each has a Step and a pass of its own
  bool same_sample;   // the calls of a step see the same randomness
  std::size_t sums;   // over the whole vector, that a pass is given
  std::size_t given;  // numbers that a pass is given: the sums, and f(x) - f* where it is more
  std::size_t reported;  // the slot that holds the iterate; not_a_slot: x is it
  std::size_t room;      // values for each coordinate that the map of the whole vector is given, the vector included; 0: there is no map
  bool remembers;        // asks for gradients kept of samples: the objective has recall
  void (*at)(const void* hyper, std::uint64_t t, unsigned call, void* step);
  Asked (*ask)(const void* hyper, std::uint64_t t, unsigned call);  // null: samples alone
  void (*initial)(const void* hyper, T* slots, TileShape);
  // The sums, in the order of lib/core/sum.hpp. Lanes are replicas: whole is [groups][given][W]. Null where there are none.
  void (*collect)(const void* step, const T* g, const T* x, const T* slots, T* whole, TileShape);
  // Lanes are coordinates: those of one block of `count` coordinates, from its first on; the arrays hold whole packs. whole is [sums].
  void (*collect_block)(const void* step, const T* g, const T* x, const T* slots, std::size_t count, T* whole);
  // The map of the whole vector, into its slot. Lanes are replicas: one group after another in room for one, T[dim][room][W].
  void (*map)(const void* step, const T* g, const T* x, T* slots, T* room, TileShape);
  // Lanes are coordinates: all `dim` of them; the arrays hold whole packs, and so many values `room` times.
  void (*map_along)(const void* step, const T* g, const T* x, T* slots, T* room, std::size_t dim);
  // x -= eta u, or the next point of a phased rule; clipped. whole: [groups][given][W]. Returns false if some |x_j| is not <= limit.
  bool (*apply)(const void* step, double eta, double limit, const Clip&, const T* whole, const T* g, T* x, T* slots, TileShape);
  // A_t and m_t of the step just made with gradient g; NaN where the rule states none.
  void (*rates)(const void* step, const T* g, const T* slots, T* rate, T* numerator, TileShape);
};

template <class T>
struct ObjectiveKernel {
  // Lanes are replicas. value: [groups][W], f(x) - f* where f* is known, computed in T.
  void (*value)(const void* objective, const T* x, double* f, TileShape);
  void (*gradient)(const void* objective, const T* x, T* g, TileShape);
  // One sampled gradient per replica; null: the oracle is gradient plus additive noise.
  void (*sample)(const void* objective, const DrawPoint&, const T* x, T* g, TileShape);
  // What a call of a step asks of the gradients kept of samples (rule_instance.hpp); null: none are kept. memory: [groups][W][memory of one replica].
  void (*recall)(const void* objective, Asked, const DrawPoint&, const T* x, T* memory, T* g, TileShape);
  // Lanes are coordinates, for a sum over coordinates; null for others. x and g hold coordinates first ... first + count - 1.
  T (*terms)(const void* objective, std::size_t first, std::size_t count, const T* x);  // their sum in the order of one block: count <= sum_block
  void (*slopes)(const void* objective, std::size_t first, std::size_t count, const T* x, T* g);
  // The same formulas at one point, for probes and single replicas: x, v, out are T[dim]. point_product is the Hessian times v (double only).
  double (*point_value)(const void* objective, const T* x);
  void (*point_gradient)(const void* objective, const T* x, T* g);
  void (*point_sample)(const void* objective, const DrawPoint&, const T* x, T* g);
  void (*point_recall)(const void* objective, Asked, const DrawPoint&, const T* x, T* memory, T* g);
  void (*point_product)(const void* objective, const T* x, const T* v, T* out);
};

template <class T>
struct NoiseKernel {
  void (*add)(const void* noise, const DrawPoint&, T* g, TileShape);  // g += xi(draws); lanes are replicas
  // Lanes are coordinates first ... first + count - 1, first a multiple of noise_alignment.
  void (*add_along)(const void* noise, const DrawPoint&, std::size_t first, std::size_t count, T* g);
  bool whole;  // coordinates depend on each other: add_along takes all of them at once
};
constexpr std::size_t noise_alignment = 1024;

// One record per instruction set and scalar type.
template <template <class> class K>
struct KernelSet {
  PerIsa<const K<double>*> f64{};
  PerIsa<const K<float>*> f32{};

  template <class T>
  const K<T>* of(Isa isa) const {
    const auto i = static_cast<std::size_t>(isa);
    if constexpr (std::is_same_v<T, double>) return f64[i];
    else return f32[i];
  }
};
// The rows of a catalogue, of one instruction set.
template <template <class> class K>
struct KernelRows {
  const K<double>* f64;
  const K<float>* f32;
  std::size_t size;
};
template <template <class> class K>
KernelSet<K> row_of(const PerIsa<const KernelRows<K>*>& tables, std::size_t row) {
  KernelSet<K> set;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i]->size == 0) continue;  // an instruction set that is not built
    set.f64[i] = tables[i]->f64 + row;
    set.f32[i] = tables[i]->f32 + row;
  }
  return set;
}

// A functor as bytes, and the arrays that it points to: what a device takes a copy of.
struct FunctorBytes {
  const void* data = nullptr;
  std::size_t bytes = 0;
  std::vector<View<const double>> arrays;
};

// What an engine is handed. Functors are trivially copyable views; `storage` keeps what they point to alive.
struct ObjectiveInstance {
  std::string id;
  std::size_t dim = 0;
  std::shared_ptr<const void> functor;
  KernelSet<ObjectiveKernel> kernel;
  FunctorBytes program_functor;
  ProgramSource<ObjectivePrograms> programs;
  bool sampled = false;               // stochastic gradients come from sample(): a full gradient costs much more
  std::size_t memory = 0;             // values that the gradients kept of a replica's samples take; 0: none are kept
};

struct NoiseInstance {
  std::string id;
  std::shared_ptr<const void> functor;
  KernelSet<NoiseKernel> kernel;  // null: no noise
  FunctorBytes program_functor;
  ProgramSource<NoisePrograms> programs;  // as kernel
  std::size_t delay = 0;                  // the oracle answers about the point of so many steps ago (past_points.hpp)
};

}  // namespace thalweg

// The records through which an engine calls compiled kernels, and the objects it is handed: rule, objective, noise.
//
// Layout "lanes are replicas". W replicas form a group; an array over the coordinates of a group is double[dim][W] (coordinate j of lane l at
// j W + l), and a tile is `groups` such arrays one after another. Every kernel works on a whole tile, so that an indirect call is paid once
// a tile. W is lanes_of(isa); each lane performs exactly the scalar program, so no result depends on W.
// The kernels themselves are made in files named *_kernels.cpp from the templates of lib/engine/cpu/kernel.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/draw.hpp"
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
  const std::uint64_t* replica;  // [groups][W]
  std::uint64_t step;            // t = 1, 2, ...
};

struct RuleKernel {
  std::size_t hyper_bytes;
  std::size_t step_bytes;
  std::size_t slots;  // values of state per coordinate
  bool rated;         // has rates()
  void (*at)(const void* hyper, std::uint64_t t, void* step);
  void (*initial)(const void* hyper, double* slots, TileShape);  // slots: [groups][dim][slots][W]
  // x -= eta u, clipped to [lower_j, upper_j] when given (lower == nullptr: no box). Returns false if some |x_j| is not <= limit.
  bool (*apply)(const void* step, double eta, double limit, const double* lower, const double* upper, const double* g, double* x, double* slots, TileShape);
  // A_t and m_t of the step just made with gradient g.
  void (*rates)(const void* step, const double* g, const double* slots, double* rate, double* numerator, TileShape);
};

struct ObjectiveKernel {
  void (*value)(const void* objective, const double* x, double* f, TileShape);     // f: [groups][W], f(x) - f* where f* is known
  void (*gradient)(const void* objective, const double* x, double* g, TileShape);
  // One sampled gradient per replica; null: the oracle is gradient plus additive noise.
  void (*sample)(const void* objective, const DrawPoint&, const double* x, double* g, TileShape);
  // The same formulas at one point, for probes and single replicas: x, v, out are double[dim]. point_product is the Hessian times v.
  double (*point_value)(const void* objective, const double* x);
  void (*point_gradient)(const void* objective, const double* x, double* g);
  void (*point_product)(const void* objective, const double* x, const double* v, double* out);
};

struct NoiseKernel {
  void (*add)(const void* noise, const DrawPoint&, double* g, TileShape);  // g += xi(draws)
};

// What an engine is handed. Functors are trivially copyable views; `storage` keeps what they point to alive.
struct ObjectiveInstance {
  std::string id;
  std::size_t dim = 0;
  std::shared_ptr<const void> functor;
  PerIsa<const ObjectiveKernel*> kernel{};
  bool sampled = false;               // stochastic gradients come from sample(): a full gradient costs much more
};

struct NoiseInstance {
  std::string id;
  std::shared_ptr<const void> functor;
  PerIsa<const NoiseKernel*> kernel{};  // null: no noise
};

}  // namespace thalweg

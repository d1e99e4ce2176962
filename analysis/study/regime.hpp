// Which regime an adaptive method is in: does eps (or log 2 / beta) or the gradient decide its A-LR?
//
// The idle A-LR of step t is that of a coordinate without gradients, v = 0: a_t / D(0), for Adam 1 / eps times the correction a_t of the step. Where
// sqrt(v) is far above eps the A-LR is 1 / sqrt(v), the update a sign with a memory; where it is far below, the A-LR is idle, the update a multiple of m.
// Rule: `share` is the part of all A-LR values, over coordinates, replicas and steps of a run, that are at least half of the idle one (for Adam: sqrt(v) <= eps).
//   sign-like       share <= 1/10
//   gradient-like   share >= 9/10
//   transition      between
// Coordinates enter by the recorded percentiles of the A-LR, steps by the recorded ones, each standing for those since the one before.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/engine/batch.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

enum class Regime { sign_like, transition, gradient_like };

constexpr std::string_view to_string(Regime regime) {
  switch (regime) {
    case Regime::sign_like: return "sign-like";
    case Regime::transition: return "transition";
    case Regime::gradient_like: return "gradient-like";
  }
  return "";
}

constexpr double near_idle = 0.5, few = 0.1, most = 0.9;
constexpr Regime regime_of(double share) { return share <= few ? Regime::sign_like : share >= most ? Regime::gradient_like : Regime::transition; }

// The A-LR of step t where every gradient so far was 0; infinity for eps = 0. No value: the method states no A-LR, or not its largest value.
std::optional<double> idle_rate(const Definition& definition, std::uint64_t t);

// No value: the percentiles of the A-LR were not recorded, or none is finite.
std::optional<double> idle_share(const Trajectories& record, const Definition& definition);

}  // namespace thalweg

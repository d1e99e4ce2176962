// Lanes are coordinates: how a replica is cut into pieces, what the pieces share, and what a worker needs for one of them.
#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "lib/engine/array.hpp"
#include "lib/engine/cpu/kernels.hpp"
#include "lib/engine/past_points.hpp"
#include "lib/engine/percentile.hpp"
#include "lib/engine/recorder.hpp"
#include "lib/engine/window.hpp"

namespace thalweg::cpu {

// Shape of the work, from the batch alone.
template <class T, class M>
struct StretchPlan {
  StretchPlan(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads);
  Due ever;
  bool separable, tied, reported;  // tied: by sums or f(x) at every call; reported: the iterate is a slot
  std::size_t dim, width, padded, blocks, piece, pieces, workers;  // width: lanes; piece: coordinates
  std::size_t scratch_bytes() const;
  bool measures_gradient() const { return ever.any(Measure::gradient_before, Measure::gradient_size, Measure::gradient_sum, Measure::gradient_after, Measure::exact); }
  std::size_t padded_piece() const { return (std::min(piece, dim) + width - 1) / width * width; }
};

struct StretchPiece {
  std::size_t index, first, count;  // coordinates
};

// What one worker needs for a piece.
template <class T, class M>
struct StretchScratch {
  StretchScratch(const StretchPlan<T, M>& plan, bool profile);
  Array<T> gradient, reported, rate, numerator, ahead;
  Array<M> slope, exact, wide_x, wide_a, wide_b;  // exact: grad f(x_t), to the end of the step
  std::vector<double> rates;
  std::vector<std::byte> step;
  std::vector<M> exceeded;        // by a sample of an earlier call of the step, [block]
  std::vector<double> departure;  // [step of the window]
  Stopwatch watch;
};

template <class T, class M>
struct StretchState {
  // Replica `replica` of the batch, counted from 0.
  StretchState(const Batch& batch, const Kernels<T, M>& kernels, std::size_t replica, std::size_t threads, Trajectories& out);
  static std::size_t bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads);

  Due due(std::uint64_t t) const;
  M* results_of(std::uint64_t t, Quantity quantity) {
    return results.data() + window[t - window_first].column[static_cast<std::size_t>(quantity)] * plan.blocks;
  }
  Clip clip(const StretchPiece& piece) const {
    if (batch.box.everything()) return {};
    return {batch.box.lower.coefficients().from(piece.first), batch.box.upper.coefficients().from(piece.first), true};
  }

  const Batch& batch;
  const Kernels<T, M> kernels;
  const StretchPlan<T, M> plan;
  const void* f;
  DrawKey key;
  std::uint64_t replica;
  Array<T> x, slots, previous_rate, final_rate, watched_rate;  // watched_rate: of the step at which it was watched last
  Array<T> previous_x, older_x, average;  // x_t and x_{t-1} once the step is made; the average of iterates
  Array<M> squares;                       // sums of g_j^2 over time
  std::vector<double> shares;             // average_shares
  // Where pieces are tied: their gradients; the numbers that a pass is given, in every lane [given][W], and those of each block [given][block]; whether
  // all of a piece stayed within the limit in this step.
  Array<T> gradient, whole;
  Array<M> exact;  // grad f(x_t), to the end of the step
  std::vector<T> block_sums;
  std::vector<unsigned char> stayed;
  Array<T> room;    // of the map of the whole vector
  Array<T> memory;  // gradients kept of samples
  PastPoints<T> past;
  const T* answered = nullptr;  // where one piece is all: the point that the call's answers are about

  std::uint64_t window_first = 1;
  std::vector<WindowStep> window;
  std::vector<M> results;     // block after block for each column
  std::vector<double> rates;  // A-LR of all coordinates, where a window ends with exact percentiles
  PercentileSketch sketch;
  std::mutex sketch_lock;
  Recorder recorder;
};

constexpr std::size_t window_results_bytes = 64 * 1024 * 1024;  // block results of a window

}  // namespace thalweg::cpu

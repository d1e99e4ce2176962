// Lanes are coordinates: one replica from the first step to the last, its coordinates in pieces that stay in the cache.
//
// Where the objective is a sum over coordinates the pieces do not touch each other, so each makes a window of many steps before the next piece is
// read: memory is passed over once a window instead of once a step. What is measured is kept as one number a block of 1024 coordinates and step,
// and combined in the order of lib/core/sum.hpp when the window is done: the same bits as with lanes that are replicas. A coupled objective is one
// piece, its gradient made one coordinate after another.
//
// A rule that is given sums over all coordinates, or f(x), ties the pieces together at every call. Then each piece makes the pass of one call and the
// gradient of the next while it is in the cache, and leaves block sums behind; they are combined before any piece goes on: memory is passed over once
// a call, and threads wait for each other once a call.
#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "lib/engine/array.hpp"
#include "lib/engine/cpu/kernels.hpp"
#include "lib/engine/percentile.hpp"
#include "lib/engine/window.hpp"

namespace thalweg::cpu {

template <class T, class M>
class Stretch {
 public:
  // Replica `replica` of the batch, counted from 0.
  Stretch(const Batch& batch, const Kernels<T, M>& kernels, std::size_t replica, std::size_t threads, Trajectories& out);
  Profile run();
  static std::size_t bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads);

 private:
  // Shape of the work, from the batch alone.
  struct Plan {
    Plan(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads);
    Due ever;
    bool separable, tied, reported;  // tied: by sums or f(x) at every call; reported: the iterate is a slot
    std::size_t dim, width, padded, blocks, piece, pieces, workers;  // width: lanes; piece: coordinates
    std::size_t scratch_bytes() const;
    std::size_t padded_piece() const { return (std::min(piece, dim) + width - 1) / width * width; }
  };
  // What one worker needs for a piece.
  struct Scratch {
    Array<T> gradient, reported, rate, numerator;
    Array<M> slope, wide_x, wide_a, wide_b;
    std::vector<double> rates;
    std::vector<std::byte> step;
    std::vector<M> exceeded;    // by a sample of an earlier call of the step, [block]
    std::vector<double> departure;  // [step of the window]
    Stopwatch watch;
  };
  struct Piece {
    std::size_t index, first, count;  // coordinates
  };

  static std::size_t most_results_bytes(const Batch& batch, const Kernels<T, M>& kernels, const Plan& plan);
  Scratch made_scratch() const;
  void prepare(std::size_t worker);
  void advance(std::size_t worker, std::uint64_t first, std::uint64_t last);
  void advance_tied(std::uint64_t first, std::uint64_t last);
  void step(const Piece& piece, Scratch& scratch, std::uint64_t t);
  void open(const Piece& piece, Scratch& scratch, std::uint64_t t);
  void close(const Piece& piece, Scratch& scratch, std::uint64_t t, bool stayed);
  void ask(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call);
  bool pass(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call);
  void oracle(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call);
  void watch_samples(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call);
  void collect(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call);
  void combine();
  void watch_region(const Piece& piece, Scratch& scratch, std::uint64_t t);
  void measure_rates(const Piece& piece, Scratch& scratch, std::uint64_t t);
  const T* reported(const Piece& piece, Scratch& scratch) const;
  void measure_after(const Piece& piece, Scratch& scratch, std::uint64_t t);
  void collect_percentiles(const Piece& piece, Scratch& scratch, std::uint64_t t);
  void value(const Piece& piece, const M* x, std::uint64_t t, Quantity quantity);
  void gradient(const Piece& piece, const M* x, M* slope) const;
  void reduce(const Piece& piece, Reduction reduction, const Operands& operands, std::uint64_t t, Quantity first);
  const M* measured(const Piece& piece, const T* array, Array<M>& wide) const;

  std::uint64_t open_window(std::uint64_t first);  // its last step
  void close_window(std::uint64_t last);
  double combined(std::uint64_t t, Quantity quantity, Combining how);
  void enter_percentiles(std::uint64_t t);
  void keep_final();
  Due due(std::uint64_t t) const;
  M* results(std::uint64_t t, Quantity quantity);
  T* gradient_of(const Piece& piece, Scratch& scratch) { return plan_.tied ? gradient_.data() + piece.first : scratch.gradient.data(); }
  template <class Visit>
  void each_piece(std::size_t worker, Visit visit) const;
  template <class Work>
  void all_workers(const Work& work) const;

  const Batch& batch_;
  const Kernels<T, M> kernels_;
  const Plan plan_;
  const std::size_t threads_;
  const void* f_;
  DrawKey key_;
  std::uint64_t replica_;
  Clip clip_;
  Array<T> x_, slots_, previous_x_, previous_rate_, final_rate_;
  // Where pieces are tied: their gradients; the numbers that a pass is given, in every lane [given][W], and those of each block [given][block]; whether
  // all of a piece stayed within the limit in this step.
  Array<T> gradient_, whole_;
  std::vector<T> block_sums_;
  std::vector<unsigned char> stayed_;
  std::vector<Scratch> scratch_;  // one a worker

  std::uint64_t window_first_ = 1;
  std::vector<WindowStep> window_;
  std::vector<M> results_;                    // block after block for each column
  std::vector<double> rates_;                 // A-LR of all coordinates, where a window ends with exact percentiles
  PercentileSketch sketch_;
  std::mutex sketch_lock_;
  Recorder recorder_;
  Readings readings_;
};

extern template class Stretch<double, double>;
extern template class Stretch<float, float>;
extern template class Stretch<float, double>;

}  // namespace thalweg::cpu

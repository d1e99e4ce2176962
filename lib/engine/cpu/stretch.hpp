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

#include <vector>

#include "lib/engine/cpu/piece_step.hpp"

namespace thalweg::cpu {

template <class T, class M>
class Stretch {
 public:
  // Replica `replica` of the batch, counted from 0.
  Stretch(const Batch& batch, const Kernels<T, M>& kernels, std::size_t replica, std::size_t threads, Trajectories& out);
  Profile run();
  static std::size_t bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads) { return StretchState<T, M>::bytes(batch, kernels, threads); }

 private:
  void prepare(std::size_t worker);
  void advance(std::size_t worker, std::uint64_t first, std::uint64_t last);
  void advance_tied(std::uint64_t first, std::uint64_t last);
  void combine_sums();
  std::uint64_t open_window(std::uint64_t first);  // its last step
  void close_window(std::uint64_t last);
  double combined(std::uint64_t t, Quantity quantity, Combining how);
  void enter_percentiles(std::uint64_t t);
  void keep_final();
  PieceStep<T, M> step(std::size_t worker, const StretchPiece& piece, std::uint64_t t) { return {state_, scratch_[worker], piece, t}; }
  template <class Visit>
  void each_piece(std::size_t worker, Visit visit) const;
  template <class Work>
  void all_workers(const Work& work) const;

  StretchState<T, M> state_;
  const Batch& batch_;
  const StretchPlan<T, M>& plan_;
  const RuleKernel<T>& rule_;
  std::vector<StretchScratch<T, M>> scratch_;  // one a worker
  Readings readings_;
};

extern template class Stretch<double, double>;
extern template class Stretch<float, float>;
extern template class Stretch<float, double>;

}  // namespace thalweg::cpu

// Lanes are coordinates: step t of one piece of a replica, part by part (lib/engine/step_order.hpp). What is measured goes to the results of the window,
// one number a block of 1024 coordinates.
#pragma once

#include "lib/engine/cpu/stretch_state.hpp"

namespace thalweg::cpu {

template <class T, class M>
class PieceStep {
 public:
  PieceStep(StretchState<T, M>& of, StretchScratch<T, M>& scratch, const StretchPiece& piece, std::uint64_t t)
      : of_(of), scratch_(scratch), kernels_(of.kernels), piece_(piece), t_(t), due_(of.due(t)), x_(of.x.data() + piece.first),
        slots_(of.slots.data() + piece.first * of.kernels.rule.slots), g_(of.plan.tied ? of.gradient.data() + piece.first : scratch.gradient.data()),
        exact_(of.plan.tied ? of.exact.data() + (of.exact.size() > 0 ? piece.first : 0) : scratch.exact.data()) {}

  Due due() const { return due_; }
  void watch_region();
  void value_before();
  void keep_points();
  void gradient(unsigned call);
  void gradient_before();
  bool noisy(unsigned call) const { return !of_.batch.objective.sampled && kernels_.noise != nullptr && asked(kernels_.rule, of_.batch.rule, t_, call) == Asked::sample; }
  void draw(unsigned call);
  void watch_samples(unsigned call);
  void measure_sample();
  void collect(unsigned call);  // the map of the whole vector, and what the blocks of the piece add to the numbers that the pass is given
  bool pass(unsigned call);
  void note_departure();
  void measure_rates();
  void measure_after();
  void measure_points();
  void lap(Part part) { scratch_.watch.lap(part); }

  const T* reported();  // the iterate: x, or the slot that the rule names, brought together

 private:
  void collect_percentiles();
  void value(const M* x, Quantity quantity);
  void slopes(const M* x);
  void reduce(Reduction reduction, const Operands& operands, Quantity first);
  const M* measured(const T* array, Array<M>& wide) const;
  const std::byte* made(unsigned call) { return kernels_.steps->at(t_, call, scratch_.step); }
  DrawPoint draw_point(unsigned call) const { return {of_.key, &of_.replica, kernels_.rule.same_sample ? t_ : draw_step(t_, call)}; }
  TileShape packs() const { return {(piece_.count + of_.plan.width - 1) / of_.plan.width, 1}; }
  std::size_t blocks() const { return (piece_.count + sum_block - 1) / sum_block; }

  StretchState<T, M>& of_;
  StretchScratch<T, M>& scratch_;
  const Kernels<T, M>& kernels_;
  const StretchPiece piece_;
  const std::uint64_t t_;
  const Due due_;
  T *x_, *slots_, *g_;
  const T* answered_ = nullptr;  // the coordinates that the call's answers are about: x, or past ones
  M* exact_;  // grad f(x_t), where it is kept
};

extern template class PieceStep<double, double>;
extern template class PieceStep<float, float>;
extern template class PieceStep<float, double>;

}  // namespace thalweg::cpu

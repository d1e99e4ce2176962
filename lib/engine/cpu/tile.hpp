// Lanes are replicas: one tile of replicas from the first step to the last.
#pragma once

#include <vector>

#include "lib/engine/array.hpp"
#include "lib/engine/cpu/kernels.hpp"
#include "lib/engine/past_points.hpp"
#include "lib/engine/recorder.hpp"
#include "lib/engine/step_order.hpp"

namespace thalweg::cpu {

template <class T, class M>
class Tile {
 public:
  // Replicas first .. first + groups W - 1 of the batch, counted from 0; those at or beyond batch.replicas are run and dropped.
  Tile(const Batch& batch, const Kernels<T, M>& kernels, std::size_t first, std::size_t groups, Trajectories& out);
  Profile run();
  static std::size_t bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t groups);

 private:
  friend StepOrder;
  void step(std::uint64_t t);
  // The parts of step t_.
  Due due() const { return due_; }
  void watch_region();
  void value_before();
  void keep_points();
  void gradient(unsigned call);
  void gradient_before();
  bool noisy(unsigned call) const { return !batch_.objective.sampled && kernels_.noise != nullptr && asked(kernels_.rule, batch_.rule, t_, call) == Asked::sample; }
  void draw(unsigned call);
  void watch_samples(unsigned call);
  void measure_sample();
  void collect(unsigned call);
  bool pass(unsigned call);
  void note_departure();
  void measure_rates();
  void measure_after();
  void measure_points();
  void lap(Part part) { watch_.lap(part); }

  void measure_sampled();
  void give_value();
  const T* reported();
  void enter_percentiles();
  void keep_final();
  DrawPoint draw_point(unsigned call) const { return {key_, replica_.data(), kernels_.rule.same_sample ? t_ : draw_step(t_, call)}; }
  // Results of a reduction over each replica's coordinates into consecutive quantities.
  void reduce(Reduction reduction, const Operands& operands, Quantity first);
  const M* measured(const T* array, Array<M>& wide);
  TileShape wide_shape() const { return {shape_.dim, shape_.groups * lanes_of<T>(kernels_.isa) / lanes_of<M>(kernels_.isa)}; }
  std::size_t lane_count() const { return shape_.groups * W_; }
  std::size_t offset(std::size_t lane) const { return (lane / W_) * shape_.dim * W_ + lane % W_; }  // of coordinate 0

  const Batch& batch_;
  const Kernels<T, M> kernels_;
  const std::size_t W_;
  const TileShape shape_;
  const void* f_;
  DrawKey key_;
  Clip clip_;
  std::vector<std::uint64_t> replica_;
  std::uint64_t t_ = 0;
  Due due_;
  std::vector<double> exceeded_;  // by a sample of an earlier call of the step
  std::vector<std::byte> step_;  // of the step table
  Array<T> previous_x_, older_x_, average_, ahead_;  // x_t and x_{t-1} once the step is made; the average of iterates; z_{t+1}
  Array<M> squares_;             // sums of g_j^2 over time
  std::vector<double> shares_;   // average_shares
  Array<T> x_, gradient_, slots_, rate_, numerator_, previous_rate_, point_, whole_, reported_, room_;
  Array<T> memory_;  // gradients kept of samples, [lane][memory of one]
  PastPoints<T> past_;
  const T* answered_ = nullptr;  // the point that the call's answers are about: x, or one of the past
  std::vector<double> value_;  // of each replica, where a rule takes it
  Array<M> exact_;                // grad f(x_t), to the end of the step
  Array<T> watched_rate_;         // A-LR of the step at which it was watched last
  Array<M> scratch_, wide_x_, wide_a_, wide_b_, wide_point_;  // scratch_: gradients that are measured; wide_: where M is wider than T
  Recorder recorder_;
  Readings readings_;
  Stopwatch watch_;
};

extern template class Tile<double, double>;
extern template class Tile<float, float>;
extern template class Tile<float, double>;

}  // namespace thalweg::cpu

// One step of a method on arrays of your own: you bring the gradient, the stepper keeps the state.
//   Stepper<float> adam(rule_instance(define("adam")), x.size());
//   for (...) { gradient(x, g); adam.step(1e-3, g.data(), x.data()); }
// A method with several oracle calls a step is called once for each: x is then where the next gradient is wanted.
// The update is that of the engine, bit for bit, on any instruction set and number of threads. Cost: one pass over gradient, x and state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "lib/engine/array.hpp"
#include "lib/engine/engine.hpp"
#include "lib/engine/launch.hpp"
#include "lib/optimizers/rule_instance.hpp"

namespace thalweg {

// T: double or float, the type of x, of the gradient and of the state.
template <class T>
class Stepper {
 public:
  // `dim` coordinates, at least one. Threads share arrays that are worth it (2^17 coordinates or more a thread).
  Stepper(const RuleInstance& rule, std::size_t dim, const CpuOptions& options = {});

  // x_{t+1} = x_t - eta u_t(g_t): x and gradient hold dim values, of any alignment. Returns false if some x_j is not finite afterwards.
  // gap: f(x_t) - f*, for a method that takes it (MethodEntry::value); without it such a method gives NaN.
  bool step(double eta, const T* gradient, T* x, double gap = std::numeric_limits<double>::quiet_NaN());

  std::uint64_t steps() const { return made_ / kernel_->calls; }  // made so far, whole ones
  unsigned calls() const { return kernel_->calls; }               // oracle calls a step
  // The value `slot` of coordinate j's state, in the order of the rule's Slots (MethodEntry::state names them).
  T state(std::size_t slot, std::size_t j) const { return slots_.data()[(j / lanes_ * kernel_->slots + slot) * lanes_ + j % lanes_]; }
  std::size_t slots() const { return kernel_->slots; }  // values kept for each coordinate
  bool same_sample() const { return kernel_->same_sample; }  // whether the calls of a step see the same randomness
  // What gradient the next call wants.
  Asked asked() const {
    return kernel_->ask == nullptr ? Asked::sample : kernel_->ask(rule_.hyper.data(), made_ / kernel_->calls + 1, static_cast<unsigned>(made_ % kernel_->calls));
  }
  bool rated() const { return kernel_->rated; }         // whether the rule states an A-LR
  // The A-LR of the step just made with this gradient, for every coordinate; NaN where the rule states none.
  void rates(const T* gradient, T* rate) const;
  std::size_t dim() const { return dim_; }
  void restart();                                 // back to t = 1 with the initial state

 private:
  bool part(double eta, const T* gradient, T* x, std::size_t first, std::size_t last);  // packs
  bool tail(double eta, const T* gradient, T* x);
  void collect(const T* gradient, const T* x, std::size_t first, std::size_t last);  // blocks of sums
  void give_sums(const T* gradient, const T* x);

  RuleInstance rule_;
  const RuleKernel<T>* kernel_;
  std::size_t dim_, lanes_, threads_;
  std::uint64_t made_ = 0;  // calls
  Array<T> slots_, whole_, room_, map_gradient_, map_point_;
  std::vector<std::byte> step_;
  std::vector<T> last_gradient_, last_point_, block_sums_;  // an incomplete block of sums; [sum][block]
};

extern template class Stepper<double>;
extern template class Stepper<float>;

}  // namespace thalweg

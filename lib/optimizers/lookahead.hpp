// Lookahead: after every k steps of an inner method the iterate goes back to a point between the slow weights and the fast ones.
//   x_{t+1} = x_t - eta A(g_t)                                    the inner method, base = momentum or adam
//   every k steps:  slow = slow + alpha (x_{t+1} - slow),  x_{t+1} = slow      slow = x_1 at the start
// The inner state goes on across the synchronisation. Source: Zhang, Lucas, Hinton & Ba 2019 (arXiv:1907.08610), Algorithm 1.
#pragma once

#include "lib/optimizers/adam.hpp"
#include "lib/optimizers/momentum.hpp"

namespace thalweg {

template <Rule A>
struct LookaheadOver {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  struct Hyper {
    typename A::Hyper inner;
    double alpha = 0.5;
    std::uint64_t k = 5;
  };
  struct Step {
    typename A::Step inner;
    double alpha;
    bool first, synchronises;
  };
  template <class R>
  struct Slots {
    typename A::template Slots<R> inner;
    R slow;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) { return {A::at(hyper.inner, t), hyper.alpha, t == 1, t % hyper.k == 0}; }
  static Slots<double> initial(const Hyper& hyper) { return {A::initial(hyper.inner), 0.0}; }
  template <class R>
  THALWEG_HD static void terms(R, R, const Slots<R>&, const Step&, R*) {}
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    if (step.first) slots.slow = x;
    const R fast = m::fma(-eta, A::template apply<R>(g, x, slots.inner, step.inner), x);
    if (!step.synchronises) return fast;
    slots.slow = m::fma(R(step.alpha), fast - slots.slow, slots.slow);
    return slots.slow;
  }
};
using LookaheadMomentum = LookaheadOver<Momentum>;
using LookaheadAdam = LookaheadOver<Adam>;

}  // namespace thalweg

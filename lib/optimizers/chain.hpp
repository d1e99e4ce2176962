// Composition: Chain<A, B, C> feeds the output of A to B and that of B to C, each with its own state. The chain is itself a rule.
// At most one member is rated (states an A-LR); it gives the chain its A-LR, and what stands before it acts on the gradient.
#pragma once

#include <cstdint>

#include "lib/optimizers/rule.hpp"

namespace thalweg {

template <class... A>
struct Chain;

template <Rule A>
struct Chain<A> : A {};

template <Rule A, Rule... Rest>
struct Chain<A, Rest...> {
  using Tail = Chain<Rest...>;
  struct Hyper {
    [[no_unique_address]] typename A::Hyper head;
    [[no_unique_address]] typename Tail::Hyper tail;
  };
  struct Step {
    [[no_unique_address]] typename A::Step head;
    [[no_unique_address]] typename Tail::Step tail;
  };
  template <class R>
  struct Slots {
    [[no_unique_address]] typename A::template Slots<R> head;
    [[no_unique_address]] typename Tail::template Slots<R> tail;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) { return {A::at(hyper.head, t), Tail::at(hyper.tail, t)}; }
  static Slots<double> initial(const Hyper& hyper) { return {A::initial(hyper.head), Tail::initial(hyper.tail)}; }

  template <class R>
  THALWEG_HD static R apply(R u, R x, Slots<R>& slots, const Step& step) {
    return Tail::template apply<R>(A::template apply<R>(u, x, slots.head, step.head), x, slots.tail, step.tail);
  }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step)
    requires(RatedRule<A> || RatedRule<Tail>)
  {
    if constexpr (RatedRule<A>) {
      return A::template rate<R>(slots.head, step.head);
    } else {
      return Tail::template rate<R>(slots.tail, step.tail);
    }
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>& slots)
    requires(RatedRule<A> || RatedRule<Tail>)
  {
    if constexpr (RatedRule<A>) {
      return A::template numerator<R>(u, slots.head);
    } else {
      return Tail::template numerator<R>(u, slots.tail);
    }
  }
};

}  // namespace thalweg

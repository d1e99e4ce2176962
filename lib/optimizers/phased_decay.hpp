// L2 decay in front of a phased rule: every gradient it is given is g + w x, x the point where that gradient was taken (decay.hpp). What is kept of the samples
// is not: like a regulariser of the problem, w x is no part of it (rule_instance.hpp).
#pragma once

#include "lib/optimizers/decay.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

template <PhasedRule A>
struct PhasedDecay {
  static constexpr unsigned calls = A::calls;
  static constexpr bool same_sample = A::same_sample;
  static constexpr std::size_t sums = A::sums;
  static constexpr std::size_t reported = reported_of<A>;
  static constexpr bool value = given_of<A> > sums_of<A>;
  static constexpr std::size_t mapped = mapped_of<A>, room = room_of<A>;
  static constexpr bool remembers = remembers_of<A>;
  struct Hyper {
    L2Decay::Hyper decay;
    [[no_unique_address]] typename A::Hyper rule;
  };
  struct Step {
    L2Decay::Step decay;
    [[no_unique_address]] typename A::Step rule;
  };
  template <class R>
  using Slots = typename A::template Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned call) {
    if constexpr (remembers)
      if (of_memory(A::ask(hyper.rule, t, call))) return {{0.0}, A::at(hyper.rule, t, call)};
    return {hyper.decay, A::at(hyper.rule, t, call)};
  }
  static Slots<double> initial(const Hyper& hyper) { return A::initial(hyper.rule); }
  static Asked ask(const Hyper& hyper, std::uint64_t t, unsigned call)
    requires asks<A>
  {
    return A::ask(hyper.rule, t, call);
  }
  template <class R>
  THALWEG_HD static void terms(R g, R x, const Slots<R>& slots, const Step& step, R* out)
    requires(sums > 0)
  {
    A::template terms<R>(decayed(g, x, step), x, slots, step.rule, out);
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R* whole) {
    return A::template move<R>(decayed(g, x, step), x, slots, step.rule, eta, whole);
  }
  template <class R>
  THALWEG_HD static R entry(R g, R x, Slots<R>& slots, const Step& step)
    requires(mapped != not_a_slot)
  {
    return A::template entry<R>(decayed(g, x, step), x, slots, step.rule);
  }
  template <class R>
  static void map(const Step& step, std::size_t dim, R* v, R* work)
    requires(mapped != not_a_slot)
  {
    A::template map<R>(step.rule, dim, v, work);
  }

 private:
  template <class R>
  THALWEG_HD static R decayed(R g, R x, const Step& step) {
    L2Decay::Slots<R> none;
    return L2Decay::apply<R>(g, x, none, step.decay);
  }
};

}  // namespace thalweg

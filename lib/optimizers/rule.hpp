// A rule is what happens to a gradient between the oracle and the iterate: x_{t+1} = x_t - eta_t u_t, u_t = apply(g_t, x_t, state).
//
// It is a per-coordinate functor, written over a generic scalar, host and device. It neither allocates, loops, draws nor prints:
//   Hyper                 the constants of the method, a trivially copyable struct of numbers
//   Slots<R>              the persistent state of one coordinate: a struct of R members, nothing else (may be empty)
//   Step                  what depends on t only, in double, built once a step on the host by at(hyper, t), t = 1, 2, ...
//   initial(hyper)        Slots<double> before the first step
//   apply(u, x, slots, k) updates the slots and returns the new u
// A rule that is adaptive also states its A-LR (adaptive learning rate) once; apply uses it, the engine records it, probes precondition with it:
//   rate(slots, k)        A_t, the A-LR of the step just made
//   numerator(u, slots)   m_t, so that apply = rate * numerator (u is the gradient that went into apply)
// See sgd.hpp for the smallest complete rule.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

template <class A>
concept Rule = std::is_trivially_copyable_v<typename A::Hyper> && std::is_trivially_copyable_v<typename A::Step> &&
    requires(const typename A::Hyper& hyper, const typename A::Step& step, typename A::template Slots<double>& slots, double u, double x) {
      { A::at(hyper, std::uint64_t{1}) } -> std::same_as<typename A::Step>;
      { A::initial(hyper) } -> std::same_as<typename A::template Slots<double>>;
      { A::template apply<double>(u, x, slots, step) } -> std::same_as<double>;
    };

template <class A>
concept RatedRule = Rule<A> && requires(const typename A::Step& step, const typename A::template Slots<double>& slots, double u) {
  { A::template rate<double>(slots, step) } -> std::same_as<double>;
  { A::template numerator<double>(u, slots) } -> std::same_as<double>;
};

// How many values of R a coordinate's state holds.
template <class A>
constexpr std::size_t slot_count =
    std::is_empty_v<typename A::template Slots<double>> ? 0 : sizeof(typename A::template Slots<double>) / sizeof(double);

}  // namespace thalweg

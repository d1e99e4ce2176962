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
//
// A phased rule asks the oracle more than once a step, or elsewhere than where the step ends, or needs numbers of the whole vector. Its step is a sequence
// of calls, each one gradient and one pass:
//   calls                 oracle calls a step, numbered 0, 1, ...
//   same_sample           whether the calls of a step see the same randomness
//   sums                  how many sums over all coordinates the pass of a call is given
//   at(hyper, t, call)    Step
//   terms(g, x, slots, k, out)         what a coordinate adds to each sum, where there are any; g is the gradient at x, the state is that before the pass
//   move(g, x, slots, k, eta, whole)   updates the slots and returns where the next gradient is taken; after the last call that is x_{t+1}
//   ask(hyper, t, call)   what gradient a call is given: a sample, as all are where a rule does not say; that of f itself; or nothing, where the pass needs
//                         none at this step. The first call of a step is a sample
//   remembers             it also asks for what is kept of a gradient for each sample (rule_instance.hpp): it runs on finite sums alone
//   value                 whether the pass is given f(x) - f*, too: whole[sums], at the point of the gradient
//   reported              where it is not the point of the next gradient: the slot that holds the iterate, of which f and the like are recorded
//   mapped                where the pass needs the image of the whole vector under a map: the slot that the image is put into before the pass; then also
//   entry(g, x, slots, k)           updates the slots and returns what the coordinate gives to the map
//   map(k, dim, v, work)            makes the image of the vector v in place; all of R, work has room for `room` values for each coordinate. One program for any
//                                   R: where R is a pack, each lane is a vector of its own. Host only
// whole[i] is the i-th sum, in the order of lib/core/sum.hpp. A scalar of the method that is the same for all coordinates is kept in each one's slots.
// See sam.hpp for two calls and a sum, muon.hpp for a map.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"
#include "lib/optimizers/rule_instance.hpp"

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

// The slot that a map of the whole vector fills, or none, and the values for each coordinate it works in.
template <class A>
constexpr std::size_t mapped_of = [] {
  if constexpr (requires { A::mapped; }) return static_cast<std::size_t>(A::mapped);
  else return not_a_slot;
}();
template <class A>
constexpr std::size_t room_of = [] {
  if constexpr (requires { A::room; }) return static_cast<std::size_t>(A::room);
  else return std::size_t{0};
}();

template <class A>
concept PhasedRule = std::is_trivially_copyable_v<typename A::Hyper> && std::is_trivially_copyable_v<typename A::Step> && (A::calls >= 1) &&
    requires(const typename A::Hyper& hyper, const typename A::Step& step, typename A::template Slots<double>& slots, double u, double* out, const double* whole) {
      { A::at(hyper, std::uint64_t{1}, 0U) } -> std::same_as<typename A::Step>;
      { A::initial(hyper) } -> std::same_as<typename A::template Slots<double>>;
      { A::same_sample } -> std::convertible_to<bool>;
      { A::sums } -> std::convertible_to<std::size_t>;
      requires A::sums == 0 || requires { A::template terms<double>(u, u, std::as_const(slots), step, out); };
      { A::template move<double>(u, u, slots, step, u, whole) } -> std::same_as<double>;
      requires mapped_of<A> == not_a_slot || requires {
        { A::template entry<double>(u, u, slots, step) } -> std::same_as<double>;
        A::template map<double>(step, std::size_t{1}, out, out);
      };
    };

// Oracle calls a step, sums a call, and the step of a call, of either kind of rule.
template <class A>
constexpr unsigned calls_of = [] {
  if constexpr (PhasedRule<A>) return static_cast<unsigned>(A::calls);
  else return 1U;
}();
template <class A>
constexpr std::size_t sums_of = [] {
  if constexpr (PhasedRule<A>) return static_cast<std::size_t>(A::sums);
  else return std::size_t{0};
}();
// Numbers of the whole vector that a pass is given: the sums, and f(x) - f* where the rule takes it.
template <class A>
constexpr std::size_t given_of = [] {
  if constexpr (requires { A::value; }) return sums_of<A> + (A::value ? 1 : 0);
  else return sums_of<A>;
}();
// The slot that is reported instead of x, or none.
template <class A>
constexpr std::size_t reported_of = [] {
  if constexpr (requires { A::reported; }) return static_cast<std::size_t>(A::reported);
  else return not_a_slot;
}();
// Whether a gradient is kept for each sample.
template <class A>
constexpr bool remembers_of = [] {
  if constexpr (requires { A::remembers; }) return static_cast<bool>(A::remembers);
  else return false;
}();
template <class A>
constexpr bool asks = requires(const typename A::Hyper& hyper) { A::ask(hyper, std::uint64_t{1}, 0U); };
template <class A>
typename A::Step step_of(const typename A::Hyper& hyper, std::uint64_t t, [[maybe_unused]] unsigned call) {
  if constexpr (PhasedRule<A>) return A::at(hyper, t, call);
  else return A::at(hyper, t);
}

// How many values of R a coordinate's state holds.
template <class A>
constexpr std::size_t slot_count =
    std::is_empty_v<typename A::template Slots<double>> ? 0 : sizeof(typename A::template Slots<double>) / sizeof(double);

}  // namespace thalweg

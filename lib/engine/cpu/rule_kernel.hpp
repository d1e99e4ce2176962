// The kernel record of a rule (lib/engine/launch.hpp) for one instruction set and one scalar type.
#pragma once

#include <algorithm>
#include <cstring>
#include <limits>

#include "lib/engine/cpu/kernel.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg::cpu {

template <class A, class T>
struct RuleKernels {
  static_assert(Rule<A>);
  using Hyper = typename A::Hyper;
  using Step = typename A::Step;
  using L = Lanes<T>;
  using State = typename A::template Slots<L>;
  static constexpr std::size_t W = lanes<T>;
  static constexpr std::size_t slots = slot_count<A>;
  static_assert(slots == 0 || sizeof(State) == slots * sizeof(L), "Slots holds values of R and nothing else");

  // The state of one pack, in place: a copy of the struct would go through memory in pieces.
  static State& state_at(T* state, std::size_t i) {
    if constexpr (slots > 0) {
      return *reinterpret_cast<State*>(state + i * slots * W);
    } else {
      static State none;  // nothing is kept, and there is no array to refer to
      return none;
    }
  }
  static const State& state_at(const T* state, std::size_t i) { return state_at(const_cast<T*>(state), i); }
  static Step step_at(const void* step) {
    Step made;
    std::memcpy(static_cast<void*>(&made), step, sizeof(Step));
    return made;
  }

  static void at(const void* hyper, std::uint64_t t, void* step) {
    const Step made = A::at(*static_cast<const Hyper*>(hyper), t);
    std::memcpy(step, &made, sizeof(Step));
  }

  static void initial(const void* hyper, T* state, TileShape shape) {
    if constexpr (slots > 0) {
      const auto first = A::initial(*static_cast<const Hyper*>(hyper));
      double value[slots];
      std::memcpy(value, &first, sizeof(value));
      for (std::size_t i = 0; i < shape.groups * shape.dim; ++i)
        for (std::size_t k = 0; k < slots; ++k) L(static_cast<T>(value[k])).store(state + (i * slots + k) * W);
    }
  }

  // No limits; one pair of them a coordinate, for all lanes; one pair a lane.
  struct Unclipped {
    L operator()(std::size_t, const L& x) const { return x; }
  };
  struct ClippedReplicas {
    const Clip& clip;
    L operator()(std::size_t j, const L& x) const {
      return m::min(m::max(x, L(static_cast<T>(clip.lower[j]))), L(static_cast<T>(clip.upper[j])));
    }
  };
  struct ClippedCoordinates {
    const Clip& clip;
    // The lanes beyond the last coordinate hold nothing: any limit will do.
    static L values(const Coefficients& limits, std::size_t first) {
      if (limits.alike() || first + W <= limits.size()) return L(limits[Coordinates<W>{first}]);
      T listed[W] = {};
      for (std::size_t l = 0; first + l < limits.size(); ++l) listed[l] = static_cast<T>(limits[first + l]);
      return L::load(listed);
    }
    L operator()(std::size_t pack, const L& x) const { return m::min(m::max(x, values(clip.lower, pack * W)), values(clip.upper, pack * W)); }
  };

  template <class Limits>
  static bool advance(const void* step, double eta, double limit, const Limits& limits, const T* g, T* x, T* state, TileShape shape) {
    const Step made = step_at(step);
    const L minus_eta(static_cast<T>(-eta)), bound(static_cast<T>(std::min(limit, static_cast<double>(std::numeric_limits<T>::max()))));
    auto all = bound >= L(T(0));
    for (std::size_t n = 0; n < shape.groups; ++n) {
      for (std::size_t j = 0; j < shape.dim; ++j) {
        const std::size_t i = n * shape.dim + j;
        const L old = L::load(x + i * W);
        const L u = A::template apply<L>(L::load(g + i * W), old, state_at(state, i), made);
        L next = m::fma(minus_eta, u, old);  // x - eta u
        const auto good = m::abs(next) <= bound;
        all = all && good;
        // A lane that left is not clipped: its value tells how it left.
        if constexpr (!std::is_same_v<Limits, Unclipped>) next = m::select(good, limits(j, next), next);
        next.store(x + i * W);
      }
    }
    for (std::size_t l = 0; l < W; ++l)
      if (!all[l]) return false;
    return true;
  }

  static bool apply(const void* step, double eta, double limit, const Clip& clip, const T* g, T* x, T* state, TileShape shape) {
    if (clip.lower.empty()) return advance(step, eta, limit, Unclipped{}, g, x, state, shape);
    if (clip.along) return advance(step, eta, limit, ClippedCoordinates{clip}, g, x, state, shape);
    return advance(step, eta, limit, ClippedReplicas{clip}, g, x, state, shape);
  }

  static void rates(const void* step, const T* g, const T* state, T* rate, T* numerator, TileShape shape) {
    if constexpr (RatedRule<A>) {
      const Step made = step_at(step);
      for (std::size_t i = 0; i < shape.groups * shape.dim; ++i) {
        const State& s = state_at(state, i);
        A::template rate<L>(s, made).store(rate + i * W);
        A::template numerator<L>(L::load(g + i * W), s).store(numerator + i * W);
      }
    } else {  // what is recorded of an A-LR that is not stated is no number
      const std::size_t count = shape.groups * shape.dim * W;
      std::fill_n(rate, count, std::numeric_limits<T>::quiet_NaN());
      std::fill_n(numerator, count, std::numeric_limits<T>::quiet_NaN());
    }
  }

  static constexpr RuleKernel<T> record() {
    return {sizeof(Hyper), sizeof(Step), slots, RatedRule<A>, at, initial, apply, rates};
  }
};

}  // namespace thalweg::cpu

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
  static_assert(Rule<A> || PhasedRule<A>);
  using Hyper = typename A::Hyper;
  using Step = typename A::Step;
  using L = Lanes<T>;
  using State = typename A::template Slots<L>;
  static constexpr std::size_t W = lanes<T>;
  static constexpr std::size_t slots = slot_count<A>;
  static constexpr std::size_t sums = sums_of<A>, given = given_of<A>;
  static_assert(sums <= most_sums);
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

  static void at(const void* hyper, std::uint64_t t, unsigned call, void* step) {
    const Step made = step_of<A>(*static_cast<const Hyper*>(hyper), t, call);
    std::memcpy(step, &made, sizeof(Step));
  }

  static Asked ask([[maybe_unused]] const void* hyper, [[maybe_unused]] std::uint64_t t, [[maybe_unused]] unsigned call) {
    if constexpr (asks<A>) return A::ask(*static_cast<const Hyper*>(hyper), t, call);
    else return Asked::sample;
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
  static bool advance(const void* step, double eta, double limit, const Limits& limits, [[maybe_unused]] const T* sum, const T* g, T* x, T* state,
                      TileShape shape) {
    const Step made = step_at(step);
    const L minus_eta(static_cast<T>(-eta)), bound(static_cast<T>(std::min(limit, static_cast<double>(std::numeric_limits<T>::max()))));
    auto all = bound >= L(T(0));
    for (std::size_t n = 0; n < shape.groups; ++n) {
      [[maybe_unused]] L whole[given + 1];
      for (std::size_t k = 0; k < given; ++k) whole[k] = L::load(sum + (n * given + k) * W);
      for (std::size_t j = 0; j < shape.dim; ++j) {
        const std::size_t i = n * shape.dim + j;
        const L old = L::load(x + i * W);
        L next;
        if constexpr (PhasedRule<A>) {
          next = A::template move<L>(L::load(g + i * W), old, state_at(state, i), made, -minus_eta, static_cast<const L*>(whole));
        } else {
          const L u = A::template apply<L>(L::load(g + i * W), old, state_at(state, i), made);
          next = m::fma(minus_eta, u, old);  // x - eta u
        }
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

  static bool apply(const void* step, double eta, double limit, const Clip& clip, const T* whole, const T* g, T* x, T* state, TileShape shape) {
    if (clip.lower.empty()) return advance(step, eta, limit, Unclipped{}, whole, g, x, state, shape);
    if (clip.along) return advance(step, eta, limit, ClippedCoordinates{clip}, whole, g, x, state, shape);
    return advance(step, eta, limit, ClippedReplicas{clip}, whole, g, x, state, shape);
  }

  static void collect(const void* step, const T* g, const T* x, const T* state, T* whole, TileShape shape) {
    if constexpr (sums > 0) {
      const Step made = step_at(step);
      for (std::size_t n = 0; n < shape.groups; ++n) {
        Sum<L> sum[sums];
        for (std::size_t j = 0; j < shape.dim; ++j) {
          const std::size_t i = n * shape.dim + j;
          L term[sums];
          A::template terms<L>(L::load(g + i * W), L::load(x + i * W), state_at(state, i), made, term);
          for (std::size_t k = 0; k < sums; ++k) sum[k].add(term[k]);
        }
        for (std::size_t k = 0; k < sums; ++k) sum[k].total().store(whole + (n * given + k) * W);
      }
    }
  }

  static void collect_block(const void* step, const T* g, const T* x, const T* state, std::size_t count, T* whole) {
    if constexpr (sums > 0) {
      const Step made = step_at(step);
      BlockSum<L> sum[sums];
      for (std::size_t i = 0; i * W < count; ++i) {
        L term[sums];
        A::template terms<L>(L::load(g + i * W), L::load(x + i * W), state_at(state, i), made, term);
        for (std::size_t k = 0; k < sums; ++k) {
          if ((i + 1) * W <= count) sum[k].add(term[k]);
          else
            for (std::size_t l = 0; i * W + l < count; ++l) sum[k].add(term[k][l]);
        }
      }
      for (std::size_t k = 0; k < sums; ++k) whole[k] = sum[k].total();
    }
  }

  static constexpr std::size_t mapped = mapped_of<A>;

  static void map(const void* step, const T* g, const T* x, T* state, T* room, TileShape shape) {
    if constexpr (mapped != not_a_slot) {
      const Step made = step_at(step);
      L* vector = reinterpret_cast<L*>(room);
      for (std::size_t first = 0; first < shape.groups * shape.dim; first += shape.dim) {
        for (std::size_t j = 0; j < shape.dim; ++j) vector[j] = A::template entry<L>(L::load(g + (first + j) * W), L::load(x + (first + j) * W), state_at(state, first + j), made);
        A::template map<L>(made, shape.dim, vector, vector + shape.dim);
        for (std::size_t j = 0; j < shape.dim; ++j) vector[j].store(state + ((first + j) * slots + mapped) * W);
      }
    }
  }

  static void map_along(const void* step, const T* g, const T* x, T* state, T* room, std::size_t dim) {
    if constexpr (mapped != not_a_slot) {
      const Step made = step_at(step);
      const std::size_t packs = (dim + W - 1) / W;
      for (std::size_t i = 0; i < packs; ++i) A::template entry<L>(L::load(g + i * W), L::load(x + i * W), state_at(state, i), made).store(room + i * W);
      A::template map<T>(made, dim, room, room + packs * W);
      for (std::size_t i = 0; i < packs; ++i) L::load(room + i * W).store(state + (i * slots + mapped) * W);
    }
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
    bool same_sample = true;
    if constexpr (PhasedRule<A>) same_sample = A::same_sample;
    return {sizeof(Hyper), sizeof(Step), slots, RatedRule<A>, calls_of<A>, same_sample, sums, given, reported_of<A>, mapped == not_a_slot ? 0 : room_of<A> + 1, remembers_of<A>, at, asks<A> ? ask : nullptr, initial, sums > 0 ? collect : nullptr,
            sums > 0 ? collect_block : nullptr, mapped == not_a_slot ? nullptr : map, mapped == not_a_slot ? nullptr : map_along, apply, rates};
  }
};

}  // namespace thalweg::cpu

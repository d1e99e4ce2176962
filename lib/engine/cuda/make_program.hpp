// The programs of a rule, an objective and a noise (lib/engine/cuda/program.hpp), made from their functors.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>

#include "lib/core/scalar_num.hpp"
#include "lib/core/sum.hpp"
#include "lib/core/type_list.hpp"
#include "lib/core/view.hpp"
#include "lib/engine/cuda/program.hpp"
#include "lib/engine/noise.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

THALWEG_HD inline std::uint32_t Piece::blocks() const { return (dim + static_cast<std::uint32_t>(sum_block) - 1) / static_cast<std::uint32_t>(sum_block); }

namespace device {

constexpr auto slot_count_of_sum = static_cast<std::uint32_t>(sum_slots);
constexpr auto block_length = static_cast<std::uint32_t>(sum_block);

// The slots of sums over the coordinates of each block and lane, in the order of lib/core/sum.hpp, one thread a slot: partial[k][block * lanes + lane][slot].
// enter(sinks, j, i) gives sinks[k] what coordinate j, at place i of the arrays, contributes to result k. Sink: how a slot takes terms.
template <class Sink, std::size_t results, class M, class Enter>
THALWEG_HD inline void each_slot(const Team& team, const Piece& piece, M* partial, const Enter& enter) {
  const std::uint32_t columns = piece.blocks() << piece.lane_bits;
  team.each(columns * slot_count_of_sum, [&](std::uint32_t i) {
    const std::uint32_t lane = piece.lane(i), slot = piece.rest(i) % slot_count_of_sum, block = piece.rest(i) / slot_count_of_sum;
    const std::uint32_t column = (block << piece.lane_bits) + lane;
    const std::uint32_t begin = block * block_length, end = begin + block_length < piece.dim ? begin + block_length : piece.dim;
    Sink sinks[results];
    for (std::uint32_t j = begin + slot; j < end; j += slot_count_of_sum) enter(sinks, j, piece.at(lane, j));
    for (std::uint32_t k = 0; k < results; ++k) partial[(k * columns + column) * slot_count_of_sum + slot] = sinks[k].total();
  });
}
template <class M>
struct SlotSum {
  M value = M(0);
  THALWEG_HD void add(const M& term) { value = value + term; }
  THALWEG_HD M total() const { return value; }
};
template <class M>
THALWEG_HD inline void fold(const Team& team, const Piece& piece, const M* partial, std::uint32_t result, M* out) {
  const std::uint32_t columns = piece.blocks() << piece.lane_bits;
  team.each(columns, [&](std::uint32_t column) { out[column] = fold_slots(partial + (result * columns + column) * slot_count_of_sum); });
}

template <class A, class T>
struct RuleProgramOf {
  using Hyper = typename A::Hyper;
  using Step = typename A::Step;
  using State = typename A::template Slots<T>;
  static constexpr std::size_t slots = slot_count<A>;
  static constexpr bool one_pass = calls_of<A> == 1 && given_of<A> == 0 && mapped_of<A> == not_a_slot;

  THALWEG_HD static State state_at(const T* slot, std::uint32_t at, std::uint32_t plane) {
    State state{};
    if constexpr (slots > 0) {
      T value[slots];
      for (std::uint32_t k = 0; k < slots; ++k) value[k] = slot[k * plane + at];
      static_assert(sizeof state == sizeof value);
      std::memcpy(static_cast<void*>(&state), value, sizeof value);
    }
    return state;
  }
  THALWEG_HD static void keep(const State& state, T* slot, std::uint32_t at, std::uint32_t plane) {
    if constexpr (slots > 0) {
      T value[slots];
      std::memcpy(value, &state, sizeof value);
      for (std::uint32_t k = 0; k < slots; ++k) slot[k * plane + at] = value[k];
    }
  }

  static void at(const void* hyper, std::uint64_t t, void* step) {
    const Step made = step_of<A>(*static_cast<const Hyper*>(hyper), t, 0);
    std::memcpy(step, &made, sizeof made);
  }
  static void initial(const void* hyper, double* value) {
    const auto first = A::initial(*static_cast<const Hyper*>(hyper));
    if constexpr (slots > 0) std::memcpy(value, &first, slots * sizeof(double));
  }

  THALWEG_HD static bool apply(const Team& team, const Piece& piece, const void* step, double eta, double limit, const Limits& limits, const T* g, T* x,
                               T* slot)
    requires one_pass
  {
    const Step made = *static_cast<const Step*>(step);
    constexpr auto largest = static_cast<double>(std::numeric_limits<T>::max());
    const T minus_eta = static_cast<T>(-eta);
    [[maybe_unused]] const T none[1] = {T(0)};
    const T bound = static_cast<T>(limit < largest ? limit : largest);
    const std::uint32_t plane = piece.plane();
    const bool clipped = !limits.lower.empty();
    const auto pass = [&](const T* of_g, T* of_x, T* of_slots) {
      return team.any(plane, [&](std::uint32_t i) {
        const T old = of_x[i];
        State state = state_at(of_slots, i, plane);
        T next;
        if constexpr (PhasedRule<A>) next = A::template move<T>(of_g[i], old, state, made, -minus_eta, none);
        else next = m::fma(minus_eta, A::template apply<T>(of_g[i], old, state, made), old);
        keep(state, of_slots, i, plane);
        const bool left = !(m::abs(next) <= bound);
        if (clipped && !left) {  // one that left keeps its value, which tells how
          const std::uint64_t j = piece.first + piece.coordinate(i);
          next = m::min(m::max(next, static_cast<T>(limits.lower[j])), static_cast<T>(limits.upper[j]));
        }
        of_x[i] = next;
        return left;
      });
    };
    return located(piece, pass, g, x, slot);
  }

  THALWEG_HD static void rates(const Team& team, const Piece& piece, const void* step, const T* g, const T* slot, T* rate, T* numerator) {
    const std::uint32_t plane = piece.plane();
    if constexpr (RatedRule<A>) {
      const Step made = *static_cast<const Step*>(step);
      team.each(plane, [&](std::uint32_t i) {
        const State state = state_at(slot, i, plane);
        rate[i] = A::template rate<T>(state, made);
        numerator[i] = A::template numerator<T>(g[i], state);
      });
    } else {  // what is recorded of an A-LR that is not stated is no number
      team.each(plane, [&](std::uint32_t i) { rate[i] = numerator[i] = static_cast<T>(NAN); });
    }
  }

  static constexpr RuleProgram<T> host() {
    RuleProgram<T> made = on_device();
    made.at = at;
    made.initial = initial;
    return made;
  }
  static constexpr RuleProgram<T> on_device() {
    RuleProgram<T> made{sizeof(Hyper), sizeof(Step), slots, reported_of<A>, RatedRule<A>, nullptr, nullptr, nullptr, rates};
    if constexpr (one_pass) made.apply = apply;
    return made;
  }
};

template <class F, class T, class M>
struct ObjectiveProgramOf {
  static constexpr bool separable = requires(const F& f, T x) { f.template term<T>(std::size_t{0}, x); };
  static constexpr bool coupled = requires(const F& f, View<const T> x, View<T> g) { f.template gradient<T>(x, g); };

  THALWEG_HD static const F& functor(const void* objective) { return *static_cast<const F*>(objective); }

  // A coupled objective reads a lane's coordinates one after another: the lanes are apart.
  template <class R>
  THALWEG_HD static void slopes(const Team& team, const Piece& piece, const F& f, const R* x, R* g) {
    team.each(piece.lanes(), [&](std::uint32_t lane) {
      f.template gradient<R>(View<const R>(x + piece.at(lane, 0), piece.dim), View<R>(g + piece.at(lane, 0), piece.dim));
    });
  }
  THALWEG_HD static const M* widened(const Team& team, const Piece& piece, const T* x, M* wide) {
    if constexpr (std::is_same_v<T, M>) {
      return x;
    } else {
      team.each(piece.plane(), [&](std::uint32_t i) { wide[i] = static_cast<M>(x[i]); });
      return wide;
    }
  }

  THALWEG_HD static void gradient(const Team& team, const Piece& piece, const void* objective, const T* x, T* g) {
    const F& f = functor(objective);
    if constexpr (separable) {
      const auto pass = [&](const T* from, T* to) {
        team.each(piece.plane(), [&](std::uint32_t i) { to[i] = f.template slope<T>(piece.first + piece.coordinate(i), from[i]); });
      };
      located(piece, pass, x, g);
    } else if constexpr (coupled) {
      slopes<T>(team, piece, f, x, g);
    }
  }
  THALWEG_HD static void slope(const Team& team, const Piece& piece, const void* objective, const T* x, M* wide, M* out) {
    const F& f = functor(objective);
    if constexpr (separable) {
      team.each(piece.plane(), [&](std::uint32_t i) { out[i] = f.template slope<M>(piece.first + piece.coordinate(i), static_cast<M>(x[i])); });
    } else if constexpr (coupled) {
      slopes<M>(team, piece, f, widened(team, piece, x, wide), out);
    }
  }
  THALWEG_HD static void value(const Team& team, const Piece& piece, const void* objective, const T* x, M* wide, M* partial, M* out) {
    const F& f = functor(objective);
    if constexpr (separable) {
      each_slot<SlotSum<M>, 1>(team, piece, partial, [&](SlotSum<M>* sum, std::uint32_t j, std::uint32_t i) {
        sum->add(f.template term<M>(piece.first + j, static_cast<M>(x[i])));
      });
      fold(team, piece, partial, 0, out);
    } else if constexpr (coupled) {
      const M* here = widened(team, piece, x, wide);
      team.each(piece.lanes(), [&](std::uint32_t lane) { out[lane] = f.template value<M>(View<const M>(here + piece.at(lane, 0), piece.dim)); });
    }
  }

  static constexpr ObjectiveProgram<T, M> record() {
    if constexpr (separable || coupled) return {separable, gradient, value, slope};
    else return {false, nullptr, nullptr, nullptr};
  }
};

template <class N, class T>
struct NoiseProgramOf {
  static constexpr bool has_program = N::randomness != DrawKind::none && !SharedNoise<N>;  // a sum over all coordinates would be shared by teams
  THALWEG_HD static void add(const Team& team, const Piece& piece, const void* noise, DrawKey key, std::uint64_t t, T* g) {
    if constexpr (has_program) {
      using Source = Draws<N::randomness, T>;
      constexpr auto per_block = static_cast<std::uint32_t>(Source::per_block);
      static_assert(sum_block % per_block == 0);
      const N& made = *static_cast<const N*>(noise);
      const std::uint32_t blocks = (piece.dim + per_block - 1) / per_block;
      const auto pass = [&](T* to) {
        team.each(blocks << piece.lane_bits, [&](std::uint32_t i) {
          const std::uint32_t lane = piece.lane(i), block = piece.rest(i);
          const Source source(key, Stream::noise, piece.first_replica + lane, t), other(key, Stream::second_noise, piece.first_replica + lane, t);
          T w[per_block], second[per_block];
          source.block(piece.first / per_block + block, w);
          if constexpr (takes_pairs<N>) other.block(piece.first / per_block + block, second);
          for (std::uint32_t k = 0; k < per_block && block * per_block + k < piece.dim; ++k) {
            const std::uint32_t j = block * per_block + k, at = piece.at(lane, j);
            to[at] = to[at] + made.template perturb<T>(piece.first + j, {w[k], takes_pairs<N> ? second[k] : w[k]}, to[at]);
          }
        });
      };
      located(piece, pass, g);
    }
  }
  static constexpr NoiseProgram<T> record() {
    if constexpr (has_program) return {add};
    else return {nullptr};
  }
};

}  // namespace device

}  // namespace thalweg

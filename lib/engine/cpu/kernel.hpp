// Templates that turn a rule, an objective or a noise into the kernel record of one instruction set (lib/engine/launch.hpp).
// Included only by files named *_kernels.cpp, which are compiled once per instruction set with THALWEG_ISA = v2, v3, v4.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstring>
#include <vector>

#include "lib/core/draw.hpp"
#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/sum.hpp"
#include "lib/core/view.hpp"
#include "lib/engine/launch.hpp"
#include "lib/optimizers/rule.hpp"

// The one global symbol of a kernel source: thalweg_<file name>_<isa>.
#define THALWEG_TABLE_JOIN(name, isa) thalweg_##name##_##isa
#define THALWEG_TABLE_EXPAND(name, isa) THALWEG_TABLE_JOIN(name, isa)
#define THALWEG_TABLE(name) THALWEG_TABLE_EXPAND(name, THALWEG_ISA)

namespace thalweg::cpu {

constexpr std::size_t lanes = lanes_of(Isa::THALWEG_ISA);
using Lanes = Pack<double, lanes>;

template <class F>
concept Separable = requires(const F& f, double x) {
  { f.template term<double>(std::size_t{0}, x) } -> std::same_as<double>;
  { f.template slope<double>(std::size_t{0}, x) } -> std::same_as<double>;
};

template <class F>
concept OwnKernels = requires(const F& f, const double* x, double* out) {
  f.template value_lanes<lanes>(x, out);
  f.template gradient_lanes<lanes>(x, out);
  f.product(x, x, out);
};

template <class F>
concept Sampled = requires(const F& f, const DrawKey& key, const std::uint64_t* replica, const double* x, double* g) {
  f.template sample_lanes<lanes>(key, replica, std::uint64_t{1}, x, g);
};

// ---- rules

template <Rule A>
struct RuleKernels {
  using Hyper = typename A::Hyper;
  using Step = typename A::Step;
  using State = typename A::template Slots<Lanes>;
  static constexpr std::size_t slots = slot_count<A>;
  static_assert(slots == 0 || sizeof(State) == slots * sizeof(Lanes), "Slots holds values of R and nothing else");

  static State load(const double* p) {
    State state;
    if constexpr (slots > 0) std::memcpy(static_cast<void*>(&state), p, sizeof(State));
    return state;
  }
  static void store(const State& state, double* p) {
    if constexpr (slots > 0) std::memcpy(p, &state, sizeof(State));
  }

  static void at(const void* hyper, std::uint64_t t, void* step) {
    const Step made = A::at(*static_cast<const Hyper*>(hyper), t);
    std::memcpy(step, &made, sizeof(Step));
  }

  static void initial(const void* hyper, double* state, TileShape shape) {
    if constexpr (slots > 0) {
      const auto first = A::initial(*static_cast<const Hyper*>(hyper));
      double value[slots];
      std::memcpy(value, &first, sizeof(value));
      for (std::size_t i = 0; i < shape.groups * shape.dim; ++i)
        for (std::size_t k = 0; k < slots; ++k) Lanes(value[k]).store(state + (i * slots + k) * lanes);
    }
  }

  template <bool boxed>
  static bool advance(const Step& step, double eta, double limit, const double* lower, const double* upper, const double* g, double* x,
                      double* state, TileShape shape) {
    const Lanes minus_eta(-eta), bound(limit);
    Mask<double, lanes> all = bound >= Lanes(0.0);
    for (std::size_t n = 0; n < shape.groups; ++n) {
      for (std::size_t j = 0; j < shape.dim; ++j) {
        const std::size_t i = n * shape.dim + j;
        State s = load(state + i * slots * lanes);
        const Lanes old = Lanes::load(x + i * lanes);
        const Lanes u = A::template apply<Lanes>(Lanes::load(g + i * lanes), old, s, step);
        Lanes next = m::fma(minus_eta, u, old);  // x - eta u
        const auto good = m::abs(next) <= bound;
        all = all && good;
        // A lane that left is not clipped: its value tells how it left.
        if constexpr (boxed) next = m::select(good, m::min(m::max(next, Lanes(lower[j])), Lanes(upper[j])), next);
        next.store(x + i * lanes);
        store(s, state + i * slots * lanes);
      }
    }
    for (std::size_t l = 0; l < lanes; ++l)
      if (!all[l]) return false;
    return true;
  }

  static bool apply(const void* step, double eta, double limit, const double* lower, const double* upper, const double* g, double* x,
                    double* state, TileShape shape) {
    Step made;
    std::memcpy(static_cast<void*>(&made), step, sizeof(Step));
    return lower == nullptr ? advance<false>(made, eta, limit, lower, upper, g, x, state, shape)
                            : advance<true>(made, eta, limit, lower, upper, g, x, state, shape);
  }

  static void rates(const void* step, const double* g, const double* state, double* rate, double* numerator, TileShape shape) {
    if constexpr (RatedRule<A>) {
      Step made;
      std::memcpy(static_cast<void*>(&made), step, sizeof(Step));
      for (std::size_t i = 0; i < shape.groups * shape.dim; ++i) {
        const State s = load(state + i * slots * lanes);
        A::template rate<Lanes>(s, made).store(rate + i * lanes);
        A::template numerator<Lanes>(Lanes::load(g + i * lanes), s).store(numerator + i * lanes);
      }
    }
  }

  static constexpr RuleKernel record() {
    return {sizeof(Hyper), sizeof(Step), slots, RatedRule<A>, at, initial, apply, RatedRule<A> ? rates : nullptr};
  }
};

// ---- objectives

template <class F>
struct ObjectiveKernels {
  static const F& functor(const void* objective) { return *static_cast<const F*>(objective); }

  // f over any scalar, in the fixed order of Sum.
  template <class R>
  static R value_of(const F& f, View<const R> x) {
    if constexpr (Separable<F>) {
      Sum<R> sum;
      for (std::size_t j = 0; j < x.size(); ++j) sum.add(f.template term<R>(j, x[j]));
      return sum.total();
    } else {
      return f.template value<R>(x);
    }
  }
  template <class R>
  static void gradient_of(const F& f, View<const R> x, View<R> g) {
    if constexpr (Separable<F>) {
      for (std::size_t j = 0; j < x.size(); ++j) g[j] = f.template slope<R>(j, x[j]);
    } else {
      f.template gradient<R>(x, g);
    }
  }

  static void value(const void* objective, const double* x, double* out, TileShape shape) {
    const F& f = functor(objective);
    for (std::size_t n = 0; n < shape.groups; ++n) {
      const double* xn = x + n * shape.dim * lanes;
      if constexpr (OwnKernels<F>) {
        f.template value_lanes<lanes>(xn, out + n * lanes);
      } else {
        value_of<Lanes>(f, View<const Lanes>(reinterpret_cast<const Lanes*>(xn), shape.dim)).store(out + n * lanes);
      }
    }
  }

  static void gradient(const void* objective, const double* x, double* g, TileShape shape) {
    const F& f = functor(objective);
    for (std::size_t n = 0; n < shape.groups; ++n) {
      const double* xn = x + n * shape.dim * lanes;
      double* gn = g + n * shape.dim * lanes;
      if constexpr (OwnKernels<F>) {
        f.template gradient_lanes<lanes>(xn, gn);
      } else {
        gradient_of<Lanes>(f, View<const Lanes>(reinterpret_cast<const Lanes*>(xn), shape.dim),
                           View<Lanes>(reinterpret_cast<Lanes*>(gn), shape.dim));
      }
    }
  }

  static void sample(const void* objective, const DrawPoint& point, const double* x, double* g, TileShape shape) {
    if constexpr (Sampled<F>) {
      const F& f = functor(objective);
      for (std::size_t n = 0; n < shape.groups; ++n)
        f.template sample_lanes<lanes>(point.key, point.replica + n * lanes, point.step, x + n * shape.dim * lanes, g + n * shape.dim * lanes);
    }
  }

  static double point_value(const void* objective, const double* x) {
    const F& f = functor(objective);
    if constexpr (OwnKernels<F>) {
      double out = 0.0;
      f.template value_lanes<1>(x, &out);
      return out;
    } else {
      return value_of<double>(f, View<const double>(x, f.dim()));
    }
  }

  static void point_gradient(const void* objective, const double* x, double* g) {
    const F& f = functor(objective);
    if constexpr (OwnKernels<F>) {
      f.template gradient_lanes<1>(x, g);
    } else {
      gradient_of<double>(f, View<const double>(x, f.dim()), View<double>(g, f.dim()));
    }
  }

  // Hessian times v: the derivative of the gradient along v, by dual numbers over the same formula.
  static void point_product(const void* objective, const double* x, const double* v, double* out) {
    const F& f = functor(objective);
    if constexpr (OwnKernels<F>) {
      f.product(x, v, out);
    } else {
      using D = Dual<double>;
      const std::size_t d = f.dim();
      std::vector<D> point(d), gradient(d);
      for (std::size_t j = 0; j < d; ++j) point[j] = D{x[j], v[j]};
      gradient_of<D>(f, View<const D>(point.data(), d), View<D>(gradient.data(), d));
      for (std::size_t j = 0; j < d; ++j) out[j] = gradient[j].derivative;
    }
  }

  static constexpr ObjectiveKernel record() {
    return {value, gradient, Sampled<F> ? sample : nullptr, point_value, point_gradient, point_product};
  }
};

// ---- noise

// Additive noise with independent coordinates: perturb(j, w) is a function of the variate w of coordinate j alone.
template <class N>
concept AdditiveNoise = requires(const N& noise, double w) {
  { N::randomness } -> std::convertible_to<DrawKind>;
  { noise.template perturb<double>(std::size_t{0}, w) } -> std::same_as<double>;
};

template <AdditiveNoise N>
struct NoiseKernels {
  static void add(const void* noise, const DrawPoint& point, double* g, TileShape shape) {
    if constexpr (N::randomness != DrawKind::none) {
      using Source = Draws<N::randomness, Lanes>;
      using Words = Pack<std::uint64_t, lanes>;
      constexpr std::size_t per_block = Source::per_block;
      const N& made = *static_cast<const N*>(noise);
      for (std::size_t n = 0; n < shape.groups; ++n) {
        const Words replica = Words::load(point.replica + n * lanes);
        double* gn = g + n * shape.dim * lanes;
        for (std::size_t b = 0; b * per_block < shape.dim; ++b) {
          Lanes w[per_block];
          Source::block(point.key, Stream::noise, replica, point.step, Words(std::uint64_t{b}), w);
          const std::size_t first = b * per_block, count = std::min(per_block, shape.dim - first);
          for (std::size_t k = 0; k < count; ++k) {
            double* at = gn + (first + k) * lanes;
            (Lanes::load(at) + made.template perturb<Lanes>(first + k, w[k])).store(at);
          }
        }
      }
    }
  }
  static constexpr NoiseKernel record() { return {N::randomness == DrawKind::none ? nullptr : add}; }
};

}  // namespace thalweg::cpu

// The kernel record of an additive noise (lib/engine/launch.hpp) for one instruction set and one scalar type.
#pragma once

#include <algorithm>

#include "lib/core/draw_pack.hpp"
#include "lib/core/sum.hpp"
#include "lib/engine/cpu/kernel.hpp"
#include "lib/engine/noise.hpp"

namespace thalweg::cpu {

template <class N, class T>
struct NoiseKernels {
  static_assert(AdditiveNoise<N>);
  static constexpr std::size_t W = lanes<T>;
  using L = Lanes<T>;
  using Words = Pack<std::uint64_t, W>;

  // flatten: with many models in one source gcc would leave Philox a function of its own.
  [[gnu::flatten]] static void add(const void* noise, const DrawPoint& point, T* g, TileShape shape) {
    if constexpr (N::randomness != DrawKind::none) {
      const N& made = *static_cast<const N*>(noise);
      for (std::size_t n = 0; n < shape.groups; ++n) {
        T* gn = g + n * shape.dim * W;
        const auto over_all = [&](auto&& visit) {
          using Source = Draws<N::randomness, L>;
          constexpr std::size_t per_block = Source::per_block;
          const Words replica = Words::load(point.replica + n * W);
          const Source source(point.key, Stream::noise, replica, point.step), other(point.key, Stream::second_noise, replica, point.step);
          for (std::size_t b = 0; b * per_block < shape.dim; ++b) {
            L w[per_block], second[per_block];
            source.block(b, w);
            if constexpr (takes_pairs<N>) other.block(b, second);
            const std::size_t first = b * per_block, count = std::min(per_block, shape.dim - first);
            for (std::size_t k = 0; k < count; ++k) visit(first + k, Variates<L>{w[k], takes_pairs<N> ? second[k] : w[k]});
          }
        };
        const auto enter = [&](std::size_t j, const L& exact, const L& xi) { (exact + xi).store(gn + j * W); };
        if constexpr (SharedNoise<N>) {
          Sum<L> sum;
          over_all([&](std::size_t j, const Variates<L>& w) { sum.add(made.template share<L>(j, w)); });
          const L total = sum.total();
          over_all([&](std::size_t j, const Variates<L>& w) {
            const L exact = L::load(gn + j * W);
            enter(j, exact, made.template perturb<L>(j, w, exact, total));
          });
        } else {
          over_all([&](std::size_t j, const Variates<L>& w) {
            const L exact = L::load(gn + j * W);
            enter(j, exact, made.template perturb<L>(j, w, exact));
          });
        }
      }
    }
  }

  // W blocks at a time: lane l has block b + l, whose variates are those of consecutive coordinates.
  [[gnu::flatten]] static void add_along(const void* noise, const DrawPoint& point, std::size_t first, std::size_t count, T* g) {
    if constexpr (N::randomness != DrawKind::none) {
      const N& made = *static_cast<const N*>(noise);
      // visit.template operator()<R>(j, i, variates), i the place in g.
      const auto over_all = [&](auto&& visit) {
        using Source = Draws<N::randomness, L>;
        constexpr std::size_t per_block = Source::per_block, together = per_block * W;
        static_assert(noise_alignment % together == 0);
        for (std::size_t i = 0; i < count; i += together) {
          alignas(64) T variates[together], second[together];
          Source::along(point.key, Stream::noise, *point.replica, point.step, (first + i) / per_block, variates);
          if constexpr (takes_pairs<N>) Source::along(point.key, Stream::second_noise, *point.replica, point.step, (first + i) / per_block, second);
          along<T>(first + i, std::min(together, count - i), [&]<class R>(auto j, std::size_t k) {
            visit.template operator()<R>(j, i + k, Variates<R>{load<R>(variates + k), load<R>((takes_pairs<N> ? second : variates) + k)});
          });
        }
      };
      if constexpr (SharedNoise<N>) {
        Sum<T> sum;
        over_all([&]<class R>(auto j, std::size_t, const Variates<R>& w) {
          alignas(64) T shares[W];
          store<R>(made.template share<R>(j, w), shares);
          for (std::size_t l = 0; l < sizeof(R) / sizeof(T); ++l) sum.add(shares[l]);
        });
        const T total = sum.total();
        over_all([&]<class R>(auto j, std::size_t i, const Variates<R>& w) {
          const R exact = load<R>(g + i);
          store<R>(exact + made.template perturb<R>(j, w, exact, R(total)), g + i);
        });
      } else {
        over_all([&]<class R>(auto j, std::size_t i, const Variates<R>& w) {
          const R exact = load<R>(g + i);
          store<R>(exact + made.template perturb<R>(j, w, exact), g + i);
        });
      }
    }
  }

  static constexpr NoiseKernel<T> record() {
    if constexpr (N::randomness == DrawKind::none) return {nullptr, nullptr, false};
    else return {add, add_along, SharedNoise<N>};
  }
};

}  // namespace thalweg::cpu

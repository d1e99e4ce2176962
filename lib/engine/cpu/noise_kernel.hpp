// The kernel record of an additive noise with independent coordinates (lib/engine/launch.hpp) for one instruction set and one scalar type.
#pragma once

#include <algorithm>

#include "lib/core/draw_pack.hpp"
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
      using Source = Draws<N::randomness, L>;
      constexpr std::size_t per_block = Source::per_block;
      const N& made = *static_cast<const N*>(noise);
      for (std::size_t n = 0; n < shape.groups; ++n) {
        const Words replica = Words::load(point.replica + n * W);
        const Source source(point.key, Stream::noise, replica, point.step), other(point.key, Stream::second_noise, replica, point.step);
        T* gn = g + n * shape.dim * W;
        for (std::size_t b = 0; b * per_block < shape.dim; ++b) {
          L w[per_block], second[per_block];
          source.block(b, w);
          if constexpr (takes_pairs<N>) other.block(b, second);
          const std::size_t first = b * per_block, count = std::min(per_block, shape.dim - first);
          for (std::size_t k = 0; k < count; ++k) {
            T* at = gn + (first + k) * W;
            const L exact = L::load(at);
            (exact + made.template perturb<L>(first + k, {w[k], takes_pairs<N> ? second[k] : w[k]}, exact)).store(at);
          }
        }
      }
    }
  }

  // W blocks at a time: lane l has block b + l, whose variates are those of consecutive coordinates.
  [[gnu::flatten]] static void add_along(const void* noise, const DrawPoint& point, std::size_t first, std::size_t count, T* g) {
    if constexpr (N::randomness != DrawKind::none) {
      using Source = Draws<N::randomness, L>;
      constexpr std::size_t per_block = Source::per_block, together = per_block * W;
      static_assert(noise_alignment % together == 0);
      const N& made = *static_cast<const N*>(noise);
      for (std::size_t i = 0; i < count; i += together) {
        alignas(64) T variates[together], second[together];
        Source::along(point.key, Stream::noise, *point.replica, point.step, (first + i) / per_block, variates);
        if constexpr (takes_pairs<N>) Source::along(point.key, Stream::second_noise, *point.replica, point.step, (first + i) / per_block, second);
        along<T>(first + i, std::min(together, count - i), [&]<class R>(auto j, std::size_t k) {
          const R exact = load<R>(g + i + k);
          store<R>(exact + made.template perturb<R>(j, {load<R>(variates + k), load<R>((takes_pairs<N> ? second : variates) + k)}, exact), g + i + k);
        });
      }
    }
  }

  static constexpr NoiseKernel<T> record() {
    if constexpr (N::randomness == DrawKind::none) return {nullptr, nullptr};
    else return {add, add_along};
  }
};

}  // namespace thalweg::cpu

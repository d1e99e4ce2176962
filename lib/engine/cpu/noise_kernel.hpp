// The kernel record of an additive noise with independent coordinates (lib/engine/launch.hpp) for one instruction set and one scalar type.
#pragma once

#include <algorithm>
#include <concepts>

#include "lib/core/draw_pack.hpp"
#include "lib/engine/cpu/kernel.hpp"

namespace thalweg::cpu {

// perturb(j, w) is a function of the variate w of coordinate j alone.
template <class N>
concept AdditiveNoise = requires(const N& noise, double w) {
  { N::randomness } -> std::convertible_to<DrawKind>;
  { noise.template perturb<double>(std::size_t{0}, w) } -> std::same_as<double>;
};

template <class N, class T>
struct NoiseKernels {
  static_assert(AdditiveNoise<N>);
  static constexpr std::size_t W = lanes<T>;
  using L = Lanes<T>;
  using Words = Pack<std::uint64_t, W>;

  static void add(const void* noise, const DrawPoint& point, T* g, TileShape shape) {
    if constexpr (N::randomness != DrawKind::none) {
      using Source = Draws<N::randomness, L>;
      constexpr std::size_t per_block = Source::per_block;
      const N& made = *static_cast<const N*>(noise);
      for (std::size_t n = 0; n < shape.groups; ++n) {
        const Source source(point.key, Stream::noise, Words::load(point.replica + n * W), point.step);
        T* gn = g + n * shape.dim * W;
        for (std::size_t b = 0; b * per_block < shape.dim; ++b) {
          L w[per_block];
          source.block(b, w);
          const std::size_t first = b * per_block, count = std::min(per_block, shape.dim - first);
          for (std::size_t k = 0; k < count; ++k) {
            T* at = gn + (first + k) * W;
            (L::load(at) + made.template perturb<L>(first + k, w[k])).store(at);
          }
        }
      }
    }
  }

  // W blocks at a time: lane l has block b + l, whose variates are those of consecutive coordinates.
  static void add_along(const void* noise, const DrawPoint& point, std::size_t first, std::size_t count, T* g) {
    if constexpr (N::randomness != DrawKind::none) {
      using Source = Draws<N::randomness, L>;
      constexpr std::size_t per_block = Source::per_block, together = per_block * W;
      static_assert(noise_alignment % together == 0);
      const N& made = *static_cast<const N*>(noise);
      for (std::size_t i = 0; i < count; i += together) {
        alignas(64) T variates[together];
        Source::along(point.key, Stream::noise, *point.replica, point.step, (first + i) / per_block, variates);
        along<T>(first + i, std::min(together, count - i), [&]<class R>(auto j, std::size_t k) {
          store<R>(load<R>(g + i + k) + made.template perturb<R>(j, load<R>(variates + k)), g + i + k);
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

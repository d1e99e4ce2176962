// The draws as the engine makes them, added to an array in the first cache, in the registers of the instruction set that this is compiled for
// (draw_v3.cpp, draw_v4.cpp), each in turn with its reference: normals with std::normal_distribution, all others, by the 32-bit word, with
// Random123's Philox.
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "lib/core/draw_pack.hpp"
#include "tests/bench/draw_reference.hpp"

namespace thalweg::bench {
namespace {

constexpr std::size_t dim = 128, groups = 2, length = 2048;

struct Normal {
  static constexpr const char* name = "normal";
  static constexpr DrawKind kind = DrawKind::normal;
  template <class R> static R noise(const R& w) { return w; }
};
struct Uniform {
  static constexpr const char* name = "uniform";
  static constexpr DrawKind kind = DrawKind::uniform;
  template <class R> static R noise(const R& w) { return w; }
};
struct Words {
  static constexpr const char* name = "32_bits";
  static constexpr DrawKind kind = DrawKind::bits;
  template <class R> static R noise(const R& w) { return w; }
};
struct TwoPoint {
  static constexpr const char* name = "two_point";
  static constexpr DrawKind kind = DrawKind::bits;
  template <class R> static R noise(const R& w) { return m::select(w < R(0x1p30F), R(1.5F), R(-0.5F)); }
};
struct Sign {
  static constexpr const char* name = "sign";
  static constexpr DrawKind kind = DrawKind::sign;
  template <class R> static R noise(const R& w) { return w; }
};

template <class P>
using ValueOf = std::decay_t<decltype(P{}[0])>;

// Lanes are replicas: groups x dim x lanes values.
template <class N, class P>
[[gnu::noinline]] std::size_t add_over_replicas(std::uint64_t step, const std::uint64_t* replica, ValueOf<P>* g) {
  using Source = Draws<N::kind, P>;
  for (std::size_t n = 0; n < groups; ++n) {
    const Source source({1, 2}, Stream::noise, Pack<std::uint64_t, P::lanes>::load(replica + n * P::lanes), step);
    for (std::size_t b = 0; b < dim / Source::per_block; ++b) {
      P w[Source::per_block];
      source.block(b, w);
      for (std::size_t k = 0; k < Source::per_block; ++k, g += P::lanes) (P::load(g) + N::noise(w[k])).store(g);
    }
  }
  return groups * dim * P::lanes;
}
// Lanes are coordinates: `length` values of one replica.
template <class N, class P>
[[gnu::noinline]] std::size_t add_along(std::uint64_t step, const std::uint64_t* replica, ValueOf<P>* g) {
  using Source = Draws<N::kind, P>;
  constexpr std::size_t together = Source::per_block * P::lanes;
  for (std::size_t i = 0; i < length; i += together) {
    alignas(64) ValueOf<P> w[together];
    Source::along({1, 2}, Stream::noise, *replica, step, i / Source::per_block, w);
    for (std::size_t k = 0; k < together; k += P::lanes) (P::load(g + i + k) + N::noise(P::load(w + k))).store(g + i + k);
  }
  return length;
}

template <class Work>
double nanoseconds(Work work) {
  constexpr std::uint64_t steps = 16;
  std::size_t values = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t step = 1; step <= steps; ++step) {
    values += work(step);
    benchmark::ClobberMemory();
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  return took.count() / static_cast<double>(values);
}

template <class N, class P, bool along>
void compare(benchmark::State& state) {
  alignas(64) static ValueOf<P> g[groups * dim * P::lanes > length ? groups * dim * P::lanes : length];
  alignas(64) static std::uint32_t words[length];
  static std::uint64_t replica[groups * P::lanes];
  for (std::size_t l = 0; l < groups * P::lanes; ++l) replica[l] = l;
  double own = std::numeric_limits<double>::infinity(), other = own;
  for (auto _ : state) {
    const double one = nanoseconds([](std::uint64_t step) {
      if constexpr (along) return add_along<N, P>(step, replica, g);
      else return add_over_replicas<N, P>(step, replica, g);
    });
    own = std::min(own, one);
    other = std::min(other, nanoseconds([](std::uint64_t step) {
      if constexpr (N::kind == DrawKind::normal) reference_normals(g, length);
      else reference_words(step, words, length);
      return length;
    }));
    state.SetIterationTime(one * 1e-9);
  }
  state.counters["own"] = own;
  state.counters["other"] = other;
  state.counters["ratio"] = own / other;
}

template <class N, class P>
void add() {
  const std::string type = sizeof(ValueOf<P>) == sizeof(double) ? "double" : "float", isa = register_bytes == 64 ? "v4" : "v3";
  const auto enter = [&](const char* layout, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark((std::string(N::name) + '/' + layout + '/' + type + '/' + isa).c_str(), run)->UseManualTime()->Iterations(200);
  };
  enter("replicas", compare<N, P, false>);
  enter("along", compare<N, P, true>);
}

inline void add_all() {
  using Doubles = Pack<double, register_bytes / 8>;
  using Floats = Pack<float, register_bytes / 4>;
  add<Words, Doubles>(), add<Words, Floats>();
  add<Uniform, Doubles>(), add<Uniform, Floats>();
  add<TwoPoint, Doubles>(), add<TwoPoint, Floats>();
  add<Sign, Doubles>(), add<Sign, Floats>();
  add<Normal, Doubles>(), add<Normal, Floats>();
}

}  // namespace
}  // namespace thalweg::bench

#endif

// The elementary functions over arrays in the first cache, in the registers of the instruction set that this is compiled for (elementary_v3.cpp,
// elementary_v4.cpp), each in turn with the C library's vector function of the same width, or what stands for it where there is none.
#pragma once

// The C library has these functions for AVX2 and AVX-512 on x86-64.
#if defined(__AVX2__) && defined(__FMA__) && defined(__linux__)

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "lib/core/elementary.hpp"
#include "lib/core/num.hpp"

namespace thalweg::bench {
namespace {

using Doubles = Pack<double, thalweg::register_bytes / 8>;
using Floats = Pack<float, thalweg::register_bytes / 4>;
using VectorOfDoubles = Doubles::Vector;
using VectorOfFloats = Floats::Vector;

// The vector ABI names functions of AVX2 with d, of AVX-512 with e.
#ifdef __AVX512F__
#define THALWEG_BENCH_LIBRARY_DOUBLE(arguments, name) _ZGVeN8##arguments##_##name
#define THALWEG_BENCH_LIBRARY_FLOAT(arguments, name) _ZGVeN16##arguments##_##name##f
#else
#define THALWEG_BENCH_LIBRARY_DOUBLE(arguments, name) _ZGVdN4##arguments##_##name
#define THALWEG_BENCH_LIBRARY_FLOAT(arguments, name) _ZGVdN8##arguments##_##name##f
#endif
#define THALWEG_BENCH_DECLARE(name)                                                    \
  extern "C" VectorOfDoubles THALWEG_BENCH_LIBRARY_DOUBLE(v, name)(VectorOfDoubles);   \
  extern "C" VectorOfFloats THALWEG_BENCH_LIBRARY_FLOAT(v, name)(VectorOfFloats);      \
  struct library_##name {                                                              \
    Doubles operator()(const Doubles& x) const { return Doubles::of(THALWEG_BENCH_LIBRARY_DOUBLE(v, name)(x.v)); } \
    Floats operator()(const Floats& x) const { return Floats::of(THALWEG_BENCH_LIBRARY_FLOAT(v, name)(x.v)); }     \
  };
THALWEG_BENCH_DECLARE(exp)
THALWEG_BENCH_DECLARE(expm1)
THALWEG_BENCH_DECLARE(log)
THALWEG_BENCH_DECLARE(log1p)
THALWEG_BENCH_DECLARE(sin)
THALWEG_BENCH_DECLARE(cos)
THALWEG_BENCH_DECLARE(tanh)
extern "C" VectorOfDoubles THALWEG_BENCH_LIBRARY_DOUBLE(vv, pow)(VectorOfDoubles, VectorOfDoubles);
extern "C" VectorOfFloats THALWEG_BENCH_LIBRARY_FLOAT(vv, pow)(VectorOfFloats, VectorOfFloats);
struct library_pow {
  Doubles operator()(const Doubles& x) const { return Doubles::of(THALWEG_BENCH_LIBRARY_DOUBLE(vv, pow)(x.v, Doubles(0.6).v)); }
  Floats operator()(const Floats& x) const { return Floats::of(THALWEG_BENCH_LIBRARY_FLOAT(vv, pow)(x.v, Floats(0.6F).v)); }
};

#define THALWEG_BENCH_OWN(name)                                                 \
  struct own_##name {                                                           \
    template <class R> R operator()(const R& x) const { return m::name(x); }    \
  };
THALWEG_BENCH_OWN(exp)
THALWEG_BENCH_OWN(expm1)
THALWEG_BENCH_OWN(log)
THALWEG_BENCH_OWN(log1p)
THALWEG_BENCH_OWN(sin)
THALWEG_BENCH_OWN(cos)
THALWEG_BENCH_OWN(tanh)
THALWEG_BENCH_OWN(softplus)
THALWEG_BENCH_OWN(sigmoid)
struct own_pow {
  template <class R> R operator()(const R& x) const { return m::pow(x, R(0.6F)); }
};
struct own_exp_then_log1p {
  template <class R> R operator()(const R& x) const { return m::log1p(m::exp(x)); }
};

template <class P>
struct Arrays {
  using T = std::decay_t<decltype(P{}[0])>;
  static constexpr std::size_t count = 1024;
  alignas(64) T x[count];
  alignas(64) T y[count];
};

template <class P, class F>
double nanoseconds(F f, Arrays<P>& a) {
  constexpr int passes = 16;
  const auto start = std::chrono::steady_clock::now();
  for (int k = 0; k < passes; ++k) {
    for (std::size_t i = 0; i < Arrays<P>::count; i += P::lanes) f(P::load(a.x + i)).store(a.y + i);
    benchmark::ClobberMemory();
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  return took.count() / static_cast<double>(passes * Arrays<P>::count);
}

template <class P, class Own, class Other>
void compare(benchmark::State& state, double low, double high) {
  static Arrays<P> a;
  std::uint64_t bits = 1;
  for (auto& x : a.x) {
    bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
    x = static_cast<typename Arrays<P>::T>(low + (high - low) * static_cast<double>(bits >> 11U) * 0x1p-53);
  }
  double own = std::numeric_limits<double>::infinity(), other = own;
  for (auto _ : state) {
    const double one = nanoseconds(Own{}, a);
    own = std::min(own, one);
    other = std::min(other, nanoseconds(Other{}, a));
    state.SetIterationTime(one * 1e-9);
  }
  state.counters["own"] = own;
  state.counters["other"] = other;
  state.counters["ratio"] = own / other;
}

template <class Own, class Other>
void add(const std::string& name, double low, double high) {
  const std::string isa = sizeof(VectorOfDoubles) == 64 ? "v4" : "v3";
  benchmark::RegisterBenchmark((name + "/double/" + isa).c_str(), compare<Doubles, Own, Other>, low, high)->UseManualTime()->Iterations(400);
  benchmark::RegisterBenchmark((name + "/float/" + isa).c_str(), compare<Floats, Own, Other>, low, high)->UseManualTime()->Iterations(400);
}

inline void add_all() {
  add<own_exp, library_exp>("exp", -20, 20);
  add<own_expm1, library_expm1>("expm1", -5, 5);
  add<own_log, library_log>("log", 0.01, 100);
  add<own_log1p, library_log1p>("log1p", -0.5, 10);
  add<own_sin, library_sin>("sin", -10, 10);
  add<own_cos, library_cos>("cos", -10, 10);
  add<own_tanh, library_tanh>("tanh", -5, 5);
  add<own_pow, library_pow>("pow(x,0.6)", 0.01, 4);
  add<own_softplus, own_exp_then_log1p>("softplus_against_own_exp_and_log1p", -20, 20);
  add<own_sigmoid, own_exp>("sigmoid_against_own_exp", -20, 20);
}

}  // namespace
}  // namespace thalweg::bench

#endif

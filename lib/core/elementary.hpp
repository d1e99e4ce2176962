// Num<double>, Num<float> and Num of their packs: arithmetic, selection, and the elementary functions.
//
// Largest errors measured, in ulp, double by tests/core/elementary_slow_test.cpp (10^6 stratified arguments a function, against 100 digits;
// arguments of sin and cos up to 1.8e308 against 1200 digits), float by tests/core/elementary_float_slow_test.cpp (every float; pow 10^4
// pairs by elementary_test.cpp):
//            exp   expm1  log   log1p  pow   sin   cos   tanh  softplus  sigmoid
//   double   1.02  1.22   0.86  1.40   1.04  1.70  1.72  1.67  1.57      1.39
//   float    1.06  1.10   1.00  1.53   1.15  1.79  1.80  1.47  1.72      1.50
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "lib/core/elementary_functions.hpp"
#include "lib/core/num.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/scalar_num.hpp"

namespace thalweg {

namespace elementary {

template <class T, std::size_t N>
struct Bits<Pack<T, N>> {
  using R = Pack<T, N>;
  using Unit = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  using Word = typename Pack<Unit, N>::Vector;
  static constexpr std::size_t lanes = N;
  static Word of(const R& x) {
    Word w;
    std::memcpy(&w, &x, sizeof w);
    return w;
  }
  static R real(const Word& w) {
    R x;
    std::memcpy(static_cast<void*>(&x), &w, sizeof w);
    return x;
  }
  static bool all_less(const R& a, const R& b) {
    constexpr bool wide = sizeof(T) == 8;
    if constexpr (sizeof(R) > register_bytes) {
      const Halves<T, N> x(a), y(b);
      const auto low = Bits<Pack<T, N / 2>>::all_less(x.low, y.low), high = Bits<Pack<T, N / 2>>::all_less(x.high, y.high);
      return low & high;
    } else if constexpr (sizeof(R) == 16) {
      if constexpr (wide) return _mm_movemask_pd(_mm_cmplt_pd(a.v, b.v)) == 0x3;
      else return _mm_movemask_ps(_mm_cmplt_ps(a.v, b.v)) == 0xf;
#ifdef __AVX__
    } else if constexpr (sizeof(R) == 32) {
      if constexpr (wide) return _mm256_movemask_pd(_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)) == 0xf;
      else return _mm256_movemask_ps(_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)) == 0xff;
#endif
#ifdef __AVX512F__
    } else if constexpr (sizeof(R) == 64) {
      if constexpr (wide) return _mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ) == 0xff;
      else return _mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ) == 0xffff;
#endif
    } else {
      static_assert(sizeof(R) == 8, "a pack narrower than a register");
      return a[0] < b[0] && (N == 1 || a[1] < b[1]);
    }
  }
  static Pack<double, N> widened(const R& x) { return converted<double>(x); }
  static R narrowed(const Pack<double, N>& x) { return converted<float>(x); }
  static T get(const R& x, std::size_t lane) { return x[lane]; }
  static void set(R& x, std::size_t lane, T value) { x.set(lane, value); }
};

// The instructions' own a < b ? a : b and a > b ? a : b.
template <class T, std::size_t N>
inline Pack<T, N> lesser(const Pack<T, N>& a, const Pack<T, N>& b) {
  using P = Pack<T, N>;
  constexpr bool wide = sizeof(T) == 8;
  if constexpr (sizeof(P) > register_bytes) {
    const Halves<T, N> x(a), y(b);
    return Halves<T, N>(lesser(x.low, y.low), lesser(x.high, y.high)).joined();
  } else if constexpr (sizeof(P) == 16) {
    if constexpr (wide) return P::of(_mm_min_pd(a.v, b.v));
    else return P::of(_mm_min_ps(a.v, b.v));
#ifdef __AVX__
  } else if constexpr (sizeof(P) == 32) {
    if constexpr (wide) return P::of(_mm256_min_pd(a.v, b.v));
    else return P::of(_mm256_min_ps(a.v, b.v));
#endif
#ifdef __AVX512F__
  } else if constexpr (sizeof(P) == 64) {
    if constexpr (wide) return P::of(_mm512_maskz_min_pd(0xff, a.v, b.v));
    else return P::of(_mm512_maskz_min_ps(0xffff, a.v, b.v));
#endif
  } else {
    return P::of(a.v < b.v ? a.v : b.v);
  }
}
template <class T, std::size_t N>
inline Pack<T, N> greater(const Pack<T, N>& a, const Pack<T, N>& b) {
  using P = Pack<T, N>;
  constexpr bool wide = sizeof(T) == 8;
  if constexpr (sizeof(P) > register_bytes) {
    const Halves<T, N> x(a), y(b);
    return Halves<T, N>(greater(x.low, y.low), greater(x.high, y.high)).joined();
  } else if constexpr (sizeof(P) == 16) {
    if constexpr (wide) return P::of(_mm_max_pd(a.v, b.v));
    else return P::of(_mm_max_ps(a.v, b.v));
#ifdef __AVX__
  } else if constexpr (sizeof(P) == 32) {
    if constexpr (wide) return P::of(_mm256_max_pd(a.v, b.v));
    else return P::of(_mm256_max_ps(a.v, b.v));
#endif
#ifdef __AVX512F__
  } else if constexpr (sizeof(P) == 64) {
    if constexpr (wide) return P::of(_mm512_maskz_max_pd(0xff, a.v, b.v));
    else return P::of(_mm512_maskz_max_ps(0xffff, a.v, b.v));
#endif
  } else {
    return P::of(a.v > b.v ? a.v : b.v);
  }
}

}  // namespace elementary

template <class T, std::size_t N>
struct Num<Pack<T, N>> {
  using P = Pack<T, N>;
  using Value = T;
  using Mask = thalweg::Mask<T, N>;
  static P sqrt(const P& x) { return square_root(x); }
  static P fma(const P& a, const P& b, const P& c) { return fused_multiply_add(a, b, c); }
  static P abs(const P& x) { return with_bits(bits(x) & ~sign_bit); }
  static P min(const P& a, const P& b) { return elementary::lesser(a, b); }
  static P max(const P& a, const P& b) { return elementary::greater(a, b); }
  static P copysign(const P& x, const P& s) { return with_bits((bits(x) & ~sign_bit) | (bits(s) & sign_bit)); }
  static P select(const Mask& c, const P& a, const P& b) { return P::of(c.v ? a.v : b.v); }
  static P sqr(const P& x) { return x * x; }
#define THALWEG_FORWARD(name) \
  static P name(const P& x) {                                          \
    if constexpr (sizeof(T) == 8) return elementary::name<P>(x);      \
    else return elementary::single::name<P>(x);                        \
  }
  THALWEG_FORWARD(exp) THALWEG_FORWARD(expm1) THALWEG_FORWARD(log) THALWEG_FORWARD(log1p) THALWEG_FORWARD(sin) THALWEG_FORWARD(cos)
  THALWEG_FORWARD(tanh) THALWEG_FORWARD(softplus) THALWEG_FORWARD(sigmoid)
#undef THALWEG_FORWARD
  static P pow(const P& x, const P& p) {
    if constexpr (sizeof(T) == 8) return elementary::pow<P>(x, p);
    else return elementary::single::pow<P>(x, p);
  }

 private:
  using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  using Words = typename Pack<Word, N>::Vector;
  static constexpr Word sign_bit = Word{1} << (8 * sizeof(T) - 1);
  static Words bits(const P& x) {
    Words w;
    std::memcpy(&w, &x, sizeof w);
    return w;
  }
  static P with_bits(const Words& w) {
    P x;
    std::memcpy(static_cast<void*>(&x), &w, sizeof w);
    return x;
  }
};

}  // namespace thalweg

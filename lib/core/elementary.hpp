// Num<double>, Num<float> and Num of their packs: arithmetic, selection, and the elementary functions of elementary_functions.hpp.
//
// float goes through double: the function of the widened argument, rounded, which is correctly rounded but for arguments within 2 ulp of
// double of a midpoint. Largest errors measured, in ulp, by tests/core/elementary_slow_test.cpp (10^6 stratified arguments a function, against 100 digits;
// arguments of sin and cos up to 1.8e308 against 1200 digits):
//   exp 0.78, expm1 1.34, log 0.80, log1p 0.81, pow 0.78, sin 0.77, cos 0.76, tanh 1.42, softplus 1.63, sigmoid 1.40
// Every float: the nine functions of one argument are the double result rounded, but for 11 arguments of sigmoid (0.500000002 ulp).
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

template <std::size_t N>
struct Bits<Pack<double, N>> {
  using R = Pack<double, N>;
  using Word = typename Pack<std::uint64_t, N>::Vector;
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
  static bool any(const Mask<double, N>& mask) {
    bool some = false;
    for (std::size_t l = 0; l < N; ++l) some = some || mask[l];
    return some;
  }
  static double get(const R& x, std::size_t lane) { return x[lane]; }
  static void set(R& x, std::size_t lane, double value) { x.set(lane, value); }
};

}  // namespace elementary

template <class T, std::size_t N>
struct Num<Pack<T, N>> {
  using P = Pack<T, N>;
  using Wide = Pack<double, N>;
  using Value = T;
  using Mask = thalweg::Mask<T, N>;
  static P sqrt(const P& x) { return square_root(x); }
  static P fma(const P& a, const P& b, const P& c) { return fused_multiply_add(a, b, c); }
  static P abs(const P& x) { return with_bits(bits(x) & ~sign_bit); }
  static P min(const P& a, const P& b) { return select(a < b, a, b); }
  static P max(const P& a, const P& b) { return select(a > b, a, b); }
  static P copysign(const P& x, const P& s) { return with_bits((bits(x) & ~sign_bit) | (bits(s) & sign_bit)); }
  static P select(const Mask& c, const P& a, const P& b) { return P::of(c.v ? a.v : b.v); }
  static P sqr(const P& x) { return x * x; }
#define THALWEG_FORWARD(name) \
  static P name(const P& x) { return narrow(elementary::name<Wide>(widen(x))); }
  THALWEG_FORWARD(exp) THALWEG_FORWARD(expm1) THALWEG_FORWARD(log) THALWEG_FORWARD(log1p) THALWEG_FORWARD(sin) THALWEG_FORWARD(cos)
  THALWEG_FORWARD(tanh) THALWEG_FORWARD(softplus) THALWEG_FORWARD(sigmoid)
#undef THALWEG_FORWARD
  static P pow(const P& x, const P& p) { return narrow(elementary::pow<Wide>(widen(x), widen(p))); }

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
  static Wide widen(const P& x) {
    if constexpr (std::is_same_v<T, double>) return x;
    else return Wide::of(__builtin_convertvector(x.v, typename Wide::Vector));
  }
  static P narrow(const Wide& x) {
    if constexpr (std::is_same_v<T, double>) return x;
    else return P::of(__builtin_convertvector(x.v, typename P::Vector));
  }
};

}  // namespace thalweg

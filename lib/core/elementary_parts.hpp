// What the elementary functions are made of: the integer lanes of a number or a pack, sums of two, polynomials.
//
// Every lane performs the operations of the scalar program, so the bits do not depend on the width, the instruction set or the optimiser.
// The one decision taken for a pack as a whole, all_less, only chooses between two programs that agree wherever both apply.
// Source: J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2018, chapters 4 (exact sums and products) and 10 (functions).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::elementary {

// Bits<R>: the integer lanes of R. To and from are exact; the arithmetic is the compiler's own on an unsigned integer or a vector of them.
template <class R>
struct Bits;

template <class T, class W>
struct ScalarBits {
  using Value = T;
  using Word = W;
  using Unit = W;
  static constexpr std::size_t lanes = 1;
  THALWEG_HD static Word of(T x) {
    Word w;
    std::memcpy(&w, &x, sizeof w);
    return w;
  }
  THALWEG_HD static T real(Word w) {
    T x;
    std::memcpy(&x, &w, sizeof x);
    return x;
  }
  // a < b in every lane; a NaN gives no.
  THALWEG_HD static bool all_less(T a, T b) { return a < b; }
  THALWEG_HD static T get(T x, std::size_t) { return x; }
  THALWEG_HD static void set(T& x, std::size_t, T value) { x = value; }
};
template <>
struct Bits<double> : ScalarBits<double, std::uint64_t> {};
template <>
struct Bits<float> : ScalarBits<float, std::uint32_t> {
  THALWEG_HD static double widened(float x) { return static_cast<double>(x); }
  THALWEG_HD static float narrowed(double x) { return static_cast<float>(x); }
};

__extension__ using DoubleWord = unsigned __int128;

constexpr double to_integer = 0x1.8p52;  // x + to_integer - to_integer rounds |x| < 2^51 to an integer; the sum holds it in its low bits
constexpr double infinity = __builtin_huge_val();
constexpr double not_a_number = __builtin_nan("");

// An unevaluated sum hi + lo.
template <class R>
struct Two {
  R hi, lo;
};
// a + b exactly (Knuth).
template <class R>
THALWEG_HD inline Two<R> two_sum(const R& a, const R& b) {
  const R s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}
// a + b exactly when |a| >= |b| or a = 0 (Dekker).
template <class R>
THALWEG_HD inline Two<R> quick_two_sum(const R& a, const R& b) {
  const R s = a + b;
  return {s, b - (s - a)};
}
template <class R>
THALWEG_HD inline Two<R> two_product(const R& a, const R& b) {
  const R p = a * b;
  return {p, m::fma(a, b, -p)};
}

// p (x.hi + x.lo) as a sum of two.
template <class R>
THALWEG_HD inline Two<R> times(const R& p, const Two<R>& x) {
  const R high = p * x.hi;
  return {high, m::fma(p, x.lo, m::fma(p, x.hi, -high))};
}

template <class R>
constexpr auto sign_bit = static_cast<typename Bits<R>::Unit>(typename Bits<R>::Unit{1} << (8 * sizeof(typename Bits<R>::Unit) - 1));

// y with the sign of x where y is zero; elsewhere they have the same sign.
template <class R>
THALWEG_HD inline R with_sign_of_zero(const R& y, const R& x) {
  using B = Bits<R>;
  return B::real(B::of(y) | (B::of(x) & sign_bit<R>));
}
// -|x|
template <class R>
THALWEG_HD inline R minus_abs(const R& x) {
  using B = Bits<R>;
  return B::real(B::of(x) | sign_bit<R>);
}

// c[first] + c[first + stride] x + c[first + 2 stride] x^2 + ... as 2^splits chains of Horner's rule, by parts even and odd: waiting for a
// chain costs more than the few operations of a split.
template <std::size_t splits, std::size_t first = 0, std::size_t stride = 1, class T, class R, std::size_t n>
THALWEG_HD inline R polynomial(const T (&c)[n], const R& x) {
  if constexpr (first + stride >= n) {
    return R(c[first]);
  } else if constexpr (splits == 0) {
    return m::fma(polynomial<0, first + stride, stride>(c, x), x, R(c[first]));
  } else {
    const R square = x * x;
    return m::fma(polynomial<splits - 1, first + stride, 2 * stride>(c, square), x, polynomial<splits - 1, first, 2 * stride>(c, square));
  }
}

}  // namespace thalweg::elementary

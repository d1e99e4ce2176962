// sin and cos in double: x = h pi + r with an integer h for sin and half an odd one for cos, |r| <= pi/2, and one odd polynomial in r,
// whose sign is the parity of h (or of h + 1/2). Below 2^30 pi is a sum of three doubles; beyond, one lane at a time, the bits of 2/pi
// are multiplied in integers.
// Source for large arguments: M. Payne & R. Hanek, SIGNUM Newsletter 18 (1983). Coefficients as in elementary_functions.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/core/elementary_parts.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::elementary {

constexpr double one_over_pi = 0x1.45f306dc9c883p-2;
// pi to 2^-158 as a sum of positive numbers.
constexpr double pi_0 = 0x1.921fb54442d18p+1, pi_1 = 0x1.1a62633145c06p-53, pi_2 = 0x1.c1cd129024e08p-106;
constexpr double angle_limit = 0x1p30;

// 2/pi: bits after the binary point, 64 a word, to 2^-1280.
THALWEG_HD inline std::uint64_t two_over_pi_word(int i) {
  static constexpr std::uint64_t bits[] = {
      0xa2f9836e4e441529ULL, 0xfc2757d1f534ddc0ULL, 0xdb6295993c439041ULL, 0xfe5163abdebbc561ULL, 0xb7246e3a424dd2e0ULL,
      0x06492eea09d1921cULL, 0xfe1deb1cb129a73eULL, 0xe88235f52ebb4484ULL, 0xe99c7026b45f7e41ULL, 0x3991d639835339f4ULL,
      0x9c845f8bbdf9283bULL, 0x1ff897ffde05980fULL, 0xef2f118b5a0a6d1fULL, 0x6d367ecf27cb09b7ULL, 0x4f463f669e5fea2dULL,
      0x7527bac7ebe5f17bULL, 0x3d0739f78a5292eaULL, 0x6bfb5fb1f8d5d085ULL, 0x6033046fc7b6babfULL, 0x0000000000000000ULL};
  return bits[i];
}

// An angle less whole turns: pi, where odd, and hi + lo, |hi| <= pi/2 nearly.
struct HalfTurns {
  bool odd;
  double hi, lo;
};

// |x| + quarter pi/2 for finite |x| >= 2^30 and quarter = 0 or 1.
// R is double; a template, so that Num<double> may be defined after this header.
template <class R>
THALWEG_HD inline HalfTurns reduce_large(R x, unsigned quarter) {
  static_assert(sizeof(R) == sizeof(double), "one lane at a time");
  const std::uint64_t word = Bits<R>::of(x);
  const int exponent = static_cast<int>((word >> 52U) & 0x7ffU) - 1075;            // |x| = mantissa 2^exponent
  const std::uint64_t mantissa = (word & 0xfffffffffffffULL) | 0x10000000000000ULL;
  // Bits of 2/pi that only give multiples of 4, whole turns, are left out.
  const int skip = exponent - 2 > 0 ? exponent - 2 : 0;
  std::uint64_t part[4];
  for (int i = 0; i < 4; ++i) {
    const int at = skip + 64 * i, index = at / 64, shift = at % 64;
    part[i] = shift == 0 ? two_over_pi_word(index) : (two_over_pi_word(index) << shift) | (two_over_pi_word(index + 1) >> (64 - shift));
  }
  // mantissa * 0.part[0..3]: 53 + 256 bits, product[0] above the point, then down.
  std::uint64_t product[5] = {0, 0, 0, 0, 0};
  DoubleWord carry = 0;
  for (int i = 3; i >= 0; --i) {
    carry += static_cast<DoubleWord>(part[i]) * mantissa;
    product[i + 1] = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
  product[0] = static_cast<std::uint64_t>(carry);
  // Times 2^(exponent - skip), and half of it: |x| / pi modulo 2.
  const int up = exponent - skip - 1;
  if (up > 0) {
    for (int i = 0; i < 4; ++i) product[i] = (product[i] << up) | (product[i + 1] >> (64 - up));
    product[4] <<= up;
  } else if (up < 0) {
    for (int i = 4; i >= 1; --i) product[i] = (product[i] >> -up) | (product[i - 1] << (64 + up));
    product[0] >>= -up;
  }
  if (quarter != 0) {
    product[1] += std::uint64_t{1} << 63U;
    if ((product[1] >> 63U) == 0) ++product[0];
  }
  // Round to the nearest integer: the fraction becomes signed.
  std::uint64_t n = product[0];
  const bool negative = (product[1] >> 63U) != 0;
  if (negative) {
    ++n;
    for (int i = 1; i <= 4; ++i) product[i] = ~product[i];                           // 1 - fraction, up to 2^-256
  }
  // The leading bits of the fraction as a sum of doubles, exactly: 64 bits in two, three words.
  R hi = 0.0, lo = 0.0, scale = 0x1p-32;
  for (int i = 1; i <= 3; ++i) {
    const R top = static_cast<R>(product[i] >> 32U) * scale;
    const R bottom = static_cast<R>(product[i] & 0xffffffffULL) * (scale * 0x1p-32);
    Two<R> t = two_sum(hi, top);
    hi = t.hi;
    lo = lo + t.lo;
    t = two_sum(hi, bottom);
    hi = t.hi;
    lo = lo + t.lo;
    scale *= 0x1p-64;
  }
  // times pi
  const R first = pi_0, second = pi_1;
  Two<R> r = two_product(hi, first);
  r.lo = r.lo + m::fma(lo, first, hi * second);
  r = quick_two_sum(r.hi, r.lo);
  return negative ? HalfTurns{(n & 1U) != 0, -r.hi, -r.lo} : HalfTurns{(n & 1U) != 0, r.hi, r.lo};
}

// sin r for |r| <= pi/2: r + r^3 times a polynomial in r^2, to 2^-61.5.
template <class R>
THALWEG_HD inline R sin_of_rest(const R& r) {
  static constexpr double c[] = {0x1.11111111110c8p-7,   -0x1.a01a01a014d6fp-13, 0x1.71de3a52a0b16p-19, -0x1.ae6454d4745e9p-26,
                                 0x1.6123cd0743304p-33, -0x1.ae438473d42e1p-41, 0x1.8832a8fc28757p-49};
  const R z = r * r;
  const R y = m::fma(r * z, m::fma(z, polynomial<1>(c, z), R(-0x1.5555555555555p-3)), r);
  return m::min(R(1.0), m::max(R(-1.0), y));  // rounding may lead beyond 1
}

// x - h pi
template <class R>
THALWEG_HD inline R less_half_turns(const R& x, const R& h) {
  return m::fma(h, R(-pi_2), m::fma(h, R(-pi_1), m::fma(h, R(-pi_0), x)));
}
// The sign of y changed where shifted, an integer + to_integer, is odd.
template <class R>
THALWEG_HD inline R signed_by_parity(const R& y, const R& shifted) {
  using B = Bits<R>;
  return B::real(B::of(y) ^ (B::of(shifted) << 63U));
}

template <class R>
THALWEG_HD inline R sin_near(const R& x) {
  const R shifted = m::fma(x, R(one_over_pi), R(to_integer));
  const R r = less_half_turns(x, shifted - R(to_integer));
  return signed_by_parity(with_sign_of_zero(sin_of_rest(r), r), shifted);
}
template <class R>
THALWEG_HD inline R cos_near(const R& x) {  // x >= 0
  const R shifted = m::fma(x, R(one_over_pi), R(0.5)) + R(to_integer);
  return signed_by_parity(sin_of_rest(less_half_turns(x, (shifted - R(to_integer)) - R(0.5))), shifted);
}

// Lane by lane: y holds the results of the lanes below the limit.
template <class R>
THALWEG_RARE THALWEG_HD R with_large_angles(const R& x, R y, unsigned quarter) {
  using B = Bits<R>;
  for (std::size_t l = 0; l < B::lanes; ++l) {
    const double value = B::get(x, l);
    if (value < angle_limit && value > -angle_limit) continue;
    double result = value - value;  // NaN
    if (result == 0.0) {
      const HalfTurns p = reduce_large(value, quarter);
      result = sin_of_rest(p.hi + p.lo);
      if (p.odd != (value < 0.0 && quarter == 0)) result = -result;
    }
    B::set(y, l, result);
  }
  return y;
}

template <class R>
THALWEG_HD inline R sin(const R& x) {
  const R y = sin_near(x);
  return Bits<R>::all_less(m::abs(x), R(angle_limit)) ? y : with_large_angles(x, y, 0);
}
template <class R>
THALWEG_HD inline R cos(const R& x) {
  const R size = m::abs(x), y = cos_near(size);
  return Bits<R>::all_less(size, R(angle_limit)) ? y : with_large_angles(x, y, 1);
}

}  // namespace thalweg::elementary

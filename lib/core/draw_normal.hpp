// Normal variates from pairs of words by Box and Muller (Ann. Math. Stat. 29, 1958). The variate *is* what the operations below give: their
// order and their coefficients are part of its definition. Polynomials: near-minimax in the relative error, by the Remez exchange in 60 digits.
//
// double, from words w0 and w1: radius from 40 bits u = w0 and the top 8 of w1, U = (u + 1/2) 2^-40; direction from the other 24 bits of w1: 22
// give t = (k + 1/2) 2^-22 - 1/2, the angle within the quadrant less 45 degrees in units of 90; bits 22 and 23 are the signs.
//     q = sqrt(-log U),   x = +-q (cos(pi t / 2) - sin(pi t / 2)),   y = +-q (cos(pi t / 2) + sin(pi t / 2))
// Polynomials of -log, cos and sin within 1.0e-10, 5.7e-11 and 4.6e-12. |x - exact| <= 1.5e-10 q; variance 1 within 3e-10; |x| <= 7.54.
//
// float, in float arithmetic: radius from w0, U = (w0 + 1/2) 2^-32. Of U and 1 - U the one below 1/2 is computed, w0 or its complement rounded to 24
// bits, so that U is known within 2^-24 of itself near 0 and within 2^-24 of 1 - U near 1: no radius is 0, the least is 1.5e-5 and the next to it
// 2.6e-5 (each with probability 2^-32). Direction from w1: bits 1 ... 22 give t as above, bits 31 and 30 are the signs of x and y.
// Polynomials of -log, sin and cos within 4.4e-8, 2.9e-8 and 6.0e-8. |x - exact| <= 6e-7 q; variance 1 within 1e-8 (over all words);
// |x| <= 6.77. Near the axes x is a multiple of 2^-24 q, at least five of them.
//
// Both laws are symmetric in each sign and under the exchange of |x| and |y|, so odd moments and E x y vanish exactly.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/core/draw_lanes.hpp"
#include "lib/core/elementary_parts.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::draw_detail {

using elementary::Bits;
using elementary::polynomial;

// ---- double

// -log(1 + f) / f on [sqrt(1/2) - 1, sqrt(2) - 1]
template <class D>
THALWEG_HD inline D minus_log_over(const D& f) {
  static constexpr double c[] = {-0x1.000000002665cp+0, 0x1.0000001c64b9ep-1,  -0x1.5555541cf0977p-2, 0x1.ffffa6b8063eap-3,
                                 -0x1.999a31be3d883p-3, 0x1.5569523016bb0p-3,  -0x1.24912ecb44ac3p-3, 0x1.fc5675494f8bap-4,
                                 -0x1.c36d1114a5c5ep-4, 0x1.bdb173363c00dp-4,  -0x1.b7a92de4c813dp-4, 0x1.ea4b9cc8fee67p-5};
  return polynomial<1>(c, f);
}
// sin(pi t / 2) / t and cos(pi t / 2) in z = t^2 on [0, 1/4]
template <class D>
THALWEG_HD inline D sine_over(const D& z) {
  static constexpr double c[] = {0x1.921fb5443af5fp+0, -0x1.4abbce564cd83p-1, 0x1.466bba8bfbf66p-4, -0x1.32ca854caa1eep-8, 0x1.4bc2557430365p-13};
  return polynomial<0>(c, z);
}
template <class D>
THALWEG_HD inline D cosine(const D& z) {
  static constexpr double c[] = {0x1.ffffffff84b78p-1, -0x1.3bd3cc6e7cfa5p+0, 0x1.03c1daad037e0p-2, -0x1.55c4e9c28a538p-6, 0x1.d99f5391952e2p-11};
  return polynomial<0>(c, z);
}

// -log((u + 1/2) 2^-40) for a 40-bit u, given as the double 2^41 + 2 u.
template <class D>
THALWEG_HD inline D minus_log_uniform(const D& twice_u_raised) {
  using B = Bits<D>;
  const auto v = B::of(twice_u_raised - D(0x1p41 - 1.0));                    // 2 u + 1
  const auto exponent = (v - 0x3fe6a09e00000000ULL) >> 52U;                  // v = 2^exponent (1 + f), 1 + f in [sqrt(1/2), sqrt(2))
  const D f = B::real(v - (exponent << 52U)) - D(1.0);
  const D e = B::real(exponent | bits_of_2_52) - D(0x1p52 + 41.0);           // exponent - 41, exactly
  return m::fma(f, minus_log_over(f), e * D(-0x1.62e42fefa39efp-1));         // no cancellation: the second term is 0 where U is near 1
}

// Two variates from two words in the low halves of 64-bit lanes, whose high halves do not matter.
template <class D, class Word>
THALWEG_HD inline void normal_pair(const Word& w0, const Word& w1, D& x, D& y) {
  using B = Bits<D>;
  constexpr std::uint64_t bits_of_2_41 = bits_of_one + (41ULL << 52U), sign_bit = 1ULL << 63U, low_52 = (1ULL << 52U) - 1, low_22 = (1ULL << 22U) - 1;
  const D q = m::sqrt(minus_log_uniform(B::real((((w0 << 20U) & low_52) | bits_of_2_41) | ((w1 >> 12U) & 0xff000ULL))));
  const D t = B::real(((w1 << 30U) & (low_22 << 30U)) | bits_of_one) - D(1.5 - 0x1p-23);
  const D z = t * t;
  const D c = cosine(z);
  const D s = t * sine_over(z);
  x = B::real(B::of(q * (c - s)) ^ ((w1 << 41U) & sign_bit));
  y = B::real(B::of(q * (c + s)) ^ ((w1 << 40U) & sign_bit));
}

// ---- float

namespace single {

// -log(1 + f) / f on [-1/2, 0], within 4.4e-8
template <class F>
THALWEG_HD inline F minus_log_over(const F& f) {
  static constexpr float c[] = {-1.0F,           0x1.fffe28p-2F,  -0x1.55b59cp-2F, 0x1.f143cap-3F, -0x1.14155ep-2F,
                                -0x1.a0d90cp-3F, -0x1.41f6a6p+0F, -0x1.b220bep+0F, -0x1.70ec74p+0F};
  return polynomial<1>(c, f);
}
// sin(pi t / 2) / t within 2.9e-8 and cos(pi t / 2) within 6.0e-8, in z = t^2 on [0, 1/4]
template <class F>
THALWEG_HD inline F sine_over(const F& z) {
  static constexpr float c[] = {0x1.921fb6p+0F, -0x1.4abc22p-1F, 0x1.467f48p-4F, -0x1.32d0c8p-8F};
  return polynomial<0>(c, z);
}
template <class F>
THALWEG_HD inline F cosine(const F& z) {
  static constexpr float c[] = {0x1.fffffep-1F, -0x1.3bd36ap+0F, 0x1.03a88cp-2F, -0x1.4d2d1ep-6F};
  return polynomial<0>(c, z);
}

// -log((w + 1/2) 2^-32).
template <class F, class Word>
THALWEG_HD inline F minus_log_uniform(const Word& w) {
  using B = Bits<F>;
  using L = Lanes<F>;
  constexpr std::uint32_t mantissa = 0x7fffffU, bits_of_half = 0x3f000000U, exponent_of_minus_one_half = 382;
  const Word upper = L::top_bit_everywhere(w);                                             // all bits where U > 1/2
  const F v = m::fma(L::from_signed(w ^ upper), F(-0x1p-32F), F(-0x1p-33F));               // -U or U - 1, in [-1/2, 0)
  const Word bits = B::of(v);                                                              // -v = 2^-n (1 + f), 1 + f in [1/2, 1)
  const Word n = (((exponent_of_minus_one_half << 23U | mantissa) - bits) >> 23U) & ~upper;
  const Word below = B::of(B::real((bits & mantissa) | bits_of_half) - F(1.0F));
  const F f = B::real((bits & upper) | (below & ~upper));
  return m::fma(L::from_signed(n), F(0x1.62e43p-1F), f * minus_log_over(f));               // both terms are positive
}

// Two variates from two words.
template <class F, class Word>
THALWEG_HD inline void normal_pair(const Word& w0, const Word& w1, F& x, F& y) {
  using B = Bits<F>;
  constexpr std::uint32_t sign_bit = 1U << 31U;
  const F q = m::sqrt(minus_log_uniform<F>(w0));
  const F t = B::real((w1 & 0x7ffffeU) | 0x3f800001U) - F(1.5F);
  const F z = t * t;
  const F c = cosine(z);
  const F s = t * sine_over(z);
  x = B::real(B::of(q * (c - s)) ^ (w1 & sign_bit));
  y = B::real(B::of(q * (c + s)) ^ ((w1 << 1U) & sign_bit));
}

}  // namespace single

// Four variates from four words.
template <class R, class Word>
THALWEG_HD inline void normals(const Word (&w)[4], R* out) {
  for (std::size_t i = 0; i < 4; i += 2) {
    if constexpr (sizeof(typename Num<R>::Value) == sizeof(double)) normal_pair(w[i], w[i + 1], out[i], out[i + 1]);
    else single::normal_pair(w[i], w[i + 1], out[i], out[i + 1]);
  }
}

}  // namespace thalweg::draw_detail

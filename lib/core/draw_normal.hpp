// Two normal variates from two words, by Box and Muller (Ann. Math. Stat. 29, 1958): x, y = +-q (cos a -+ sin a), q = sqrt(-log U), the angle a less 45
// degrees within its quadrant. log, cos and sin are the polynomials below (minimax in the relative error): the variate *is* what these operations
// give. The law is symmetric, so odd moments and E xy vanish exactly.
//
//   double  radius from 40 bits, u = w0 and the top 8 of w1: U = (u + 1/2) 2^-40. Angle from the other 24 bits of w1: 22 give
//           t = (k + 1/2) 2^-22 - 1/2, a = pi t / 2; bits 22 and 23 are the signs. Polynomials to 1.0e-10, 5.7e-11 and 4.6e-12:
//           |x - exact| <= 1.5e-10 q, variance 1 to 3e-10, |x| <= 7.54.
//   float   radius from 31 bits: U = fl(fl(w0 >> 1) + 1/2) 2^-31, fl the rounding to 24 bits; near U = 1 a multiple of 2^-24, so that q = 0 has
//           probability 2^-25 and the next radius is 2.4e-4. Angle and signs from w1 as in double. Polynomials to 5.9e-8, 3.4e-8 and 8.5e-8:
//           |x - exact| <= 3e-7 q, variance 1 to 1e-7 (4e-8 below, by summing over all words), |x| <= 6.66.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/core/draw_lanes.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::draw_detail {

// c[0] + c[1] x + ...; even and odd terms in two chains: half the latency of Horner's rule.
template <class D, class T, std::size_t n>
THALWEG_HD inline D two_chains(const T (&c)[n], const D& x) {
  const D square = x * x;
  constexpr std::size_t last = n - 1, top = last % 2 == 0 ? last : last - 1, next = last % 2 == 1 ? last : last - 1;
  D even(c[top]), odd(c[next]);
  for (std::size_t i = top; i >= 2; i -= 2) even = m::fma(even, square, D(c[i - 2]));
  for (std::size_t i = next; i >= 3; i -= 2) odd = m::fma(odd, square, D(c[i - 2]));
  return m::fma(odd, x, even);
}
template <class D, class T, std::size_t n>
THALWEG_HD inline D horner(const T (&c)[n], const D& z) {
  D y(c[n - 1]);
  for (std::size_t i = n - 1; i > 0; --i) y = m::fma(y, z, D(c[i - 1]));
  return y;
}

// The polynomials: -log(1 + f) / f on [sqrt(1/2) - 1, sqrt(2) - 1]; sin(pi t / 2) / t and cos(pi t / 2) in z = t^2 on [0, 1/4].
template <class D>
THALWEG_HD inline D minus_log_over(const D& f) {
  if constexpr (sizeof(typename Num<D>::Value) == sizeof(double)) {
    static constexpr double c[] = {-0x1.000000002665cp+0, 0x1.0000001c64b9ep-1,  -0x1.5555541cf0977p-2, 0x1.ffffa6b8063eap-3,
                                   -0x1.999a31be3d883p-3, 0x1.5569523016bb0p-3,  -0x1.24912ecb44ac3p-3, 0x1.fc5675494f8bap-4,
                                   -0x1.c36d1114a5c5ep-4, 0x1.bdb173363c00dp-4,  -0x1.b7a92de4c813dp-4, 0x1.ea4b9cc8fee67p-5};
    return two_chains(c, f);
  } else {
    static constexpr float c[] = {-1.0F,           0x1.fffff8p-2F,  -0x1.555792p-2F, 0x1.000570p-2F, -0x1.98b74ap-3F,
                                  0x1.5332a4p-3F, -0x1.3238ecp-3F, 0x1.263b9cp-3F,  -0x1.654492p-4F};
    return two_chains(c, f);
  }
}
template <class D>
THALWEG_HD inline D sine(const D& z) {
  if constexpr (sizeof(typename Num<D>::Value) == sizeof(double)) {
    static constexpr double c[] = {0x1.921fb5443af5fp+0, -0x1.4abbce564cd83p-1, 0x1.466bba8bfbf66p-4, -0x1.32ca854caa1eep-8, 0x1.4bc2557430365p-13};
    return horner(c, z);
  } else {
    static constexpr float c[] = {0x1.921fb6p+0F, -0x1.4abbbap-1F, 0x1.465e92p-4F, -0x1.2d9302p-8F};
    return horner(c, z);
  }
}
template <class D>
THALWEG_HD inline D cosine(const D& z) {
  if constexpr (sizeof(typename Num<D>::Value) == sizeof(double)) {
    static constexpr double c[] = {0x1.ffffffff84b78p-1, -0x1.3bd3cc6e7cfa5p+0, 0x1.03c1daad037e0p-2, -0x1.55c4e9c28a538p-6, 0x1.d99f5391952e2p-11};
    return horner(c, z);
  } else {
    static constexpr float c[] = {0x1.fffffep-1F, -0x1.3bd38cp+0F, 0x1.03ae64p-2F, -0x1.4e35dap-6F};
    return horner(c, z);
  }
}

// -log((u + 1/2) 2^-40) for a 40-bit u, given as u 2^12.
template <class L, class D, class Raw>
THALWEG_HD inline D minus_log_uniform(const Raw& u_shifted) {
  constexpr std::uint64_t bits_of_2_41 = L::bits_of_one + (41ULL << 52U);
  const Raw v = L::to_bits(L::from_bits(u_shifted | bits_of_2_41) - D(0x1p41 - 1.0));  // v = 2 u + 1
  const Raw exponent = (v - 0x3fe6a09e00000000ULL) >> 52U;                             // v = 2^exponent (1 + f), 1 + f in [sqrt(1/2), sqrt(2))
  const D f = L::from_bits(v - (exponent << 52U)) - D(1.0);
  const D e = L::from_bits(exponent | L::bits_of_2_52) - D(0x1p52 + 41.0);             // exponent - 41, exactly
  return m::fma(f, minus_log_over(f), e * D(-0x1.62e42fefa39efp-1));                   // no cancellation: the second term is 0 where U is near 1
}
// -log(fl(fl(w >> 1) + 1/2) 2^-31) for a word w.
template <class L, class D, class Raw>
THALWEG_HD inline D minus_log_uniform_single(const Raw& w) {
  const Raw v = L::to_bits(L::from_integer(w >> 1U) + D(0.5F));
  const Raw exponent = (v - 0x3eb504f3U) >> 23U;                                       // one more than the exponent: v = 2^(exponent - 1) (1 + f)
  const D f = L::from_bits(v - (exponent << 23U) + 0x800000U) - D(1.0F);
  const D e = L::from_integer(exponent) - D(32.0F);                                    // the exponent less 31
  return m::fma(f, minus_log_over(f), e * D(-0x1.62e430p-1F));
}

template <class L, class Raw, class D>
THALWEG_HD inline void box_muller(const Raw& w0, const Raw& w1, D& x, D& y) {
  D q, t;
  if constexpr (sizeof(typename Num<D>::Value) == sizeof(double)) {
    q = m::sqrt(minus_log_uniform<L, D>((w0 << 20U) | ((w1 >> 24U) << 12U)));
    t = L::from_bits(((w1 & 0x3fffffULL) << 30U) | L::bits_of_one) - D(1.5 - 0x1p-23);
  } else {
    q = m::sqrt(minus_log_uniform_single<L, D>(w0));
    t = L::from_bits(((w1 & 0x3fffffU) << 1U) | (L::bits_of_one | 1U)) - D(1.5F);
  }
  const D z = t * t;
  const D c = cosine(z);
  const D s = t * sine(z);
  x = L::from_bits(L::to_bits(q * (c - s)) ^ L::sign_from(w1, 22));
  y = L::from_bits(L::to_bits(q * (c + s)) ^ L::sign_from(w1, 23));
}

}  // namespace thalweg::draw_detail

// The elementary functions in float, written over float or a pack R of floats: the forms of elementary_functions.hpp,
// elementary_circular.hpp and elementary_power.hpp with shorter polynomials (coefficients by Remez's exchange in the same way) and the
// constants of float.
//
// Only sin and cos of arguments beyond 2^15 go through double. Every lane performs the operations of the scalar program.
#pragma once

#include <cstdint>

#include "lib/core/elementary_circular.hpp"
#include "lib/core/elementary_parts.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::elementary::single {

constexpr float log2_e = 0x1.715476p+0F;
constexpr float ln2_high = 0x1.62e4p-1F;     // 16 bits: k ln2_high is exact for |k| < 2^8
constexpr float ln2_low = 0x1.7f7d1cp-20F;   // ln 2 - ln2_high, to 2^-45
constexpr float to_integer = 0x1.8p23F;      // x + to_integer - to_integer rounds |x| < 2^22 to an integer
constexpr float infinity = __builtin_huge_valf();
constexpr float not_a_number = __builtin_nanf("");

// ---- exp, expm1

// (e^r - 1 - r) / r^2 for |r| <= ln2/2, to 2^-28.2 of e^r.
template <class R>
THALWEG_HD inline R exp_tail(const R& r) {
  static constexpr float c[] = {0x1.fffffcp-2F, 0x1.555492p-3F, 0x1.5558b4p-5F, 0x1.123998p-7F, 0x1.6a48bcp-10F};
  return polynomial<1>(c, r);
}
// The same to 2^-31.1 of e^r - 1.
template <class R>
THALWEG_HD inline R expm1_tail(const R& r) {
  static constexpr float c[] = {0.5F, 0x1.555554p-3F, 0x1.5554f8p-5F, 0x1.1112d6p-7F, 0x1.6d3a5ap-10F, 0x1.9e7826p-13F};
  return polynomial<1>(c, r);
}

// x + low = n ln2 + r, |r| <= ln2/2 nearly, for |x| < 2^7; shifted = n + to_integer.
template <class R>
struct ExpReduction {
  R shifted, n, r;
};
template <class R>
THALWEG_HD inline ExpReduction<R> reduce_exp(const R& x, const R& low) {
  const R shifted = m::fma(x, R(log2_e), R(to_integer));
  const R n = shifted - R(to_integer);
  return {shifted, n, m::fma(n, R(-ln2_high), x) + m::fma(n, R(-ln2_low), low)};
}
template <class R>
THALWEG_HD inline ExpReduction<R> reduce_exp(const R& x) {
  const R shifted = m::fma(x, R(log2_e), R(to_integer));
  const R n = shifted - R(to_integer);
  return {shifted, n, m::fma(n, R(-ln2_low), m::fma(n, R(-ln2_high), x))};
}
template <class R>
THALWEG_HD inline R exp_of_rest(const R& r) {
  return R(1.0F) + m::fma(r * r, exp_tail(r), r);
}

// 2^n y for a normal result, n = shifted - to_integer.
template <class R>
THALWEG_HD inline R scaled_normal(const R& y, const R& shifted) {
  using B = Bits<R>;
  return B::real(B::of(y) + (B::of(shifted) << 23U));
}
// 2^n for an integral n in [-126, 127], given as a float.
template <class R>
THALWEG_HD inline R power_of_two(const R& n) {
  using B = Bits<R>;
  return B::real(B::of(n + R(to_integer + 127.0F)) << 23U);
}
// 2^n y without an early overflow or underflow, |n| <= 250, rounded once.
template <class R>
THALWEG_HD inline R scaled(const R& y, const R& n) {
  const R half = m::fma(n, R(0.5F), R(to_integer)) - R(to_integer);
  return y * power_of_two(half) * power_of_two(n - half);
}

// e^x for |x| < 87: neither overflow nor underflow.
template <class R>
THALWEG_HD inline R exp_near(const R& x) {
  const ExpReduction<R> p = reduce_exp(x);
  return scaled_normal(exp_of_rest(p.r), p.shifted);
}
// Any x; a NaN gives itself.
template <class R>
THALWEG_RARE THALWEG_HD R exp_far(const R& x) {
  const ExpReduction<R> p = reduce_exp(m::min(R(95.0F), m::max(R(-110.0F), x)));
  return scaled(exp_of_rest(p.r), p.n);
}
template <class R>
THALWEG_HD inline R exp(const R& x) {
  return Bits<R>::all_less(m::abs(x), R(87.0F)) ? exp_near(x) : exp_far(x);
}

// |x| < 87. 2^n (1 + r + tail) - 1 = (2^n - 1) + 2^n r + 2^n tail, the first two exactly.
template <class R>
THALWEG_HD inline R expm1_near(const R& x) {
  const ExpReduction<R> p = reduce_exp(x);
  const R high = m::fma(p.n, R(-ln2_high), x);
  const R r_low = m::fma(p.n, R(-ln2_low), high - p.r);
  const R tail = m::fma(p.r * p.r, expm1_tail(p.r), r_low);
  const R scale = scaled_normal(R(1.0F), p.shifted), less_one = scale - R(1.0F);
  const R head = m::fma(scale, p.r, less_one);
  return with_sign_of_zero(head + m::fma(scale, tail, m::fma(scale, p.r, less_one - head)), x);
}
template <class R>
THALWEG_RARE THALWEG_HD R expm1_far(const R& x) {
  const R y = expm1_near(m::min(R(80.0F), m::max(R(-80.0F), x)));
  return m::select(x > R(80.0F), exp_far(x), y);
}
template <class R>
THALWEG_HD inline R expm1(const R& x) {
  return Bits<R>::all_less(m::abs(x), R(80.0F)) ? expm1_near(x) : expm1_far(x);
}

// ---- log, log1p

// (log(1 + f) - f) / f^2 for f in [sqrt(1/2) - 1, sqrt(2) - 1], to 2^-27.8 of log(1 + f).
template <class R>
THALWEG_HD inline R log_tail(const R& f) {
  static constexpr float c[] = {-0x1.fffff8p-2F, 0x1.55555p-2F,  -0x1.000438p-2F, 0x1.99a41cp-3F, -0x1.5423e8p-3F,
                                0x1.226c7ep-3F,  -0x1.0f51fep-3F, 0x1.087546p-3F,  -0x1.3814aep-4F};
  return polynomial<1>(c, f);
}

// x = 2^k f, f in [sqrt(1/2), sqrt(2)) nearly, for positive normal x: k, f, and the exponent field 127 + k in its place.
template <class R>
struct LogReduction {
  typename Bits<R>::Word exponent;
  R k, f;
};
template <class R>
THALWEG_HD inline LogReduction<R> reduce_log(const R& x) {
  using B = Bits<R>;
  constexpr std::uint32_t sqrt_half = 0x3f3504f3U, one = 0x3f800000U, mantissa = (1U << 23U) - 1U;
  const typename B::Word shifted = B::of(x) + (one - sqrt_half);
  const R k = B::real((shifted >> 23U) | 0x4b000000U) - R(0x1p23F + 127.0F);
  return {shifted & ~mantissa, k, B::real((shifted & mantissa) + sqrt_half)};
}

// k ln2 + log(1 + f); k ln2_high is exact and added to f exactly.
template <class R>
THALWEG_HD inline R log_sum(const R& k, const R& f) {
  const Two<R> head = quick_two_sum(k * R(ln2_high), f);
  return head.hi + (head.lo + m::fma(f * f, log_tail(f), k * R(ln2_low)));
}

// As in double, elementary_functions.hpp.
template <class R>
THALWEG_HD inline bool all_positive_normal(const R& x) {
  using B = Bits<R>;
  return B::all_less(R(0x1p-125F), B::real(B::of(x) + (1U << 23U)));
}
template <class R>
THALWEG_RARE THALWEG_HD R log_far(const R& x) {
  const auto tiny = x < R(0x1p-126F);
  const LogReduction<R> p = reduce_log(m::select(tiny, x * R(0x1p24F), x));
  const R y = log_sum(p.k - m::select(tiny, R(24.0F), R(0.0F)), p.f - R(1.0F));
  const R special = m::select(x == R(0.0F), R(-infinity), m::select(x > R(0.0F), x, R(not_a_number)));  // x is inf there
  return m::select(x > R(0.0F) && x < R(infinity), y, special);
}
template <class R>
THALWEG_HD inline R log(const R& x) {
  if (!all_positive_normal(x)) return log_far(x);
  const LogReduction<R> p = reduce_log(x);
  return log_sum(p.k, p.f - R(1.0F));
}

// -1 < x < 2^100. 1 + x = 2^k (1 + f): f = 2^-k x + (2^-k - 1), which is x itself where k = 0.
template <class R>
THALWEG_HD inline R log1p_near(const R& x) {
  using B = Bits<R>;
  const LogReduction<R> p = reduce_log(R(1.0F) + x);
  const R scale = B::real((254U << 23U) - p.exponent);
  return with_sign_of_zero(log_sum(p.k, m::fma(scale, x, scale - R(1.0F))), x);
}
template <class R>
THALWEG_RARE THALWEG_HD R log1p_far(const R& x) {
  const auto large = x > R(0x1p50F);
  const R y = m::select(large, log(m::select(large, x, R(1.0F))), log1p_near(m::select(x > R(-1.0F) && !large, x, R(0.0F))));
  return m::select(x > R(-1.0F), y, m::select(x == R(-1.0F), R(-infinity), R(not_a_number)));
}
template <class R>
THALWEG_HD inline R log1p(const R& x) {
  using B = Bits<R>;
  const bool near = B::all_less(R(0x1p-106F), B::real(B::of(R(1.0F) + x) + (20U << 23U)));
  return near ? log1p_near(x) : log1p_far(x);
}

// ---- softplus, sigmoid, tanh

// (log(1 + t) - t) / t^2 in t - 1/2 for 0 <= t <= 1, to 2^-27 of log(1 + t).
template <class R>
THALWEG_HD inline R log1p_tail(const R& t) {
  static constexpr float c[] = {0x1.6f0d78p-3F,  -0x1.7de15ap-4F, 0x1.a28478p-5F, -0x1.d958a2p-6F,
                                0x1.10e456p-6F,  -0x1.507582p-7F, 0x1.c7c356p-8F,  -0x1.9f7dc4p-9F};
  const R u = t - R(0.5F);
  return m::fma(u, polynomial<1>(c, u), R(-0x1.833704p-2F));
}
template <class R>
THALWEG_HD inline R softplus_near(const R& x) {
  const ExpReduction<R> p = reduce_exp(m::max(R(-87.0F), minus_abs(x)));
  const R u = m::fma(p.r * p.r, exp_tail(p.r), p.r), scale = scaled_normal(R(1.0F), p.shifted);
  const R t = m::fma(scale, u, scale);
  return scale + m::fma(t * t, log1p_tail(t), m::fma(scale, u, m::max(x, R(0.0F))));
}
template <class R>
THALWEG_RARE THALWEG_HD R softplus_far(const R& x) {
  return m::select(x <= R(-87.0F), exp_far(x), softplus_near(x));
}
template <class R>
THALWEG_HD inline R softplus(const R& x) {
  return Bits<R>::all_less(R(-87.0F), x) ? softplus_near(x) : softplus_far(x);
}

template <class R>
THALWEG_HD inline R sigmoid_near(const R& x) {
  const R t = exp_near(m::max(R(-70.0F), minus_abs(x)));
  const Two<R> g = quick_two_sum(R(1.0F), t);
  const R numerator = m::select(x >= R(0.0F), R(1.0F), t);
  const R inverse = R(1.0F) / g.hi, y = numerator * inverse;
  return m::fma(m::fma(-y, g.hi, numerator) - y * g.lo, inverse, y);
}
template <class R>
THALWEG_RARE THALWEG_HD R sigmoid_far(const R& x) {
  const R y = m::select(x <= R(-70.0F), exp_far(x), sigmoid_near(x));
  return m::select(x == x, y, x);
}
template <class R>
THALWEG_HD inline R sigmoid(const R& x) {
  return Bits<R>::all_less(R(-70.0F), x) ? sigmoid_near(x) : sigmoid_far(x);
}

// |x| < 5/8: x and x^3 times a polynomial in x^2, to 2^-27.7; beyond, 1 - 2 t / (1 + t), t = e^(-2 |x|).
template <class R>
THALWEG_HD inline R tanh(const R& x) {
  static constexpr float c[] = {-0x1.555532p-2F, 0x1.1106f6p-3F, -0x1.b835a4p-5F, 0x1.51f8dp-6F, -0x1.750cf8p-8F};
  const R z = x * x;
  const R small = m::fma(x * z, polynomial<1>(c, z), x);
  const R t = exp_near(R(2.0F) * m::max(R(-10.0F), minus_abs(x)));
  const R large = R(1.0F) - (t + t) / (R(1.0F) + t);
  return m::copysign(m::select(m::abs(x) >= R(0.625F), large, small), x);  // a NaN is not large
}

// ---- pow

// k ln2 + log(1 + f) as a sum of two, to 2^-29 or so of log(1 + f): log(1 + f) = 2 s + s^3 (2/3 + ...), s = f / (2 + f).
template <class R>
THALWEG_HD inline Two<R> log_in_two(const R& k, const R& f) {
  static constexpr float c[] = {0x1.555554p-1F, 0x1.999c28p-2F, 0x1.23d312p-2F, 0x1.f161d4p-3F};  // to 2^-35
  const Two<R> g = quick_two_sum(R(2.0F), f);
  const R inverse = R(1.0F) / g.hi, s = f * inverse;
  const R s_low = m::fma(-s, g.lo, m::fma(-s, g.hi, f)) * inverse;  // f / (2 + f) = s + s_low
  const R z = s * s;
  const Two<R> a = quick_two_sum(k * R(ln2_high), s + s);
  const Two<R> b = quick_two_sum(a.hi, s * z * polynomial<1>(c, z));
  return {b.hi, b.lo + (a.lo + m::fma(k, R(ln2_low), s_low + s_low))};
}
template <class R>
THALWEG_RARE THALWEG_HD R pow_far(const R& x, const R& p) {
  const auto tiny = x < R(0x1p-126F);
  const R normal = m::select(x > R(0.0F) && x < R(infinity), m::select(tiny, x * R(0x1p24F), x), R(1.0F));
  const LogReduction<R> q = reduce_log(normal);
  const R k = q.k - m::select(tiny && x > R(0.0F), R(24.0F), R(0.0F));
  const Two<R> y = times(p, log_in_two(k, q.f - R(1.0F)));
  const R clipped = m::min(m::max(y.hi, R(-110.0F)), R(95.0F));  // beyond, exp saturates
  const ExpReduction<R> e = reduce_exp(clipped, m::select(y.hi == clipped, y.lo, R(0.0F)));
  const R finite = scaled(exp_of_rest(e.r), e.n);

  const auto up = p > R(0.0F);
  R result = m::select(x == R(0.0F), m::select(up, R(0.0F), R(infinity)), finite);
  result = m::select(x == R(infinity), m::select(up, R(infinity), R(0.0F)), result);
  result = m::select(x >= R(0.0F), result, R(not_a_number));
  result = m::select(p == p, result, R(not_a_number));
  return m::select(p == R(0.0F) || x == R(1.0F), R(1.0F), result);
}
template <class R>
THALWEG_HD inline R pow(const R& x, const R& p) {
  const LogReduction<R> q = reduce_log(x);
  const Two<R> y = times(p, log_in_two(q.k, q.f - R(1.0F)));
  if (!(all_positive_normal(x) && Bits<R>::all_less(m::abs(y.hi), R(87.0F)))) return pow_far(x, p);
  const ExpReduction<R> e = reduce_exp(y.hi, y.lo);
  return scaled_normal(exp_of_rest(e.r), e.shifted);
}

// ---- sin, cos

constexpr float one_over_pi = 0x1.45f306p-2F;
// pi to 2^-71 as a sum of positive numbers.
constexpr float pi_0 = 0x1.921fb4p+1F, pi_1 = 0x1.4442dp-23F, pi_2 = 0x1.846988p-47F;
constexpr float angle_limit = 0x1p15F;

// sin r for |r| <= pi/2 (1 + 2^-9), to 2^-27.2.
template <class R>
THALWEG_HD inline R sin_of_rest(const R& r) {
  static constexpr float c[] = {0x1.110ed8p-7F, -0x1.9f7054p-13F, 0x1.5dbddp-19F};
  const R z = r * r;
  const R y = m::fma(r * z, m::fma(z, polynomial<1>(c, z), R(-0x1.55554cp-3F)), r);
  return m::min(R(1.0F), m::max(R(-1.0F), y));  // rounding may lead beyond 1
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
  return B::real(B::of(y) ^ (B::of(shifted) << 31U));
}
template <class R>
THALWEG_HD inline R sin_near(const R& x) {
  const R shifted = m::fma(x, R(one_over_pi), R(to_integer));
  const R r = less_half_turns(x, shifted - R(to_integer));
  return signed_by_parity(with_sign_of_zero(sin_of_rest(r), r), shifted);
}
template <class R>
THALWEG_HD inline R cos_near(const R& x) {  // x >= 0
  const R shifted = m::fma(x, R(one_over_pi), R(0.5F)) + R(to_integer);
  return signed_by_parity(sin_of_rest(less_half_turns(x, (shifted - R(to_integer)) - R(0.5F))), shifted);
}

// Through double where |x| is not below the limit.
template <class R>
THALWEG_RARE THALWEG_HD R sin_far(const R& x) {
  using B = Bits<R>;
  return m::select(m::abs(x) < R(angle_limit), sin_near(x), B::narrowed(elementary::sin(B::widened(x))));
}
template <class R>
THALWEG_RARE THALWEG_HD R cos_far(const R& x) {
  using B = Bits<R>;
  return m::select(m::abs(x) < R(angle_limit), cos_near(m::abs(x)), B::narrowed(elementary::cos(B::widened(x))));
}
template <class R>
THALWEG_HD inline R sin(const R& x) {
  return Bits<R>::all_less(m::abs(x), R(angle_limit)) ? sin_near(x) : sin_far(x);
}
template <class R>
THALWEG_HD inline R cos(const R& x) {
  const R size = m::abs(x);
  return Bits<R>::all_less(size, R(angle_limit)) ? cos_near(size) : cos_far(x);
}

}  // namespace thalweg::elementary::single

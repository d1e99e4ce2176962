// The elementary functions in double but sin, cos and pow, written once over a scalar or a pack R of doubles from + - * / fma and exact bit
// operations only.
//
// Method: reduction to a small argument, a polynomial that is nearly the best of its degree in relative error (coefficients by Remez's
// exchange in 50 digits or more, rounded one after another from the lowest with the others fitted again; the stated error is the rounded
// polynomial's), and a last addition of a large and a small term. Arguments that need more (out of range, not finite, subnormal) make the
// whole pack take a second, rarely called program that gives the same bits for the others.
// Sources for the forms: J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2018, chapters 4 and 10; P. T. P. Tang, ACM TOMS 15
// (1989).
#pragma once

#include <cstdint>

#include "lib/core/elementary_parts.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::elementary {

constexpr double log2_e = 0x1.71547652b82fep+0;
constexpr double ln2_high = 0x1.62e42fefa3800p-1;  // 42 bits: k ln2_high is exact for |k| < 2^11
constexpr double ln2_low = 0x1.ef35793c76730p-45;  // ln 2 - ln2_high, to 2^-98

// ---- exp, expm1

// (e^r - 1 - r) / r^2 for |r| <= ln2/2, to 2^-57.9 of e^r.
template <class R>
THALWEG_HD inline R exp_tail(const R& r) {
  static constexpr double c[] = {0x1.000000000000ap-1,  0x1.555555555550dp-3,  0x1.55555555507bap-5,  0x1.1111111124541p-7,  0x1.6c16c184319fep-10,
                                 0x1.a01a01384e772p-13, 0x1.a0199a21b32b2p-16, 0x1.71df0cc899af1p-19, 0x1.28ad4c2a1f150p-22, 0x1.ad9ee192bf2bdp-26};
  return polynomial<1>(c, r);
}
// The same to 2^-61.6 of e^r - 1.
template <class R>
THALWEG_HD inline R expm1_tail(const R& r) {
  static constexpr double c[] = {0x1.0000000000000p-1,  0x1.5555555555559p-3,  0x1.5555555555559p-5,  0x1.111111110f709p-7,
                                 0x1.6c16c16c167b5p-10, 0x1.a01a01af9c2cap-13, 0x1.a01a019e78bf2p-16, 0x1.71ddf93b05c34p-19,
                                 0x1.27e4f87021df6p-22, 0x1.af5cff812311ap-26, 0x1.1f393a27ea603p-29};
  return polynomial<1>(c, r);
}

// x = n ln2 + r, |r| <= ln2/2 nearly, for |x| < 2^10; shifted = n + to_integer.
template <class R>
struct ExpReduction {
  R shifted, n, r;
};
template <class R>
THALWEG_HD inline ExpReduction<R> reduce_exp(const R& x) {
  const R shifted = m::fma(x, R(log2_e), R(to_integer));
  const R n = shifted - R(to_integer);
  return {shifted, n, m::fma(n, R(-ln2_low), m::fma(n, R(-ln2_high), x))};  // the inner one is exact
}
template <class R>
THALWEG_HD inline R exp_of_rest(const R& r) {
  return R(1.0) + m::fma(r * r, exp_tail(r), r);
}

// 2^n y for a normal result, n = shifted - to_integer.
template <class R>
THALWEG_HD inline R scaled_normal(const R& y, const R& shifted) {
  using B = Bits<R>;
  return B::real(B::of(y) + (B::of(shifted) << 52U));
}
// 2^n for an integral n in [-1022, 1023], given as a double.
template <class R>
THALWEG_HD inline R power_of_two(const R& n) {
  using B = Bits<R>;
  return B::real((B::of(n + R(to_integer + 1023.0)) << 52U));
}
// 2^n y without an early overflow or underflow, |n| <= 2000, rounded once.
template <class R>
THALWEG_HD inline R scaled(const R& y, const R& n) {
  const R half = m::fma(n, R(0.5), R(to_integer)) - R(to_integer);
  return y * power_of_two(half) * power_of_two(n - half);
}

// e^x for |x| < 708: neither overflow nor underflow.
template <class R>
THALWEG_HD inline R exp_near(const R& x) {
  const ExpReduction<R> p = reduce_exp(x);
  return scaled_normal(exp_of_rest(p.r), p.shifted);
}
// Any x; a NaN gives itself.
template <class R>
THALWEG_RARE THALWEG_HD R exp_far(const R& x) {
  const ExpReduction<R> p = reduce_exp(m::min(R(720.0), m::max(R(-760.0), x)));
  return scaled(exp_of_rest(p.r), p.n);
}
template <class R>
THALWEG_HD inline R exp(const R& x) {
  return Bits<R>::all_less(m::abs(x), R(708.0)) ? exp_near(x) : exp_far(x);
}

// |x| < 708. 2^n (1 + r + tail) - 1 = (2^n - 1) + 2^n r + 2^n tail, the first two exactly.
template <class R>
THALWEG_HD inline R expm1_near(const R& x) {
  const ExpReduction<R> p = reduce_exp(x);
  const R high = m::fma(p.n, R(-ln2_high), x);
  const R r_low = m::fma(p.n, R(-ln2_low), high - p.r);
  const R tail = m::fma(p.r * p.r, expm1_tail(p.r), r_low);
  const R scale = scaled_normal(R(1.0), p.shifted), less_one = scale - R(1.0);
  const R head = m::fma(scale, p.r, less_one);
  return with_sign_of_zero(head + m::fma(scale, tail, m::fma(scale, p.r, less_one - head)), x);
}
template <class R>
THALWEG_RARE THALWEG_HD R expm1_far(const R& x) {
  const R y = expm1_near(m::min(R(700.0), m::max(R(-700.0), x)));
  return m::select(x > R(700.0), exp_far(x), y);
}
template <class R>
THALWEG_HD inline R expm1(const R& x) {
  return Bits<R>::all_less(m::abs(x), R(700.0)) ? expm1_near(x) : expm1_far(x);
}

// ---- log, log1p

// 2 atanh(s) = 2 s + s t, t = z (2/3 + (2/5) z + ...), z = s^2, for |s| <= 3 - 2 sqrt(2): t / z to 2^-59.5 of 2 atanh(s).
template <class R>
THALWEG_HD inline R atanh_tail(const R& z) {
  static constexpr double c[] = {0x1.5555555555592p-1, 0x1.999999997ff64p-2, 0x1.24924941db2fcp-2, 0x1.c71c521a34186p-3,
                                 0x1.74663b9ce2664p-3, 0x1.39a20c5c0bdbep-3, 0x1.2f0249c463792p-3};
  return polynomial<1>(c, z);
}

// x = 2^k f, f in [sqrt(1/2), sqrt(2)), for positive normal x: k, f, and the exponent field 1023 + k in its place.
template <class R>
struct LogReduction {
  typename Bits<R>::Word exponent;
  R k, f;
};
template <class R>
THALWEG_HD inline LogReduction<R> reduce_log(const R& x) {
  using B = Bits<R>;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL, one = 0x3ffULL << 52U, mantissa = (1ULL << 52U) - 1;
  const typename B::Word shifted = B::of(x) + (one - sqrt_half);
  const R k = B::real((shifted >> 52U) | 0x4330000000000000ULL) - R(0x1p52 + 1023.0);
  return {shifted & ~mantissa, k, B::real((shifted & mantissa) + sqrt_half)};
}

// k ln2 + log(1 + f) for f in [sqrt(1/2) - 1, sqrt(2) - 1].
template <class R>
THALWEG_HD inline R log_sum(const R& k, const R& f) {
  const R s = f / (R(2.0) + f), z = s * s;
  // log(1 + f) = f - s (f - t); k ln2_high is exact and added to f exactly.
  const R rest = m::fma(s, m::fma(z, atanh_tail(z), -f), k * R(ln2_low));
  const Two<R> head = quick_two_sum(k * R(ln2_high), f);
  return head.hi + (head.lo + rest);
}

// The exponent of a positive normal x, one higher, gives at least 2^-1021 (or a NaN for x > 2^1023); all others give less, or NaN. The
// least normal number and those beyond 2^1023 are turned away with the others.
template <class R>
THALWEG_HD inline bool all_positive_normal(const R& x) {
  using B = Bits<R>;
  return B::all_less(R(0x1p-1021), B::real(B::of(x) + (1ULL << 52U)));
}
template <class R>
THALWEG_RARE THALWEG_HD R log_far(const R& x) {
  const auto tiny = x < R(0x1p-1022);
  const LogReduction<R> p = reduce_log(m::select(tiny, x * R(0x1p54), x));
  const R y = log_sum(p.k - m::select(tiny, R(54.0), R(0.0)), p.f - R(1.0));
  const R special = m::select(x == R(0.0), R(-infinity), m::select(x > R(0.0), x, R(not_a_number)));  // x is inf there
  return m::select(x > R(0.0) && x < R(infinity), y, special);
}
template <class R>
THALWEG_HD inline R log(const R& x) {
  if (!all_positive_normal(x)) return log_far(x);
  const LogReduction<R> p = reduce_log(x);
  return log_sum(p.k, p.f - R(1.0));
}

// -1 < x < 2^900. 1 + x = 2^k (1 + f): f = 2^-k x + (2^-k - 1), which is x itself where k = 0.
template <class R>
THALWEG_HD inline R log1p_near(const R& x) {
  using B = Bits<R>;
  const LogReduction<R> p = reduce_log(R(1.0) + x);
  const R scale = B::real((0x7feULL << 52U) - p.exponent);
  return with_sign_of_zero(log_sum(p.k, m::fma(scale, x, scale - R(1.0))), x);
}
template <class R>
THALWEG_RARE THALWEG_HD R log1p_far(const R& x) {
  const auto large = x > R(0x1p200);
  const R y = m::select(large, log(m::select(large, x, R(1.0))), log1p_near(m::select(x > R(-1.0) && !large, x, R(0.0))));
  return m::select(x > R(-1.0), y, m::select(x == R(-1.0), R(-infinity), R(not_a_number)));
}
template <class R>
THALWEG_HD inline R log1p(const R& x) {
  using B = Bits<R>;
  // As all_positive_normal for 1 + x, and below 2^900.
  const bool near = B::all_less(R(0x1p-902), B::real(B::of(R(1.0) + x) + (120ULL << 52U)));
  return near ? log1p_near(x) : log1p_far(x);
}

// ---- softplus, sigmoid, tanh

// (log(1 + t) - t) / t^2 in t - 1/2 for 0 <= t <= 1, to 2^-56.4 of log(1 + t); powers of t itself would cancel near 1.
template <class R>
THALWEG_HD inline R log1p_tail(const R& t) {
  static constexpr double c[] = {0x1.6f0d7bd624be3p-3, -0x1.7ddf1fe86abdep-4, 0x1.a279c04c79bd8p-5, -0x1.da3482488986dp-6,
                                 0x1.131116fb9d491p-6, -0x1.44ba45d84d16bp-7, 0x1.84904efbecfd1p-8, -0x1.d5faf283dd64ap-9, 0x1.1ebd3f530bcc5p-9,
                                 -0x1.6075e39fef3c5p-10, 0x1.b3ddc03618fb3p-11, -0x1.0ed1cdab7ab95p-11, 0x1.53265a93d47b9p-12, -0x1.ad96808952450p-13,
                                 0x1.073e3bad93448p-13, -0x1.2a81ef58c32dap-14, 0x1.b9919a651d9c0p-15, -0x1.ac3ae38e0b154p-15, 0x1.a9ed176199fa1p-16};
  const R u = t - R(0.5);
  return m::fma(u, polynomial<2>(c, u), R(-0x1.833704d019ed0p-2));
}

// log(1 + e^x) = max(x, 0) + log(1 + t), t = e^-|x|, for x > -708; large x is its own value. t = 2^n + 2^n u, and 2^n is added last: the
// rounding of t itself touches the small terms alone.
template <class R>
THALWEG_HD inline R softplus_near(const R& x) {
  const ExpReduction<R> p = reduce_exp(m::max(R(-708.0), minus_abs(x)));
  const R u = m::fma(p.r * p.r, exp_tail(p.r), p.r), scale = scaled_normal(R(1.0), p.shifted);
  const R t = m::fma(scale, u, scale);
  return scale + m::fma(t * t, log1p_tail(t), m::fma(scale, u, m::max(x, R(0.0))));
}
template <class R>
THALWEG_RARE THALWEG_HD R softplus_far(const R& x) {
  return m::select(x <= R(-708.0), exp_far(x), softplus_near(x));
}
template <class R>
THALWEG_HD inline R softplus(const R& x) {
  return Bits<R>::all_less(R(-708.0), x) ? softplus_near(x) : softplus_far(x);
}

// 1 / (1 + t) or t / (1 + t), t = e^-|x|, one refinement of the quotient, for x > -700.
template <class R>
THALWEG_HD inline R sigmoid_near(const R& x) {
  const R t = exp_near(m::max(R(-700.0), minus_abs(x)));
  const Two<R> g = quick_two_sum(R(1.0), t);
  const R numerator = m::select(x >= R(0.0), R(1.0), t);
  const R inverse = R(1.0) / g.hi, y = numerator * inverse;
  return m::fma(m::fma(-y, g.hi, numerator) - y * g.lo, inverse, y);
}
template <class R>
THALWEG_RARE THALWEG_HD R sigmoid_far(const R& x) {
  const R y = m::select(x <= R(-700.0), exp_far(x), sigmoid_near(x));
  return m::select(x == x, y, x);
}
template <class R>
THALWEG_HD inline R sigmoid(const R& x) {
  return Bits<R>::all_less(R(-700.0), x) ? sigmoid_near(x) : sigmoid_far(x);
}

// tanh |x| = -e / (e + 2), e = expm1(-2 |x|); one refinement of the quotient.
template <class R>
THALWEG_HD inline R tanh(const R& x) {
  const R e = expm1_near(R(2.0) * m::max(R(-22.0), minus_abs(x)));
  const Two<R> g = quick_two_sum(R(2.0), e);
  const R inverse = R(1.0) / g.hi, y = -e * inverse;
  const R refined = m::fma(m::fma(-y, g.hi, -e) - y * g.lo, inverse, y);
  return m::copysign(refined, x);
}

}  // namespace thalweg::elementary

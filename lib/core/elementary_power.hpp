// x^p in double for x >= 0, as e^(p log x) with log x to 2^-65 or so: 0^0 = 1, x < 0 gives NaN.
//
// log x = k ln2 + 2 s + s^3 (2/3 + (2/5) s^2 + ...), s = f / (2 + f), with s, s^3 and the bracket each as a sum of two doubles.
// Source: J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2018, chapter 10. Coefficients as in elementary_functions.hpp.
#pragma once

#include "lib/core/elementary_functions.hpp"
#include "lib/core/elementary_parts.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::elementary {

constexpr double two_thirds = 2.0 / 3, two_thirds_low = 0x1.5555555555555p-55;

// (2 atanh(s) - 2 s - (2/3) s^3) / s^5 in z = s^2 for |s| <= 3 - 2 sqrt(2), to 2^-66.3 of 2 atanh(s).
template <class R>
THALWEG_HD inline R atanh_second_tail(const R& z) {
  static constexpr double c[] = {0x1.9999999999b2fp-2, 0x1.2492492457f2fp-2, 0x1.c71c722d3fcddp-3, 0x1.745ce9efd5030p-3,
                                 0x1.3b1ee9ebff1b8p-3, 0x1.0f80184063595p-3, 0x1.0e411374ab021p-3};
  return polynomial<2>(c, z);
}

// k ln2 + log(1 + f) as a sum of two.
template <class R>
THALWEG_HD inline Two<R> log_in_two(const R& k, const R& f) {
  const Two<R> g = quick_two_sum(R(2.0), f);
  const R inverse = R(1.0) / g.hi, s = f * inverse;
  const R s_low = m::fma(-s, g.lo, m::fma(-s, g.hi, f)) * inverse;  // f / (2 + f) = s + s_low
  const Two<R> square = two_product(s, s);                     // of s alone
  const Two<R> product = two_product(s, square.hi);
  const R cube_low = m::fma(s, square.lo, m::fma(R(3.0) * square.hi, s_low, product.lo));
  const Two<R> c = quick_two_sum(R(two_thirds), square.hi * atanh_second_tail(square.hi));
  const Two<R> term = two_product(product.hi, c.hi);
  const R term_low = m::fma(product.hi, c.lo + R(two_thirds_low), m::fma(cube_low, c.hi, term.lo));
  const Two<R> a = quick_two_sum(k * R(ln2_high), s + s);
  const Two<R> b = quick_two_sum(a.hi, term.hi);
  return {b.hi, b.lo + (term_low + (a.lo + m::fma(k, R(ln2_low), s_low + s_low)))};
}

// x + low = n ln2 + r.
template <class R>
THALWEG_HD inline ExpReduction<R> reduce_exp(const R& x, const R& low) {
  const R shifted = m::fma(x, R(log2_e), R(to_integer));
  const R n = shifted - R(to_integer);
  return {shifted, n, m::fma(n, R(-ln2_high), x) + m::fma(n, R(-ln2_low), low)};
}

template <class R>
THALWEG_RARE THALWEG_HD R pow_far(const R& x, const R& p) {
  const auto tiny = x < R(0x1p-1022);
  const R normal = m::select(x > R(0.0) && x < R(infinity), m::select(tiny, x * R(0x1p54), x), R(1.0));
  const LogReduction<R> q = reduce_log(normal);
  const R k = q.k - m::select(tiny && x > R(0.0), R(54.0), R(0.0));
  const Two<R> y = times(p, log_in_two(k, q.f - R(1.0)));
  const R clipped = m::min(m::max(y.hi, R(-760.0)), R(720.0));  // beyond, exp saturates
  const ExpReduction<R> e = reduce_exp(clipped, m::select(y.hi == clipped, y.lo, R(0.0)));
  const R finite = scaled(exp_of_rest(e.r), e.n);

  const auto up = p > R(0.0);
  R result = m::select(x == R(0.0), m::select(up, R(0.0), R(infinity)), finite);
  result = m::select(x == R(infinity), m::select(up, R(infinity), R(0.0)), result);
  result = m::select(x >= R(0.0), result, R(not_a_number));
  result = m::select(p == p, result, R(not_a_number));
  return m::select(p == R(0.0) || x == R(1.0), R(1.0), result);
}

template <class R>
THALWEG_HD inline R pow(const R& x, const R& p) {
  const LogReduction<R> q = reduce_log(x);
  const Two<R> y = times(p, log_in_two(q.k, q.f - R(1.0)));
  if (!(all_positive_normal(x) && Bits<R>::all_less(m::abs(y.hi), R(708.0)))) return pow_far(x, p);
  const ExpReduction<R> e = reduce_exp(y.hi, y.lo);
  return scaled_normal(exp_of_rest(e.r), e.shifted);
}

}  // namespace thalweg::elementary

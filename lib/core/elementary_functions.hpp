// The elementary functions in double, written once over a scalar or a pack R of doubles from + - * / fma, exact bit operations and tables only.
//
// Every lane performs the operations of the scalar program, so the bits do not depend on the width, the instruction set or the optimiser.
// Method: reduction to a small argument kept as an unevaluated sum of two doubles, a Taylor polynomial (no other coefficients are used: the
// truncation errors stated below are those of Taylor's remainder), and a last addition of a large and a small term, which alone decides the error.
// Sources for the forms: J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2018, chapters 4 and 10; P. T. P. Tang, ACM TOMS 15 (1989);
// M. Payne & R. Hanek, SIGNUM Newsletter 18 (1983) for arguments of sin and cos beyond 2^20.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg::elementary {

// Bits<R>: the integer lanes of R. To and from are exact; the arithmetic is the compiler's own on std::uint64_t or a vector of them.
template <class R>
struct Bits;

template <>
struct Bits<double> {
  using Word = std::uint64_t;
  static constexpr std::size_t lanes = 1;
  THALWEG_HD static Word of(double x) {
    Word w;
    std::memcpy(&w, &x, sizeof w);
    return w;
  }
  THALWEG_HD static double real(Word w) {
    double x;
    std::memcpy(&x, &w, sizeof x);
    return x;
  }
  THALWEG_HD static bool any(bool mask) { return mask; }
  THALWEG_HD static double get(double x, std::size_t) { return x; }
  THALWEG_HD static void set(double& x, std::size_t, double value) { x = value; }
};

__extension__ using DoubleWord = unsigned __int128;

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

// c[0] + c[1] x + ... by Horner's rule in x^2, even and odd terms in two chains.
template <class R, std::size_t n>
THALWEG_HD inline R polynomial(const double (&c)[n], const R& x) {
  static_assert(n >= 2);
  const R square = x * x;
  constexpr std::size_t last = n - 1, even = last % 2 == 0 ? last : last - 1, odd = last % 2 == 1 ? last : last - 1;
  R a(c[even]), b(c[odd]);
  for (std::size_t i = even; i >= 2; i -= 2) a = m::fma(a, square, R(c[i - 2]));
  for (std::size_t i = odd; i >= 3; i -= 2) b = m::fma(b, square, R(c[i - 2]));
  return m::fma(b, x, a);
}

constexpr double log2_e = 0x1.71547652b82fep+0;
constexpr double ln2_high = 0x1.62e42fefa3800p-1;  // 42 bits: k ln2_high is exact for |k| < 2^11
constexpr double ln2_low = 0x1.ef35793c76730p-45;  // ln 2 - ln2_high, to 2^-98
constexpr double to_integer = 0x1.8p52;            // x + to_integer - to_integer rounds |x| < 2^51 to an integer

// 2^n for an integral n in [-1022, 1023], given as a double.
template <class R>
THALWEG_HD inline R power_of_two(const R& n) {
  using B = Bits<R>;
  return B::real((B::of(n + R(to_integer + 1023.0)) << 52U));
}

// ---- exp

// (e^r - 1 - r) / r^2 for |r| <= ln2/2: Taylor to r^13 in all, remainder below 2^-57 of e^r - 1.
template <class R>
THALWEG_HD inline R exp_tail(const R& x) {
  static constexpr double c[] = {1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
                                1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
  return polynomial(c, x);
}

// x + x_low = n ln2 + (r + low), |r| <= ln2/2 nearly; |x| < 2^10.
template <class R>
struct ExpReduction {
  R n, r, low;
};
template <class R>
THALWEG_HD inline ExpReduction<R> reduce_exp(const R& x, const R& x_low) {
  const R n = m::fma(x, R(log2_e), R(to_integer)) - R(to_integer);
  const R high = m::fma(-n, R(ln2_high), x);  // exact
  const R correction = m::fma(-n, R(ln2_low), x_low);
  const Two<R> r = quick_two_sum(high, correction);
  return {n, r.hi, r.lo};
}

// 2^n y without an early overflow or underflow, |n| <= 2100.
template <class R>
THALWEG_HD inline R scaled(const R& y, const R& n) {
  const R half = m::fma(n, R(0.5), R(to_integer)) - R(to_integer);
  return y * power_of_two(half) * power_of_two(n - half);
}

// e^(x + x_low) for |x| <= 760 or so.
template <class R>
THALWEG_HD inline R exp_core(const R& x, const R& x_low) {
  const ExpReduction<R> p = reduce_exp(x, x_low);
  const R tail = m::fma(p.r * p.r, exp_tail(p.r), p.low);
  const Two<R> head = quick_two_sum(R(1.0), p.r);
  return scaled(head.hi + (head.lo + tail), p.n);
}

template <class R>
THALWEG_HD inline R exp(const R& x) {
  const R y = exp_core(m::min(m::max(x, R(-760.0)), R(720.0)), R(0.0));
  return m::select(x == x, y, x);
}

template <class R>
THALWEG_HD inline R expm1(const R& x) {
  const R clipped = m::min(m::max(x, R(-40.0)), R(720.0));
  const ExpReduction<R> p = reduce_exp(clipped, R(0.0));
  const R tail = m::fma(p.r * p.r, exp_tail(p.r), p.low);
  // 2^n (1 + r + tail) - 1 = (2^n - 1) + 2^n r + 2^n tail: the first two exactly. n <= 1023 here but for the overflow, which is scaled at the end.
  const R n = m::min(p.n, R(1000.0));
  const R scale = power_of_two(n);
  const Two<R> head = two_sum(scale - R(1.0), scale * p.r);
  const R y = scaled(head.hi + m::fma(scale, tail, head.lo), p.n - n);
  // Tiny arguments are their own value (and keep the sign of zero); NaN too.
  return m::select(m::abs(x) >= R(0x1p-54), y, x);
}

// ---- log

// 2 atanh(s) = 2 s + s t, t = s^2 (2/3 + (2/5) s^2 + ...) for |s| <= 3 - 2 sqrt(2) = 0.1716: terms to s^22, remainder below 2^-58.
template <class R>
THALWEG_HD inline R atanh_tail(const R& x) {
  static constexpr double c[] = {2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  return polynomial(c, x);
}

// x = 2^k f, f in [sqrt(1/2), sqrt(2)), for positive normal x.
template <class R>
struct LogReduction {
  R k, f;
};
template <class R>
THALWEG_HD inline LogReduction<R> reduce_log(const R& x) {
  using B = Bits<R>;
  using Word = typename B::Word;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL;
  const Word shifted = B::of(x) - sqrt_half + (0x3ffULL << 52U);   // exponent field: 1023 + k
  const Word exponent = shifted >> 52U;
  const R k = B::real(exponent | 0x4330000000000000ULL) - R(0x1p52 + 1023.0);
  return {k, B::real(B::of(x) - ((exponent - 0x3ffULL) << 52U))};
}

template <class R>
THALWEG_HD inline R log(const R& x) {
  const auto tiny = x < R(0x1p-1022);
  const R normal = m::select(tiny, x * R(0x1p54), x);
  const LogReduction<R> p = reduce_log(normal);
  const R k = p.k - m::select(tiny, R(54.0), R(0.0));
  const R high = k * R(ln2_high);
  const R f = p.f - R(1.0);
  const R s = f / (R(2.0) + f), z = s * s;
  const R t = z * atanh_tail(z);
  const R half_square = R(0.5) * f * f;
  // log(1 + f) = f - f^2/2 + s (f^2/2 + t); k ln2_high is exact and added to f exactly.
  const Two<R> head = two_sum(high, f);
  const R y = head.hi + (head.lo + (m::fma(s, half_square + t, k * R(ln2_low)) - half_square));
  const R special = m::select(x == R(0.0), R(-infinity), m::select(x > R(0.0), x, R(not_a_number)));  // x is inf there
  return m::select(x > R(0.0) && x < R(infinity), y, special);
}

template <class R>
THALWEG_HD inline R log1p(const R& x) {
  const Two<R> u = two_sum(R(1.0), x);
  const R safe = m::select(u.hi > R(0.0) && u.hi < R(infinity), u.hi, R(1.0));
  const LogReduction<R> p = reduce_log(safe);
  const auto near = p.k == R(0.0);
  // 1 + x = 2^k (1 + f + c): where k = 0, f is x itself.
  const R scale = power_of_two(m::max(-p.k, R(-1022.0)));
  const R f = m::select(near, x, p.f - R(1.0));
  const R c = m::select(near, R(0.0), u.lo * scale);
  const R s = f / (R(2.0) + f), z = s * s;
  const R t = z * atanh_tail(z);
  const R half_square = R(0.5) * f * f;
  const Two<R> head = two_sum(p.k * R(ln2_high), f);
  // d/df log(1 + f) = 1 / (1 + f) = 1 - s - s f/2 ... : c (1 - f / (1 + f)) with 1 + f = p.f; c is below 2^-53.
  const R shift = c * (R(1.0) - f * (R(1.0) - f * R(0.5)));
  const R y = head.hi + (head.lo + (m::fma(s, half_square + t, m::fma(p.k, R(ln2_low), shift)) - half_square));
  const R special = m::select(x == R(-1.0), R(-infinity), m::select(x > R(-1.0), x, R(not_a_number)));
  const R finite = m::select(m::abs(x) >= R(0x1p-54), y, x);
  return m::select(x > R(-1.0) && x < R(infinity), finite, m::select(x == x, special, x));
}

// ---- pow

template <class R>
THALWEG_HD inline R atanh_pow_tail(const R& x) {
  static constexpr double c[] = {2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  return polynomial(c, x);
}
constexpr double two_thirds_low = 0x1.5555555555555p-55;  // 2/3 - (double)(2/3)

// x^p for x >= 0: e^(p log x) with log x to 2^-68 or so. 0^0 = 1, x < 0 gives NaN.
template <class R>
THALWEG_HD inline R pow(const R& x, const R& p) {
  const auto tiny = x < R(0x1p-1022);
  const R normal = m::select(x > R(0.0) && x < R(infinity), m::select(tiny, x * R(0x1p54), x), R(1.0));
  const LogReduction<R> q = reduce_log(normal);
  const R k = q.k - m::select(tiny && x > R(0.0), R(54.0), R(0.0));
  const R f = q.f - R(1.0);                       // exact
  const Two<R> g = two_sum(R(2.0), f);
  const R s = f / g.hi;
  const R s_low = (m::fma(-s, g.hi, f) - s * g.lo) / g.hi;  // f / (2 + f) = s + s_low
  // s^2, then 2/3 + (2/5) s^2 + ..., then s^3 (...), each as a sum of two.
  Two<R> z = two_product(s, s);
  z.lo = m::fma(s + s, s_low, z.lo);
  const Two<R> c = quick_two_sum(R(2.0 / 3), z.hi * atanh_pow_tail(z.hi));
  const R c_low = c.lo + R(two_thirds_low);
  Two<R> cube = two_product(s, z.hi);
  cube.lo = cube.lo + m::fma(s, z.lo, s_low * z.hi);
  Two<R> term = two_product(cube.hi, c.hi);
  term.lo = term.lo + m::fma(cube.hi, c_low, cube.lo * c.hi);
  // k ln2 + 2 s + term
  const Two<R> a = two_sum(k * R(ln2_high), s + s);
  const Two<R> b = two_sum(a.hi, term.hi);
  const R low = b.lo + (a.lo + (term.lo + m::fma(k, R(ln2_low), s_low + s_low)));
  const Two<R> log_x = quick_two_sum(b.hi, low);
  // p log x, clipped to where exp saturates.
  const R high = p * log_x.hi;
  const R clipped = m::min(m::max(high, R(-760.0)), R(720.0));
  const R rest = m::fma(p, log_x.hi, -high) + p * log_x.lo;
  const R y = exp_core(clipped, m::select(high == clipped, rest, R(0.0)));

  const auto x_zero = x == R(0.0), x_infinite = x == R(infinity);
  const auto up = p > R(0.0);
  R result = m::select(x_zero, m::select(up, R(0.0), R(infinity)), y);
  result = m::select(x_infinite, m::select(up, R(infinity), R(0.0)), result);
  result = m::select(x >= R(0.0), result, R(not_a_number));
  result = m::select(p == p, result, R(not_a_number));
  return m::select(p == R(0.0) || x == R(1.0), R(1.0), result);
}

// ---- sin, cos

constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
// pi/2 to 2^-163 as a sum.
constexpr double half_pi_0 = 0x1.921fb54442d18p+0, half_pi_1 = 0x1.1a62633145c07p-54, half_pi_2 = -0x1.f1976b7ed8fbcp-110;
constexpr double reduction_limit = 0x1p20;

// 2/pi: bits after the binary point, 64 a word, to 2^-1280.
THALWEG_HD inline std::uint64_t two_over_pi_word(int i) {
  static constexpr std::uint64_t bits[] = {
      0xa2f9836e4e441529ULL, 0xfc2757d1f534ddc0ULL, 0xdb6295993c439041ULL, 0xfe5163abdebbc561ULL, 0xb7246e3a424dd2e0ULL,
      0x06492eea09d1921cULL, 0xfe1deb1cb129a73eULL, 0xe88235f52ebb4484ULL, 0xe99c7026b45f7e41ULL, 0x3991d639835339f4ULL,
      0x9c845f8bbdf9283bULL, 0x1ff897ffde05980fULL, 0xef2f118b5a0a6d1fULL, 0x6d367ecf27cb09b7ULL, 0x4f463f669e5fea2dULL,
      0x7527bac7ebe5f17bULL, 0x3d0739f78a5292eaULL, 0x6bfb5fb1f8d5d085ULL, 0x6033046fc7b6babfULL, 0x0000000000000000ULL};
  return bits[i];
}

// x = (pi/2) (n + 4 j) + hi + lo, |hi| <= pi/4 nearly.
template <class R>
struct Quadrant {
  R n, hi, lo;
};

// |x| >= 2^20 and finite, by Payne and Hanek: the bits of x 2/pi between 2^2 and 2^-190 or so, in integers.
template <class R>
THALWEG_HD inline Quadrant<R> reduce_large(R x) {
  static_assert(sizeof(R) == sizeof(double), "one lane at a time");
  using B = Bits<R>;
  const std::uint64_t word = B::of(x);
  const int exponent = static_cast<int>((word >> 52U) & 0x7ffU) - 1075;            // |x| = mantissa 2^exponent
  const std::uint64_t mantissa = (word & 0xfffffffffffffULL) | 0x10000000000000ULL;
  // The fraction of |x| 2/pi modulo 4 needs the bits of 2/pi from 2^(1 - exponent) on: shift them so that the integer part keeps two bits.
  const int skip = exponent - 2 > 0 ? exponent - 2 : 0;                              // bits of 2/pi that only give multiples of 4
  std::uint64_t part[4];
  for (int i = 0; i < 4; ++i) {
    const int at = skip + 64 * i, index = at / 64, shift = at % 64;
    part[i] = shift == 0 ? two_over_pi_word(index) : (two_over_pi_word(index) << shift) | (two_over_pi_word(index + 1) >> (64 - shift));
  }
  // mantissa * 0.part[0..3] 2^(exponent - skip): the product has 53 + 256 bits; keep it modulo 2^64 above the point of part[0].
  std::uint64_t product[5] = {0, 0, 0, 0, 0};                                       // product[0] above the point, then down
  DoubleWord carry = 0;
  for (int i = 3; i >= 0; --i) {
    carry += static_cast<DoubleWord>(part[i]) * mantissa;
    product[i + 1] = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
  product[0] = static_cast<std::uint64_t>(carry);
  // Multiply by 2^(exponent - skip), in [0, 2] for exponent >= 0 and negative below.
  const int up = exponent - skip;
  if (up > 0) {
    for (int i = 0; i < 4; ++i) product[i] = (product[i] << up) | (product[i + 1] >> (64 - up));
    product[4] <<= up;
  } else if (up < 0) {
    for (int i = 4; i >= 1; --i) product[i] = (product[i] >> -up) | (product[i - 1] << (64 + up));
    product[0] >>= -up;
  }
  // Round to the nearest integer: the fraction becomes signed.
  std::uint64_t n = product[0];
  const bool negative = (product[1] >> 63U) != 0;
  if (negative) {
    ++n;
    for (int i = 1; i <= 4; ++i) product[i] = ~product[i];                           // 1 - fraction, up to 2^-256
  }
  // The leading bits of the fraction as a sum of doubles, exactly: 64 bits in two, three words.
  R hi = 0.0, lo = 0.0;
  R scale = 0x1p-32;
  for (int i = 1; i <= 3; ++i) {
    const R top = static_cast<R>(product[i] >> 32U) * scale, bottom = static_cast<R>(product[i] & 0xffffffffULL) * (scale * 0x1p-32);
    Two<R> t = two_sum(hi, top);
    hi = t.hi;
    lo = lo + t.lo;
    t = two_sum(hi, bottom);
    hi = t.hi;
    lo = lo + t.lo;
    scale *= 0x1p-64;
  }
  if (negative) {
    hi = -hi;
    lo = -lo;
  }
  // times pi/2
  Two<R> r = two_product(hi, R(half_pi_0));
  r.lo = r.lo + m::fma(lo, R(half_pi_0), hi * R(half_pi_1));
  r = quick_two_sum(r.hi, r.lo);
  R quadrant = static_cast<R>(n & 3U);
  if ((word >> 63U) != 0) {
    r = {-r.hi, -r.lo};
    quadrant = static_cast<R>((4U - (n & 3U)) & 3U);
  }
  return {quadrant, r.hi, r.lo};
}

template <class R>
THALWEG_HD inline Quadrant<R> reduce_angle(const R& x) {
  const auto large = !(m::abs(x) < R(reduction_limit));
  const R safe = m::select(large, R(0.0), x);
  const R n = m::fma(safe, R(two_over_pi), R(to_integer)) - R(to_integer);
  const R first = m::fma(-n, R(half_pi_0), safe);  // exact
  const Two<R> second = two_product(n, R(half_pi_1));
  const Two<R> difference = two_sum(first, -second.hi);
  const R rest = difference.lo - (second.lo + n * R(half_pi_2));
  const Two<R> r = quick_two_sum(difference.hi, rest);
  Quadrant<R> q{n - R(4.0) * (m::fma(n, R(0.25), R(to_integer - 0.0)) - R(to_integer)), r.hi, r.lo};  // n modulo 4 in [-2, 2]
  using B = Bits<R>;
  if (B::any(large)) {
    for (std::size_t l = 0; l < B::lanes; ++l) {
      const double value = B::get(x, l);
      if (value < reduction_limit && value > -reduction_limit) continue;
      const bool finite = value - value == 0.0;
      const Quadrant<double> one = finite ? reduce_large<double>(value) : Quadrant<double>{0.0, not_a_number, 0.0};
      B::set(q.n, l, one.n);
      B::set(q.hi, l, one.hi);
      B::set(q.lo, l, one.lo);
    }
  }
  return q;
}

// (sin r - r) / r^3 and (cos r - 1 + r^2/2) / r^4 in r^2 for |r| <= pi/4: Taylor to r^17 and r^16, remainders below 2^-61 and 2^-58.
template <class R>
THALWEG_HD inline R sin_tail(const R& x) {
  static constexpr double c[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0, -1.0 / 1307674368000.0, 1.0 / 355687428096000.0};
  return polynomial(c, x);
}
template <class R>
THALWEG_HD inline R cos_tail(const R& x) {
  static constexpr double c[] = {1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200.0, 1.0 / 20922789888000.0};
  return polynomial(c, x);
}

template <class R>
THALWEG_HD inline R sin_core(const R& r, const R& low) {
  const R z = r * r;
  return r + m::fma(r * z, sin_tail(z), low * m::fma(R(-0.5), z, R(1.0)));
}
template <class R>
THALWEG_HD inline R cos_core(const R& r, const R& low) {
  const R z = r * r, half = R(0.5) * z, head = R(1.0) - half;
  return head + (((R(1.0) - head) - half) + m::fma(z * z, cos_tail(z), -(r * low)));
}

// sin(x + quarter pi/2), quarter = 0 or 1.
template <class R>
THALWEG_HD inline R sin_or_cos(const R& x, double quarter) {
  const Quadrant<R> q = reduce_angle(x);
  const R n = q.n + R(quarter);                               // in [-2, 4]
  const auto odd = m::abs(n) == R(1.0) || n == R(3.0);
  const R value = m::select(odd, cos_core(q.hi, q.lo), sin_core(q.hi, q.lo));
  const auto minus = n == R(2.0) || n == R(3.0) || n == R(-1.0) || n == R(-2.0);
  return m::select(minus, -value, value);
}
template <class R>
THALWEG_HD inline R sin(const R& x) {
  return m::select(m::abs(x) >= R(0x1p-27), sin_or_cos(x, 0.0), m::select(x == x, x, x + x));
}
template <class R>
THALWEG_HD inline R cos(const R& x) {
  return sin_or_cos(x, 1.0);
}

// ---- tanh, softplus, sigmoid

// tanh |x| = e / (e + 2), e = expm1(2 |x|); one refinement of the quotient.
template <class R>
THALWEG_HD inline R tanh(const R& x) {
  const R a = m::min(m::abs(x), R(22.0));
  const R e = expm1(a + a);
  const Two<R> g = two_sum(R(2.0), e);
  const R inverse = R(1.0) / g.hi, t = e * inverse;
  const R y = m::fma(m::fma(-t, g.hi, e) - t * g.lo, inverse, t);
  const R signed_y = m::copysign(y, x);
  return m::select(x == x, m::select(m::abs(x) >= R(0x1p-27), signed_y, x), x);
}

// log1p(t) = 2 atanh(t / (2 + t)) for 0 <= t <= 1: terms to s^32, s <= 1/3, remainder below 2^-57.
template <class R>
THALWEG_HD inline R atanh_long_tail(const R& x) {
  static constexpr double c[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
                                2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25, 2.0 / 27, 2.0 / 29, 2.0 / 31, 2.0 / 33};
  return polynomial(c, x);
}

template <class R>
THALWEG_HD inline R softplus(const R& x) {
  const R t = exp(-m::abs(x));
  const R s = t / (R(2.0) + t), z = s * s;
  const R half_square = R(0.5) * t * t;
  const R tail = m::fma(s, m::fma(z, atanh_long_tail(z), half_square), -half_square);  // log1p(t) = t + tail
  const Two<R> sum = two_sum(m::max(x, R(0.0)), t);
  return m::select(x < R(infinity), sum.hi + (sum.lo + tail), x);  // NaN gives itself
}

template <class R>
THALWEG_HD inline R sigmoid(const R& x) {
  const R t = exp(-m::abs(x));
  const Two<R> g = quick_two_sum(R(1.0), t);
  const R numerator = m::select(x >= R(0.0), R(1.0), t);
  const R inverse = R(1.0) / g.hi, y = numerator * inverse;
  const R refined = m::fma(m::fma(-y, g.hi, numerator) - y * g.lo, inverse, y);
  // Where t is subnormal the refinement would lose it.
  return m::select(x == x, m::select(x > R(-700.0), refined, t), x);
}

}  // namespace thalweg::elementary

// References and arguments for the tests of lib/core/elementary.hpp.
//
// Each function is evaluated from its definition with 100 decimal digits; arguments of sin and cos are reduced in integers, by a pi of 4000 bits
// (1204 digits) from Machin's formula pi = 16 atan(1/5) - 4 atan(1/239). An error is |got - exact| / ulp, where ulp = 2^(e - 52) (float: 2^(e - 23))
// for 2^e <= |exact| < 2^(e + 1) and never below the smallest subnormal number; an infinity counts as the first power of two that is out of range.
//
// Arguments are stratified: a function names ranges, each cut into as many equal parts as it gets arguments, one argument drawn from each part. An
// "ordered" range is cut by representation, so that every binary exponent gets the same share, subnormal numbers included.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <thread>
#include <vector>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>

namespace thalweg::reference {

using Big = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<100>, boost::multiprecision::et_off>;
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double smallest_normal = std::numeric_limits<double>::min();

// ---- definitions

// Beyond +-2000 the exponential overflows or underflows in double whatever is done with it below.
inline Big exp(double x) { return boost::multiprecision::exp(Big(std::clamp(x, -2000.0, 2000.0))); }
inline Big log(double x) { return boost::multiprecision::log(Big(x)); }

inline Big log1p(const Big& t) {
  if (abs(t) > Big(1e-20)) return boost::multiprecision::log(1 + t);
  return t * (1 - t * (Big(1) / 2 - t * (Big(1) / 3 - t * (Big(1) / 4 - t / 5))));  // to 1e-100 of t
}
inline Big expm1(double x) {
  if (std::fabs(x) > 1e-20) return exp(x) - 1;
  const Big t(x);
  return t * (1 + t / 2 * (1 + t / 3 * (1 + t / 4 * (1 + t / 5))));
}
inline Big log1p_of(double x) { return log1p(Big(x)); }
inline Big softplus(double x) { return x > 1000.0 ? Big(x) : log1p(exp(x)); }
inline Big sigmoid(double x) { const Big t = exp(x); return t / (1 + t); }
inline Big tanh(double x) {
  const Big e = expm1(2.0 * std::clamp(x, -500.0, 500.0));
  return e / (e + 2);
}
// x > 0.
inline Big pow(double x, double p) {
  const Big exponent = Big(p) * log(x);
  return boost::multiprecision::exp(exponent > 2000 ? Big(2000) : exponent < -2000 ? Big(-2000) : exponent);
}

constexpr unsigned pi_bits = 4000;
// floor(2^pi_bits pi / 2), to 2 units.
inline const Integer& half_pi() {
  static const Integer value = [] {
    constexpr unsigned guard = 64;
    const auto inverse_tangent = [](unsigned q) {  // atan(1/q) = 1/q - 1/(3 q^3) + ...
      Integer power = (Integer(1) << (pi_bits + guard)) / q, sum = power;
      for (unsigned k = 1; power != 0; ++k) {
        power /= q * q;
        if (k % 2 == 1) sum -= power / (2 * k + 1);
        else sum += power / (2 * k + 1);
      }
      return sum;
    };
    return Integer((8 * inverse_tangent(5) - 2 * inverse_tangent(239)) >> guard);
  }();
  return value;
}

// x = (pi/2) quadrant + rest with |rest| <= pi/4.
struct Reduced {
  unsigned quadrant;
  Big rest;
};
inline Reduced reduce(double x) {
  if (std::fabs(x) < 0.5) return {0, Big(x)};
  int exponent = 0;
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(std::fabs(x), &exponent), 53));
  const Integer scaled = Integer(mantissa) << (static_cast<unsigned>(exponent - 53 + static_cast<int>(pi_bits)));
  const Integer n = (scaled + half_pi() / 2) / half_pi();
  const Integer rest = scaled - n * half_pi();
  const Big fraction = ldexp(Big(rest), -static_cast<int>(pi_bits));
  const auto quadrant = static_cast<unsigned>(n % 4);
  if (x < 0) return {(4U - quadrant) % 4U, -fraction};
  return {quadrant, fraction};
}
// Taylor's series from the term t of degree k on, |r| <= pi/4.
inline Big alternating_series(const Big& r, Big term, unsigned k) {
  const Big square = r * r;
  Big sum = term;
  while (term != 0 && ilogb(term) > ilogb(sum) - 350) {
    term = -term * square / ((k + 1) * (k + 2));
    sum += term;
    k += 2;
  }
  return sum;
}
inline Big sine_of_quadrant(const Reduced& p, unsigned shift) {
  const unsigned quadrant = (p.quadrant + shift) % 4U;
  const Big value = quadrant % 2 == 0 ? alternating_series(p.rest, p.rest, 1) : alternating_series(p.rest, Big(1), 0);
  return quadrant >= 2 ? Big(-value) : value;
}
inline Big sin(double x) { return x == 0 ? Big(0) : sine_of_quadrant(reduce(x), 0); }
inline Big cos(double x) { return sine_of_quadrant(reduce(x), 1); }

// ---- errors

template <class T>
double ulp_error(T got, const Big& exact) {
  using Limits = std::numeric_limits<T>;
  constexpr double never = std::numeric_limits<double>::infinity();
  if (std::isnan(got)) return never;
  if (exact == 0) return got == 0 ? 0.0 : never;
  const auto exponent = static_cast<int>(ilogb(exact));
  if (exponent >= Limits::max_exponent) return std::isinf(got) && (got > 0) == (exact > 0) ? 0.0 : never;
  Big value(got);
  if (std::isinf(got)) value = ldexp(Big(got > 0 ? 1 : -1), Limits::max_exponent);
  const Big difference = abs(value - exact);
  return static_cast<double>(ldexp(difference, Limits::digits - 1 - std::max(exponent, Limits::min_exponent - 1)));
}

// ---- arguments

// A bijection of the doubles to the integers that keeps the order; +-0 are 0 and -1.
inline std::int64_t ordered(double x) {
  const auto bits = std::bit_cast<std::int64_t>(x);
  return bits >= 0 ? bits : static_cast<std::int64_t>(~std::uint64_t{0} ^ (static_cast<std::uint64_t>(bits) & 0x7fffffffffffffffULL));
}
inline double from_ordered(std::int64_t i) {
  return std::bit_cast<double>(i >= 0 ? i : static_cast<std::int64_t>((~static_cast<std::uint64_t>(i)) | 0x8000000000000000ULL));
}
// steps doubles further up, at most the largest.
inline double neighbour(double x, std::int64_t steps) {
  return from_ordered(std::clamp(ordered(x) + steps, ordered(-largest), ordered(largest)));
}

// SplitMix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(n)); }

 private:
  std::uint64_t state_;
};

class Arguments {
 public:
  Arguments(std::size_t total, std::uint64_t seed) : total_(total), random_(seed) {}

  // share of the total, equally many in each binary exponent between low and high.
  Arguments& by_exponent(double share, double low, double high) {
    const auto first = static_cast<long double>(ordered(low)), width = static_cast<long double>(ordered(high)) - first;
    const std::size_t n = count(share);
    for (std::size_t i = 0; i < n; ++i) {
      const long double at = first + width * ((static_cast<long double>(i) + static_cast<long double>(random_.uniform())) / static_cast<long double>(n));
      values_.push_back(from_ordered(static_cast<std::int64_t>(at)));
    }
    return *this;
  }
  Arguments& both_signs(double share, double low, double high) {
    return by_exponent(share / 2, low, high).by_exponent(share / 2, -high, -low);
  }
  Arguments& even(double share, double low, double high) {
    const std::size_t n = count(share);
    for (std::size_t i = 0; i < n; ++i)
      values_.push_back(low + (high - low) * ((static_cast<double>(i) + random_.uniform()) / static_cast<double>(n)));
    return *this;
  }
  // The points themselves and neighbours at 2^0 ... 2^40 units in the last place, finite ones that lie in [low, high].
  Arguments& around(double share, const std::vector<double>& points, double low = -largest, double high = largest) {
    const std::size_t n = count(share);
    for (std::size_t i = 0; i < n; ++i) {
      const double point = points[i % points.size()];
      const std::int64_t reach = std::int64_t{1} << random_.below(41);
      const double x = i < points.size() ? point : neighbour(point, random_.below(2 * reach + 1) - reach);
      values_.push_back(std::clamp(x, low, high));
    }
    return *this;
  }
  std::vector<double> take() { return std::move(values_); }
  Random& random() { return random_; }
  std::size_t count(double share) const { return static_cast<std::size_t>(share * static_cast<double>(total_)); }
  void push(double x) { values_.push_back(x); }

 private:
  std::size_t total_;
  Random random_;
  std::vector<double> values_;
};

// exp, expm1, tanh, softplus, sigmoid.
inline std::vector<double> exponential_arguments(std::size_t total, std::uint64_t seed) {
  std::vector<double> points = {-745.1332191019411, -744.4400719213812, -708.3964185322641, -708.0, 708.0, -700.0, 700.0, 709.782712893384, 36.7368005696771,
                                -36.7368005696771,  -37.42994775023705, 22.0, 19.061547465398, 0x1p-54, -0x1p-54, 0x1p-27, -0x1p-27, smallest, -smallest,
                                smallest_normal, 0.0, -0.0, largest, -largest, 720.0, -760.0, 1.0, -1.0};
  for (int k = -2147; k <= 2047; k += 2) points.push_back(k * 0.34657359027997264);  // ends of the reduction's intervals
  return Arguments(total, seed).both_signs(0.1, smallest, largest).both_signs(0.25, 0x1p-60, 0x1p11).even(0.2, -750.0, 715.0).even(0.2, -2.0, 2.0)
      .even(0.1, -40.0, 40.0).around(0.15, points).take();
}
inline std::vector<double> log_arguments(std::size_t total, std::uint64_t seed) {
  std::vector<double> points = {smallest, smallest_normal, largest, 1.0, 2.0, 0.5};
  for (int k = -1073; k <= 1023; k += 4) points.push_back(std::ldexp(0.7071067811865476, k));
  return Arguments(total, seed).by_exponent(0.25, smallest, largest).by_exponent(0.1, smallest, smallest_normal).even(0.3, 0.25, 2.5)
      .around(0.15, {1.0}, smallest).around(0.2, points, smallest).take();
}
inline std::vector<double> log1p_arguments(std::size_t total, std::uint64_t seed) {
  const double near_minus_one = neighbour(-1.0, 1);
  std::vector<double> points = {0.4142135623730951, -0.2928932188134525, 0x1p-54, -0x1p-54, 0x1p52, 0x1p53, 0x1p54, smallest, largest, 0.0, -0.0};
  for (int k = 0; k < 1024; k += 4) points.push_back(std::ldexp(1.4142135623730951, k) - 1.0);
  return Arguments(total, seed).by_exponent(0.15, near_minus_one, -smallest).by_exponent(0.15, smallest, largest).both_signs(0.1, 0x1p-60, 0.5)
      .by_exponent(0.15, 0x1p-10, 0x1p60).even(0.2, -0.75, 1.5).around(0.1, {near_minus_one}, near_minus_one)
      .around(0.15, points, near_minus_one).take();
}
inline std::vector<double> angle_arguments(std::size_t total, std::uint64_t seed) {
  Arguments a(total, seed);
  a.both_signs(0.1, smallest, largest).both_signs(0.2, 0x1p-30, 0x1p30).both_signs(0.2, 0x1p30, largest).even(0.1, -10.0, 10.0)
      .around(0.05, {0x1p30, -0x1p30, 0x1p15, -0x1p15, 0x1p-27, -0x1p-27, largest, -largest, 0.7853981633974483, 0x1p20, 0x1p31, 0x1p54, 0x1p53});
  // The finite double whose distance to a multiple of pi/2 is relatively smallest (Muller et al., Handbook, 2018, section 11.3).
  a.push(0x1.6ac5b262ca1ffp+849);
  a.push(-0x1.6ac5b262ca1ffp+849);
  const std::size_t n = a.count(0.35);
  for (std::size_t i = 2; i < n; ++i) {  // next to multiples of pi/2: odd multiples of up to 62 bits, times powers of two in a third of the cases
    const auto odd = (a.random().bits() >> (2 + a.random().below(62))) | 1U;
    const int shift = i % 3 == 0 ? static_cast<int>(a.random().below(960)) : 0;
    const Integer multiple = (Integer(odd) * half_pi()) >> (pi_bits - 200);
    const double x = neighbour(std::ldexp(static_cast<double>(multiple), shift - 200), a.random().below(5) - 2);
    a.push(i % 2 == 0 ? x : -x);
  }
  return a.take();
}

struct Power {
  double x, p;
};
inline std::vector<Power> power_arguments(std::size_t total, std::uint64_t seed) {
  Random random(seed);
  const std::vector<double> bases = log_arguments(total, seed + 1);
  std::vector<Power> all;
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const double x = bases[i], l = std::fabs(std::log(x));
    const double sign = random.bits() % 2 == 0 ? 1.0 : -1.0;
    double p = 0;
    switch (random.below(6)) {
      case 0: p = sign * random.uniform(0.0, 750.0) / std::max(l, 1e-300); break;           // all results, overflow and underflow included
      case 1: p = sign * random.uniform(700.0, 750.0) / std::max(l, 1e-300); break;         // the ends
      case 2: p = sign * static_cast<double>(random.below(40)) / 2; break;                  // integers and halves
      case 3: p = sign * random.uniform(0.0, 3.0); break;
      case 4: p = sign * std::exp2(random.uniform(-1074.0, 1023.0)); break;
      default: p = sign * std::exp2(random.uniform(-70.0, 0.0)) / std::max(l, 1e-300); break;  // results near 1
    }
    if (std::isfinite(p)) all.push_back({x, p});
  }
  return all;
}

// ---- the largest error

struct Worst {
  double error = 0;
  double x = 0, p = 0;
};
// error(i) for i < n, on all cores; the first largest one.
template <class ErrorOf>
Worst largest_error(std::size_t n, ErrorOf error) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<Worst> worst(threads);
  std::vector<std::thread> pool;
  for (std::size_t t = 0; t < threads; ++t)
    pool.emplace_back([&, t] {
      for (std::size_t i = t; i < n; i += threads) {
        const Worst here = error(i);
        if (!(here.error <= worst[t].error)) worst[t] = here;
      }
    });
  for (std::thread& thread : pool) thread.join();
  return *std::max_element(worst.begin(), worst.end(), [](const Worst& a, const Worst& b) { return a.error < b.error; });
}

// ---- the functions of one argument

using Sample = std::vector<double> (*)(std::size_t, std::uint64_t);
struct Function {
  const char* name;
  Big (*exact)(double);
  Sample arguments;
};
constexpr Function functions[] = {{"exp", exp, exponential_arguments},           {"expm1", expm1, exponential_arguments},
                                  {"log", log, log_arguments},                   {"log1p", log1p_of, log1p_arguments},
                                  {"sin", sin, angle_arguments},                 {"cos", cos, angle_arguments},
                                  {"tanh", tanh, exponential_arguments},         {"softplus", softplus, exponential_arguments},
                                  {"sigmoid", sigmoid, exponential_arguments}};

}  // namespace thalweg::reference

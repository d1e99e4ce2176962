// Intervals [lower, upper] of real numbers with rigorous ends: for every formula, F(X) contains f(x) for all real x in X.
//
// No rounding mode is touched: every operation is rounded to nearest and its ends are moved outward afterwards, so results do not depend on
// the optimiser and the elementary functions of lib/core/elementary.hpp stay correct.
//   + -     correctly rounded outward: exact when the sum is representable (the error of the sum is known exactly, Knuth's TwoSum)
//   * /     one ulp outward, sign kept (a product of non-negative ends has a lower end >= 0); exact when a factor is 0, otherwise even
//           products of small integers widen; sqrt and sqr likewise
//   others  monotone functions by their ends, moved outward by a relative 2 2^-52 (pow 4 2^-52) and one ulp more, which covers the
//           errors of 2 (4) ulp that lib/core/elementary.hpp states, and clipped to the function's range; sin and cos by quadrants
//           (ends beyond 2^40 give the whole range)
// A domain is intersected: sqrt([-1, 4]) = sqrt([0, 4]), log([-1, 1]) = [-inf, 0]; an interval wholly outside a domain, a NaN end, or
// lower > upper is invalid, and invalid is [-inf, inf]: an enclosure that says nothing. Otherwise + - * / sqrt sqr abs min max are inclusion
// isotonic (a part of X gives a part of F(X)), the others up to their rounding. Infinite ends mean "unbounded"; 0 times unbounded is 0.
// 1 / [0, b] = [1/b, inf], 1 / [a, 0] = [-inf, 1/a], division by [0, 0] or by an interval with 0 inside gives [-inf, inf].
// Comparisons give yes, no or maybe; select takes the hull on maybe. A formula that mentions a variable twice is enclosed, not tightly:
// say sqr(x) for x x.
// Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, 2009; D. E. Knuth, TAOCP 2, 4.2.2 (TwoSum).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "lib/core/elementary.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

// The truth of a comparison of intervals: holds for no, for some or for all pairs of points.
enum class Truth { no, maybe, yes };
constexpr Truth operator&&(Truth a, Truth b) { return a < b ? a : b; }
constexpr Truth operator||(Truth a, Truth b) { return a > b ? a : b; }
constexpr Truth operator!(Truth a) { return a == Truth::yes ? Truth::no : a == Truth::no ? Truth::yes : Truth::maybe; }
constexpr Truth truth(bool all, bool none) { return all ? Truth::yes : none ? Truth::no : Truth::maybe; }

namespace outward {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

// The next double above x; +inf stays. -inf gives the least finite number: what a sum that overflowed downwards must give as an upper end.
// NaN gives +inf.
inline double up(double x) {
  const double y = x + 0.0;  // -0 becomes +0
  std::int64_t bits;
  std::memcpy(&bits, &y, sizeof bits);
  bits += 1 | (bits >> 63);
  double next;
  std::memcpy(&next, &bits, sizeof next);
  return x < infinity ? next : infinity;
}
inline double down(double x) { return -up(-x); }

// x + y rounded upward: the rounded sum and its exact error.
inline double add_up(double x, double y) {
  const double sum = x + y;
  const double part = sum - x;
  const double error = (x - (sum - part)) + (y - part);
  return error <= 0.0 && error >= -largest ? sum : up(sum);
}
inline double add_down(double x, double y) { return -add_up(-x, -y); }

// Ends of products and quotients: 0 is exact and absorbs infinity, and a result never crosses 0.
inline double multiply_up(double x, double y) {
  if (x == 0.0 || y == 0.0) return 0.0;
  const double above = up(x * y);
  return (x < 0.0) != (y < 0.0) && above > 0.0 ? 0.0 : above;
}
inline double multiply_down(double x, double y) { return -multiply_up(-x, y); }
// y != 0. inf / inf, which no bounded pair of points comes near, takes the safe end.
inline double divide_up(double x, double y) {
  if (x == 0.0) return 0.0;
  const bool negative = (x < 0.0) != (y < 0.0);
  if (std::fabs(x) == infinity && std::fabs(y) == infinity) return negative ? 0.0 : infinity;
  const double above = up(x / y);
  return negative && above > 0.0 ? 0.0 : above;
}
inline double divide_down(double x, double y) { return -divide_up(-x, y); }

// x moved by n relative 2^-52 and one ulp more: above every true value of which x is within n ulp.
inline double above(double x, double n) {
  if (std::fabs(x) == infinity) return x > 0.0 ? x : -largest;
  return up(x + n * (0x1p-52 * std::fabs(x) + smallest));
}
inline double below(double x, double n) { return -above(-x, n); }

inline double lesser(double a, double b) { return a < b ? a : b; }
inline double greater(double a, double b) { return a > b ? a : b; }

}  // namespace outward

class Interval {
 public:
  Interval() = default;  // the point 0
  explicit Interval(double x) : Interval(x, x) {}
  Interval(double lower, double upper) : lower_(lower), upper_(upper) {
    if (!(lower <= upper) || lower == outward::infinity || upper == -outward::infinity) *this = whole();
  }
  static Interval whole() {
    Interval w;
    w.lower_ = -outward::infinity;
    w.upper_ = outward::infinity;
    return w;
  }
  static Interval pi() { return {0x1.921fb54442d18p+1, 0x1.921fb54442d19p+1}; }

  double lower() const { return lower_; }
  double upper() const { return upper_; }
  bool bounded() const { return lower_ > -outward::infinity && upper_ < outward::infinity; }
  bool contains(double x) const { return lower_ <= x && x <= upper_; }
  bool contains(const Interval& other) const { return lower_ <= other.lower_ && other.upper_ <= upper_; }
  double width() const { return outward::add_up(upper_, -lower_); }  // rounded upward
  // A double inside: the midpoint up to rounding; an unbounded interval gives 0, or its finite end if 0 is not inside.
  double mid() const;
  double magnitude() const { return outward::greater(std::fabs(lower_), std::fabs(upper_)); }  // max |x|

  friend Interval operator+(const Interval& a, const Interval& b) {
    return ordered(outward::add_down(a.lower_, b.lower_), outward::add_up(a.upper_, b.upper_));
  }
  friend Interval operator-(const Interval& a, const Interval& b) {
    return ordered(outward::add_down(a.lower_, -b.upper_), outward::add_up(a.upper_, -b.lower_));
  }
  friend Interval operator-(const Interval& a) { return ordered(-a.upper_, -a.lower_); }
  friend Interval operator*(const Interval& a, const Interval& b);
  friend Interval operator/(const Interval& a, const Interval& b);
  Interval& operator+=(const Interval& b) { return *this = *this + b; }
  Interval& operator-=(const Interval& b) { return *this = *this - b; }
  Interval& operator*=(const Interval& b) { return *this = *this * b; }
  Interval& operator/=(const Interval& b) { return *this = *this / b; }

  friend Truth operator<(const Interval& a, const Interval& b) { return truth(a.upper_ < b.lower_, a.lower_ >= b.upper_); }
  friend Truth operator<=(const Interval& a, const Interval& b) { return truth(a.upper_ <= b.lower_, a.lower_ > b.upper_); }
  friend Truth operator>(const Interval& a, const Interval& b) { return b < a; }
  friend Truth operator>=(const Interval& a, const Interval& b) { return b <= a; }
  friend Truth operator==(const Interval& a, const Interval& b) {
    return truth(a.lower_ == a.upper_ && b.lower_ == b.upper_ && a.lower_ == b.lower_, a.upper_ < b.lower_ || b.upper_ < a.lower_);
  }
  friend Truth operator!=(const Interval& a, const Interval& b) { return !(a == b); }

 private:
  // Ends that an operation on valid intervals has put in order already.
  static Interval ordered(double lower, double upper) {
    Interval x;
    x.lower_ = lower;
    x.upper_ = upper;
    return x;
  }

  double lower_ = 0.0;
  double upper_ = 0.0;
};

// The same two ends (a == b asks whether the enclosed numbers are equal).
inline bool identical(const Interval& a, const Interval& b) { return a.lower() == b.lower() && a.upper() == b.upper(); }

inline Interval hull(const Interval& a, const Interval& b) {
  return {outward::lesser(a.lower(), b.lower()), outward::greater(a.upper(), b.upper())};
}
inline bool disjoint(const Interval& a, const Interval& b) { return a.upper() < b.lower() || b.upper() < a.lower(); }
// Common points of two enclosures of the same number; disjoint ones are invalid and give [-inf, inf].
inline Interval intersect(const Interval& a, const Interval& b) {
  return {outward::greater(a.lower(), b.lower()), outward::lesser(a.upper(), b.upper())};
}

inline double Interval::mid() const {
  if (bounded()) {
    const double m = 0.5 * lower_ + 0.5 * upper_;
    return outward::lesser(outward::greater(m, lower_), upper_);
  }
  if (contains(0.0)) return 0.0;
  return lower_ > -outward::infinity ? lower_ : upper_;
}

inline Interval operator*(const Interval& a, const Interval& b) {
  using namespace outward;
  if (a.lower_ >= 0.0) {
    if (b.lower_ >= 0.0) return Interval::ordered(multiply_down(a.lower_, b.lower_), multiply_up(a.upper_, b.upper_));
    if (b.upper_ <= 0.0) return Interval::ordered(multiply_down(a.upper_, b.lower_), multiply_up(a.lower_, b.upper_));
    return Interval::ordered(multiply_down(a.upper_, b.lower_), multiply_up(a.upper_, b.upper_));
  }
  if (a.upper_ <= 0.0) return -(-a * b);  // -a is non-negative
  if (b.lower_ >= 0.0) return Interval::ordered(multiply_down(a.lower_, b.upper_), multiply_up(a.upper_, b.upper_));
  if (b.upper_ <= 0.0) return Interval::ordered(multiply_down(a.upper_, b.lower_), multiply_up(a.lower_, b.lower_));
  return Interval::ordered(lesser(multiply_down(a.lower_, b.upper_), multiply_down(a.upper_, b.lower_)),
                           greater(multiply_up(a.lower_, b.lower_), multiply_up(a.upper_, b.upper_)));
}

inline Interval operator/(const Interval& a, const Interval& b) {
  using namespace outward;
  if (b.upper_ <= 0.0) {
    if (b.lower_ == 0.0) return Interval::whole();
    return -a / -b;
  }
  if (b.lower_ < 0.0) return Interval::whole();
  if (b.lower_ == 0.0) {  // 0 < y <= upper
    if (a.lower_ >= 0.0) return Interval::ordered(divide_down(a.lower_, b.upper_), a.upper_ == 0.0 ? 0.0 : infinity);
    if (a.upper_ <= 0.0) return Interval::ordered(-infinity, divide_up(a.upper_, b.upper_));
    return Interval::whole();
  }
  return Interval::ordered(divide_down(a.lower_, a.lower_ < 0.0 ? b.lower_ : b.upper_), divide_up(a.upper_, a.upper_ < 0.0 ? b.upper_ : b.lower_));
}

template <>
struct Num<Interval> {
  using I = Interval;
  using Value = double;
  using Mask = Truth;

  static I select(Truth c, const I& yes, const I& no) { return c == Truth::yes ? yes : c == Truth::no ? no : hull(yes, no); }
  static I fma(const I& a, const I& b, const I& c) { return a * b + c; }
  static I min(const I& a, const I& b) { return {outward::lesser(a.lower(), b.lower()), outward::lesser(a.upper(), b.upper())}; }
  static I max(const I& a, const I& b) { return {outward::greater(a.lower(), b.lower()), outward::greater(a.upper(), b.upper())}; }
  static I abs(const I& x) {
    if (x.lower() >= 0.0) return x;
    if (x.upper() <= 0.0) return -x;
    return {0.0, x.magnitude()};
  }
  static I copysign(const I& x, const I& sign) {
    const I size = abs(x);
    if (sign.lower() > 0.0) return size;
    if (sign.upper() < 0.0) return -size;
    return {-size.upper(), size.upper()};  // the sign of a zero is not known
  }
  static I sqr(const I& x) {
    const I a = abs(x);
    return {outward::multiply_down(a.lower(), a.lower()), outward::multiply_up(a.upper(), a.upper())};
  }
  static I sqrt(const I& x) {
    if (x.upper() < 0.0) return I::whole();
    const double low = x.lower() > 0.0 ? outward::greater(outward::down(Num<double>::sqrt(x.lower())), 0.0) : 0.0;
    return {low, x.upper() == 0.0 ? 0.0 : outward::up(Num<double>::sqrt(x.upper()))};
  }

  static I exp(const I& x) { return increasing(Num<double>::exp, x, 0.0, outward::infinity); }
  static I expm1(const I& x) { return odd(increasing(Num<double>::expm1, x, -1.0, outward::infinity), x); }
  static I log(const I& x) {
    if (x.upper() <= 0.0) return I::whole();
    return increasing(Num<double>::log, domain(x, 0.0), -outward::infinity, outward::infinity);
  }
  static I log1p(const I& x) {
    if (x.upper() <= -1.0) return I::whole();
    return odd(increasing(Num<double>::log1p, domain(x, -1.0), -outward::infinity, outward::infinity), x);
  }
  static I tanh(const I& x) { return odd(increasing(Num<double>::tanh, x, -1.0, 1.0), x); }
  static I softplus(const I& x) { return increasing(Num<double>::softplus, x, 0.0, outward::infinity); }
  static I sigmoid(const I& x) { return increasing(Num<double>::sigmoid, x, 0.0, 1.0); }
  static I pow(const I& x, const I& p);
  static I sin(const I& x);
  static I cos(const I& x);

 private:
  static I domain(const I& x, double least) { return {outward::greater(x.lower(), least), x.upper()}; }
  static I clipped(double low, double high, double least, double greatest) {
    return {outward::greater(low, least), outward::lesser(high, greatest)};
  }
  static I increasing(double (*f)(double), const I& x, double least, double greatest) {
    const double low = f(x.lower());
    const double high = f(x.upper());
    return clipped(outward::below(low, 2.0), outward::above(high, 2.0), least, greatest);
  }
  // y = f(x) with f(0) = 0 and the sign of x: widening must not lose the sign.
  static I odd(const I& y, const I& x) {
    return {x.lower() >= 0.0 ? outward::greater(y.lower(), 0.0) : y.lower(), x.upper() <= 0.0 ? outward::lesser(y.upper(), 0.0) : y.upper()};
  }
  // Whether some turn + k, k an integer, may lie in t = x / (2 pi).
  static bool may_contain(const I& t, double turn) { return std::floor(t.upper() - turn) >= std::ceil(t.lower() - turn); }
  static I periodic(double (*f)(double), const I& x, double top, double bottom);
};

// f = sin or cos; top and bottom: the turns (fractions of 2 pi) where it is 1 and -1.
inline Interval Num<Interval>::periodic(double (*f)(double), const I& x, double top, double bottom) {
  if (x.magnitude() > 0x1p40) return {-1.0, 1.0};
  const I pi = I::pi();
  const I turns = x / (pi + pi);
  // The ends of turns carry a relative error below 2^-50; moved outward so that the subtraction's rounding is covered too.
  const double slack = 0x1p-50 * (1.0 + turns.magnitude());
  const I wide(turns.lower() - slack, turns.upper() + slack);
  const double a = f(x.lower());
  const double b = f(x.upper());
  const double low = may_contain(wide, bottom) ? -1.0 : outward::below(outward::lesser(a, b), 2.0);
  const double high = may_contain(wide, top) ? 1.0 : outward::above(outward::greater(a, b), 2.0);
  return clipped(low, high, -1.0, 1.0);
}
inline Interval Num<Interval>::sin(const I& x) {
  const I y = periodic(Num<double>::sin, x, 0.25, 0.75);
  return x.lower() >= -3.0 && x.upper() <= 3.0 ? odd(y, x) : y;  // on (-pi, pi) the sign of x
}
inline Interval Num<Interval>::cos(const I& x) { return periodic(Num<double>::cos, x, 0.0, 0.5); }

// x^p is monotone in each argument when the other is fixed, so its extremes over a box are at corners.
inline Interval Num<Interval>::pow(const I& x, const I& p) {
  using namespace outward;
  if (x.upper() < 0.0) return I::whole();
  const I base = domain(x, 0.0);
  const double bases[2] = {base.lower(), base.upper()};
  const double powers[2] = {p.lower(), p.upper()};
  double low = infinity;
  double high = 0.0;
  for (double b : bases) {
    for (double e : powers) {
      const double y = Num<double>::pow(b, e);
      low = lesser(low, y);
      high = greater(high, y);
    }
  }
  return clipped(below(low, 4.0), above(high, 4.0), 0.0, infinity);
}

}  // namespace thalweg

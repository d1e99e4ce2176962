// Reductions over coordinates: what is reduced, stated once for every layout, engine and scalar.
#pragma once

#include <cstddef>
#include <limits>
#include <type_traits>

#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

// What can be reduced over coordinates, and the numbers that each gives (one a replica).
//   squares    sum_j a_j^2
//   distance   sum_j (a_j - centre_j)^2
//   exceeds    1 where some |a_j| > upper_j (or is NaN), else 0
//   leaves     1 where some a_j + c (a_j - b_j) is outside [lower_j, upper_j], else 0
//   path       sums of |b_j - a_j|, (b_j - a_j)^2 and (1 / a_j - 1 / b_j)_+: a the A-LR of a step, b the one before
//   momentum   sums of b_j^2 a_j, |b_j| and 1 / a_j: b the numerator
//   extremes   min_j a_j and max_j a_j; NaN if one is
//   absolute   sum_j |a_j|
//   total      sum_j a_j
//   difference sum_j (a_j - b_j)^2
//   inner      sum_j a_j (b_j - centre_j)
//   roots      sum_j sqrt(a_j)
//   largest    max_j |a_j|
//   rises      1 where some a_j > c b_j, else 0
//   departure  0 where every |a_j| <= limit; 1 where not, all finite; 2 where some a_j is not finite
enum class Reduction : std::size_t { squares, distance, exceeds, leaves, path, momentum, extremes, absolute, total, difference, inner, roots, largest, rises, departure, count };
constexpr std::size_t reduction_count = static_cast<std::size_t>(Reduction::count);
constexpr std::size_t most_results = 3;
constexpr std::size_t results_of(Reduction reduction) {
  switch (reduction) {
    case Reduction::path:
    case Reduction::momentum: return 3;
    case Reduction::extremes: return 2;
    default: return 1;
  }
}
// How the results of blocks are put together: sums by combined_blocks, the others by the smallest or the largest, NaN if one is.
enum class Combining { sum, least, most };

constexpr Combining combining(Reduction reduction, std::size_t result) {
  switch (reduction) {
    case Reduction::exceeds:
    case Reduction::leaves:
    case Reduction::largest:
    case Reduction::rises:
    case Reduction::departure: return Combining::most;
    case Reduction::extremes: return result == 0 ? Combining::least : Combining::most;
    default: return Combining::sum;
  }
}

// ---- accumulators other than sums: R is a scalar or a pack

template <class R>
struct Greatest {
  R value{typename Num<R>::Value(0)};
  THALWEG_HD void add(const R& x) { value = m::max(x, value); }
  THALWEG_HD R total() const { return value; }
};

// Smallest and largest; a NaN among the values shows in both.
template <class R>
struct Range {
  using T = typename Num<R>::Value;
  R least{std::numeric_limits<T>::infinity()}, most{-std::numeric_limits<T>::infinity()}, rest{T(0)};
  THALWEG_HD void add(const R& x) {
    least = m::min(x, least);
    most = m::max(x, most);
    rest = m::select(x == x, rest, x);
  }
  THALWEG_HD R low() const { return m::select(rest == rest, least, rest); }
  THALWEG_HD R high() const { return m::select(rest == rest, most, rest); }
};

// ---- what a coordinate contributes: add<R>(operands, j, i, sink...) calls each sink's add. Operands O give, as R, a and b at place i of the arrays of
// the call, lower and upper at coordinate j, and the number c.

template <Reduction>
struct Contribution;

template <>
struct Contribution<Reduction::squares> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& sum) {
    sum.add(m::sqr(o.template a<R>(i)));
  }
};
template <>
struct Contribution<Reduction::distance> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J j, std::size_t i, Sink& sum) {
    sum.add(m::sqr(o.template a<R>(i) - o.template upper<R>(j)));
  }
};
template <>
struct Contribution<Reduction::exceeds> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J j, std::size_t i, Sink& any) {
    any.add(m::select(m::abs(o.template a<R>(i)) <= o.template upper<R>(j), R(0.0), R(1.0)));
  }
};
template <>
struct Contribution<Reduction::leaves> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J j, std::size_t i, Sink& any) {
    const R now = o.template a<R>(i);
    const R z = m::fma(R(static_cast<typename Num<R>::Value>(o.c())), now - o.template b<R>(i), now);
    const auto inside = z >= o.template lower<R>(j) && z <= o.template upper<R>(j);
    any.add(m::select(inside, R(0.0), R(1.0)));
  }
};
template <>
struct Contribution<Reduction::rises> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& any) {
    const R least = o.template b<R>(i) * R(static_cast<typename Num<R>::Value>(o.c()));
    any.add(m::select(o.template a<R>(i) > least, R(1.0), R(0.0)));
  }
};
// c of `rises`, for an A-LR in T: an elementary function within its last bits is no rise.
template <class T>
constexpr double room_to_rise = std::is_same_v<T, float> ? 1.0 + 1e-5 : 1.0 + 1e-12;
template <>
struct Contribution<Reduction::path> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& absolute, Sink& squared, Sink& increase) {
    const R now = o.template a<R>(i), before = o.template b<R>(i);
    const R change = before - now;
    absolute.add(m::abs(change));
    squared.add(m::sqr(change));
    increase.add(m::max(R(1.0) / now - R(1.0) / before, R(0.0)));
  }
};
template <>
struct Contribution<Reduction::momentum> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& weighted, Sink& absolute, Sink& inverse) {
    const R a = o.template a<R>(i), m_t = o.template b<R>(i);
    weighted.add(m::sqr(m_t) * a);
    absolute.add(m::abs(m_t));
    inverse.add(R(1.0) / a);
  }
};
template <>
struct Contribution<Reduction::absolute> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& sum) {
    sum.add(m::abs(o.template a<R>(i)));
  }
};
template <>
struct Contribution<Reduction::total> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& sum) {
    sum.add(o.template a<R>(i));
  }
};
template <>
struct Contribution<Reduction::difference> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& sum) {
    sum.add(m::sqr(o.template a<R>(i) - o.template b<R>(i)));
  }
};
template <>
struct Contribution<Reduction::inner> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J j, std::size_t i, Sink& sum) {
    sum.add(o.template a<R>(i) * (o.template b<R>(i) - o.template upper<R>(j)));
  }
};
template <>
struct Contribution<Reduction::roots> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& sum) {
    sum.add(m::sqrt(o.template a<R>(i)));
  }
};
template <>
struct Contribution<Reduction::largest> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& any) {
    any.add(m::abs(o.template a<R>(i)));
  }
};
template <>
struct Contribution<Reduction::departure> {
  template <class R, class O, class J, class Sink>
  THALWEG_HD static void add(const O& o, J, std::size_t i, Sink& how) {
    using T = typename Num<R>::Value;
    const R size = m::abs(o.template a<R>(i));
    const R worse = m::select(size <= R(std::numeric_limits<T>::max()), R(1.0), R(2.0));
    constexpr auto largest = static_cast<double>(std::numeric_limits<T>::max());
    how.add(m::select(size <= R(static_cast<T>(o.c() < largest ? o.c() : largest)), R(0.0), worse));
  }
};

}  // namespace thalweg

// Packs: every operation gives each lane the scalar operation's bits, for all widths.
#include "lib/core/pack.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/num.hpp"
#include "lib/core/view.hpp"

namespace thalweg {
namespace {

template <class P>
class PackOfReals : public testing::Test {};
using Reals = testing::Types<Pack<double, 2>, Pack<double, 4>, Pack<double, 8>, Pack<double, 16>, Pack<float, 4>, Pack<float, 8>,
                             Pack<float, 16>>;
TYPED_TEST_SUITE(PackOfReals, Reals);

template <class P>
using Value = std::remove_cvref_t<decltype(P{}[0])>;

// Bits of a real; all NaNs alike.
template <class T>
std::uint64_t bits(T x) {
  if (std::isnan(x)) return ~std::uint64_t{0};
  return std::bit_cast<std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>>(x);
}

// Special values and numbers of all sizes, the same list for every type.
template <class T>
std::vector<T> values() {
  using L = std::numeric_limits<T>;
  std::vector<T> all = {T(0),     -T(0),     T(1),          T(-1),          L::infinity(), -L::infinity(), L::quiet_NaN(), L::denorm_min(),
                        L::min(), -L::min(), L::max(),      L::lowest(),    T(0.1),        T(-3.7),        T(1e-30),       T(7e20)};
  std::uint64_t state = 1;
  for (int i = 0; i < 48; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    all.push_back(std::ldexp(static_cast<T>(static_cast<std::int64_t>(state >> 11U)) - T(0x1p52), static_cast<int>(state % 60U) - 80));
  }
  return all;
}

template <class P>
P pack_at(const std::vector<Value<P>>& all, std::size_t start) {
  P p;
  for (std::size_t l = 0; l < P::lanes; ++l) p.set(l, all[(start + l) % all.size()]);
  return p;
}

// check(a, b, c) over packs in which every value meets every other.
template <class P, class Check>
void for_all(Check check) {
  const auto all = values<Value<P>>();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < all.size(); j += 3) check(P(all[i]), pack_at<P>(all, j), pack_at<P>(all, i + 2 * j));
}

template <class P>
void expect_lanes(const P& got, const auto& lane, const char* what) {
  for (std::size_t l = 0; l < P::lanes; ++l) ASSERT_EQ(bits(got[l]), bits(lane(l))) << what << " in lane " << l;
}

TYPED_TEST(PackOfReals, DoesTheScalarArithmeticInEachLane) {
  using P = TypeParam;
  for_all<P>([](const P& a, const P& b, const P&) {
    expect_lanes(a + b, [&](std::size_t l) { return a[l] + b[l]; }, "+");
    expect_lanes(a - b, [&](std::size_t l) { return a[l] - b[l]; }, "-");
    expect_lanes(a * b, [&](std::size_t l) { return a[l] * b[l]; }, "*");
    expect_lanes(a / b, [&](std::size_t l) { return a[l] / b[l]; }, "/");
    expect_lanes(-b, [&](std::size_t l) { return -b[l]; }, "negation");
    P c = a;
    c += b;
    c *= b;
    c -= a;
    c /= b;
    expect_lanes(c, [&](std::size_t l) { return ((a[l] + b[l]) * b[l] - a[l]) / b[l]; }, "compound assignment");
  });
}

TYPED_TEST(PackOfReals, RoundsFusedProductsAndRootsLikeTheScalar) {
  using P = TypeParam;
  for_all<P>([](const P& a, const P& b, const P& c) {
    expect_lanes(m::fma(a, b, c), [&](std::size_t l) { return m::fma(a[l], b[l], c[l]); }, "fma");
    expect_lanes(m::sqrt(b), [&](std::size_t l) { return m::sqrt(b[l]); }, "sqrt");
  });
}

TYPED_TEST(PackOfReals, FusesProductAndSumIntoOneRounding) {
  using P = TypeParam;
  using T = Value<P>;
  const T e = std::numeric_limits<T>::epsilon();
  // (1 + e)(1 - e) - 1 = -e^2, which a rounded product would lose.
  expect_lanes(m::fma(P(T(1) + e), P(T(1) - e), P(T(-1))), [&](std::size_t) { return -e * e; }, "fma");
  EXPECT_EQ(bits(m::fma(T(1) + e, T(1) - e, T(-1))), bits(-e * e));
}

TYPED_TEST(PackOfReals, ComparesAndSelectsLaneByLane) {
  using P = TypeParam;
  for_all<P>([](const P& a, const P& b, const P& c) {
    for (std::size_t l = 0; l < P::lanes; ++l) {
      ASSERT_EQ((a < b)[l], a[l] < b[l]);
      ASSERT_EQ((a > b)[l], a[l] > b[l]);
      ASSERT_EQ((a <= b)[l], a[l] <= b[l]);
      ASSERT_EQ((a >= b)[l], a[l] >= b[l]);
      ASSERT_EQ((a == b)[l], a[l] == b[l]);
      ASSERT_EQ((a != b)[l], a[l] != b[l]);
      ASSERT_EQ((a < b && b < c)[l], a[l] < b[l] && b[l] < c[l]);
      ASSERT_EQ((a < b || b < c)[l], a[l] < b[l] || b[l] < c[l]);
      ASSERT_EQ((!(a < b))[l], !(a[l] < b[l]));
    }
    expect_lanes(m::select(b < c, a, b), [&](std::size_t l) { return b[l] < c[l] ? a[l] : b[l]; }, "select");
  });
}

TYPED_TEST(PackOfReals, TreatsNanAndSignedZeroLikeTheScalar) {
  using P = TypeParam;
  for_all<P>([](const P& a, const P& b, const P&) {
    expect_lanes(m::min(a, b), [&](std::size_t l) { return a[l] < b[l] ? a[l] : b[l]; }, "min");
    expect_lanes(m::max(a, b), [&](std::size_t l) { return a[l] > b[l] ? a[l] : b[l]; }, "max");
    expect_lanes(m::min(a, b), [&](std::size_t l) { return m::min(a[l], b[l]); }, "scalar min");
    expect_lanes(m::max(a, b), [&](std::size_t l) { return m::max(a[l], b[l]); }, "scalar max");
    expect_lanes(m::abs(b), [&](std::size_t l) { return std::fabs(b[l]); }, "abs");
    expect_lanes(m::copysign(a, b), [&](std::size_t l) { return std::copysign(a[l], b[l]); }, "copysign");
    expect_lanes(m::sign(b), [&](std::size_t l) { return m::sign(b[l]); }, "sign");
  });
}

TYPED_TEST(PackOfReals, BroadcastsLoadsAndStoresExactly) {
  using P = TypeParam;
  using T = Value<P>;
  for (const T x : values<T>()) expect_lanes(P(x), [&](std::size_t) { return x; }, "broadcast");
  std::vector<T> from = values<T>(), to(from.size() + 1, T(0));
  P::load(from.data() + 1).store(to.data() + 1);  // no alignment is asked for
  for (std::size_t l = 0; l < P::lanes; ++l) ASSERT_EQ(bits(to[l + 1]), bits(from[l + 1]));
  EXPECT_EQ(bits(to[0]), bits(T(0)));
  EXPECT_EQ(bits(to[P::lanes + 1]), bits(T(0)));
}

// Lanes narrowed from doubles in memory, where a compiler may be tempted to skip the rounding.
template <class P>
[[gnu::noinline]] P exp_of_narrowed(const double* x) {
  P p;
  for (std::size_t l = 0; l < P::lanes; ++l) p.set(l, static_cast<Value<P>>(x[l]));
  return m::exp(p);
}
TYPED_TEST(PackOfReals, KeepsTheRoundingOfItsOwnType) {
  using P = TypeParam;
  using T = Value<P>;
  std::vector<double> x;
  for (std::size_t l = 0; l < P::lanes; ++l) x.push_back(17.1 * static_cast<double>(l + 1) / P::lanes);
  const P y = exp_of_narrowed<P>(x.data());
  expect_lanes(y, [&](std::size_t l) { return m::exp(static_cast<T>(x[l])); }, "exp");
  expect_lanes(m::log(y), [&](std::size_t l) { return m::log(m::exp(static_cast<T>(x[l]))); }, "log of exp");
}

template <class N>
class PackOfWords : public testing::Test {};
using Widths = testing::Types<std::integral_constant<std::size_t, 2>, std::integral_constant<std::size_t, 4>, std::integral_constant<std::size_t, 8>,
                              std::integral_constant<std::size_t, 16>>;
TYPED_TEST_SUITE(PackOfWords, Widths);

TYPED_TEST(PackOfWords, MultipliesTheLowHalvesToSixtyFourBits) {
  constexpr std::size_t N = TypeParam::value;
  using P = Pack<std::uint64_t, N>;
  std::uint64_t state = 7;
  const auto next = [&state] { return state = (state ^ (state >> 29U)) * 0xbf58476d1ce4e5b9ULL + 0x9e3779b97f4a7c15ULL; };
  for (int round = 0; round < 1000; ++round) {
    P a, b;
    for (std::size_t l = 0; l < N; ++l) {
      a.set(l, round == 0 ? ~std::uint64_t{0} : next());
      b.set(l, round <= 1 ? ~std::uint64_t{0} : next());
    }
    const P product = mul_low32(a, b);
    for (std::size_t l = 0; l < N; ++l) ASSERT_EQ(product[l], (a[l] & 0xffffffffULL) * (b[l] & 0xffffffffULL)) << "lane " << l;
  }
}

TYPED_TEST(PackOfWords, SplitsIntoHalvesAndJoinsAgain) {
  constexpr std::size_t N = TypeParam::value;
  using P = Pack<std::uint64_t, N>;
  P p;
  for (std::size_t l = 0; l < N; ++l) p.set(l, 100 + l);
  if constexpr (N > 2) {
    const Halves<std::uint64_t, N> halves(p);
    for (std::size_t l = 0; l < N / 2; ++l) {
      EXPECT_EQ(halves.low[l], 100 + l);
      EXPECT_EQ(halves.high[l], 100 + N / 2 + l);
    }
    for (std::size_t l = 0; l < N; ++l) EXPECT_EQ(halves.joined()[l], 100 + l);
  }
  EXPECT_EQ((p + p)[N - 1], 2 * (100 + N - 1));
}

// The constants of a formula whose lanes are coordinates: those of the pack's coordinates, narrowed where the formula is in float.
template <class T, std::size_t W>
void expect_constants_of_coordinates() {
  std::vector<double> constants(64);
  for (std::size_t j = 0; j < constants.size(); ++j) constants[j] = 1.0 / (1.0 + static_cast<double>(j));
  const View<const double> view(constants.data(), constants.size());
  for (std::size_t first = 0; first + W <= constants.size(); ++first) {
    const Pack<T, W> loaded(view[Coordinates<W>{first}]);
    for (std::size_t l = 0; l < W; ++l) ASSERT_EQ(loaded[l], static_cast<T>(constants[first + l])) << "from " << first;
  }
}
TEST(Coordinates, IndexTheConstantsOfAPack) {
  expect_constants_of_coordinates<double, 2>();
  expect_constants_of_coordinates<double, 4>();
  expect_constants_of_coordinates<double, 8>();
  expect_constants_of_coordinates<float, 4>();
  expect_constants_of_coordinates<float, 8>();
  expect_constants_of_coordinates<float, 16>();
}

}  // namespace
}  // namespace thalweg

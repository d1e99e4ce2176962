// The elementary functions against 100 decimal digits, at their special values, and the same bits for scalars, packs and builds.
#include "lib/core/elementary.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "lib/core/num.hpp"
#include "lib/core/pack.hpp"
#include "tests/core/elementary_reference.hpp"

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t arguments = 20000;

// The function under test over any scalar, by its place in reference::functions.
template <class R>
R call(std::size_t function, const R& x) {
  switch (function) {
    case 0: return m::exp(x);
    case 1: return m::expm1(x);
    case 2: return m::log(x);
    case 3: return m::log1p(x);
    case 4: return m::sin(x);
    case 5: return m::cos(x);
    case 6: return m::tanh(x);
    case 7: return m::softplus(x);
    default: return m::sigmoid(x);
  }
}

// The worst error in hundredths of an ulp goes into the test's record.
void state(const std::string& name, const reference::Worst& worst) {
  char text[128];
  std::snprintf(text, sizeof text, "%.4f ulp at %a", worst.error, worst.x);
  testing::Test::RecordProperty("max_ulp_" + name, text);
  std::printf("%-9s %s\n", name.c_str(), text);
}

class ElementaryFunction : public testing::TestWithParam<std::size_t> {
 protected:
  const reference::Function& function() const { return reference::functions[GetParam()]; }
};

TEST_P(ElementaryFunction, StaysWithinTwoUlpInDouble) {
  const std::vector<double> xs = function().arguments(arguments, 11 + GetParam());
  ASSERT_GE(xs.size(), arguments * 99 / 100);
  const reference::Worst worst = reference::largest_error(xs.size(), [&](std::size_t i) {
    return reference::Worst{reference::ulp_error(call(GetParam(), xs[i]), function().exact(xs[i])), xs[i], 0};
  });
  state(function().name, worst);
  EXPECT_LE(worst.error, 2.0) << function().name << " at " << worst.x;
}

TEST_P(ElementaryFunction, StaysWithinTwoUlpInFloat) {
  std::vector<float> xs;
  for (const double x : function().arguments(arguments / 4, 31 + GetParam())) {
    const auto narrow = static_cast<float>(x);
    const bool in_domain = std::isfinite(narrow) && (GetParam() != 2 || narrow > 0.0F) && (GetParam() != 3 || narrow > -1.0F);
    if (in_domain) xs.push_back(narrow);
  }
  for (std::uint32_t i = 0; i < 0x7f800000U; i += 0x7f800000U / 1000U) {  // every exponent of float
    const auto x = std::bit_cast<float>(i);
    if (GetParam() != 2 || x > 0.0F) xs.push_back(x);
    if (GetParam() != 2 && (GetParam() != 3 || x < 1.0F)) xs.push_back(-x);
  }
  const reference::Worst worst = reference::largest_error(xs.size(), [&](std::size_t i) {
    const auto wide = static_cast<double>(xs[i]);
    return reference::Worst{reference::ulp_error(call(GetParam(), xs[i]), function().exact(wide)), wide, 0};
  });
  state(std::string(function().name) + "f", worst);
  EXPECT_LE(worst.error, 2.0) << function().name << " at " << worst.x;
}

template <class T, std::size_t N>
void expect_lanes_are_scalars(std::size_t function, const std::vector<double>& xs) {
  using P = Pack<T, N>;
  for (std::size_t i = 0; i + N <= xs.size(); i += N) {
    P x;
    for (std::size_t l = 0; l < N; ++l) x.set(l, static_cast<T>(xs[i + l]));
    const P y = call(function, x);
    for (std::size_t l = 0; l < N; ++l) {
      const T lane = y[l], scalar = call(function, x[l]);
      if (std::isnan(lane) && std::isnan(scalar)) continue;
      using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
      ASSERT_EQ(std::bit_cast<Word>(lane), std::bit_cast<Word>(scalar)) << "at " << static_cast<double>(x[l]) << " in lane " << l << " of " << N;
    }
  }
}

// Stratified arguments in random order, so that lanes of a pack take different branches, with special values among them.
std::vector<double> mixed(const reference::Function& function, std::size_t n, std::uint64_t seed) {
  std::vector<double> xs = function.arguments(n, seed);
  for (const double special : {0.0, -0.0, infinity, -infinity, nan, -1.0, -2.0, 1.0, reference::smallest, -reference::smallest}) xs.push_back(special);
  reference::Random random(seed);
  for (std::size_t i = xs.size(); i > 1; --i) std::swap(xs[i - 1], xs[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
  return xs;
}

TEST_P(ElementaryFunction, GivesTheScalarsBitsInEveryLaneOfEveryWidth) {
  const std::vector<double> xs = mixed(function(), 4000, 51);
  expect_lanes_are_scalars<double, 2>(GetParam(), xs);
  expect_lanes_are_scalars<double, 4>(GetParam(), xs);
  expect_lanes_are_scalars<double, 8>(GetParam(), xs);
  expect_lanes_are_scalars<double, 16>(GetParam(), xs);
  expect_lanes_are_scalars<float, 4>(GetParam(), xs);
  expect_lanes_are_scalars<float, 8>(GetParam(), xs);
  expect_lanes_are_scalars<float, 16>(GetParam(), xs);
}

// An argument out of the ordinary makes its whole pack take another program, which must give the same bits for the others.
template <class T>
void expect_no_influence(std::size_t function, const std::vector<double>& xs) {
  using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  using Limits = std::numeric_limits<T>;
  for (const double wide : xs) {
    const T x = static_cast<T>(wide), scalar = call(function, x);
    for (const T odd : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::max(), T(-2), T(0), Limits::denorm_min()}) {
      Pack<T, 4> pack(x);
      pack.set(2, odd);
      const T lane = call(function, pack)[0];
      if (std::isnan(scalar)) ASSERT_TRUE(std::isnan(lane));
      else ASSERT_EQ(std::bit_cast<Word>(lane), std::bit_cast<Word>(scalar)) << reference::functions[function].name << " at " << wide;
    }
  }
}
TEST_P(ElementaryFunction, OfALaneDoesNotDependOnItsNeighbours) {
  const std::vector<double> xs = function().arguments(2000, 53);
  expect_no_influence<double>(GetParam(), xs);
  expect_no_influence<float>(GetParam(), xs);
}

// Whatever bits a NaN carries.
TEST_P(ElementaryFunction, OfANaNIsANaN) {
  reference::Random random(57);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t bits = random.bits();
    const auto wide = std::bit_cast<double>((bits & 0x800fffffffffffffULL) | 0x7ff0000000000000ULL | 1U);
    const auto narrow = std::bit_cast<float>(static_cast<std::uint32_t>((bits & 0x807fffffULL) | 0x7f800000ULL | 1U));
    ASSERT_TRUE(std::isnan(call(GetParam(), wide))) << std::hex << bits;
    ASSERT_TRUE(std::isnan(call(GetParam(), narrow))) << std::hex << bits;
    ASSERT_TRUE(std::isnan(call(GetParam(), Pack<double, 4>(wide))[3])) << std::hex << bits;
    ASSERT_TRUE(std::isnan(call(GetParam(), Pack<float, 4>(narrow))[3])) << std::hex << bits;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ElementaryFunction, testing::Range<std::size_t>(0, std::size(reference::functions)),
                         [](const auto& which) { return std::string(reference::functions[which.param].name); });

TEST(Pow, StaysWithinFourUlpInDouble) {
  const std::vector<reference::Power> all = reference::power_arguments(arguments, 71);
  ASSERT_GE(all.size(), arguments * 95 / 100);
  const reference::Worst worst = reference::largest_error(all.size(), [&](std::size_t i) {
    const auto [x, p] = all[i];
    return reference::Worst{reference::ulp_error(m::pow(x, p), reference::pow(x, p)), x, p};
  });
  state("pow", worst);
  EXPECT_LE(worst.error, 4.0) << worst.x << " ^ " << worst.p;
}

TEST(Pow, StaysWithinFourUlpInFloat) {
  std::vector<std::pair<float, float>> all;
  for (const auto& [x, p] : reference::power_arguments(arguments / 2, 73)) {
    const auto a = static_cast<float>(x), b = static_cast<float>(p);
    if (a > 0.0F && std::isfinite(a) && std::isfinite(b)) all.emplace_back(a, b);
  }
  ASSERT_GE(all.size(), arguments / 8);
  const reference::Worst worst = reference::largest_error(all.size(), [&](std::size_t i) {
    const auto x = static_cast<double>(all[i].first), p = static_cast<double>(all[i].second);
    return reference::Worst{reference::ulp_error(m::pow(all[i].first, all[i].second), reference::pow(x, p)), x, p};
  });
  state("powf", worst);
  EXPECT_LE(worst.error, 4.0) << worst.x << " ^ " << worst.p;
}

template <class T, std::size_t N>
void expect_lanes_are_scalar_powers(const std::vector<reference::Power>& all) {
  for (std::size_t i = 0; i + N <= all.size(); i += N) {
    Pack<T, N> x, p;
    for (std::size_t l = 0; l < N; ++l) {
      x.set(l, static_cast<T>(all[i + l].x));
      p.set(l, static_cast<T>(all[i + l].p));
    }
    const Pack<T, N> y = m::pow(x, p);
    for (std::size_t l = 0; l < N; ++l) {
      const T scalar = m::pow(x[l], p[l]);
      using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
      if (std::isnan(scalar)) ASSERT_TRUE(std::isnan(y[l]));
      else ASSERT_EQ(std::bit_cast<Word>(y[l]), std::bit_cast<Word>(scalar)) << all[i + l].x << " ^ " << all[i + l].p;
    }
  }
}

TEST(Pow, GivesTheScalarsBitsInEveryLaneOfEveryWidth) {
  std::vector<reference::Power> all = reference::power_arguments(4000, 75);
  for (const double x : {0.0, 1.0, infinity, nan, -1.0, 2.0})
    for (const double p : {0.0, 1.0, -1.0, infinity, -infinity, nan, 0.5}) all.push_back({x, p});
  reference::Random random(77);
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
  expect_lanes_are_scalar_powers<double, 2>(all);
  expect_lanes_are_scalar_powers<double, 4>(all);
  expect_lanes_are_scalar_powers<double, 8>(all);
  expect_lanes_are_scalar_powers<float, 4>(all);
  expect_lanes_are_scalar_powers<float, 8>(all);
  expect_lanes_are_scalar_powers<float, 16>(all);
}

TEST(Pow, OfALaneDoesNotDependOnItsNeighbours) {
  for (const auto& [x, p] : reference::power_arguments(4000, 79)) {
    for (const double odd : {nan, infinity, -1.0, 0.0, reference::smallest}) {
      Pack<double, 4> a(x), b(p);
      a.set(1, odd);
      ASSERT_EQ(std::bit_cast<std::uint64_t>(m::pow(a, b)[0]), std::bit_cast<std::uint64_t>(m::pow(x, p))) << x << " ^ " << p;
      const auto fx = static_cast<float>(x), fp = static_cast<float>(p);
      Pack<float, 4> c(fx), d(fp);
      c.set(1, static_cast<float>(odd));
      const float lane = m::pow(c, d)[0], scalar = m::pow(fx, fp);
      const bool same = std::bit_cast<std::uint32_t>(lane) == std::bit_cast<std::uint32_t>(scalar);
      ASSERT_TRUE(same || (std::isnan(lane) && std::isnan(scalar))) << x << " ^ " << p;
    }
  }
}

template <class T>
void expect_same(T got, T wanted, const char* what) {
  if (std::isnan(wanted)) {
    EXPECT_TRUE(std::isnan(got)) << what;
  } else {
    EXPECT_EQ(got, wanted) << what;
    EXPECT_EQ(std::signbit(got), std::signbit(wanted)) << what << ": the sign";
  }
}

template <class T>
void special_values() {
  const T inf = std::numeric_limits<T>::infinity(), none = std::numeric_limits<T>::quiet_NaN(), zero = 0, minus_zero = -zero, one = 1;
  const T tiny = std::numeric_limits<T>::denorm_min(), big = std::numeric_limits<T>::max();
  for (std::size_t f = 0; f < std::size(reference::functions); ++f) expect_same(call(f, none), none, reference::functions[f].name);
  expect_same(m::exp(inf), inf, "exp(inf)");
  expect_same(m::exp(-inf), zero, "exp(-inf)");
  expect_same(m::exp(zero), one, "exp(0)");
  expect_same(m::exp(minus_zero), one, "exp(-0)");
  expect_same(m::exp(big), inf, "exp(max)");
  expect_same(m::exp(-big), zero, "exp(-max)");
  expect_same(m::expm1(inf), inf, "expm1(inf)");
  expect_same(m::expm1(-inf), -one, "expm1(-inf)");
  expect_same(m::expm1(zero), zero, "expm1(0)");
  expect_same(m::expm1(minus_zero), minus_zero, "expm1(-0)");
  expect_same(m::expm1(tiny), tiny, "expm1(tiny)");
  expect_same(m::expm1(-tiny), -tiny, "expm1(-tiny)");
  expect_same(m::log(inf), inf, "log(inf)");
  expect_same(m::log(zero), -inf, "log(0)");
  expect_same(m::log(minus_zero), -inf, "log(-0)");
  expect_same(m::log(one), zero, "log(1)");
  expect_same(m::log(-tiny), none, "log(-tiny)");
  expect_same(m::log(-inf), none, "log(-inf)");
  expect_same(m::log1p(inf), inf, "log1p(inf)");
  expect_same(m::log1p(-one), -inf, "log1p(-1)");
  expect_same(m::log1p(-inf), none, "log1p(-inf)");
  expect_same(m::log1p(T(-2)), none, "log1p(-2)");
  expect_same(m::log1p(zero), zero, "log1p(0)");
  expect_same(m::log1p(minus_zero), minus_zero, "log1p(-0)");
  expect_same(m::log1p(tiny), tiny, "log1p(tiny)");
  expect_same(m::sin(zero), zero, "sin(0)");
  expect_same(m::sin(minus_zero), minus_zero, "sin(-0)");
  expect_same(m::sin(tiny), tiny, "sin(tiny)");
  expect_same(m::sin(inf), none, "sin(inf)");
  expect_same(m::sin(-inf), none, "sin(-inf)");
  expect_same(m::cos(zero), one, "cos(0)");
  expect_same(m::cos(minus_zero), one, "cos(-0)");
  expect_same(m::cos(tiny), one, "cos(tiny)");
  expect_same(m::cos(inf), none, "cos(inf)");
  expect_same(m::tanh(inf), one, "tanh(inf)");
  expect_same(m::tanh(-inf), -one, "tanh(-inf)");
  expect_same(m::tanh(zero), zero, "tanh(0)");
  expect_same(m::tanh(minus_zero), minus_zero, "tanh(-0)");
  expect_same(m::tanh(-tiny), -tiny, "tanh(-tiny)");
  expect_same(m::tanh(big), one, "tanh(max)");
  expect_same(m::softplus(inf), inf, "softplus(inf)");
  expect_same(m::softplus(-inf), zero, "softplus(-inf)");
  expect_same(m::softplus(big), big, "softplus(max)");
  expect_same(m::sigmoid(inf), one, "sigmoid(inf)");
  expect_same(m::sigmoid(-inf), zero, "sigmoid(-inf)");
  expect_same(m::sigmoid(zero), T(0.5), "sigmoid(0)");
  expect_same(m::sigmoid(-big), zero, "sigmoid(-max)");
}
TEST(SpecialValues, OfOneArgumentAreThoseOfTheLimits) {
  special_values<double>();
  special_values<float>();
}

template <class T>
void special_powers() {
  const T inf = std::numeric_limits<T>::infinity(), none = std::numeric_limits<T>::quiet_NaN(), zero = 0, one = 1, half = T(0.5), two = 2;
  for (const T x : {zero, half, one, two, inf, none}) expect_same(m::pow(x, zero), one, "x^0");
  for (const T p : {zero, half, -two, inf, -inf, none}) expect_same(m::pow(one, p), one, "1^p");
  expect_same(m::pow(zero, two), zero, "0^2");
  expect_same(m::pow(zero, -two), inf, "0^-2");
  expect_same(m::pow(zero, inf), zero, "0^inf");
  expect_same(m::pow(inf, half), inf, "inf^0.5");
  expect_same(m::pow(inf, -half), zero, "inf^-0.5");
  expect_same(m::pow(two, inf), inf, "2^inf");
  expect_same(m::pow(two, -inf), zero, "2^-inf");
  expect_same(m::pow(half, inf), zero, "0.5^inf");
  expect_same(m::pow(half, -inf), inf, "0.5^-inf");
  expect_same(m::pow(-one, two), none, "(-1)^2");
  expect_same(m::pow(none, two), none, "NaN^2");
  expect_same(m::pow(two, none), none, "2^NaN");
  expect_same(m::pow(zero, none), none, "0^NaN");
  expect_same(m::pow(inf, none), none, "inf^NaN");
  expect_same(m::pow(two, T(10)), T(1024), "2^10");
  expect_same(m::pow(T(9), half), T(3), "9^0.5");
}
TEST(SpecialValues, OfPowersAreThoseOfTheLimits) {
  special_powers<double>();
  special_powers<float>();
}

template <class T>
void expect_symmetry() {
  for (const double wide : reference::angle_arguments(5000, 91)) {
    const T x = static_cast<T>(wide);
    if (!std::isfinite(x)) continue;
    ASSERT_EQ(m::sin(-x), -m::sin(x)) << x;
    ASSERT_EQ(m::cos(-x), m::cos(x)) << x;
    ASSERT_EQ(m::tanh(-x), -m::tanh(x)) << x;
  }
}
TEST(Identities, OddAndEvenFunctionsAreSoToTheBit) {
  expect_symmetry<double>();
  expect_symmetry<float>();
}

template <class T>
void expect_ranges() {
  for (const double wide : reference::exponential_arguments(20000, 93)) {
    const T x = static_cast<T>(wide);
    ASSERT_GE(m::exp(x), T(0)) << x;
    ASSERT_GE(m::expm1(x), T(-1)) << x;
    ASSERT_LE(std::fabs(m::tanh(x)), T(1)) << x;
    ASSERT_GE(m::sigmoid(x), T(0)) << x;
    ASSERT_LE(m::sigmoid(x), T(1)) << x;
    ASSERT_GE(m::softplus(x), std::max(x, T(0))) << x;
  }
  for (const double wide : reference::angle_arguments(20000, 95)) {
    const T x = static_cast<T>(wide);
    if (!std::isfinite(x)) continue;
    ASSERT_LE(std::fabs(m::sin(x)), T(1)) << x;
    ASSERT_LE(std::fabs(m::cos(x)), T(1)) << x;
  }
}
TEST(Identities, ResultsStayInTheFunctionsRange) {
  expect_ranges<double>();
  expect_ranges<float>();
}

// All results over the stratified arguments in one number (FNV-1a), which no build may change: optimisation level, instruction set, compiler.
TEST(SameBits, ComeOutOfEveryBuild) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto mix = [&hash](double y) {
    std::uint64_t word = std::isnan(y) ? 0x7ff8000000000000ULL : std::bit_cast<std::uint64_t>(y);
    for (int byte = 0; byte < 8; ++byte) {
      hash = (hash ^ (word & 0xffU)) * 0x100000001b3ULL;
      word >>= 8U;
    }
  };
  // Rounded arguments of the strata, made without a library's functions.
  reference::Random random(97);
  for (int i = 0; i < 20000; ++i) {
    const double any = reference::from_ordered(static_cast<std::int64_t>(random.bits()));
    const double moderate = random.uniform(-50.0, 50.0), positive = random.uniform(0.0, 20.0);
    for (std::size_t f = 0; f < std::size(reference::functions); ++f) {
      mix(call(f, any));
      mix(call(f, moderate));
      mix(static_cast<double>(call(f, static_cast<float>(moderate))));
    }
    mix(m::pow(positive, moderate));
    mix(m::pow(positive, any));
    mix(static_cast<double>(m::pow(static_cast<float>(positive), static_cast<float>(moderate))));
  }
  EXPECT_EQ(hash, 0xb5d3451c1a9268e8ULL);
}

}  // namespace
}  // namespace thalweg

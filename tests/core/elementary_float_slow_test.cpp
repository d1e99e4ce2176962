// Every float, 2^32 arguments a function of one argument, against the C library's functions in double (whose own error is some 2^-29 ulp of float).
// The header of lib/core/elementary.hpp states the maxima. The sweep runs over packs: the tests of elementary_test.cpp say that a lane of a pack is
// the scalar program.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

// The instructions of the machine's own set make the sweep ten times faster; without them every fused multiply-add is a call.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define THALWEG_SWEEPS_WITH_FMA
#endif

#include "lib/core/elementary.hpp"
#include "lib/core/num.hpp"

namespace thalweg {
namespace {

constexpr std::size_t lanes = 8;
using P = Pack<float, lanes>;

struct Sweep {
  double worst = 0;              // in ulp of float
  float at = 0;
  std::uint64_t counted = 0;     // arguments whose result is a number
  std::uint64_t wrong = 0;       // NaN against a number, an infinity out of place, a zero of the wrong sign
  void add(const Sweep& other) {
    counted += other.counted;
    wrong += other.wrong;
    if (!(other.worst > worst)) return;
    worst = other.worst;
    at = other.at;
  }
};

// The error of got in ulp of float, |reference| < 2^128: 2^(e - 23) for 2^e <= |reference|, never below the smallest subnormal number.
double error_of(float got, double reference) {
  const auto field = static_cast<int>((std::bit_cast<std::uint64_t>(reference) >> 52U) & 0x7ffU) - 1023;
  const std::uint64_t inverse_ulp = static_cast<std::uint64_t>(1023 + 23 - std::max(field, -126)) << 52U;
  return std::fabs(static_cast<double>(got) - reference) * std::bit_cast<double>(inverse_ulp);
}

void compare(float x, float got, double wanted, Sweep& sweep) {
  if (std::isnan(got) || std::isnan(wanted)) {
    if (std::isnan(got) != std::isnan(wanted)) ++sweep.wrong;
    return;
  }
  ++sweep.counted;
  const bool beyond = std::fabs(wanted) >= 0x1p128;
  if (std::isinf(got) || beyond) {
    // Either may round to the other at the edge of the range: an infinity counts as 2^128.
    const double size = std::isinf(got) ? 0x1p128 : std::fabs(static_cast<double>(got));
    if (!(beyond && std::isinf(got)) && std::fabs(size - std::min(std::fabs(wanted), 0x1p128)) > 0x1p105) ++sweep.wrong;
    if (std::signbit(got) != std::signbit(wanted)) ++sweep.wrong;
    return;
  }
  if (got == 0.0F && wanted == 0.0) {
    if (std::signbit(got) != std::signbit(wanted)) ++sweep.wrong;
    return;
  }
  const double error = error_of(got, wanted);
  if (error > sweep.worst) {
    sweep.worst = error;
    sweep.at = x;
  }
}

template <class Own, class Reference>
void expect_every_float_within(const char* name, double bound, Own own, Reference reference) {
#ifdef THALWEG_SWEEPS_WITH_FMA
  if (!(__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2"))) GTEST_SKIP() << "compiled for AVX2 and FMA, which this processor lacks";
#endif
  constexpr std::uint64_t all = std::uint64_t{1} << 32U, blocks = 4096;
  const std::size_t count = std::max(1U, std::thread::hardware_concurrency());
  std::vector<Sweep> sums(count);
  std::vector<std::thread> pool;
  for (std::size_t t = 0; t < count; ++t)
    pool.emplace_back([&, t] {
      for (std::uint64_t b = t; b < blocks; b += count) {
        Sweep part;
        for (std::uint64_t i = all / blocks * b; i < all / blocks * (b + 1); i += lanes) {
          float x[lanes], y[lanes];
          for (std::size_t l = 0; l < lanes; ++l) x[l] = std::bit_cast<float>(static_cast<std::uint32_t>(i + l));
          own(P::load(x)).store(y);
          for (std::size_t l = 0; l < lanes; ++l) compare(x[l], y[l], reference(static_cast<double>(x[l])), part);
        }
        sums[t].add(part);
      }
    });
  for (std::thread& thread : pool) thread.join();
  Sweep total;
  for (const Sweep& s : sums) total.add(s);
  char text[160];
  std::snprintf(text, sizeof text, "%.4f ulp at %a, the largest of %llu", total.worst, static_cast<double>(total.at),
                static_cast<unsigned long long>(total.counted));
  testing::Test::RecordProperty(std::string("max_ulp_") + name, text);
  std::printf("%-9s %s\n", name, text);
  EXPECT_EQ(total.wrong, 0U);
  EXPECT_GE(total.counted, all / 2 - (std::uint64_t{1} << 24U));
  EXPECT_LE(total.worst, bound);
  EXPECT_GE(total.worst, 0.4999);  // the comparison sees the rounding at least
}

TEST(EveryFloat, OfExpIsWithinTwoUlp) {
  expect_every_float_within("exp", 2.0, [](const P& x) { return m::exp(x); }, [](double x) { return std::exp(x); });
}
TEST(EveryFloat, OfExpm1IsWithinTwoUlp) {
  expect_every_float_within("expm1", 2.0, [](const P& x) { return m::expm1(x); }, [](double x) { return std::expm1(x); });
}
TEST(EveryFloat, OfLogIsWithinTwoUlp) {
  expect_every_float_within("log", 2.0, [](const P& x) { return m::log(x); }, [](double x) { return std::log(x); });
}
TEST(EveryFloat, OfLog1pIsWithinTwoUlp) {
  expect_every_float_within("log1p", 2.0, [](const P& x) { return m::log1p(x); }, [](double x) { return std::log1p(x); });
}
TEST(EveryFloat, OfSinIsWithinTwoUlp) {
  expect_every_float_within("sin", 2.0, [](const P& x) { return m::sin(x); }, [](double x) { return std::sin(x); });
}
TEST(EveryFloat, OfCosIsWithinTwoUlp) {
  expect_every_float_within("cos", 2.0, [](const P& x) { return m::cos(x); }, [](double x) { return std::cos(x); });
}
TEST(EveryFloat, OfTanhIsWithinTwoUlp) {
  expect_every_float_within("tanh", 2.0, [](const P& x) { return m::tanh(x); }, [](double x) { return std::tanh(x); });
}
TEST(EveryFloat, OfSoftplusIsWithinTwoUlp) {
  expect_every_float_within("softplus", 2.0, [](const P& x) { return m::softplus(x); },
                            [](double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); });
}
TEST(EveryFloat, OfSigmoidIsWithinTwoUlp) {
  expect_every_float_within("sigmoid", 2.0, [](const P& x) { return m::sigmoid(x); }, [](double x) {
    const double t = std::exp(-std::fabs(x));
    return x > 0 ? 1 / (1 + t) : t / (1 + t);
  });
}

}  // namespace
}  // namespace thalweg
#ifdef THALWEG_SWEEPS_WITH_FMA
#pragma GCC pop_options
#endif

// Every float, 2^32 arguments a function of one argument, against the C library's functions in double: a float result must be the correctly
// rounded one but for the few whose exact value lies within the two double errors of a midpoint of floats.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <thread>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/num.hpp"

namespace thalweg {
namespace {

struct Sweep {
  double worst = 0.5;            // in ulp of float; correctly rounded results count as 0.5
  float at = 0;
  std::uint64_t other = 0;       // results that are not the reference rounded
  std::uint64_t nan_mismatch = 0;
};

// The error of got, whose exact value is near reference (finite, or got is not).
double error_of(float got, double reference) {
  if (std::isinf(got)) return std::fabs(reference) >= 0x1.ffffffp127 ? 0.5 : std::numeric_limits<double>::infinity();
  int exponent = 0;
  std::frexp(reference, &exponent);
  return std::ldexp(std::fabs(static_cast<double>(got) - reference), std::min(24 - exponent, 149));
}

template <class Own, class Reference>
inline Sweep sweep(Own own, Reference reference, std::uint64_t begin, std::uint64_t end) {
  Sweep result;
  for (std::uint64_t i = begin; i < end; ++i) {
    const auto x = std::bit_cast<float>(static_cast<std::uint32_t>(i));
    const float got = own(x);
    const double wanted = reference(static_cast<double>(x));
    const auto rounded = static_cast<float>(wanted);
    if (std::bit_cast<std::uint32_t>(got) == std::bit_cast<std::uint32_t>(rounded)) continue;  // the sign of zero counts
    if (std::isnan(got) || std::isnan(rounded)) {
      if (!(std::isnan(got) && std::isnan(rounded))) ++result.nan_mismatch;
      continue;
    }
    ++result.other;
    const double error = error_of(got, wanted);
    if (error > result.worst) {
      result.worst = error;
      result.at = x;
    }
  }
  return result;
}
template <class Own, class Reference>
Sweep sweep_plainly(Own own, Reference reference, std::uint64_t begin, std::uint64_t end) {
  return sweep(own, reference, begin, end);
}
#if defined(__GNUC__) && !defined(__clang__)
// The same program with the fused multiply-add instruction in place of the library's, ten times faster.
template <class Own, class Reference>
[[gnu::target("avx2,fma"), gnu::flatten]] Sweep sweep_with_fma(Own own, Reference reference, std::uint64_t begin, std::uint64_t end) {
  return sweep(own, reference, begin, end);
}
#else
template <class Own, class Reference>
Sweep sweep_with_fma(Own own, Reference reference, std::uint64_t begin, std::uint64_t end) {
  return sweep(own, reference, begin, end);
}
#endif

template <class Own, class Reference>
void expect_every_float_rounded(Own own, Reference reference) {
  constexpr std::uint64_t all = std::uint64_t{1} << 32U, blocks = 256;
  const std::size_t count = std::max(1U, std::thread::hardware_concurrency());
  const bool fma = __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2");
  std::vector<Sweep> sums(count);
  std::vector<std::thread> pool;
  for (std::size_t t = 0; t < count; ++t)
    pool.emplace_back([&, t] {
      for (std::uint64_t b = t; b < blocks; b += count) {
        const std::uint64_t begin = all / blocks * b, end = all / blocks * (b + 1);
        const Sweep part = fma ? sweep_with_fma(own, reference, begin, end) : sweep_plainly(own, reference, begin, end);
        sums[t].other += part.other;
        sums[t].nan_mismatch += part.nan_mismatch;
        if (part.worst > sums[t].worst) {
          sums[t].worst = part.worst;
          sums[t].at = part.at;
        }
      }
    });
  for (std::thread& thread : pool) thread.join();
  Sweep total;
  for (const Sweep& s : sums) {
    total.other += s.other;
    total.nan_mismatch += s.nan_mismatch;
    if (s.worst > total.worst) {
      total.worst = s.worst;
      total.at = s.at;
    }
  }
  char text[160];
  std::snprintf(text, sizeof text, "%.9f ulp at %a; %llu results are not the reference rounded", total.worst, static_cast<double>(total.at),
                static_cast<unsigned long long>(total.other));
  testing::Test::RecordProperty("max_ulp", text);
  std::printf("%s\n", text);
  EXPECT_EQ(total.nan_mismatch, 0U);
  EXPECT_LE(total.worst, 0.5 + 0x1p-25);
}

TEST(EveryFloat, ExpIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::exp(x); }, [](double x) { return std::exp(x); });
}
TEST(EveryFloat, Expm1IsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::expm1(x); }, [](double x) { return std::expm1(x); });
}
TEST(EveryFloat, LogIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::log(x); }, [](double x) { return std::log(x); });
}
TEST(EveryFloat, Log1pIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::log1p(x); }, [](double x) { return std::log1p(x); });
}
TEST(EveryFloat, SinIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::sin(x); }, [](double x) { return std::sin(x); });
}
TEST(EveryFloat, CosIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::cos(x); }, [](double x) { return std::cos(x); });
}
TEST(EveryFloat, TanhIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::tanh(x); }, [](double x) { return std::tanh(x); });
}
TEST(EveryFloat, SoftplusIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::softplus(x); },
                             [](double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); });
}
TEST(EveryFloat, SigmoidIsRoundedFromDouble) {
  expect_every_float_rounded([](float x) { return m::sigmoid(x); }, [](double x) {
    const double t = std::exp(-std::fabs(x));
    return x > 0 ? 1 / (1 + t) : t / (1 + t);
  });
}

}  // namespace
}  // namespace thalweg

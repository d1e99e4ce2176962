#include "analysis/stats/binomial.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace thalweg {
namespace {

// The definition: a sum of probabilities.
long double upper_tail(unsigned k, unsigned n, long double p) {
  long double sum = 0.0L;
  for (unsigned i = k; i <= n; ++i) {
    sum += std::exp(std::lgamma(n + 1.0L) - std::lgamma(i + 1.0L) - std::lgamma(n - i + 1.0L) + i * std::log(p) + (n - i) * std::log1p(-p));
  }
  return sum;
}

TEST(BinomialTail, IsTheSumOfItsProbabilities) {
  for (const unsigned n : {1U, 2U, 7U, 60U}) {
    for (unsigned k = 1; k <= n; ++k) {
      for (const double p : {0.01, 0.3, 0.9}) {
        const double exact = static_cast<double>(upper_tail(k, n, p));
        EXPECT_NEAR(binomial_upper_tail(k, n, p) / exact, 1.0, 1e-11) << k << ' ' << n << ' ' << p;
        EXPECT_NEAR(binomial_lower_tail(k - 1, n, p) + exact, 1.0, 1e-12);
      }
    }
  }
}

TEST(BinomialTail, KnowsTheCertainCases) {
  EXPECT_EQ(binomial_upper_tail(0, 10, 0.2), 1.0);
  EXPECT_EQ(binomial_lower_tail(10, 10, 0.2), 1.0);
  EXPECT_EQ(binomial_upper_tail(3, 10, 0.0), 0.0);
  EXPECT_DOUBLE_EQ(binomial_upper_tail(10, 10, 0.5), std::ldexp(1.0, -10));
}

TEST(BinomialTail, KeepsItsDigitsWhereItIsTiny) { EXPECT_NEAR(binomial_upper_tail(40, 40, 1e-3) / 1e-120, 1.0, 1e-10); }

TEST(ClopperPearson, LimitsSolveTheTailEquations) {
  for (const unsigned k : {1U, 5U, 19U}) {
    const double tail = 1e-4, lower = proportion_lower_limit(k, 20, tail), upper = proportion_upper_limit(k, 20, tail);
    EXPECT_NEAR(binomial_upper_tail(k, 20, lower) / tail, 1.0, 1e-9);
    EXPECT_NEAR(binomial_lower_tail(k, 20, upper) / tail, 1.0, 1e-9);
  }
  EXPECT_EQ(proportion_lower_limit(0, 20, 0.01), 0.0);
  EXPECT_EQ(proportion_upper_limit(20, 20, 0.01), 1.0);
  EXPECT_NEAR(proportion_upper_limit(0, 20, 0.01), 1.0 - std::pow(0.01, 1.0 / 20.0), 1e-12);
}

}  // namespace
}  // namespace thalweg

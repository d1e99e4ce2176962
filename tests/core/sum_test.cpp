#include "lib/core/sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "lib/core/dual.hpp"
#include "lib/core/interval.hpp"
#include "lib/core/pack.hpp"

namespace thalweg {
namespace {

std::vector<double> terms(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> mantissa(-1.0, 1.0);
  std::uniform_int_distribution<int> exponent(-20, 20);
  std::vector<double> x(n);
  for (double& t : x) t = std::ldexp(mantissa(random), exponent(random));
  return x;
}

// The definition, written as a recursion over whole arrays: nothing shared with the accumulator.
double tree(std::vector<double> sums) {
  while (sums.size() > 1) {
    std::vector<double> next;
    for (std::size_t i = 0; i + 1 < sums.size(); i += 2) next.push_back(sums[i] + sums[i + 1]);
    sums = next;
  }
  return sums.front();
}
double block_by_definition(const double* x, std::size_t n) {
  std::vector<double> slots(16, 0.0);
  for (std::size_t j = 0; j < n; ++j) slots[j % 16] += x[j];
  for (std::size_t half = 8; half >= 1; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) slots[i] += slots[i + half];
  }
  return slots[0];
}
double sum_by_definition(const std::vector<double>& x) {
  const std::size_t blocks = x.size() / 1024;
  std::vector<double> parts;  // complete trees, the largest first, then the unfinished block
  std::size_t first = 0;
  for (std::size_t size = std::size_t{1} << 20; size >= 1; size /= 2) {
    if ((blocks & size) == 0) continue;
    std::vector<double> sums;
    for (std::size_t b = 0; b < size; ++b) sums.push_back(block_by_definition(x.data() + 1024 * (first + b), 1024));
    parts.push_back(tree(sums));
    first += size;
  }
  if (x.size() % 1024 != 0 || blocks == 0) parts.push_back(block_by_definition(x.data() + 1024 * blocks, x.size() % 1024));
  double total = parts.back();
  for (std::size_t i = parts.size() - 1; i > 0; --i) total = parts[i - 1] + total;
  return total;
}

double sum_one_by_one(const std::vector<double>& x, std::size_t n) {
  Sum<double> sum;
  for (std::size_t j = 0; j < n; ++j) sum.add(x[j]);
  return sum.total();
}

TEST(Sum, FollowsTheStatedOrder) {
  for (std::size_t n : {0, 1, 5, 16, 17, 1023, 1024, 1025, 2047, 2048, 3072, 5000, 7168, 9 * 1024 + 3, 100003}) {
    const auto x = terms(n, 7);
    EXPECT_EQ(sum_one_by_one(x, n), sum_by_definition(x)) << n;
  }
}

TEST(Sum, OrderIsSeenInTheBits) {  // a plain loop gives other bits, so the test above can fail
  const auto x = terms(5000, 11);
  double plain = 0.0;
  for (double t : x) plain += t;
  EXPECT_NE(sum_one_by_one(x, x.size()), plain);
}

template <std::size_t W>
void expect_lanes_along_coordinates_agree() {
  const auto x = terms(5000, 3);
  for (std::size_t n = 0; n <= x.size(); ++n) {
    ASSERT_EQ((sum_contiguous<Pack<double, W>>(x.data(), n)), sum_one_by_one(x, n)) << "width " << W << ", " << n << " terms";
  }
}
TEST(Sum, LanesAlongCoordinatesGiveTheSameBitsForWidth1) { expect_lanes_along_coordinates_agree<1>(); }
TEST(Sum, LanesAlongCoordinatesGiveTheSameBitsForWidth2) { expect_lanes_along_coordinates_agree<2>(); }
TEST(Sum, LanesAlongCoordinatesGiveTheSameBitsForWidth4) { expect_lanes_along_coordinates_agree<4>(); }
TEST(Sum, LanesAlongCoordinatesGiveTheSameBitsForWidth8) { expect_lanes_along_coordinates_agree<8>(); }
TEST(Sum, LanesAlongCoordinatesGiveTheSameBitsForWidth16) { expect_lanes_along_coordinates_agree<16>(); }

// Sums of blocks made apart, by packs of any width or one by one, and combined: the same bits.
template <class P>
void expect_blocks_combine() {
  const auto x = terms(9000, 13);
  for (std::size_t n : {0, 1, 3, 16, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 4096, 5000, 7168, 8999, 9000}) {
    std::vector<double> blocks;
    for (std::size_t first = 0; first == 0 || first < n; first += sum_block) {
      const std::size_t count = std::min(sum_block, n - first);
      BlockSum<P> block;
      std::size_t j = 0;
      for (; j + P::lanes <= count; j += P::lanes) block.add(P::load(x.data() + first + j));
      for (; j < count; ++j) block.add(x[first + j]);
      EXPECT_EQ(block.count(), count);
      EXPECT_EQ(block.total(), block_by_definition(x.data() + first, count));
      blocks.push_back(block.total());
    }
    EXPECT_EQ(combined_blocks(blocks.data(), n), sum_one_by_one(x, n)) << n << " terms";
  }
}
TEST(Sum, BlocksMadeApartCombineToTheSameBits) {
  expect_blocks_combine<Pack<double, 2>>();
  expect_blocks_combine<Pack<double, 4>>();
  expect_blocks_combine<Pack<double, 8>>();
  expect_blocks_combine<Pack<double, 16>>();
}

TEST(Sum, LanesAlongReplicasGiveTheScalarBits) {
  constexpr std::size_t W = 8;
  const auto x = terms(W * 3000, 5);
  Sum<Pack<double, W>> packs;
  std::vector<Sum<double>> scalars(W);
  for (std::size_t j = 0; j < 3000; ++j) {
    packs.add(Pack<double, W>::load(x.data() + W * j));
    for (std::size_t l = 0; l < W; ++l) scalars[l].add(x[W * j + l]);
  }
  for (std::size_t l = 0; l < W; ++l) EXPECT_EQ(packs.total()[l], scalars[l].total());
}

TEST(Sum, TotalMayBeAskedForAtAnyTime) {
  const auto x = terms(4000, 9);
  Sum<double> sum;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (j % 97 == 0) { ASSERT_EQ(sum.total(), sum_one_by_one(x, j)); }
    sum.add(x[j]);
  }
  EXPECT_EQ(sum.total(), sum_one_by_one(x, x.size()));
}

TEST(Sum, EmptySumIsZero) { EXPECT_EQ(Sum<double>().total(), 0.0); }

TEST(Sum, ErrorStaysWithinTheStatedBound) {
  for (std::size_t n : {10UL, 1000UL, 100000UL, 1000000UL}) {
    const auto x = terms(n, 21);
    long double exact = 0.0L;
    long double absolute = 0.0L;
    for (double t : x) {
      exact += static_cast<long double>(t);
      absolute += std::fabs(static_cast<long double>(t));
    }
    const long double roundings = 67.0L + std::ceil(std::log2(static_cast<long double>(n / 1024 + 1)));
    const long double error = std::fabs(static_cast<long double>(sum_one_by_one(x, n)) - exact);
    EXPECT_LE(error, roundings * 0x1p-53L * absolute + static_cast<long double>(n) * 0x1p-64L * absolute) << n;
  }
}

TEST(Sum, RunsOnIntervalsAndDuals) {
  Sum<Interval> intervals;
  Sum<Dual<double>> duals;
  for (int j = 1; j <= 2000; ++j) {
    intervals.add(Interval(1.0) / Interval(j));
    duals.add(Dual<double>(1.0 / j, j));
  }
  long double harmonic = 0.0L;
  for (int j = 2000; j >= 1; --j) harmonic += 1.0L / j;
  EXPECT_LT(static_cast<long double>(intervals.total().lower()), harmonic);
  EXPECT_GT(static_cast<long double>(intervals.total().upper()), harmonic);
  EXPECT_LT(intervals.total().width(), 1e-12);
  EXPECT_EQ(duals.total().derivative, 2001000.0);
}

}  // namespace
}  // namespace thalweg

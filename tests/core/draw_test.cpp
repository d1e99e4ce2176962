#include "lib/core/draw_pack.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <vector>


namespace thalweg {
namespace {

using Word = std::uint64_t;
using r123::Philox4x32;

TEST(Philox, EqualsTheReferenceImplementation) {
  std::mt19937_64 random(1);
  Philox4x32 reference;
  for (int i = 0; i < 20000; ++i) {
    Philox4x32::ctr_type counter;
    for (auto& c : counter) c = static_cast<std::uint32_t>(random());
    const DrawKey key{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
    const auto want = reference(counter, {{key.k0, key.k1}});
    const Block<Word> got = philox<Word>(counter[0], counter[1], counter[2], counter[3], key);
    for (std::size_t w = 0; w < 4; ++w) ASSERT_EQ(got.w[w], want[w]);
  }
}

// First known answer of the paper's distribution: zero counter, zero key; and all ones.
TEST(Philox, GivesThePublishedKnownAnswers) {
  const Block<Word> zero = philox<Word>(0, 0, 0, 0, {0, 0});
  EXPECT_EQ(zero.w[0], 0x6627e8d5U);
  EXPECT_EQ(zero.w[1], 0xe169c58dU);
  EXPECT_EQ(zero.w[2], 0xbc57ac4cU);
  EXPECT_EQ(zero.w[3], 0x9b00dbd8U);
  constexpr Word ones = 0xffffffffU;
  const Block<Word> full = philox<Word>(ones, ones, ones, ones, {0xffffffffU, 0xffffffffU});
  EXPECT_EQ(full.w[0], 0x408f276dU);
  EXPECT_EQ(full.w[1], 0x41c83b0eU);
  EXPECT_EQ(full.w[2], 0xa20bc7c6U);
  EXPECT_EQ(full.w[3], 0x6d5451fdU);
}

TEST(Draw, BlockFollowsTheStatedConvention) {
  const DrawKey key = draw_key(12, 34);
  const Word step = 0x123456789abcdULL;
  const Block<Word> got = draw_block<Word>(key, Stream::minibatch, 77, step, 5);
  const auto want = Philox4x32()({{5U, 0x6789abcdU, 77U, 1U + 0x12345U * 256U}}, {{key.k0, key.k1}});
  for (std::size_t w = 0; w < 4; ++w) EXPECT_EQ(got.w[w], want[w]);
}

template <DrawKind kind, class T, std::size_t W>
void expect_pack_equals_scalar() {
  using P = Pack<T, W>;
  using B = Pack<Word, W>;
  using Source = Draws<kind, P>;
  const DrawKey key = draw_key(3, 4);
  B replica = B();
  for (std::size_t l = 0; l < W; ++l) replica.set(l, 1000 * l + (l == 0 ? 0xffffffffU : 7U));
  for (Word step : {Word{1}, Word{70000}, Word{0x500000002}}) {
    for (Word b = 0; b < 40; ++b) {
      B block = B();
      for (std::size_t l = 0; l < W; ++l) block.set(l, b);
      P out[Source::per_block];
      Source::block(key, Stream::noise, replica, step, block, out);
      for (std::size_t i = 0; i < Source::per_block; ++i) {
        for (std::size_t l = 0; l < W; ++l) {
          ASSERT_EQ(out[i][l], (draw<kind, T>(key, Stream::noise, replica[l], step, Source::per_block * b + i))) << W << ' ' << i << ' ' << l;
        }
      }
    }
  }
}
template <DrawKind kind>
void expect_packs_equal_scalars() {
  expect_pack_equals_scalar<kind, double, 1>();
  expect_pack_equals_scalar<kind, double, 2>();
  expect_pack_equals_scalar<kind, double, 4>();
  expect_pack_equals_scalar<kind, double, 8>();
  expect_pack_equals_scalar<kind, double, 16>();
  expect_pack_equals_scalar<kind, float, 4>();
  expect_pack_equals_scalar<kind, float, 8>();
  expect_pack_equals_scalar<kind, float, 16>();
}
TEST(Draw, PacksOfNormalsHaveTheScalarBits) { expect_packs_equal_scalars<DrawKind::normal>(); }
TEST(Draw, PacksOfUniformsHaveTheScalarBits) { expect_packs_equal_scalars<DrawKind::uniform>(); }
TEST(Draw, PacksOfBitsHaveTheScalarBits) { expect_packs_equal_scalars<DrawKind::bits>(); }
TEST(Draw, PacksOfSignsHaveTheScalarBits) { expect_packs_equal_scalars<DrawKind::sign>(); }

TEST(Draw, LanesAlongBlocksGiveTheSameVariates) {
  constexpr std::size_t W = 4;
  using P = Pack<double, W>;
  using B = Pack<Word, W>;
  const DrawKey key = draw_key(3, 4);
  B block = B(), replica = B();
  for (std::size_t l = 0; l < W; ++l) {
    block.set(l, 20 + l);
    replica.set(l, 9);
  }
  P out[4];
  Draws<DrawKind::normal, P>::block(key, Stream::noise, replica, 8, block, out);
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t l = 0; l < W; ++l) EXPECT_EQ(out[i][l], draw_normal(key, Stream::noise, 9, 8, 4 * (20 + l) + i));
  }
}

// At the ends of block index, replica and step; a constant step and replica with many blocks, as the engine draws them.
template <DrawKind kind, class T, std::size_t W>
void expect_blocks_of_replicas_equal_scalars() {
  using Source = Draws<kind, Pack<T, W>>;
  const DrawKey key = draw_key(23, 4);
  Pack<Word, W> replica(Word{0});
  for (std::size_t l = 0; l < W; ++l) replica.set(l, l % 2 == 0 ? 0xffffffffU - l : 0x7fffffffU + l);
  for (Word step : {Word{0}, Word{0xffffffff}, Word{1} << 32U, (Word{1} << 56U) - 1}) {
    const Source source(key, Stream::test, replica, step);
    for (Word b : {Word{0}, Word{1}, Word{0x7fffffff}, Word{0x80000000}, Word{0xffffffff}}) {
      Pack<T, W> out[Source::per_block];
      source.block(b, out);
      for (std::size_t l = 0; l < W; ++l) {
        T want[Source::per_block];
        Draws<kind, T>::block(key, Stream::test, replica[l], step, b, want);
        T same[Source::per_block];
        Draws<kind, T>(key, Stream::test, replica[l], step).block(b, same);
        for (std::size_t i = 0; i < Source::per_block; ++i) {
          ASSERT_EQ(out[i][l], want[i]) << W << ' ' << l << ' ' << i << ' ' << b << ' ' << step;
          ASSERT_EQ(same[i], want[i]);
        }
      }
    }
  }
}
template <DrawKind kind>
void expect_all_blocks_of_replicas_equal_scalars() {
  expect_blocks_of_replicas_equal_scalars<kind, double, 2>();
  expect_blocks_of_replicas_equal_scalars<kind, double, 4>();
  expect_blocks_of_replicas_equal_scalars<kind, double, 8>();
  expect_blocks_of_replicas_equal_scalars<kind, float, 4>();
  expect_blocks_of_replicas_equal_scalars<kind, float, 8>();
  expect_blocks_of_replicas_equal_scalars<kind, float, 16>();
}
TEST(Draw, BlocksOfReplicasAreThoseOfTheScalarDefinition) {
  expect_all_blocks_of_replicas_equal_scalars<DrawKind::normal>();
  expect_all_blocks_of_replicas_equal_scalars<DrawKind::uniform>();
  expect_all_blocks_of_replicas_equal_scalars<DrawKind::bits>();
  expect_all_blocks_of_replicas_equal_scalars<DrawKind::sign>();
}
// What the first two rounds have in common is computed apart: still the reference's bits.
TEST(Draw, BlocksOfReplicasEqualTheReferenceImplementation) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 5000; ++i) {
    const DrawKey key{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
    const Word replica = random() & 0xffffffffU, step = random() >> 8U, block = random() & 0xffffffffU;
    const auto want = Philox4x32()({{static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(replica),
                                     static_cast<std::uint32_t>(7U + (step >> 32U << 8U))}}, {{key.k0, key.k1}});
    double got[4];
    Draws<DrawKind::bits, double>(key, Stream::test, replica, step).block(block, got);
    double along[4];
    Draws<DrawKind::bits, double>::along(key, Stream::test, replica, step, block, along);
    for (std::size_t w = 0; w < 4; ++w) {
      ASSERT_EQ(got[w], static_cast<double>(want[w]));
      ASSERT_EQ(along[w], static_cast<double>(want[w]));
    }
  }
}

template <DrawKind kind, class T, std::size_t W>
void expect_along_equals_scalar() {
  using Source = Draws<kind, Pack<T, W>>;
  const DrawKey key = draw_key(13, 4);
  constexpr std::size_t count = Source::per_block * W;
  for (Word first : {Word{0}, Word{3}, Word{0x7fffffff}, Word{0xffffffff} - W}) {
    T out[count];
    Source::along(key, Stream::noise, 0xfffffff1U, 0x300000001, first, out);
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_EQ(out[i], (draw<kind, T>(key, Stream::noise, 0xfffffff1U, 0x300000001, Source::per_block * first + i))) << W << ' ' << i;
  }
}
template <DrawKind kind>
void expect_along_equals_scalars() {
  expect_along_equals_scalar<kind, double, 1>();
  expect_along_equals_scalar<kind, double, 2>();
  expect_along_equals_scalar<kind, double, 4>();
  expect_along_equals_scalar<kind, double, 8>();
  expect_along_equals_scalar<kind, float, 4>();
  expect_along_equals_scalar<kind, float, 8>();
  expect_along_equals_scalar<kind, float, 16>();
}
TEST(Draw, VariatesAlongCoordinatesAreThoseOfTheScalarDefinition) {
  expect_along_equals_scalars<DrawKind::normal>();
  expect_along_equals_scalars<DrawKind::uniform>();
  expect_along_equals_scalars<DrawKind::bits>();
  expect_along_equals_scalars<DrawKind::sign>();
}

TEST(Draw, FloatsAreTheStatedFunctionsOfTheWords) {
  const DrawKey key = draw_key(5, 6);
  for (Word b = 0; b < 4000; ++b) {
    const Block<Word> words = draw_block<Word>(key, Stream::noise, 0, 1, b);
    for (std::size_t i = 0; i < 4; ++i) {
      const Word w = words.w[i];
      ASSERT_EQ((draw<DrawKind::uniform, float>(key, Stream::noise, 0, 1, 4 * b + i)), std::ldexp(static_cast<float>(2 * (w >> 9U) + 1), -24));
      ASSERT_EQ((draw<DrawKind::bits, float>(key, Stream::noise, 0, 1, 4 * b + i)), static_cast<float>(w & 0xffffff00U));
    }
    for (std::size_t i = 0; i < 32; ++i)
      ASSERT_EQ((draw<DrawKind::sign, float>(key, Stream::noise, 0, 1, 32 * b + i)), (words.w[i / 8] >> (31 - i % 8) & 1U) != 0 ? -1.0F : 1.0F);
  }
}

// The event of a two-point variate is the same in float, for every multiple of 2^-24.
TEST(Draw, FloatBitsMeetAThresholdExactlyWhenTheWordDoes) {
  for (const double p : {0x1p-24, 1e-6, 0.1, 0.3, 0.5, 0.9999999}) {
    const std::uint32_t k = threshold(p);
    for (const Word w : {Word{0}, Word{k} - 1, Word{k}, Word{k} + 255, Word{k} - 256, Word{0xffffffff}, Word{0x12345678}}) {
      const std::uint32_t word = static_cast<std::uint32_t>(w);
      EXPECT_EQ(draw_detail::Lanes<float>::whole(word) < static_cast<float>(k), word < k) << p << ' ' << word;
    }
  }
}

TEST(Draw, VariatesAreTheStatedFunctionsOfTheWords) {
  const DrawKey key = draw_key(7, 8);
  for (Word b = 0; b < 5000; ++b) {
    const Block<Word> words = draw_block<Word>(key, Stream::test, 3, 2, b);
    for (std::size_t i = 0; i < 4; ++i) {
      const Word w = words.w[i];
      ASSERT_EQ(draw_bits(key, Stream::test, 3, 2, 4 * b + i), w);
      ASSERT_EQ((draw<DrawKind::bits>(key, Stream::test, 3, 2, 4 * b + i)), static_cast<double>(w));
      for (std::size_t k = 0; k < 8; ++k)
        ASSERT_EQ(draw_sign(key, Stream::test, 3, 2, 32 * b + 8 * i + k), (w >> (31 - k) & 1U) != 0 ? -1.0 : 1.0);
      ASSERT_EQ(draw_index(key, Stream::test, 3, 2, 4 * b + i, 1000), w * 1000 / 0x100000000U);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      const Word k = words.w[2 * i] * 0x100000U + words.w[2 * i + 1] / 0x1000U;
      ASSERT_EQ(draw_uniform(key, Stream::test, 3, 2, 2 * b + i), std::ldexp(static_cast<double>(2 * k + 1), -53));
    }
  }
}

TEST(Draw, DifferentPointsGiveDifferentBlocks) {
  std::set<std::array<Word, 4>> seen;
  std::size_t points = 0;
  const auto visit = [&](DrawKey key, Stream stream, Word replica, Word step, Word block) {
    const Block<Word> b = draw_block<Word>(key, stream, replica, step, block);
    seen.insert({b.w[0], b.w[1], b.w[2], b.w[3]});
    ++points;
  };
  for (Word seed = 0; seed < 4; ++seed) {
    for (Word instance = 0; instance < 4; ++instance) {
      for (Stream stream : {Stream::noise, Stream::minibatch, Stream::random_iterate, Stream::start}) {
        for (Word replica = 0; replica < 4; ++replica) {
          for (Word step : {Word{0}, Word{1}, Word{2}, Word{1} << 32, Word{1} << 33}) {
            for (Word block = 0; block < 4; ++block) visit(draw_key(seed, instance), stream, replica, step, block);
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), points);
}

TEST(Draw, KeysOfNeighbouringSeedsAndInstancesDiffer) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> keys;
  for (Word seed = 0; seed < 300; ++seed) {
    for (Word instance = 0; instance < 300; ++instance) {
      const DrawKey key = draw_key(seed, instance);
      keys.insert({key.k0, key.k1});
    }
  }
  EXPECT_EQ(keys.size(), 90000U);
  EXPECT_FALSE(draw_key(1, 2) == draw_key(2, 1));
}

TEST(Draw, ThresholdsAreTheNearestMultiples) {
  EXPECT_EQ(threshold(0.0), 0U);
  EXPECT_EQ(threshold(0.5), 0x80000000U);
  EXPECT_EQ(threshold(1.0), 0xffffff00U);
  EXPECT_EQ(threshold(1e-30), 0x100U);
  EXPECT_EQ(threshold(1.0 - 1e-16), 0xffffff00U);
  EXPECT_EQ(rounded_probability(threshold(0.25)), 0.25);
  for (double p = 0.001; p < 1.0; p += 0.0137) EXPECT_LE(std::fabs(rounded_probability(threshold(p)) - p), 0x1p-25);
}

TEST(Draw, IndicesStayInRange) {
  const DrawKey key = draw_key(1, 1);
  for (Word n : {Word{1}, Word{2}, Word{3}, Word{60000}, Word{0xffffffff}, Word{1} << 32}) {
    for (Word j = 0; j < 1000; ++j) ASSERT_LT(draw_index(key, Stream::minibatch, 0, 1, j, n), n);
  }
  EXPECT_EQ(index_of<Word>(0xffffffffU, 10), 9U);
  EXPECT_EQ(index_of<Word>(0, 10), 0U);
  EXPECT_EQ(index_of<Word>(0xffffffffU, Word{1} << 32), 0xffffffffU);
}

}  // namespace
}  // namespace thalweg

// Counter-based draws: a variate is a pure function of (seed, problem instance, stream, replica, step, index), never of the method, the
// thread, the vector width or of what was drawn before. All methods on one problem see the same noise.
//
// Generator: Philox4x32-10, J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Bits are
// those of the reference implementation; ours keeps each 32-bit word in a 64-bit lane (upper halves hold rubbish until the end), so that one
// formula serves a scalar and a pack of replicas. A block is four words:
//   key     = draw_key(seed, instance): both halves of a 64-bit hash; for a fixed instance different seeds give different keys
//   counter = { block index,  low 32 bits of step,  replica,  stream + 2^8 * (step / 2^32) }
// with block index < 2^32, step < 2^56, replica < 2^32. Coordinate j takes variate j mod per_block of block j / per_block.
//
// Variates, from the words w0 ... w3 of a block:
//   uniform  2 a block. k = 52 bits, w_{2i} (upper 32) and the upper 20 of w_{2i+1}; U = (k + 1/2) 2^-52: strictly inside (0, 1), symmetric
//            about 1/2, exactly representable, E U = 1/2 exactly. float: 4 a block, k the upper 23 bits of w_i, U = (k + 1/2) 2^-23.
//   bits     4 a block. w_i as an integer-valued real; float holds the upper 24 bits, times 2^8. A two-point variate compares it with
//            threshold(p), a multiple of 2^8, so that the event is the same in both: its probability is rounded_probability(threshold(p)), a
//            multiple of 2^-24, and facts are stated for that one.
//   sign     32 a block, eight from each word: +1 or -1 by bit 31 - i mod 8 of w_{i / 8} (set: -1).
//   index    4 a block. floor(w_i n / 2^32), an integer in [0, n), n <= 2^32; every probability differs from 1/n by less than 2^-32.
//   normal   4 a block, two from (w0, w1) and two from (w2, w3), by Box and Muller: lib/core/draw_normal.hpp, where float has a form of its own.
// Draws in float and in double are different variates of the same law (signs and two-point events are the same).
// Only + - * sqrt fma and bit operations: the same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "lib/core/check.hpp"
#include "lib/core/draw_lanes.hpp"
#include "lib/core/draw_normal.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"
#include "lib/core/scalar_num.hpp"

namespace thalweg {

struct DrawKey {
  std::uint32_t k0, k1;
  friend bool operator==(const DrawKey&, const DrawKey&) = default;
};

// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014; constants by Stafford): a bijection of 64-bit words.
THALWEG_HD constexpr std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

THALWEG_HD constexpr DrawKey draw_key(std::uint64_t seed, std::uint64_t instance) {
  const std::uint64_t h = mix_bits(mix_bits(seed + 0x9e3779b97f4a7c15ULL) ^ mix_bits(instance + 0xd1b54a32d192ed03ULL));
  return {static_cast<std::uint32_t>(h), static_cast<std::uint32_t>(h >> 32U)};
}

// Uses that must not see each other's draws. The numbers are part of every recorded result: append, never renumber. Below 256.
enum class Stream : std::uint32_t { noise = 0, minibatch = 1, random_iterate = 2, start = 3, probe = 4, resampling = 5, instance = 6, test = 7 };

enum class DrawKind { none, uniform, normal, bits, sign, index };

// p as a multiple of 2^-24: the event {bits < threshold(p)}. 0 < p < 1 never becomes impossible or certain; p = 1 gives 1 - 2^-24.
inline std::uint32_t threshold(double p) {
  THALWEG_EXPECTS(p >= 0.0 && p <= 1.0);
  if (p == 0.0) return 0;
  const double nearest_multiple = p * 0x1p24 + 0.5;
  if (nearest_multiple >= 0x1p24) return 0xffffff00U;
  return nearest_multiple < 1.0 ? 0x100U : static_cast<std::uint32_t>(nearest_multiple) << 8U;
}
constexpr double rounded_probability(std::uint32_t threshold) { return threshold * 0x1p-32; }

// ---- blocks

// Four words, each below 2^32. B is std::uint64_t or a pack of them.
template <class B>
struct Block {
  B w[4];
};

template <class B>
THALWEG_HD inline Block<B> philox(const B& counter0, const B& counter1, const B& counter2, const B& counter3, DrawKey key) {
  using L = draw_detail::WordLanes<B>;
  using Raw = typename L::Raw;
  Raw c0 = L::raw(counter0), c1 = L::raw(counter1), c2 = L::raw(counter2), c3 = L::raw(counter3);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const Raw p0 = L::product(c0, 0xd2511f53ULL);
    const Raw p1 = L::product(c2, 0xcd9e8d57ULL);
    c0 = (p1 >> 32U) ^ c1 ^ static_cast<std::uint64_t>(key.k0);
    c1 = p1;
    c2 = (p0 >> 32U) ^ c3 ^ static_cast<std::uint64_t>(key.k1);
    c3 = p0;
    key.k0 += 0x9e3779b9U;
    key.k1 += 0xbb67ae85U;
  }
  constexpr std::uint64_t word = 0xffffffffULL;
  return {{L::wrap(c0 & word), L::wrap(c1 & word), L::wrap(c2 & word), L::wrap(c3 & word)}};
}

// The block at a point of the convention above. Lanes may differ in replica and in block index.
template <class B>
THALWEG_HD inline Block<B> draw_block(DrawKey key, Stream stream, const B& replica, std::uint64_t step, const B& block) {
  using L = draw_detail::WordLanes<B>;
  const std::uint64_t last = static_cast<std::uint32_t>(stream) | (step >> 32U) << 8U;
  return philox<B>(block, L::wrap(L::broadcast(step & 0xffffffffULL)), replica, L::wrap(L::broadcast(last)), key);
}

// One block of variates of a kind. R: double, float, or a pack of either; Words: std::uint64_t or a pack with as many lanes.
//   double w[4];  Draws<DrawKind::normal, double>::block(key, Stream::noise, replica, step, b, w);   // coordinates 4 b ... 4 b + 3
template <DrawKind kind, class R>
struct Draws {
  static_assert(kind != DrawKind::none && kind != DrawKind::index, "a block of indices is draw_block and index_of");
  using Lanes = draw_detail::RealLanes<R>;
  using Words = typename Lanes::Words;
  using Raw = typename Lanes::Raw;
  static constexpr bool is_double = sizeof(typename Num<R>::Value) == sizeof(double);
  static constexpr std::size_t per_block = kind == DrawKind::sign ? 32 : kind == DrawKind::uniform && is_double ? 2 : 4;

  THALWEG_HD static void block(DrawKey key, Stream stream, const Words& replica, std::uint64_t step, const Words& block_index, R* out) {
    Raw w[4];
    Lanes::words(w, replica, block_index, [&](const auto& r, const auto& b) { return draw_block(key, stream, r, step, b); });
    if constexpr (kind == DrawKind::normal) {
      for (std::size_t i = 0; i < 4; i += 2) draw_detail::box_muller<Lanes>(w[i], w[i + 1], out[i], out[i + 1]);
    } else if constexpr (kind == DrawKind::uniform) {
      for (std::size_t i = 0; i < per_block; ++i) out[i] = uniform(w, i);
    } else if constexpr (kind == DrawKind::bits) {
      for (std::size_t i = 0; i < 4; ++i) out[i] = Lanes::whole(w[i]);
    } else {
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t k = 0; k < 8; ++k) out[8 * i + k] = Lanes::from_bits(Lanes::bits_of_one | Lanes::sign_from(w[i], 31 - k));
    }
  }

  // The variates of P::lanes blocks of one replica, first_block and those after it, in the order of the coordinates: out[per_block l + i] is variate i of
  // block first_block + l. R is a pack.
  static void along(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t first_block, typename Num<R>::Value* out) {
    R variates[per_block];
    block(key, stream, Words(replica), step, draw_detail::consecutive<Words>(first_block), variates);
    interleave<per_block>(variates);
    for (std::size_t i = 0; i < per_block; ++i) variates[i].store(out + i * R::lanes);
  }

 private:
  THALWEG_HD static R uniform(const Raw* w, std::size_t i) {
    if constexpr (is_double) {
      const Raw k = (w[2 * i] << 20U) | (w[2 * i + 1] >> 12U);
      return Lanes::from_bits(k | Lanes::bits_of_one) - R(1.0 - 0x1p-53);
    } else {
      return (Lanes::from_bits((w[i] >> 9U) | Lanes::bits_of_one) - R(1.0)) + R(0x1p-24);
    }
  }
};

// w n / 2^32 rounded down, for words w < 2^32 and 1 <= n <= 2^32.
template <class B>
THALWEG_HD inline B index_of(const B& word, std::uint64_t n) {
  using L = draw_detail::WordLanes<B>;
  if (n >> 32U != 0) return word;
  return L::wrap(L::product(L::raw(word), n) >> 32U);
}

// ---- one variate at a time: the same bits, for starts, tests and other small uses

template <DrawKind kind, class R = double>
THALWEG_HD inline R draw(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t index) {
  using Source = Draws<kind, R>;
  R out[Source::per_block];
  Source::block(key, stream, replica, step, index / Source::per_block, out);
  return out[index % Source::per_block];
}
inline double draw_uniform(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t index) {
  return draw<DrawKind::uniform>(key, stream, replica, step, index);
}
inline double draw_normal(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t index) {
  return draw<DrawKind::normal>(key, stream, replica, step, index);
}
inline double draw_sign(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t index) {
  return draw<DrawKind::sign>(key, stream, replica, step, index);
}
inline std::uint32_t draw_bits(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t index) {
  return static_cast<std::uint32_t>(draw_block<std::uint64_t>(key, stream, replica, step, index / 4).w[index % 4]);
}
// A uniform integer in [0, n), 1 <= n <= 2^32.
inline std::uint64_t draw_index(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t index, std::uint64_t n) {
  return index_of<std::uint64_t>(draw_bits(key, stream, replica, step, index), n);
}

}  // namespace thalweg

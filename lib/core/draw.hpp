// Counter-based draws: a variate is a pure function of (seed, problem instance, stream, replica, step, index), never of the method, the
// thread, the vector width or of what was drawn before. All methods on one problem see the same noise.
//
// Generator: Philox4x32-10, J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Bits are
// those of the reference implementation; ours keeps each 32-bit word in a 64-bit lane (upper halves hold rubbish until the end), so that one
// formula serves a scalar and a pack of replicas (lib/core/draw_pack.hpp). A block is four words:
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
enum class Stream : std::uint32_t { noise = 0, minibatch = 1, random_iterate = 2, start = 3, probe = 4, resampling = 5, instance = 6, test = 7, second_noise = 8 };

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

namespace draw_detail {

constexpr std::uint64_t factor0 = 0xd2511f53ULL, factor1 = 0xcd9e8d57ULL;
constexpr std::uint32_t weyl0 = 0x9e3779b9U, weyl1 = 0xbb67ae85U;
constexpr int philox_rounds = 10;

template <class C>
struct Counters {
  typename C::Raw c0, c1, c2, c3;
};

// The rounds from number `first` on.
template <int first, class C>
THALWEG_HD inline Counters<C> finished(Counters<C> c, DrawKey key) {
  key.k0 += static_cast<std::uint32_t>(first) * weyl0;
  key.k1 += static_cast<std::uint32_t>(first) * weyl1;
  THALWEG_UNROLL(10)
  for (int round = first; round < philox_rounds; ++round) {
    const typename C::Raw p0 = C::product(c.c0, factor0);
    const typename C::Raw p1 = C::product(c.c2, factor1);
    c.c0 = C::mixed(C::high(p1), c.c1, key.k0);
    c.c1 = p1;
    c.c2 = C::mixed(C::high(p0), c.c3, key.k1);
    c.c3 = p0;
    key.k0 += weyl0;
    key.k1 += weyl1;
  }
  return c;
}

THALWEG_HD inline std::uint64_t last_counter(Stream stream, std::uint64_t step) { return static_cast<std::uint32_t>(stream) | (step >> 32U) << 8U; }
constexpr std::uint64_t word_mask = 0xffffffffULL;

// The blocks 0, 1, ... of replicas that differ between the lanes, at one step. Of the first two rounds the products with replicas are made once,
// those with the block index in scalars.
template <class C>
class BlocksOfReplicas {
 public:
  using Raw = typename C::Raw;
  THALWEG_HD BlocksOfReplicas(DrawKey key, Stream stream, const Raw& replica, std::uint64_t step) : key_(key), last_(last_counter(stream, step) & word_mask) {
    c1_ = C::product(replica, factor1);
    const Raw c0 = C::mixed(C::high(c1_), (step & word_mask) ^ key.k0);
    c3_ = C::product(c0, factor0);
    c2_ = C::high(c3_);
  }
  THALWEG_HD Counters<C> operator()(std::uint64_t block) const {
    const std::uint64_t p0 = (block & word_mask) * factor0;
    const std::uint64_t p1 = (((p0 >> 32U) ^ last_ ^ key_.k1) & word_mask) * factor1;
    const std::uint32_t k0 = key_.k0 + weyl0, k1 = key_.k1 + weyl1;
    return finished<2, C>({C::mixed(c1_, (p1 >> 32U) ^ k0), C::splat(p1), C::mixed(c2_, (p0 & word_mask) ^ k1), c3_}, key_);
  }

 private:
  DrawKey key_;
  std::uint64_t last_;
  Raw c1_, c2_, c3_;  // the varying parts after round 0 (c1) and round 1 (c2, c3)
};

// The block `block` of one replica, where the lanes have different block indices.
template <class C>
THALWEG_HD inline Counters<C> block_along(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, const typename C::Raw& block) {
  using Raw = typename C::Raw;
  const std::uint64_t p1 = (replica & word_mask) * factor1;
  const std::uint64_t q0 = (((p1 >> 32U) ^ step ^ key.k0) & word_mask) * factor0;
  const Raw p0 = C::product(block, factor0);
  const Raw q1 = C::product(C::mixed(C::high(p0), (last_counter(stream, step) & word_mask) ^ key.k1), factor1);
  const std::uint32_t k0 = key.k0 + weyl0, k1 = key.k1 + weyl1;
  return finished<2, C>({C::mixed(C::high(q1), (p1 & word_mask) ^ k0), q1, C::mixed(p0, (q0 >> 32U) ^ k1), C::splat(q0)}, key);
}

}  // namespace draw_detail

template <class B>
THALWEG_HD inline Block<B> philox(const B& counter0, const B& counter1, const B& counter2, const B& counter3, DrawKey key) {
  using C = draw_detail::WordLanes<B>;
  const auto c = draw_detail::finished<0, C>({C::raw(counter0), C::raw(counter1), C::raw(counter2), C::raw(counter3)}, key);
  constexpr std::uint64_t word = draw_detail::word_mask;
  return {{C::wrap(c.c0 & word), C::wrap(c.c1 & word), C::wrap(c.c2 & word), C::wrap(c.c3 & word)}};
}

// The block at a point of the convention above. Lanes may differ in replica and in block index.
template <class B>
THALWEG_HD inline Block<B> draw_block(DrawKey key, Stream stream, const B& replica, std::uint64_t step, const B& block) {
  using C = draw_detail::WordLanes<B>;
  return philox<B>(block, C::wrap(C::splat(step & 0xffffffffULL)), replica, C::wrap(C::splat(draw_detail::last_counter(stream, step))), key);
}

// ---- variates

// The variates of one block. R: double, float, or a pack of either, the lanes being replicas:
//   const Draws<DrawKind::normal, double> draws(key, Stream::noise, replica, step);
//   double w[4];  draws.block(b, w);                                                          // coordinates 4 b ... 4 b + 3
// or consecutive blocks of one replica:
//   double w[4 * lanes];  Draws<DrawKind::normal, P>::along(key, Stream::noise, replica, step, first_block, w);
template <DrawKind kind, class R>
class Draws {
 public:
  using Real = typename Num<R>::Value;
  using Lanes = draw_detail::Lanes<R>;
  using Words = typename Lanes::Words;
  using Counter = typename Lanes::Counter;
  static constexpr bool is_double = sizeof(Real) == sizeof(double);
  static constexpr std::size_t per_block = kind == DrawKind::sign ? 32 : kind == DrawKind::uniform && is_double ? 2 : 4;
  static_assert(kind != DrawKind::none && kind != DrawKind::index, "a block of indices is draw_block and index_of");

  THALWEG_HD Draws(DrawKey key, Stream stream, const Words& replica, std::uint64_t step) : blocks_(key, stream, Counter::raw(replica), step) {}
  THALWEG_HD void block(std::uint64_t index, R* out) const { variates(blocks_(index), out); }

  THALWEG_HD static void block(DrawKey key, Stream stream, const Words& replica, std::uint64_t step, const Words& index, R* out) {
    using C = Counter;
    variates(draw_detail::finished<0, C>({C::raw(index), C::splat(step & draw_detail::word_mask), C::raw(replica),
                                          C::splat(draw_detail::last_counter(stream, step) & draw_detail::word_mask)}, key), out);
  }

  // The variates of `lanes` blocks of one replica, first_block and those after it, in the order of the coordinates: out[per_block l + i] is variate i of
  // block first_block + l.
  THALWEG_HD static void along(DrawKey key, Stream stream, std::uint64_t replica, std::uint64_t step, std::uint64_t first_block, Real* out) {
    const auto words = draw_detail::block_along<Counter>(key, stream, replica, step, Lanes::consecutive(first_block));
    if constexpr (kind == DrawKind::sign) {
      Lanes::signs_along(sign_bits(words), out);
    } else {
      R in_lanes[per_block];
      variates(words, in_lanes);
      Lanes::template store_transposed<per_block>(in_lanes, out);
    }
  }

 private:
  using B = elementary::Bits<R>;
  using Word = typename B::Word;

  THALWEG_HD static void variates(const draw_detail::Counters<Counter>& c, R* out) {
    if constexpr (kind == DrawKind::sign) {
      const Word all = sign_bits(c);
      for (unsigned i = 0; i < per_block; ++i) out[i] = Lanes::sign(all, i);
    } else {
      const Word w[4] = {Lanes::word(c.c0), Lanes::word(c.c1), Lanes::word(c.c2), Lanes::word(c.c3)};
      if constexpr (kind == DrawKind::normal) {
        draw_detail::normals(w, out);
      } else if constexpr (kind == DrawKind::uniform && is_double) {
        for (std::size_t i = 0; i < 2; ++i) out[i] = Lanes::uniform(w[2 * i], w[2 * i + 1]);
      } else if constexpr (kind == DrawKind::uniform) {
        for (std::size_t i = 0; i < 4; ++i) out[i] = Lanes::uniform(w[i]);
      } else {
        for (std::size_t i = 0; i < 4; ++i) out[i] = Lanes::whole(w[i]);
      }
    }
  }

  // The upper eight bits of each word: 32 bits, those of w0 first.
  THALWEG_HD static Word sign_bits(const draw_detail::Counters<Counter>& c) {
    using Unit = typename B::Unit;
    return (Lanes::word(c.c0) & Unit{0xff000000U}) | ((Lanes::word(c.c1) >> 8U) & Unit{0xff0000U}) | ((Lanes::word(c.c2) >> 16U) & Unit{0xff00U}) |
           ((Lanes::word(c.c3) >> 24U) & Unit{0xffU});
  }

  draw_detail::BlocksOfReplicas<Counter> blocks_;
};

// w n / 2^32 rounded down, for words w < 2^32 and 1 <= n <= 2^32.
template <class B>
THALWEG_HD inline B index_of(const B& word, std::uint64_t n) {
  using C = draw_detail::WordLanes<B>;
  if (n >> 32U != 0) return word;
  return C::wrap(C::high(C::product(C::raw(word), n)));
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

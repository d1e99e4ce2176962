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
//            about 1/2, exactly representable, E U = 1/2 exactly.
//   bits     4 a block. w_i as an integer-valued real. A two-point variate compares it with threshold(p): its probability is the multiple
//            rounded_probability(threshold(p)) of 2^-32, and facts are stated for that one. (float holds the upper 24 bits, times 2^8:
//            there a threshold should be a multiple of 2^8.)
//   sign     4 a block. +1 or -1 by the top bit of w_i (set: -1).
//   index    4 a block. floor(w_i n / 2^32), an integer in [0, n), n <= 2^32; every probability differs from 1/n by less than 2^-32.
//   normal   4 a block, two from (w0, w1) and two from (w2, w3), by Box and Muller (Ann. Math. Stat. 29, 1958): radius from 40 bits u = w0 and
//            the top 8 of w1, U = (u + 1/2) 2^-40, q = sqrt(-log U); direction from the other 24 bits of w1: 22 give t = (k + 1/2) 2^-22 - 1/2, the
//            angle within the quadrant less 45 degrees in units of 90; bits 22 and 23 are the signs.
//              x = +-q (cos(pi t / 2) - sin(pi t / 2)),   y = +-q (cos(pi t / 2) + sin(pi t / 2))
//            log, cos and sin are the polynomials below (minimax in the relative error, 1.0e-10, 5.7e-11 and 4.6e-12): the variate *is* what
//            these operations give. |x - exact| <= 1.5e-10 q. The law is symmetric, so odd moments and E xy vanish exactly; the
//            variance is 1 to 3e-10, |x| <= 7.54. For float the double variate, rounded.
// Only + - * sqrt fma and bit operations: the same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "lib/core/check.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

template <class T, std::size_t N>
struct Pack;

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

// p as a multiple of 2^-32: the event {bits < threshold(p)}. 0 < p < 1 never becomes impossible or certain; p = 1 gives 1 - 2^-32.
inline std::uint32_t threshold(double p) {
  THALWEG_EXPECTS(p >= 0.0 && p <= 1.0);
  if (p == 0.0) return 0;
  const double nearest_multiple = p * 0x1p32 + 0.5;
  if (nearest_multiple >= 0x1p32) return 0xffffffffU;
  return nearest_multiple < 1.0 ? 1U : static_cast<std::uint32_t>(nearest_multiple);
}
constexpr double rounded_probability(std::uint32_t threshold) { return threshold * 0x1p-32; }

// ---- lanes: the integers and reals that a draw is computed in, for a scalar and for a pack

namespace draw_detail {

// Words is std::uint64_t or a pack of them; Raw the type with the compiler's own integer operators.
template <class Words>
struct WordLanes {
  using Raw = std::uint64_t;
  THALWEG_HD static Raw raw(Words w) { return w; }
  THALWEG_HD static Words wrap(Raw r) { return r; }
  THALWEG_HD static Raw broadcast(std::uint64_t x) { return x; }
  THALWEG_HD static Raw product(Raw low, std::uint64_t factor) { return (low & 0xffffffffULL) * factor; }
};
template <std::size_t N>
struct WordLanes<Pack<std::uint64_t, N>> {
  using Words = Pack<std::uint64_t, N>;
  using Raw = typename Words::Vector;
  static Raw raw(const Words& w) { return w.v; }
  static Words wrap(const Raw& r) {
    Words w;
    w.v = r;
    return w;
  }
  static Raw broadcast(std::uint64_t x) { return Raw{} + x; }
  static Raw product(const Raw& low, std::uint64_t factor) {
    if constexpr (requires(Words w) { mul_low32(w, w); }) {
      return mul_low32(wrap(low), wrap(broadcast(factor))).v;
    } else {
      return (low & 0xffffffffULL) * factor;
    }
  }
};

// Real is what the caller wants; Double the lanes in which it is computed.
template <class Real>
struct RealLanes {
  using Words = std::uint64_t;
  using Double = double;
  THALWEG_HD static Double from_bits(std::uint64_t bits) {
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
  THALWEG_HD static std::uint64_t to_bits(Double x) {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
  }
  THALWEG_HD static Real narrow(Double x) { return static_cast<Real>(x); }
};
template <class T, std::size_t N>
struct RealLanes<Pack<T, N>> {
  using Words = Pack<std::uint64_t, N>;
  using Double = Pack<double, N>;
  using Raw = typename WordLanes<Words>::Raw;
  static Double from_bits(const Raw& bits) {
    Double x;
    std::memcpy(&x.v, &bits, sizeof bits);
    return x;
  }
  static Raw to_bits(const Double& x) {
    Raw bits;
    std::memcpy(&bits, &x.v, sizeof bits);
    return bits;
  }
  static Pack<T, N> narrow(const Double& x) {
    if constexpr (std::is_same_v<T, double>) {
      return x;
    } else {
      Pack<T, N> y;
      y.v = __builtin_convertvector(x.v, typename Pack<T, N>::Vector);
      return y;
    }
  }
};

constexpr std::uint64_t bits_of_one = 0x3ff0000000000000ULL;
constexpr std::uint64_t bits_of_2_41 = bits_of_one + (41ULL << 52U);
constexpr std::uint64_t bits_of_2_52 = bits_of_one + (52ULL << 52U);

// Coefficients c[0] + c[1] x + ...: near-minimax, by the Remez exchange in 60 digits.
constexpr std::size_t log_terms = 12;  // -log(1 + f) / f on [sqrt(1/2) - 1, sqrt(2) - 1]
constexpr double minus_log[log_terms] = {-0x1.000000002665cp+0, 0x1.0000001c64b9ep-1,  -0x1.5555541cf0977p-2, 0x1.ffffa6b8063eap-3,
                                         -0x1.999a31be3d883p-3, 0x1.5569523016bb0p-3,  -0x1.24912ecb44ac3p-3, 0x1.fc5675494f8bap-4,
                                         -0x1.c36d1114a5c5ep-4, 0x1.bdb173363c00dp-4,  -0x1.b7a92de4c813dp-4, 0x1.ea4b9cc8fee67p-5};
constexpr std::size_t turn_terms = 5;  // sin(pi t / 2) / t and cos(pi t / 2) in z = t^2 on [0, 1/4]
constexpr double sine[turn_terms] = {0x1.921fb5443af5fp+0, -0x1.4abbce564cd83p-1, 0x1.466bba8bfbf66p-4, -0x1.32ca854caa1eep-8, 0x1.4bc2557430365p-13};
constexpr double cosine[turn_terms] = {0x1.ffffffff84b78p-1, -0x1.3bd3cc6e7cfa5p+0, 0x1.03c1daad037e0p-2, -0x1.55c4e9c28a538p-6, 0x1.d99f5391952e2p-11};

// Even and odd terms in two chains: half the latency of Horner's rule.
template <class D>
THALWEG_HD inline D minus_log_over(const D& f) {
  const D f2 = f * f;
  D odd(minus_log[log_terms - 1]);
  D even(minus_log[log_terms - 2]);
  for (std::size_t i = log_terms - 2; i >= 2; i -= 2) {
    odd = m::fma(odd, f2, D(minus_log[i - 1]));
    even = m::fma(even, f2, D(minus_log[i - 2]));
  }
  return m::fma(odd, f, even);
}
template <class D>
THALWEG_HD inline D horner(const double (&c)[turn_terms], const D& z) {
  D y(c[turn_terms - 1]);
  for (std::size_t i = turn_terms - 1; i > 0; --i) y = m::fma(y, z, D(c[i - 1]));
  return y;
}

// -log((u + 1/2) 2^-40) for a 40-bit u, given as u 2^12.
template <class L, class Raw>
THALWEG_HD inline typename L::Double minus_log_uniform(const Raw& u_shifted) {
  using D = typename L::Double;
  const Raw v = L::to_bits(L::from_bits(u_shifted | bits_of_2_41) - D(0x1p41 - 1.0));  // v = 2 u + 1
  const Raw exponent = (v - 0x3fe6a09e00000000ULL) >> 52U;                             // v = 2^exponent (1 + f), 1 + f in [sqrt(1/2), sqrt(2))
  const D f = L::from_bits(v - (exponent << 52U)) - D(1.0);
  const D e = L::from_bits(exponent | bits_of_2_52) - D(0x1p52 + 41.0);                // exponent - 41, exactly
  return m::fma(f, minus_log_over(f), e * D(-0x1.62e42fefa39efp-1));                   // no cancellation: the second term is 0 where U is near 1
}

// Two normal variates from two words.
template <class L, class Raw>
THALWEG_HD inline void box_muller(const Raw& w0, const Raw& w1, typename L::Double& x, typename L::Double& y) {
  using D = typename L::Double;
  constexpr std::uint64_t sign_bit = 1ULL << 63U;
  const D q = m::sqrt(minus_log_uniform<L, Raw>((w0 << 20U) | ((w1 >> 24U) << 12U)));
  const D t = L::from_bits(((w1 & 0x3fffffULL) << 30U) | bits_of_one) - D(1.5 - 0x1p-23);
  const D z = t * t;
  const D c = horner(cosine, z);
  const D s = t * horner(sine, z);
  x = L::from_bits(L::to_bits(q * (c - s)) ^ ((w1 << 41U) & sign_bit));
  y = L::from_bits(L::to_bits(q * (c + s)) ^ ((w1 << 40U) & sign_bit));
}

}  // namespace draw_detail

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
  static constexpr std::size_t per_block = kind == DrawKind::uniform ? 2 : 4;
  using Lanes = draw_detail::RealLanes<R>;
  using Words = typename Lanes::Words;

  THALWEG_HD static void block(DrawKey key, Stream stream, const Words& replica, std::uint64_t step, const Words& block_index, R* out) {
    using W = draw_detail::WordLanes<Words>;
    using Raw = typename W::Raw;
    using D = typename Lanes::Double;
    const Block<Words> words = draw_block(key, stream, replica, step, block_index);
    const Raw w[4] = {W::raw(words.w[0]), W::raw(words.w[1]), W::raw(words.w[2]), W::raw(words.w[3])};
    if constexpr (kind == DrawKind::normal) {
      for (std::size_t i = 0; i < 4; i += 2) {
        D x, y;
        draw_detail::box_muller<Lanes, Raw>(w[i], w[i + 1], x, y);
        out[i] = Lanes::narrow(x);
        out[i + 1] = Lanes::narrow(y);
      }
    } else if constexpr (kind == DrawKind::uniform) {
      for (std::size_t i = 0; i < 2; ++i) {
        const Raw k = (w[2 * i] << 20U) | (w[2 * i + 1] >> 12U);
        out[i] = uniform(Lanes::from_bits(k | draw_detail::bits_of_one) - D(1.0 - 0x1p-53));
      }
    } else if constexpr (kind == DrawKind::bits) {
      constexpr std::uint64_t kept = sizeof(typename Num<R>::Value) == sizeof(double) ? 0xffffffffULL : 0xffffff00ULL;
      for (std::size_t i = 0; i < 4; ++i) out[i] = Lanes::narrow(Lanes::from_bits((w[i] & kept) | draw_detail::bits_of_2_52) - D(0x1p52));
    } else {
      for (std::size_t i = 0; i < 4; ++i) out[i] = Lanes::narrow(Lanes::from_bits(draw_detail::bits_of_one | ((w[i] >> 31U) << 63U)));
    }
  }

 private:
  // float: rounded, but never up to 1 (the smallest, 2^-53, is representable).
  THALWEG_HD static R uniform(const typename Lanes::Double& u) {
    if constexpr (sizeof(typename Num<R>::Value) == sizeof(double)) {
      return u;
    } else {
      using D = typename Lanes::Double;
      return Lanes::narrow(m::min(u, D(1.0 - 0x1p-24)));
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

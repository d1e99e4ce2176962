// The integers and reals in which draws are computed, for a scalar and for a pack of replicas or blocks.
//   WordLanes<W>   32-bit words kept in 64-bit lanes, W = std::uint64_t or a pack of them: what the generator works in
//   RealLanes<R>   the words of a block as integers as wide as the reals (Raw), and the exact ways between them; R = double, float or a pack
// Packs are named here and used where they are defined (lib/core/pack.hpp): a device compiler reads the scalar half only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "lib/core/host_device.hpp"

namespace thalweg {

template <class T, std::size_t N>
struct Pack;
template <class T, std::size_t N>
struct Halves;

namespace draw_detail {

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
  static Words wrap(const Raw& r) { return Words::of(r); }
  static Raw broadcast(std::uint64_t x) { return Raw{} + x; }
  static Raw product(const Raw& low, std::uint64_t factor) { return mul_low32(wrap(low), wrap(broadcast(factor))).v; }
};

// ---- double: a word fills the lower half of a lane

template <class R>
struct DoubleLanes {
  static constexpr std::uint64_t bits_of_one = 0x3ff0000000000000ULL;
  static constexpr std::uint64_t bits_of_2_52 = bits_of_one + (52ULL << 52U);
  template <class Raw>
  THALWEG_HD static Raw sign_from(const Raw& w, std::size_t bit) {
    return (w << (63U - bit)) & (1ULL << 63U);
  }
};
template <class R>
struct RealLanes;
template <>
struct RealLanes<double> : DoubleLanes<double> {
  using Words = std::uint64_t;
  using Raw = std::uint64_t;
  THALWEG_HD static double from_bits(Raw bits) {
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
  THALWEG_HD static Raw to_bits(double x) {
    Raw bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
  }
  THALWEG_HD static double whole(Raw w) { return from_bits(w | bits_of_2_52) - 0x1p52; }
  template <class Generate>
  THALWEG_HD static void words(Raw* w, Words replica, Words block, Generate generate) {
    const auto made = generate(replica, block);
    for (std::size_t i = 0; i < 4; ++i) w[i] = made.w[i];
  }
};
template <std::size_t N>
struct RealLanes<Pack<double, N>> : DoubleLanes<Pack<double, N>> {
  using R = Pack<double, N>;
  using Words = Pack<std::uint64_t, N>;
  using Raw = typename WordLanes<Words>::Raw;
  static R from_bits(const Raw& bits) {
    R x;
    std::memcpy(&x.v, &bits, sizeof bits);
    return x;
  }
  static Raw to_bits(const R& x) {
    Raw bits;
    std::memcpy(&bits, &x.v, sizeof bits);
    return bits;
  }
  static R whole(const Raw& w) { return from_bits(w | DoubleLanes<R>::bits_of_2_52) - R(0x1p52); }
  template <class Generate>
  static void words(Raw* w, const Words& replica, const Words& block, Generate generate) {
    const auto made = generate(replica, block);
    for (std::size_t i = 0; i < 4; ++i) w[i] = made.w[i].v;
  }
};

// ---- float: a word is a lane

template <class R>
struct FloatLanes {
  static constexpr std::uint32_t bits_of_one = 0x3f800000U;
  template <class Raw>
  THALWEG_HD static Raw sign_from(const Raw& w, std::size_t bit) {
    return (w << static_cast<unsigned>(31U - bit)) & 0x80000000U;
  }
};
template <>
struct RealLanes<float> : FloatLanes<float> {
  using Words = std::uint64_t;
  using Raw = std::uint32_t;
  THALWEG_HD static float from_bits(Raw bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
  THALWEG_HD static Raw to_bits(float x) {
    Raw bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
  }
  THALWEG_HD static float from_integer(Raw w) { return static_cast<float>(static_cast<std::int32_t>(w)); }  // below 2^31, rounded to nearest
  THALWEG_HD static float whole(Raw w) { return from_integer(w >> 8U) * 256.0F; }
  template <class Generate>
  THALWEG_HD static void words(Raw* w, Words replica, Words block, Generate generate) {
    const auto made = generate(replica, block);
    for (std::size_t i = 0; i < 4; ++i) w[i] = static_cast<std::uint32_t>(made.w[i]);
  }
};
template <std::size_t N>
struct RealLanes<Pack<float, N>> : FloatLanes<Pack<float, N>> {
  using R = Pack<float, N>;
  using Words = Pack<std::uint64_t, N>;
  using Raw = typename Pack<std::uint32_t, N>::Vector;
  static R from_bits(const Raw& bits) {
    R x;
    std::memcpy(&x.v, &bits, sizeof bits);
    return x;
  }
  static Raw to_bits(const R& x) {
    Raw bits;
    std::memcpy(&bits, &x.v, sizeof bits);
    return bits;
  }
  static R from_integer(const Raw& w) {
    return R::of(__builtin_convertvector((typename Pack<std::int32_t, N>::Vector)w, typename R::Vector));
  }
  static R whole(const Raw& w) { return from_integer(w >> 8U) * R(256.0F); }
  // The generator's lanes are twice as wide: it runs on the two halves.
  template <class Generate>
  static void words(Raw* w, const Words& replica, const Words& block, Generate generate) {
    const Halves<std::uint64_t, N> r(replica), b(block);
    const auto low = generate(r.low, b.low), high = generate(r.high, b.high);
    for (std::size_t i = 0; i < 4; ++i) w[i] = joined(low.w[i], high.w[i], std::make_index_sequence<N>());
  }

 private:
  template <class Half, std::size_t... I>
  static Raw joined(const Half& low, const Half& high, std::index_sequence<I...>) {
    using Narrow = typename Pack<std::uint32_t, N / 2>::Vector;
    if constexpr (N >= 8) {
      return __builtin_shufflevector(__builtin_convertvector(low.v, Narrow), __builtin_convertvector(high.v, Narrow), static_cast<int>(I)...);
    } else {
      return Raw{static_cast<std::uint32_t>(low.v[0]), static_cast<std::uint32_t>(low.v[1]), static_cast<std::uint32_t>(high.v[0]),
                 static_cast<std::uint32_t>(high.v[1])};
    }
  }
};

// ---- lanes that are blocks

// first, first + 1, ... in the lanes.
template <class Words>
Words consecutive(std::uint64_t first) {
  Words w(first);
  for (std::size_t l = 0; l < Words::lanes; ++l) w.set(l, first + l);
  return w;
}

}  // namespace draw_detail

}  // namespace thalweg

// The integers in which draws are computed, for scalars; lib/core/draw_pack.hpp has those for packs of replicas or blocks.
//   WordLanes<B>   32-bit words in the low halves of 64-bit lanes, where the instruction that multiplies them finds them; what the high halves hold does
//                  not matter. B = std::uint64_t or a pack of them.
//   Lanes<R>       of a variate type R = double, float or a pack: Counter, the lanes that its blocks are made in; Words, replicas or block indices, one
//                  a lane; word, a lane as wide as R whose low 32 bits are those of a counter; and the variates that are little more than bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/core/elementary_parts.hpp"
#include "lib/core/host_device.hpp"

namespace thalweg::draw_detail {

template <class B>
struct WordLanes;
template <>
struct WordLanes<std::uint64_t> {
  using Raw = std::uint64_t;
  using Words = std::uint64_t;
  THALWEG_HD static Raw raw(Words w) { return w; }
  THALWEG_HD static Words wrap(Raw r) { return r; }
  THALWEG_HD static Raw splat(std::uint64_t x) { return x; }
  THALWEG_HD static Raw product(Raw low, std::uint64_t factor) { return (low & 0xffffffffULL) * factor; }
  THALWEG_HD static Raw high(Raw a) { return a >> 32U; }
  THALWEG_HD static Raw mixed(Raw a, Raw b, std::uint64_t key) { return a ^ b ^ key; }
  THALWEG_HD static Raw mixed(Raw a, std::uint64_t key) { return a ^ key; }
};

// ---- variates that are little more than bits

constexpr std::uint64_t bits_of_one = 0x3ff0000000000000ULL;
constexpr std::uint64_t bits_of_2_52 = bits_of_one + (52ULL << 52U);
constexpr std::uint32_t bits_of_one_in_float = 0x3f800000U;

template <class R>
struct DoubleVariates {
  using B = elementary::Bits<R>;
  using Word = typename B::Word;
  THALWEG_HD static R uniform(const Word& high, const Word& low) {
    constexpr std::uint64_t upper = 0xffffffffULL << 20U, lower = 0xfffffULL;
    return B::real((((high << 20U) & upper) | bits_of_one) | ((low >> 12U) & lower)) - R(1.0 - 0x1p-53);
  }
  THALWEG_HD static R whole(const Word& w) { return B::real((w & 0xffffffffULL) | bits_of_2_52) - R(0x1p52); }
  THALWEG_HD static R sign(const Word& w, std::uint64_t i) { return sign_of_top(w << (32U + i)); }
  THALWEG_HD static R sign_of_top(const Word& w) { return B::real((w & (1ULL << 63U)) | bits_of_one); }
};
template <class R>
struct FloatVariates {
  using B = elementary::Bits<R>;
  using Word = typename B::Word;
  THALWEG_HD static R uniform(const Word& w) { return B::real((w >> 9U) | bits_of_one_in_float) - R(1.0F - 0x1p-24F); }
  THALWEG_HD static R sign(const Word& w, std::uint32_t i) { return sign_of_top(w << i); }
  THALWEG_HD static R sign_of_top(const Word& w) { return B::real((w & (1U << 31U)) | bits_of_one_in_float); }
};

// ---- scalars

template <class R>
struct Lanes;
template <class T>
struct ScalarLanes {
  using Counter = WordLanes<std::uint64_t>;
  using Words = std::uint64_t;
  THALWEG_HD static std::uint64_t consecutive(std::uint64_t first) { return first; }
  template <std::size_t count>
  THALWEG_HD static void store_transposed(const T* in, T* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = in[i];
  }
  template <class Word>
  THALWEG_HD static void signs_along(Word w, T* out) {
    for (unsigned i = 0; i < 32; ++i) out[i] = Lanes<T>::sign(w, i);
  }
};
template <>
struct Lanes<double> : ScalarLanes<double>, DoubleVariates<double> {
  THALWEG_HD static std::uint64_t word(std::uint64_t c) { return c; }
};
template <>
struct Lanes<float> : ScalarLanes<float>, FloatVariates<float> {
  THALWEG_HD static std::uint32_t word(std::uint64_t c) { return static_cast<std::uint32_t>(c); }
  THALWEG_HD static std::uint32_t top_bit_everywhere(std::uint32_t w) { return static_cast<std::uint32_t>(static_cast<std::int32_t>(w) >> 31); }
  THALWEG_HD static float from_signed(std::uint32_t w) { return static_cast<float>(static_cast<std::int32_t>(w)); }  // rounded to nearest
  THALWEG_HD static float whole(std::uint32_t w) { return from_signed(w >> 8U) * 0x1p8F; }
};

}  // namespace thalweg::draw_detail

// Draws in packs: Draws<kind, Pack<T, N>> of lib/core/draw.hpp, each lane with the bits of the scalar. Never included by device code.
//
// The words of packs of floats are made in two registers of 64-bit lanes, the even and the odd ones, and joined when they are complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "lib/core/draw.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/pack.hpp"

namespace thalweg::draw_detail {

template <std::size_t N>
struct WordLanes<Pack<std::uint64_t, N>> {
  using Words = Pack<std::uint64_t, N>;
  using Raw = typename Words::Vector;
  static Raw raw(const Words& w) { return w.v; }
  static Words wrap(const Raw& r) { return Words::of(r); }
  static Raw splat(std::uint64_t x) { return Raw{} + x; }
  static Raw product(const Raw& low, std::uint64_t factor) { return mul_low32(Words::of(low), Words::of(splat(factor))).v; }
  static Raw high(const Raw& a) { return a >> 32U; }
  static Raw mixed(const Raw& a, const Raw& b, std::uint64_t key) { return a ^ b ^ splat(key); }
  static Raw mixed(const Raw& a, std::uint64_t key) { return a ^ splat(key); }
  // first, first + stride, ...
  static Raw consecutive(std::uint64_t first, std::uint64_t stride = 1) {
    Raw lane{};
    for (std::size_t l = 0; l < N; ++l) lane[l] = l * stride;
    return lane + first;
  }
};

// Lanes 0, 2, 4, ... and 1, 3, 5, ... apart.
template <std::size_t N>
struct ParityLanes {
  using Half = WordLanes<Pack<std::uint64_t, N / 2>>;
  using HalfRaw = typename Half::Raw;
  using Words = Pack<std::uint64_t, N>;
  struct Raw {
    HalfRaw even, odd;
  };
  static Raw raw(const Words& w) { return apart(w.v, std::make_index_sequence<N / 2>()); }
  static Raw splat(std::uint64_t x) { return {Half::splat(x), Half::splat(x)}; }
  static Raw product(const Raw& low, std::uint64_t factor) { return {Half::product(low.even, factor), Half::product(low.odd, factor)}; }
  static Raw high(const Raw& a) { return {Half::high(a.even), Half::high(a.odd)}; }
  static Raw mixed(const Raw& a, const Raw& b, std::uint64_t key) { return {Half::mixed(a.even, b.even, key), Half::mixed(a.odd, b.odd, key)}; }
  static Raw mixed(const Raw& a, std::uint64_t key) { return {Half::mixed(a.even, key), Half::mixed(a.odd, key)}; }
  static Raw consecutive(std::uint64_t first) { return {Half::consecutive(first, 2), Half::consecutive(first + 1, 2)}; }

 private:
  template <class Vector, std::size_t... I>
  static Raw apart(const Vector& w, std::index_sequence<I...>) {
    return {__builtin_shufflevector(w, w, static_cast<int>(2 * I)...), __builtin_shufflevector(w, w, static_cast<int>(2 * I + 1)...)};
  }
};

template <class T, std::size_t N>
struct PackLanes {
  using P = Pack<T, N>;

  // out[l count + i] = in[i][l]. Destroys in.
  template <std::size_t count>
  static void store_transposed(P* in, T* out) {
    if constexpr (N > 1) interleave<count>(in);
    for (std::size_t i = 0; i < count; ++i) in[i].store(out + i * N);
  }
  // The 32 signs of one lane after another.
  template <class Word>
  static void signs_along(const Word& w, T* out) {
    using Unit = typename elementary::Bits<P>::Unit;
    Word shift{};
    for (std::size_t i = 0; i < N; ++i) shift[i] = static_cast<Unit>(8 * sizeof(T) - 32 + i);
    for (std::size_t l = 0; l < N; ++l) {
      const Word all = Word{} + w[l];
      for (std::size_t i = 0; i < 32; i += N) Lanes<P>::sign_of_top(all << (shift + static_cast<Unit>(i))).store(out + 32 * l + i);
    }
  }
};

template <std::size_t N>
struct Lanes<Pack<double, N>> : PackLanes<double, N>, DoubleVariates<Pack<double, N>> {
  using Counter = WordLanes<Pack<std::uint64_t, N>>;
  using Words = Pack<std::uint64_t, N>;
  static typename Counter::Raw word(const typename Counter::Raw& c) { return c; }
  static typename Counter::Raw consecutive(std::uint64_t first) { return Counter::consecutive(first); }
};

template <std::size_t N>
struct Lanes<Pack<float, N>> : PackLanes<float, N>, FloatVariates<Pack<float, N>> {
  using Counter = ParityLanes<N>;
  using Words = Pack<std::uint64_t, N>;
  using Word = typename Pack<std::uint32_t, N>::Vector;
  using SignedWord = typename Pack<std::int32_t, N>::Vector;
  static Word word(const typename Counter::Raw& c) { return joined(c, std::make_index_sequence<N>()); }
  static typename Counter::Raw consecutive(std::uint64_t first) { return Counter::consecutive(first); }
  static Word top_bit_everywhere(const Word& w) { return reinterpret_cast<Word>(reinterpret_cast<SignedWord>(w) >> 31); }
  static Pack<float, N> from_signed(const Word& w) {
    return Pack<float, N>::of(__builtin_convertvector(reinterpret_cast<SignedWord>(w), typename Pack<float, N>::Vector));
  }
  static Pack<float, N> whole(const Word& w) { return from_signed(w >> 8U) * Pack<float, N>(0x1p8F); }

 private:
  template <std::size_t... I>
  static Word joined(const typename Counter::Raw& c, std::index_sequence<I...>) {
    return __builtin_shufflevector(reinterpret_cast<Word>(c.even), reinterpret_cast<Word>(c.odd), static_cast<int>(I % 2 == 0 ? I : N + I - 1)...);
  }
};

}  // namespace thalweg::draw_detail

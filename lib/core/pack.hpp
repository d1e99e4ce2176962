// N lanes of T in one register: a thin struct over the compiler's vector type, so that a formula written over a generic scalar runs on all lanes
// at once, each lane performing exactly the scalar program. Never included by device code. Pairs of floats are not supported: g++ 12 converts vectors
// of eight bytes wrongly.
//
// Fused multiply-add, square root and the 32 x 32 -> 64 bit product are the instructions themselves where the target has them; without a fused
// multiply-add instruction each lane calls the C library's, which is correctly rounded: the same bits.
#pragma once

#include <immintrin.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace thalweg {

template <class T, std::size_t N>
struct Mask;

template <class T, std::size_t N>
struct Pack {
  static_assert((N & (N - 1)) == 0, "a pack has a power of two of lanes");
  static constexpr std::size_t lanes = N;
  typedef T Vector __attribute__((vector_size(N * sizeof(T))));
  Vector v;

  Pack() = default;
  explicit Pack(T x) : v(x - Vector{}) {}  // broadcast; x - 0 keeps the sign of zero
  explicit Pack(double x) requires std::is_same_v<T, float> : Pack(static_cast<T>(x)) {}
  static Pack of(Vector x) { Pack r; r.v = x; return r; }

  static Pack load(const T* p) {
    Pack r;
    std::memcpy(&r.v, p, sizeof(Vector));
    return r;
  }
  void store(T* p) const { std::memcpy(p, &v, sizeof(Vector)); }
  T operator[](std::size_t lane) const { return v[lane]; }
  void set(std::size_t lane, T x) { v[lane] = x; }

  friend Pack operator+(const Pack& a, const Pack& b) { return of(a.v + b.v); }
  friend Pack operator-(const Pack& a, const Pack& b) { return of(a.v - b.v); }
  friend Pack operator*(const Pack& a, const Pack& b) { return of(a.v * b.v); }
  friend Pack operator/(const Pack& a, const Pack& b) { return of(a.v / b.v); }
  friend Pack operator-(const Pack& a) { return of(-a.v); }
  Pack& operator+=(const Pack& b) { return *this = *this + b; }
  Pack& operator-=(const Pack& b) { return *this = *this - b; }
  Pack& operator*=(const Pack& b) { return *this = *this * b; }
  Pack& operator/=(const Pack& b) { return *this = *this / b; }

  friend Mask<T, N> operator<(const Pack& a, const Pack& b) { return {a.v < b.v}; }
  friend Mask<T, N> operator>(const Pack& a, const Pack& b) { return {a.v > b.v}; }
  friend Mask<T, N> operator<=(const Pack& a, const Pack& b) { return {a.v <= b.v}; }
  friend Mask<T, N> operator>=(const Pack& a, const Pack& b) { return {a.v >= b.v}; }
  friend Mask<T, N> operator==(const Pack& a, const Pack& b) { return {a.v == b.v}; }
  friend Mask<T, N> operator!=(const Pack& a, const Pack& b) { return {a.v != b.v}; }
};

// One truth value a lane: all bits of the lane set, or none.
template <class T, std::size_t N>
struct Mask {
  typedef T Vector __attribute__((vector_size(N * sizeof(T))));
  using Bits = decltype(Vector{} < Vector{});
  Bits v;

  bool operator[](std::size_t lane) const { return v[lane] != 0; }
  friend Mask operator&&(const Mask& a, const Mask& b) { return {a.v & b.v}; }
  friend Mask operator||(const Mask& a, const Mask& b) { return {a.v | b.v}; }
  friend Mask operator!(const Mask& a) { return {~a.v}; }
};

// The two halves of a pack, for operations whose instruction is narrower than the pack.
template <class T, std::size_t N>
struct Halves {
  Pack<T, N / 2> low, high;
  explicit Halves(const Pack<T, N>& p) { std::memcpy(this, &p, sizeof p); }
  Halves(const Pack<T, N / 2>& l, const Pack<T, N / 2>& h) : low(l), high(h) {}
  Pack<T, N> joined() const {
    Pack<T, N> p;
    std::memcpy(&p, this, sizeof p);
    return p;
  }
};

#ifdef __AVX512F__
constexpr std::size_t register_bytes = 64;
#elif defined(__AVX__)
constexpr std::size_t register_bytes = 32;
#else
constexpr std::size_t register_bytes = 16;
#endif

// Lanes as another type of real number, rounded to nearest where it is narrower. Goes by whole registers of the wider type.
template <class T, class U, std::size_t N>
inline Pack<T, N> converted(const Pack<U, N>& a) {
  if constexpr (N * (sizeof(T) > sizeof(U) ? sizeof(T) : sizeof(U)) > register_bytes && N >= 8) {
    const Halves<U, N> halves(a);
    const auto low = converted<T>(halves.low), high = converted<T>(halves.high);
    return Halves<T, N>(low, high).joined();
  } else {
    return Pack<T, N>::of(__builtin_convertvector(a.v, typename Pack<T, N>::Vector));
  }
}

// a0 b0 a1 b1 ..., in two packs.
template <class P, std::size_t... I>
inline void zip(const P& a, const P& b, P& low, P& high, std::index_sequence<I...>) {
  constexpr int N = static_cast<int>(P::lanes);
  low = P::of(__builtin_shufflevector(a.v, b.v, static_cast<int>(I % 2) * N + static_cast<int>(I / 2)...));
  high = P::of(__builtin_shufflevector(a.v, b.v, static_cast<int>(I % 2) * N + N / 2 + static_cast<int>(I / 2)...));
}
// `count` packs of N lanes, a power of two: lane l of pack i becomes value l count + i of the whole, by perfect shuffles. For count = N a transposition.
template <std::size_t count, class P>
inline void interleave(P* p) {
  P q[count];
#pragma GCC unroll 8
  for (std::size_t stage = 1; stage < count; stage *= 2) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < count / 2; ++i) zip(p[i], p[i + count / 2], q[2 * i], q[2 * i + 1], std::make_index_sequence<P::lanes>());
#pragma GCC unroll 16
    for (std::size_t i = 0; i < count; ++i) p[i] = q[i];
  }
}

// Of packs a and b that hold segments of g lanes each, the first halves of all segments (offset 0) or the second ones (offset g / 2): a's, then b's.
template <std::size_t g, std::size_t offset, class P, std::size_t... I>
inline P half_segments(const P& a, const P& b, std::index_sequence<I...>) {
  constexpr std::size_t half = g / 2;
  return P::of(__builtin_shufflevector(a.v, b.v, static_cast<int>(I / half * g + I % half + offset)...));
}
// The lanes of each of N packs folded pairwise, lane i with lane i + n / 2, then i + n / 4, ..., as lib/core/sum.hpp folds slots; lane l of the
// result is the sum of p[l].
template <class P, std::size_t g = P::lanes>
inline P folded_lanes(const P* p) {
  if constexpr (g == 1) {
    return *p;
  } else {
    constexpr std::size_t count = P::lanes;
    P next[count / 2 == 0 ? 1 : count / 2];
    constexpr std::size_t now = g;  // packs that are left: as many as lanes of a segment
#pragma GCC unroll 16
    for (std::size_t i = 0; i < now / 2; ++i) {
      constexpr auto lanes = std::make_index_sequence<count>();
      next[i] = half_segments<g, 0>(p[2 * i], p[2 * i + 1], lanes) + half_segments<g, g / 2>(p[2 * i], p[2 * i + 1], lanes);
    }
    return folded_lanes<P, g / 2>(next);
  }
}

// Coordinates first ... first + W - 1, a pack's worth: the index with which a formula over lanes that are coordinates reads its constants.
// R(view[j]) is the value of coordinate j for a plain index j, and the pack of W values here.
template <std::size_t W>
struct Coordinates {
  std::size_t first;

  template <class U>
  struct Values {
    const U* p;
    bool alike = false;  // *p stands for all
    template <class T>
    explicit operator Pack<T, W>() const {
      if (alike) return Pack<T, W>(static_cast<T>(*p));
      if constexpr (sizeof(U) > sizeof(T) && W * sizeof(U) > register_bytes) {
        return Halves<T, W>(converted<T>(Pack<U, W / 2>::load(p)), converted<T>(Pack<U, W / 2>::load(p + W / 2))).joined();
      } else {
        return converted<T>(Pack<U, W>::load(p));
      }
    }
  };
  template <class U>
  Values<U> load(const U* data) const { return {data + first}; }
  template <class U>
  Values<U> spread(const U* data) const { return {data, true}; }
};

// a b + c, rounded once.
template <class T, std::size_t N>
inline Pack<T, N> fused_multiply_add(const Pack<T, N>& a, const Pack<T, N>& b, const Pack<T, N>& c) {
  using P = Pack<T, N>;
#ifdef __FMA__
  if constexpr (N * sizeof(T) > register_bytes) {
    using H = Halves<T, N>;
    const H x(a), y(b), z(c);
    return H(fused_multiply_add(x.low, y.low, z.low), fused_multiply_add(x.high, y.high, z.high)).joined();
  } else if constexpr (N * sizeof(T) == 16) {
    if constexpr (sizeof(T) == 8) return P::of(_mm_fmadd_pd(a.v, b.v, c.v));
    else return P::of(_mm_fmadd_ps(a.v, b.v, c.v));
  } else if constexpr (N * sizeof(T) == 32) {
    if constexpr (sizeof(T) == 8) return P::of(_mm256_fmadd_pd(a.v, b.v, c.v));
    else return P::of(_mm256_fmadd_ps(a.v, b.v, c.v));
#ifdef __AVX512F__
  } else if constexpr (N * sizeof(T) == 64) {
    if constexpr (sizeof(T) == 8) return P::of(_mm512_fmadd_pd(a.v, b.v, c.v));
    else return P::of(_mm512_fmadd_ps(a.v, b.v, c.v));
#endif
  }
#endif
  P r;
  for (std::size_t i = 0; i < N; ++i) r.set(i, std::fma(a[i], b[i], c[i]));
  return r;
}

template <class T, std::size_t N>
inline Pack<T, N> square_root(const Pack<T, N>& a) {
  using P = Pack<T, N>;
  if constexpr (N * sizeof(T) > register_bytes) {
    using H = Halves<T, N>;
    const H x(a);
    return H(square_root(x.low), square_root(x.high)).joined();
  } else if constexpr (N * sizeof(T) == 16) {
    if constexpr (sizeof(T) == 8) return P::of(_mm_sqrt_pd(a.v));
    else return P::of(_mm_sqrt_ps(a.v));
#ifdef __AVX__
  } else if constexpr (N * sizeof(T) == 32) {
    if constexpr (sizeof(T) == 8) return P::of(_mm256_sqrt_pd(a.v));
    else return P::of(_mm256_sqrt_ps(a.v));
#endif
#ifdef __AVX512F__
  } else if constexpr (N * sizeof(T) == 64) {
    // As _mm512_sqrt_pd, but for what stands in lanes that no mask excludes: g++ 12 warns that there it is uninitialised.
    if constexpr (sizeof(T) == 8) return P::of(_mm512_maskz_sqrt_pd(static_cast<__mmask8>(-1), a.v));
    else return P::of(_mm512_maskz_sqrt_ps(static_cast<__mmask16>(-1), a.v));
#endif
  }
  P r;
  for (std::size_t i = 0; i < N; ++i) r.set(i, std::sqrt(a[i]));
  return r;
}

// Product of the low 32 bits of each lane.
template <std::size_t N>
inline Pack<std::uint64_t, N> mul_low32(const Pack<std::uint64_t, N>& a, const Pack<std::uint64_t, N>& b) {
  using P = Pack<std::uint64_t, N>;
  using V = typename P::Vector;
  if constexpr (N * 8 > register_bytes) {
    using H = Halves<std::uint64_t, N>;
    const H x(a), y(b);
    return H(mul_low32(x.low, y.low), mul_low32(x.high, y.high)).joined();
  } else if constexpr (N == 2) {
    return P::of((V)_mm_mul_epu32((__m128i)a.v, (__m128i)b.v));
#ifdef __AVX2__
  } else if constexpr (N == 4) {
    return P::of((V)_mm256_mul_epu32((__m256i)a.v, (__m256i)b.v));
#endif
#ifdef __AVX512F__
  } else if constexpr (N == 8) {
    return P::of((V)_mm512_mul_epu32((__m512i)a.v, (__m512i)b.v));
#endif
  }
  return P::of((a.v & 0xffffffffULL) * (b.v & 0xffffffffULL));
}

}  // namespace thalweg

// N lanes of T in one register: a thin struct over the compiler's vector type, so that a formula written over a generic scalar runs on all lanes
// at once, each lane performing exactly the scalar program. Never included by device code.
#pragma once

#include <cstddef>
#include <cstring>

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

}  // namespace thalweg

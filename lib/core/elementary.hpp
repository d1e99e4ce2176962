// TEMPORARY first version (libm underneath), being replaced.
#pragma once

#include <cmath>

#include "lib/core/num.hpp"
#include "lib/core/pack.hpp"

namespace thalweg {

template <class T>
struct ScalarNum {
  using Value = T;
  using Mask = bool;
  static T sqrt(T x) { return std::sqrt(x); }
  static T fma(T a, T b, T c) { return std::fma(a, b, c); }
  static T abs(T x) { return std::fabs(x); }
  static T min(T a, T b) { return a < b ? a : b; }
  static T max(T a, T b) { return a > b ? a : b; }
  static T copysign(T x, T s) { return std::copysign(x, s); }
  static T select(bool c, T a, T b) { return c ? a : b; }
  static T exp(T x) { return std::exp(x); }
  static T expm1(T x) { return std::expm1(x); }
  static T log(T x) { return std::log(x); }
  static T log1p(T x) { return std::log1p(x); }
  static T pow(T x, T p) { return std::pow(x, p); }
  static T sin(T x) { return std::sin(x); }
  static T cos(T x) { return std::cos(x); }
  static T tanh(T x) { return std::tanh(x); }
  static T softplus(T x) { return max(x, T(0)) + std::log1p(std::exp(-std::fabs(x))); }
  static T sigmoid(T x) { return T(1) / (T(1) + std::exp(-x)); }
  static T sqr(T x) { return x * x; }
};
template <> struct Num<double> : ScalarNum<double> {};
template <> struct Num<float> : ScalarNum<float> {};

template <class T, std::size_t N>
struct Num<Pack<T, N>> {
  using P = Pack<T, N>;
  using Value = T;
  using Mask = thalweg::Mask<T, N>;
  template <class F> static P each(const P& x, F f) { P r; for (std::size_t i = 0; i < N; ++i) r.set(i, f(x[i])); return r; }
  static P sqrt(const P& x) { return each(x, Num<T>::sqrt); }
  static P fma(const P& a, const P& b, const P& c) { P r; for (std::size_t i = 0; i < N; ++i) r.set(i, std::fma(a[i], b[i], c[i])); return r; }
  static P abs(const P& x) { return each(x, Num<T>::abs); }
  static P min(const P& a, const P& b) { return select(a < b, a, b); }
  static P max(const P& a, const P& b) { return select(a > b, a, b); }
  static P copysign(const P& a, const P& b) { P r; for (std::size_t i = 0; i < N; ++i) r.set(i, std::copysign(a[i], b[i])); return r; }
  static P select(const Mask& c, const P& a, const P& b) { return P::of(c.v ? a.v : b.v); }
  static P exp(const P& x) { return each(x, Num<T>::exp); }
  static P expm1(const P& x) { return each(x, Num<T>::expm1); }
  static P log(const P& x) { return each(x, Num<T>::log); }
  static P log1p(const P& x) { return each(x, Num<T>::log1p); }
  static P pow(const P& x, const P& p) { P r; for (std::size_t i = 0; i < N; ++i) r.set(i, std::pow(x[i], p[i])); return r; }
  static P sin(const P& x) { return each(x, Num<T>::sin); }
  static P cos(const P& x) { return each(x, Num<T>::cos); }
  static P tanh(const P& x) { return each(x, Num<T>::tanh); }
  static P softplus(const P& x) { return each(x, Num<T>::softplus); }
  static P sigmoid(const P& x) { return each(x, Num<T>::sigmoid); }
  static P sqr(const P& x) { return x * x; }
};

}  // namespace thalweg

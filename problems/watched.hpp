// An interval that remembers whether a selection was undecided on the way to it.
//
// Where a comparison is neither yes nor no, select takes the hull of both branches. That encloses values, but the derivative of a function that jumps there is
// then no derivative at all: the mean-value form and monotony may not be used. A formula that is run over Watched says so. Flags are kept by every operation.
#pragma once

#include "lib/core/interval.hpp"

namespace thalweg {

struct Watched {
  Interval x;
  bool undecided = false;

  Watched() = default;
  explicit Watched(double value) : x(value) {}
  explicit Watched(const Interval& value) : x(value) {}
  Watched(const Interval& value, bool flag) : x(value), undecided(flag) {}

  friend Watched operator+(const Watched& a, const Watched& b) { return {a.x + b.x, a.undecided || b.undecided}; }
  friend Watched operator-(const Watched& a, const Watched& b) { return {a.x - b.x, a.undecided || b.undecided}; }
  friend Watched operator*(const Watched& a, const Watched& b) { return {a.x * b.x, a.undecided || b.undecided}; }
  friend Watched operator/(const Watched& a, const Watched& b) { return {a.x / b.x, a.undecided || b.undecided}; }
  friend Watched operator-(const Watched& a) { return {-a.x, a.undecided}; }
  Watched& operator+=(const Watched& b) { return *this = *this + b; }
  Watched& operator-=(const Watched& b) { return *this = *this - b; }
  Watched& operator*=(const Watched& b) { return *this = *this * b; }
  Watched& operator/=(const Watched& b) { return *this = *this / b; }

  friend Truth operator<(const Watched& a, const Watched& b) { return a.x < b.x; }
  friend Truth operator<=(const Watched& a, const Watched& b) { return a.x <= b.x; }
  friend Truth operator>(const Watched& a, const Watched& b) { return a.x > b.x; }
  friend Truth operator>=(const Watched& a, const Watched& b) { return a.x >= b.x; }
  friend Truth operator==(const Watched& a, const Watched& b) { return a.x == b.x; }
  friend Truth operator!=(const Watched& a, const Watched& b) { return a.x != b.x; }
};

template <>
struct Num<Watched> {
  using W = Watched;
  using N = Num<Interval>;
  using Value = double;
  using Mask = Truth;

  // The branch that is not taken leaves no flag.
  static W select(Truth c, const W& yes, const W& no) {
    if (c == Truth::yes) return yes;
    if (c == Truth::no) return no;
    return {N::select(c, yes.x, no.x), true};
  }
  static W fma(const W& a, const W& b, const W& c) { return {N::fma(a.x, b.x, c.x), a.undecided || b.undecided || c.undecided}; }
  static W min(const W& a, const W& b) { return {N::min(a.x, b.x), a.undecided || b.undecided}; }
  static W max(const W& a, const W& b) { return {N::max(a.x, b.x), a.undecided || b.undecided}; }
  static W abs(const W& x) { return {N::abs(x.x), x.undecided}; }
  static W copysign(const W& x, const W& sign) { return {N::copysign(x.x, sign.x), x.undecided || sign.undecided || sign.x.contains(0.0)}; }
  static W sqr(const W& x) { return {N::sqr(x.x), x.undecided}; }
  static W sqrt(const W& x) { return {N::sqrt(x.x), x.undecided}; }
  static W exp(const W& x) { return {N::exp(x.x), x.undecided}; }
  static W expm1(const W& x) { return {N::expm1(x.x), x.undecided}; }
  static W log(const W& x) { return {N::log(x.x), x.undecided}; }
  static W log1p(const W& x) { return {N::log1p(x.x), x.undecided}; }
  static W tanh(const W& x) { return {N::tanh(x.x), x.undecided}; }
  static W softplus(const W& x) { return {N::softplus(x.x), x.undecided}; }
  static W sigmoid(const W& x) { return {N::sigmoid(x.x), x.undecided}; }
  static W pow(const W& x, const W& p) { return {N::pow(x.x, p.x), x.undecided || p.undecided}; }
  static W sin(const W& x) { return {N::sin(x.x), x.undecided}; }
  static W cos(const W& x) { return {N::cos(x.x), x.undecided}; }
};

}  // namespace thalweg

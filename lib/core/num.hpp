// The scalar a formula is written over.
//
// A formula is a template over R and runs unchanged on double, float, packs (lanes), dual numbers (derivatives), intervals (enclosures) and on
// a device. It calls the functions of namespace m *qualified* (m::sin(x): an unqualified call would silently take libm), writes
// m::select(a < b, p, q) instead of if (a comparison gives bool, a lane mask or, for intervals, yes / no / maybe, where select takes the hull),
// and R(2.0) for literals. Every scalar specialises the traits class Num<R>; the functions below only forward to it.
//
// Num<R> has: Value (double or float: the scalar underneath), Mask (result of a comparison) and the static functions named below.
// For NaN and signed zero: min(a, b) is (a < b ? a : b) and max(a, b) is (a > b ? a : b), so a NaN in either argument gives b; and
// min(-0, +0) is +0 = b. They are the x86 instructions' meaning, the same on every path.
#pragma once

#include <cstddef>

#include "lib/core/host_device.hpp"

namespace thalweg {

template <class R>
struct Num;

namespace m {

template <class R> THALWEG_HD inline R sqrt(const R& x) { return Num<R>::sqrt(x); }
template <class R> THALWEG_HD inline R fma(const R& a, const R& b, const R& c) { return Num<R>::fma(a, b, c); }  // a b + c, rounded once
template <class R> THALWEG_HD inline R abs(const R& x) { return Num<R>::abs(x); }
template <class R> THALWEG_HD inline R min(const R& a, const R& b) { return Num<R>::min(a, b); }
template <class R> THALWEG_HD inline R max(const R& a, const R& b) { return Num<R>::max(a, b); }
template <class R> THALWEG_HD inline R copysign(const R& x, const R& sign) { return Num<R>::copysign(x, sign); }
template <class R> THALWEG_HD inline R select(const typename Num<R>::Mask& c, const R& yes, const R& no) { return Num<R>::select(c, yes, no); }

// Elementary functions, at most 2 ulp (pow 4), from + - * / sqrt fma and bit operations only.
template <class R> THALWEG_HD inline R exp(const R& x) { return Num<R>::exp(x); }
template <class R> THALWEG_HD inline R expm1(const R& x) { return Num<R>::expm1(x); }
template <class R> THALWEG_HD inline R log(const R& x) { return Num<R>::log(x); }
template <class R> THALWEG_HD inline R log1p(const R& x) { return Num<R>::log1p(x); }
template <class R> THALWEG_HD inline R pow(const R& x, const R& p) { return Num<R>::pow(x, p); }  // x >= 0
template <class R> THALWEG_HD inline R sin(const R& x) { return Num<R>::sin(x); }
template <class R> THALWEG_HD inline R cos(const R& x) { return Num<R>::cos(x); }
template <class R> THALWEG_HD inline R tanh(const R& x) { return Num<R>::tanh(x); }
template <class R> THALWEG_HD inline R softplus(const R& x) { return Num<R>::softplus(x); }  // log(1 + e^x)
template <class R> THALWEG_HD inline R sigmoid(const R& x) { return Num<R>::sigmoid(x); }    // 1 / (1 + e^-x)

// x * x. For intervals the square is tighter than the product, so formulas say sqr.
template <class R> THALWEG_HD inline R sqr(const R& x) { return Num<R>::sqr(x); }
// -1, 0 or 1.
template <class R> THALWEG_HD inline R sign(const R& x) { return select(x > R(0.0), R(1.0), select(x < R(0.0), R(-1.0), R(0.0))); }

}  // namespace m

}  // namespace thalweg

// Dual numbers: forward-mode derivatives of any formula written over a generic scalar.
//
// value + derivative e with e^2 = 0: seeding x_j with derivative v_j and evaluating f gives f(x) and the directional derivative f'(x) v; the
// gradient formula evaluated so gives the Hessian-vector product; Dual<Dual<R>> gives second derivatives. R is any scalar: double, a pack, an
// interval (then derivative encloses f' over the whole box: mean-value forms), a dual again.
// Comparisons look at the value alone; select, min, max, abs and copysign take the derivative of the branch they take (abs'(0) = +1,
// min and max on equal values that of b), so at a kink the result is a one-sided derivative.
// Derivatives: exp' = exp, expm1' = exp, log' = 1/x, log1p' = 1/(1 + x), sqrt' = 1/(2 sqrt x), sin' = cos, cos' = -sin,
// tanh' = 1 - tanh^2, softplus' = sigmoid, sigmoid'(x) = sigmoid(x) sigmoid(-x) (relatively accurate in both tails),
// d x^p = p x^(p-1) dx + x^p log(x) dp; the first term is 0 where p = 0, the second 0 where x = 0.
#pragma once

#include <type_traits>

#include "lib/core/num.hpp"

namespace thalweg {

template <class R>
struct Dual {
  using Value = typename Num<R>::Value;
  R value;
  R derivative;

  Dual() = default;
  THALWEG_HD explicit Dual(Value x) : value(R(x)), derivative(R(Value(0))) {}
  THALWEG_HD explicit Dual(const R& x)
    requires(!std::is_same_v<R, Value>)
      : value(x), derivative(R(Value(0))) {}
  THALWEG_HD Dual(const R& x, const R& dx) : value(x), derivative(dx) {}

  THALWEG_HD friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.derivative + b.derivative}; }
  THALWEG_HD friend Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.derivative - b.derivative}; }
  THALWEG_HD friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.derivative * b.value + a.value * b.derivative};
  }
  // (a / b)' = (a' - (a / b) b') / b
  THALWEG_HD friend Dual operator/(const Dual& a, const Dual& b) {
    const R q = a.value / b.value;
    return {q, (a.derivative - q * b.derivative) / b.value};
  }
  THALWEG_HD friend Dual operator-(const Dual& a) { return {-a.value, -a.derivative}; }
  THALWEG_HD Dual& operator+=(const Dual& b) { return *this = *this + b; }
  THALWEG_HD Dual& operator-=(const Dual& b) { return *this = *this - b; }
  THALWEG_HD Dual& operator*=(const Dual& b) { return *this = *this * b; }
  THALWEG_HD Dual& operator/=(const Dual& b) { return *this = *this / b; }

  THALWEG_HD friend auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  THALWEG_HD friend auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  THALWEG_HD friend auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  THALWEG_HD friend auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }
  THALWEG_HD friend auto operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
  THALWEG_HD friend auto operator!=(const Dual& a, const Dual& b) { return a.value != b.value; }
};

// The variable of differentiation: derivative 1.
template <class R>
THALWEG_HD inline Dual<R> variable(const R& x) {
  return {x, R(typename Num<R>::Value(1))};
}

template <class R>
struct Num<Dual<R>> {
  using D = Dual<R>;
  using Value = typename Num<R>::Value;
  using Mask = typename Num<R>::Mask;

  THALWEG_HD static D select(const Mask& c, const D& yes, const D& no) {
    return {m::select(c, yes.value, no.value), m::select(c, yes.derivative, no.derivative)};
  }
  THALWEG_HD static D sqrt(const D& x) {
    const R y = m::sqrt(x.value);
    return {y, x.derivative / (y + y)};
  }
  THALWEG_HD static D fma(const D& a, const D& b, const D& c) {
    return {m::fma(a.value, b.value, c.value), m::fma(a.derivative, b.value, m::fma(a.value, b.derivative, c.derivative))};
  }
  THALWEG_HD static D abs(const D& x) {
    return {m::abs(x.value), m::select(x.value < literal(0), -x.derivative, x.derivative)};
  }
  THALWEG_HD static D min(const D& a, const D& b) {
    return {m::min(a.value, b.value), m::select(a.value < b.value, a.derivative, b.derivative)};
  }
  THALWEG_HD static D max(const D& a, const D& b) {
    return {m::max(a.value, b.value), m::select(a.value > b.value, a.derivative, b.derivative)};
  }
  // |x| or -|x|: the derivative changes its sign with x.
  THALWEG_HD static D copysign(const D& x, const D& sign) {
    const R change = m::copysign(literal(1), x.value) * m::copysign(literal(1), sign.value);
    return {m::copysign(x.value, sign.value), x.derivative * change};
  }
  THALWEG_HD static D sqr(const D& x) {
    const R half = x.value * x.derivative;
    return {m::sqr(x.value), half + half};
  }

  THALWEG_HD static D exp(const D& x) {
    const R y = m::exp(x.value);
    return {y, y * x.derivative};
  }
  THALWEG_HD static D expm1(const D& x) { return {m::expm1(x.value), m::exp(x.value) * x.derivative}; }
  THALWEG_HD static D log(const D& x) { return {m::log(x.value), x.derivative / x.value}; }
  THALWEG_HD static D log1p(const D& x) { return {m::log1p(x.value), x.derivative / (literal(1) + x.value)}; }
  THALWEG_HD static D pow(const D& x, const D& p) {
    const R zero = literal(0);
    const R y = m::pow(x.value, p.value);
    const R by_x = m::select(p.value == zero, zero, p.value * m::pow(x.value, p.value - literal(1)));
    const R by_p = m::select(x.value > zero, y * m::log(x.value), zero);
    return {y, by_x * x.derivative + by_p * p.derivative};
  }
  THALWEG_HD static D sin(const D& x) { return {m::sin(x.value), m::cos(x.value) * x.derivative}; }
  THALWEG_HD static D cos(const D& x) { return {m::cos(x.value), -(m::sin(x.value) * x.derivative)}; }
  THALWEG_HD static D tanh(const D& x) {
    const R y = m::tanh(x.value);
    return {y, (literal(1) - m::sqr(y)) * x.derivative};
  }
  THALWEG_HD static D softplus(const D& x) { return {m::softplus(x.value), m::sigmoid(x.value) * x.derivative}; }
  THALWEG_HD static D sigmoid(const D& x) {
    const R y = m::sigmoid(x.value);
    return {y, y * m::sigmoid(-x.value) * x.derivative};
  }

 private:
  THALWEG_HD static R literal(int x) { return R(static_cast<Value>(x)); }
};

}  // namespace thalweg

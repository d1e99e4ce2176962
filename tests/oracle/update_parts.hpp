// What the transcriptions of updates share: 50-digit numbers, the state of a coordinate, and the moments that many methods keep.
#pragma once

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <functional>
#include <map>
#include <string>

namespace thalweg::oracle {

using Real = boost::multiprecision::cpp_dec_float_50;

struct Parameters {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, beta = 50.0, p = 0.125, momentum = 0.9, weight_decay = 0.0, lr_decay = 0.0;
  double dampening = 0.0, nu = 0.7, nu1 = 1.0, nu2 = 1.0, beta3 = 0.99, eps_root = 1e-8, momentum_decay = 4e-3, final_rate = 100.0, gamma = 1e-3;
  double clip = 1.0;
};

// v: second moment, sum of squares, infinity norm. m: first moment or momentum buffer, or the gradient alone. extra: the running maximum, or v of the step before (methods that keep one).
// absolute: the sum of the absolute values of all terms that m is made of, over the whole history. other: values of the state under their names, where
// they are none of these. x: the iterate, set by the caller.
struct State {
  Real m = 0, v = 0, extra = 0, absolute = 0;
  std::map<std::string, Real> other;
  Real x = 0;

  // The absolute terms that a value of `other` is made of; of a state that is given, its own absolute value.
  Real& terms(const std::string& name) { return other.try_emplace(name + "_terms", abs(other[name])).first->second; }
};

struct Update {
  Real value;      // x_{t+1} = x_t - eta value
  Real magnitude;  // the same with every term of the numerator taken absolutely
  // Of a discontinuous method: the number whose sign is taken, and the sum of its absolute terms.
  Real argument = 0, argument_terms = 0;
  // Of a second moment that falls by subtraction: sum of all its values so far over the present one. Rounding errors stay as large as they were made while
  // it falls, so that over many steps the update may be off by as many ulps.
  Real condition = 0;
};

namespace detail {

inline Real power(double base, unsigned t) { return boost::multiprecision::pow(Real(base), static_cast<int>(t)); }

inline void first_moment(State& s, const Parameters& k, const Real& g, const Real& absolute_g) {
  s.m = Real(k.beta1) * s.m + (1 - Real(k.beta1)) * g;
  s.absolute = Real(k.beta1) * s.absolute + (1 - Real(k.beta1)) * absolute_g;
}
inline void second_moment(State& s, const Parameters& k, const Real& g) { s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * g * g; }
inline void keep_maximum(State& s) {
  if (s.v > s.extra) s.extra = s.v;
}
// step_size of the code, for lr = 1.
inline Real code_factor(const Parameters& k, unsigned t) {
  const Real bias_correction1 = 1 - power(k.beta1, t);
  const Real bias_correction2 = 1 - power(k.beta2, t);
  return sqrt(bias_correction2) / bias_correction1;
}
// log(1 + e^(beta s)) / beta, written as s + log(1 + e^(-beta s)) / beta so that the exponential stays in range.
inline Real softplus(const Real& s, double beta) { return s + log(1 + exp(-Real(beta) * s)) / Real(beta); }
inline Update over(const State& s, const Real& rate) { return {s.m == 0 ? Real(0) : Real(rate * s.m), rate * s.absolute}; }

}  // namespace detail

}  // namespace thalweg::oracle


namespace thalweg::oracle {

using Transcription = std::function<Update(State&, const Parameters&, const Real& g, const Real& absolute_g, unsigned t)>;

}  // namespace thalweg::oracle

// Transcriptions (update_oracle.hpp) of adaptive methods outside Adam's family, and of quasi-hyperbolic momentum.
//   Tieleman & Hinton 2012, lecture 6e; Zeiler 2012, Algorithm 1; Ma & Yarats 2019, equations (3) and (4); optax/_src/transform.py (0.2.8)
#pragma once

#include "tests/oracle/update_parts.hpp"

namespace thalweg::oracle::detail {

// MeanSquare(w, t) = 0.9 MeanSquare(w, t-1) + 0.1 (dE/dw)^2; the gradient is divided by its root (and here eps is added to that).
inline Update rmsprop(State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
  s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * g * g;
  const Real divisor = sqrt(s.v) + Real(k.eps);
  if (divisor == 0) return {0, 0};
  return {g / divisor, a / divisor};
}
// optax: rsqrt(nu + eps) * g.
inline Update rmsprop_optax(State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
  s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * g * g;
  const Real divisor = sqrt(s.v + Real(k.eps));
  if (divisor == 0) return {0, 0};
  return {g / divisor, a / divisor};
}
// Delta x_t = - RMS[Delta x]_{t-1} / RMS[g]_t g_t, RMS[y] = sqrt(E[y^2] + eps).
inline Update adadelta(State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
  Real& squares = s.other["u_sq"];
  s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * g * g;
  const Real below = sqrt(s.v + Real(k.eps)), factor = below == 0 ? Real(0) : Real(sqrt(squares + Real(k.eps)) / below);
  const Real delta = factor * g;
  squares = Real(k.beta2) * squares + (1 - Real(k.beta2)) * delta * delta;
  return {delta, factor * a};
}
// g_{t+1} = beta g_t + (1 - beta) grad, theta -= alpha ((1 - nu) grad + nu g_{t+1}).
inline Update quasi_hyperbolic(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  first_moment(s, k, g, a);
  (void)t;
  return {(1 - Real(k.nu)) * g + Real(k.nu) * s.m, (1 - Real(k.nu)) * a + Real(k.nu) * s.absolute};
}

template <class Transcriptions>
void add_adaptive_methods(Transcriptions& all) {
  all["rmsprop@paper"] = rmsprop;
  all["rmsprop@optax"] = rmsprop_optax;
  for (const char* preset : {"paper", "optax"}) all["adadelta@" + std::string(preset)] = adadelta;
  all["qh-momentum@paper"] = quasi_hyperbolic;
}

}  // namespace thalweg::oracle::detail

// Transcriptions (update_oracle.hpp) of the methods with momentum, of sign methods and of decoupled decay.
//   Loshchilov & Hutter 2019, Algorithm 2; torch/optim/{sgd,adam}.py (2.15.0); optax (0.2.8); keras/src/optimizers/{sgd,adam,lion}.py (3.15.1)
#pragma once

#include "tests/oracle/update_parts.hpp"

namespace thalweg::oracle::detail {

// ---- Loshchilov & Hutter 2019, Algorithm 2, lines 6 to 12; lambda = weight_decay for alpha = eta_t = 1.
inline Update adamw(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  s.m = Real(k.beta1) * s.m + (1 - Real(k.beta1)) * g;
  s.absolute = Real(k.beta1) * s.absolute + (1 - Real(k.beta1)) * a;
  s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * g * g;
  const Real v_hat = s.v / (1 - power(k.beta2, t));
  const Real scale = 1 / ((1 - power(k.beta1, t)) * (sqrt(v_hat) + Real(k.eps)));
  const Real decay = Real(k.weight_decay) * s.x;
  return {(s.m == 0 ? Real(0) : Real(scale * s.m)) + decay, scale * s.absolute + abs(decay)};
}
// keras: variable - variable * wd * lr, then alpha = lr sqrt(1 - beta_2^t) / (1 - beta_1^t), m += (g - m) (1 - beta_1), v += (g^2 - v) (1 - beta_2),
// variable -= m alpha / (sqrt(v) + epsilon); lr = 1.
inline Update adamw_keras(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  const Real lost = s.x * Real(k.weight_decay);
  const Real alpha = sqrt(1 - power(k.beta2, t)) / (1 - power(k.beta1, t));
  s.m = Real(k.beta1) * s.m + (1 - Real(k.beta1)) * g;  // the increments, without their cancellation
  s.absolute = Real(k.beta1) * s.absolute + (1 - Real(k.beta1)) * a;
  s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * g * g;
  const Real scale = alpha / (sqrt(s.v) + Real(k.eps));
  return {lost + (s.m == 0 ? Real(0) : Real(scale * s.m)), scale * s.absolute + abs(lost)};
}

// ---- torch's sgd: momentum buf + (1 - dampening) grad, but at t = 1 the buffer, 0 before, becomes the gradient itself. (One step is also compared from
// buffers that are not 0 at t = 1.)
inline Update sgd_torch(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t, bool nesterov) {
  const Real weight = t == 1 ? Real(1) : Real(1 - Real(k.dampening));
  s.m = s.m * Real(k.momentum) + g * weight;
  s.absolute = s.absolute * Real(k.momentum) + a * weight;
  if (!nesterov) return {s.m, s.absolute};
  return {g + Real(k.momentum) * s.m, a + Real(k.momentum) * s.absolute};
}
// optax's trace: f(g, t) = g + decay t. (Dampening is no argument of optax, of keras or of the paper; it scales what enters the buffer.)
inline Update trace(State& s, const Parameters& k, const Real& g, const Real& a, bool nesterov) {
  s.m = (1 - Real(k.dampening)) * g + Real(k.momentum) * s.m;
  s.absolute = (1 - Real(k.dampening)) * a + Real(k.momentum) * s.absolute;
  if (!nesterov) return {s.m, s.absolute};
  return {g + Real(k.momentum) * s.m, a + Real(k.momentum) * s.absolute};
}
// keras: m = m momentum - g lr; x += m, or with nesterov x += m momentum - g lr; lr = 1, and m is minus the buffer.
inline Update sgd_keras(State& s, const Parameters& k, const Real& g, const Real& a, bool nesterov) {
  const Real velocity = -s.m * Real(k.momentum) - g * (1 - Real(k.dampening));
  s.m = -velocity;
  s.absolute = s.absolute * Real(k.momentum) + a * (1 - Real(k.dampening));
  if (!nesterov) return {-velocity, s.absolute};
  return {-(velocity * Real(k.momentum) - g), s.absolute * Real(k.momentum) + a};
}

// ---- signs. Bernstein et al. 2018: x - delta sign(m), m = beta m + (1 - beta) g. Chen et al. 2023, Algorithm 2: c = beta1 m + (1 - beta1) g,
// theta - eta (sign(c) + lambda theta), m = beta2 m + (1 - beta2) g; eta = delta = 1.
inline Real sign(const Real& x) { return x > 0 ? Real(1) : x < 0 ? Real(-1) : Real(0); }

inline Update signsgd(State&, const Parameters&, const Real& g, const Real& a, unsigned) { return {sign(g), 1, g, a}; }
inline Update signum(State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
  const Real beta(k.beta1);
  s.m = beta * s.m + (1 - beta) * g;
  s.absolute = beta * s.absolute + (1 - beta) * a;
  return {sign(s.m), 1, s.m, s.absolute};
}
inline Update lion(State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
  const Real beta1(k.beta1), beta2(k.beta2), c = beta1 * s.m + (1 - beta1) * g, terms = beta1 * s.absolute + (1 - beta1) * a;
  s.m = beta2 * s.m + (1 - beta2) * g;
  s.absolute = beta2 * s.absolute + (1 - beta2) * a;
  const Real decay = Real(k.weight_decay) * s.x;
  return {sign(c) + decay, 1 + abs(decay), c, terms};
}

// torch: p.grad.clamp_(-clip_value, clip_value), then buf = momentum buf + grad.
inline Update value_clipped(State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
  const Real clip(k.clip), c = g > clip ? clip : g < -clip ? Real(-clip) : g;
  s.m = Real(k.momentum) * s.m + c;
  s.absolute = Real(k.momentum) * s.absolute + (c == g ? a : clip);
  return {s.m, s.absolute};
}
// Altschuler & Parrilo, (1.3): alpha_t = 1 + rho^(nu(t) - 1).
inline Update silver(State&, const Parameters&, const Real& g, const Real& a, unsigned t) {
  const Real rho = 1 + sqrt(Real(2));
  int nu = 0;
  while (t % (2U << nu) == 0) ++nu;
  const Real factor = 1 + pow(rho, nu - 1);
  return {factor * g, factor * a};
}

template <class Transcriptions>
void add_momentum_methods(Transcriptions& all) {
  using K = const Parameters&;
  using G = const Real&;
  for (const char* preset : {"paper", "torch", "optax"}) all["adamw@" + std::string(preset)] = adamw;
  all["adamw@keras"] = adamw_keras;
  all["value-clipped-sgd@paper"] = value_clipped;
  all["silver@paper"] = silver;
  for (const char* preset : {"paper", "optax"}) {
    all["signsgd@" + std::string(preset)] = signsgd;
    all["signum@" + std::string(preset)] = signum;
  }
  for (const char* preset : {"paper", "optax", "keras"}) all["lion@" + std::string(preset)] = lion;
  for (const bool nesterov : {false, true}) {
    const std::string kind = nesterov ? "-nesterov" : "";
    all["momentum@torch" + kind] = [=](State& s, K k, G g, G a, unsigned t) { return sgd_torch(s, k, g, a, t, nesterov); };
    all["momentum@optax" + kind] = [=](State& s, K k, G g, G a, unsigned) { return trace(s, k, g, a, nesterov); };
    all["momentum@keras" + kind] = [=](State& s, K k, G g, G a, unsigned) { return sgd_keras(s, k, g, a, nesterov); };
    if (!nesterov) all["momentum@ensmallen"] = all["momentum@keras" + kind];  // velocity = momentum velocity - stepSize gradient; iterate += velocity
  }
}

}  // namespace thalweg::oracle::detail

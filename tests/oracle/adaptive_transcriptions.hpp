// Transcriptions (update_oracle.hpp) of adaptive methods outside Adam's family, and of quasi-hyperbolic momentum.
//   Tieleman & Hinton 2012, lecture 6e; Graves 2013, equations (38) to (41); Zeiler 2012, Algorithm 1; Ma & Yarats 2019, equations (3) and (4);
//   optax/_src/transform.py (0.2.8); torch/optim/{rmsprop,rprop}.py (2.15.0); keras/src/optimizers/rmsprop.py (3.15.1)
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
// torch: square_avg.mul_(alpha).addcmul_(grad, grad, 1 - alpha); centered: grad_avg.lerp_(grad, 1 - alpha), avg = sqrt(square_avg - grad_avg^2) + eps;
// buf.mul_(momentum).addcdiv_(grad, avg); param.add_(buf, -lr). keras and Graves: the root of velocity - average_grad^2 + epsilon. The state that is given
// is the variance, square_avg - grad_avg^2.
inline Update rmsprop_buffer(State& s, const Parameters& k, const Real& g, const Real& a, bool centred, bool inside) {
  Real grad_avg = 0, square_avg = s.v;
  if (centred) {
    grad_avg = s.other["a"];
    square_avg = s.v + grad_avg * grad_avg;
    grad_avg = Real(k.beta2) * grad_avg + (1 - Real(k.beta2)) * g;
    s.other["a"] = grad_avg;
  }
  square_avg = Real(k.beta2) * square_avg + (1 - Real(k.beta2)) * g * g;
  s.v = square_avg - grad_avg * grad_avg;
  const Real avg = inside ? Real(sqrt(s.v + Real(k.eps))) : Real(sqrt(s.v) + Real(k.eps));
  s.m = Real(k.momentum) * s.m + (g == 0 ? Real(0) : Real(g / avg));
  s.absolute = Real(k.momentum) * s.absolute + (a == 0 ? Real(0) : Real(a / avg));
  return {s.m, s.absolute};
}
// torch: sign = sign(grad prev), etaplus, etaminus or 1; step_size.mul_(sign).clamp_(1e-6, 50); grad = 0 where it is etaminus; param -= sign(grad) step_size.
inline Update rprop(State& s, const Parameters&, const Real& g, const Real& a, unsigned) {
  Real& step_size = s.other["w"];
  Real& prev = s.other["g_previous"];
  const Real product = g * prev, bounds[] = {Real(1e-6), Real(50)};
  step_size *= product > 0 ? Real(1.2) : product < 0 ? Real(0.5) : Real(1);
  step_size = step_size < bounds[0] ? bounds[0] : step_size > bounds[1] ? bounds[1] : step_size;
  prev = product < 0 ? Real(0) : g;
  return {prev > 0 ? step_size : prev < 0 ? Real(-step_size) : Real(0), step_size, g, a};
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
  all["rmsprop@torch"] = all["rmsprop@ensmallen"] = rmsprop;
  all["rmsprop@optax"] = all["rmsprop@keras"] = all["rmsprop@tensorflow"] = rmsprop_optax;
  const auto buffer = [](bool centred, bool inside) {
    return [=](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) { return rmsprop_buffer(s, k, g, a, centred, inside); };
  };
  all["rmsprop-momentum@paper"] = all["rmsprop-momentum@torch"] = buffer(false, false);
  all["rmsprop-momentum@keras"] = buffer(false, true);
  all["rmsprop-centred@torch"] = buffer(true, false);
  all["rmsprop-centred@paper"] = all["rmsprop-centred@keras"] = buffer(true, true);
  for (const char* preset : {"paper", "torch"}) all["rprop@" + std::string(preset)] = rprop;
  for (const char* preset : {"paper", "optax", "torch", "keras", "tensorflow", "ensmallen"}) all["adadelta@" + std::string(preset)] = adadelta;
  all["qh-momentum@paper"] = quasi_hyperbolic;
}

}  // namespace thalweg::oracle::detail

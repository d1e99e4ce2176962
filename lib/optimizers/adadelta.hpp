// AdaDelta: a moving average of squared updates over one of squared gradients sets the step, in the units of x.
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   u_t = sqrt(w_{t-1} + eps) / sqrt(v_t + eps)  g_t
//   w_t = beta2 w_{t-1} + (1 - beta2) u_t^2,   x_{t+1} = x_t - eta u_t
// Source: Zeiler 2012 (arXiv:1212.5701), Algorithm 1, where eta = 1 and beta2 is rho; optax, torch and keras are the same. The factor of a step is made of the state before
// it: no A-LR is stated.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Adadelta {
  struct Hyper {
    double beta2 = 0.9, eps = 1e-6;
  };
  struct Step {
    double beta2, one_minus_beta2, eps;
  };
  template <class R>
  struct Slots {
    R v, u_sq;  // u_sq is w
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta2, 1.0 - hyper.beta2, hyper.eps}; }
  static Slots<double> initial(const Hyper&) { return {0.0, 0.0}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    const R u = m::select(g == R(0.0), R(0.0), m::sqrt(slots.u_sq + R(step.eps)) / m::sqrt(slots.v + R(step.eps)) * g);
    slots.u_sq = ema(slots.u_sq, step.beta2, step.one_minus_beta2, m::sqr(u));
    return u;
  }
};

struct AdadeltaMethod {
  using Rules = TypeList<Adadelta>;
  static MethodEntry entry() {
    return {{"adadelta", "AdaDelta", "Zeiler 2012 (arXiv:1212.5701), Algorithm 1"},
            "adaptive",
            {fields::beta2(0.9), fields::eps(1e-6)},
            {},
            {{"paper", "Zeiler 2012 (arXiv:1212.5701), Algorithm 1, for which rho and eps are given", {}},
             {"optax", "optax/_src/transform.py, scale_by_adadelta", {}, "optax 0.2.8"},
             {"torch", "torch/optim/adadelta.py, _single_tensor_adadelta", {}, "torch 2.15.0"},
             {"keras", "keras/src/optimizers/adadelta.py, Adadelta.update_step", {{"beta2", "0.95"}, {"eps", "1e-7"}}, "keras 3.15.1"},
             {"tensorflow", "tf_keras/src/optimizers/adadelta.py, Adadelta.update_step", {{"beta2", "0.95"}, {"eps", "1e-7"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/ada_delta/ada_delta_update.hpp, AdaDeltaUpdate::Policy::Update", {{"beta2", "0.95"}}, "ensmallen 3.11.1"}},
            {"v", "u_sq"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Adadelta>({d.number("beta2"), d.number("eps")});
  }
  static Update update(const Definition&) {
    return {{"v", "beta2*v + (1 - beta2)*g^2"},
            {"u", "if(g == 0, 0, sqrt(u_sq + eps)/sqrt(v + eps)*g)"},
            {"u_sq", "beta2*u_sq + (1 - beta2)*u^2"},
            {"x", "x - eta*u"}};
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

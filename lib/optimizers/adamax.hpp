// AdaMax: Adam with the infinity norm of the past gradients in place of the root of their squares.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   u_t = max(beta2 u_{t-1}, |g_t| + eps)                  eps_placement = maximum
//   x_{t+1} = x_t - eta / (1 - beta1^t)  m_t / u_t
//   u_t = max(beta2 u_{t-1}, |g_t|),   m_t / (u_t + eps)   eps_placement = outside
// Source: Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 2, which has no eps (eps = 0 here). torch and optax add it to |g_t| inside the
// maximum, Keras and ensmallen to the maximum.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Adamax {
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
    std::uint64_t outside = 0;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, eps, eps_outside;
    double outer;  // 1 / (1 - beta1^t)
  };
  template <class R>
  struct Slots {
    R m, u;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) {
    const bool outside = hyper.outside != 0;
    return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, outside ? 0.0 : hyper.eps, outside ? hyper.eps : 0.0, 1.0 / unbias(hyper.beta1, t)};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return R(step.outer) / (slots.u + R(step.eps_outside));
  }
  template <class R>
  THALWEG_HD static R numerator(R, const Slots<R>& slots) {
    return slots.m;
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, u);
    slots.u = m::max(R(step.beta2) * slots.u, m::abs(u) + R(step.eps));
    return m::select(slots.m == R(0.0), R(0.0), rate(slots, step) * slots.m);  // 0 also where the A-LR is infinite
  }
};

struct AdamaxMethod {
  using Rules = TypeList<Adamax>;
  static MethodEntry entry() {
    return {{"adamax", "AdaMax", "Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 2"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps()},
            {{"eps_placement", "in the maximum, |g| + eps, or outside, u + eps", {"maximum", "outside"}}},
            {{"paper", "Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 2 (there with eps = 0)", {}},
             {"torch", "torch/optim/adamax.py, _single_tensor_adamax", {}, "torch 2.15.0"},
             {"optax", "optax/_src/transform.py, scale_by_adamax", {}, "optax 0.2.8"},
             {"tensorflow", "tf_keras/src/optimizers/adamax.py, Adamax.update_step", {{"eps", "1e-7"}, {"eps_placement", "outside"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/adam/adamax_update.hpp, AdaMaxUpdate::Policy::Update", {{"eps_placement", "outside"}}, "ensmallen 3.11.1"}},
            {"m", "u"},
            {{"state-rests", "u_t is at least eps where that is in the maximum"}}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Adamax>({d.number("beta1"), d.number("beta2"), d.number("eps"), d.choice("eps_placement") == "outside" ? 1U : 0U});
  }
  static Update update(const Definition& d) {
    if (d.choice("eps_placement") == "outside")
      return {{"m", "beta1*m + (1 - beta1)*g"}, {"u", "max(beta2*u, abs(g))"}, {"x", "x - eta/(1 - beta1^t)*m/(u + eps)"}};
    return {{"m", "beta1*m + (1 - beta1)*g"}, {"u", "max(beta2*u, abs(g) + eps)"}, {"x", "x - eta/(1 - beta1^t)*m/u"}};
  }
  // eps <= u_t <= G + eps from the first step on, or so u_t + eps; the correction is between 1 and 1 / (1 - beta1).
  static RateFacts rate(const Definition& d, double G) {
    const double eps = d.number("eps");
    return {.least = 1.0 / (G + eps), .largest = 1.0 / (eps * (1.0 - d.number("beta1"))), .corrected = true,
            .how = "eps <= u <= G + eps; the correction 1 / (1 - beta1^t) is largest at t = 1; not monotone",
            .least_formula = "1/(G + eps)", .largest_formula = "1/(eps*(1 - beta1))"};
  }
};

}  // namespace thalweg

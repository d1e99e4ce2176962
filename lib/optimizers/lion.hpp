// Lion: the sign of one average of gradients, while another, slower one is kept; the decay is decoupled.
//   c_t = beta1 m_{t-1} + (1 - beta1) g_t
//   x_{t+1} = x_t - eta_t (sign(c_t) + w x_t)
//   m_t = beta2 m_{t-1} + (1 - beta2) g_t,   m_0 = 0
// Source: Chen et al. 2023 (arXiv:2302.06675), Algorithm 2. It states no A-LR (sign.hpp).
#pragma once

#include "lib/optimizers/sign.hpp"

namespace thalweg {

struct Lion {
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.99;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2;
  };
  template <class R>
  struct Slots {
    R m;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    const R c = ema(slots.m, step.beta1, step.one_minus_beta1, u);  // of m_{t-1}
    slots.m = ema(slots.m, step.beta2, step.one_minus_beta2, u);
    return sign_of(c);
  }
};

struct LionMethod {
  using Rules = TypeList<Lion>;
  static MethodEntry entry() {
    MethodEntry entry{{"lion", "Lion", "Chen et al. 2023 (arXiv:2302.06675), Algorithm 2"},
                      "sign and norm",
                      {fields::beta1(), {"beta2", "coefficient of the moving average of gradients that is kept", 0.99, fields::below_one}},
                      {fields::decoupled_decay()},
                      {{"paper", "Chen et al. 2023 (arXiv:2302.06675), Algorithm 2; weight_decay is their lambda, for which it fixes no value", {}},
                       {"optax", "optax/_src/alias.py, lion (scale_by_lion with mode='hard')", {{"weight_decay", "1e-3"}}, "optax 0.2.8"},
                       {"keras", "keras/src/optimizers/lion.py, Lion.update_step, after base_optimizer.py, _apply_weight_decay", {}, "keras 3.15.1"}},
                      {"m"}};
    entry.discontinuous = true;
    return entry;
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Lion>({d.number("beta1"), d.number("beta2")});
  }
  static Update update(const Definition&) {
    return {{"c", "beta1*m + (1 - beta1)*g"}, {"x", "x - eta*if(c > 0, 1, if(c < 0, -1, 0))"}, {"m", "beta2*m + (1 - beta2)*g"}};
  }
};

}  // namespace thalweg

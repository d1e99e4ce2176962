// AdamW: Adam with decay of the parameters decoupled from the gradient.
//   m_t, v_t, m^_t, v^_t as in adam.hpp, of the gradient alone
//   x_{t+1} = x_t - eta_t (m^_t / (sqrt(v^_t) + eps) + w x_t)
// Source: Loshchilov & Hutter 2019 (arXiv:1711.05101), Algorithm 2, line 12: theta_t = theta_{t-1} - eta_t (alpha m^_t / (sqrt(v^_t) + eps) + lambda
// theta_{t-1}). Their alpha eta_t is the step size here, so w = lambda / alpha. The libraries scale the decay by the whole step size, as here; torch and
// keras multiply x by 1 - eta w first, which is the same but for rounding.
#pragma once

#include "lib/optimizers/adam.hpp"

namespace thalweg {

struct AdamwMethod {
  using Rules = TypeList<>;  // those of Adam
  static MethodEntry entry() {
    using namespace adaptive_family;
    return {{"adamw", "AdamW", "Loshchilov & Hutter 2019 (arXiv:1711.05101), Algorithm 2"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps(), fields::weight_decay(0.01)},
            {denominator("root"), eps_placement(), second_moment("latest"), correction(), {"decay", "decoupled: w x is added to Adam's update", {"decoupled"}}},
            {{"paper",
              "Loshchilov & Hutter 2019 (arXiv:1711.05101), Algorithm 2, with weight_decay = lambda / alpha, for which they fix no value",
              {{"correction", "inside"}}},
             {"torch", "torch/optim/adam.py, _single_tensor_adam with amsgrad=False, decoupled_weight_decay=True", {{"correction", "inside"}}, "torch 2.15.0"},
             {"optax", "optax/_src/alias.py, adamw with eps_root=0, nesterov=False", {{"weight_decay", "1e-4"}, {"correction", "inside"}}, "optax 0.2.8"},
             {"keras",
              "keras/src/optimizers/adam.py, Adam.update_step with amsgrad=False, after base_optimizer.py, _apply_weight_decay",
              {{"eps", "1e-7"}, {"weight_decay", "0.004"}, {"correction", "outer"}},
              "keras 3.15.1"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return adaptive_family::by_placement<Adam, AdamRootOfSum>(d, make);
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
};

}  // namespace thalweg

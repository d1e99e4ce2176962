// AMSGrad: Adam with the running maximum of the second moment, so that the A-LR never increases.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   v^_t = max(v^_{t-1}, v_t)
//   x_{t+1} = x_t - eta_t m_t / (sqrt(v^_t) + eps)
// Source: Reddi, Kale & Kumar 2018, Algorithm 2, which has no bias corrections and no eps (eps = 0 here). With a correction the A-LR is
// no longer monotone.
// AmsgradRootOfSum puts eps inside the root: m_t / sqrt(v^_t + eps).
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

using Amsgrad = Adaptive<RootPlusEps, RunningMaximum>;
using AmsgradRootOfSum = Adaptive<RootOfSum, RunningMaximum>;

struct AmsgradMethod {
  using Rules = TypeList<Amsgrad, AmsgradRootOfSum>;
  static MethodEntry entry() {
    using namespace adaptive_family;
    return {{"amsgrad", "AMSGrad", "Reddi, Kale & Kumar 2018, Algorithm 2"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps()},
            {denominator("root"), eps_placement(), second_moment("running-maximum"), correction()},
            {{"paper", "Reddi, Kale & Kumar 2018, Algorithm 2: no corrections (there with eps = 0)", {}}, seed(), authors_code(),
             {"torch", "torch/optim/adam.py, _single_tensor_adam with amsgrad=True: the maximum is of the uncorrected v, the corrections come after", {{"correction", "inside"}}, "torch 2.15.0"}},
            {"m", "v", "v_max"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return adaptive_family::by_placement<Amsgrad, AmsgradRootOfSum>(d, make);
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
};

}  // namespace thalweg

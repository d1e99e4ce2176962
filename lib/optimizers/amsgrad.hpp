// AMSGrad: Adam with the running maximum of the second moment, so that the A-LR never increases.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   v^_t = max(v^_{t-1}, v_t)
//   x_{t+1} = x_t - eta_t m_t / (sqrt(v^_t) + eps)
// Source: Reddi, Kale & Kumar 2018, Algorithm 2, which has no bias corrections and no eps (eps = 0 here). With a correction the A-LR is
// no longer monotone.
// optax takes the maximum of the corrected v_t / (1 - beta2^t), second_moment = corrected-maximum: there the A-LR never increases either.
// AmsgradRootOfSum puts eps inside the root: m_t / sqrt(v^_t + eps).
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

using Amsgrad = Adaptive<RootPlusEps, RunningMaximum>;
using AmsgradRootOfSum = Adaptive<RootOfSum, RunningMaximum>;
using AmsgradCorrected = Adaptive<RootPlusEps, CorrectedMaximum>;
using AmsgradCorrectedRootOfSum = Adaptive<RootOfSum, CorrectedMaximum>;

struct AmsgradMethod {
  using Rules = TypeList<Amsgrad, AmsgradRootOfSum, AmsgradCorrected, AmsgradCorrectedRootOfSum>;
  static MethodEntry entry() {
    using namespace adaptive_family;
    return {{"amsgrad", "AMSGrad", "Reddi, Kale & Kumar 2018, Algorithm 2"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps()},
            {denominator("root"), eps_placement(),
             {"second_moment", "the A-LR is read from the running-maximum of v_t, or from the corrected-maximum, that of v_t / (1 - beta2^t)", {"running-maximum", "corrected-maximum"}},
             correction()},
            {{"paper", "Reddi, Kale & Kumar 2018, Algorithm 2: no corrections (there with eps = 0)", {}}, seed(), authors_code(),
             {"torch", "torch/optim/adam.py, _single_tensor_adam with amsgrad=True: the maximum is of the uncorrected v, the corrections come after", {{"correction", "inside"}}, "torch 2.15.0"},
             {"keras", "keras/src/optimizers/adam.py, Adam.update_step with amsgrad=True: the maximum is of the uncorrected v", {{"eps", "1e-7"}, {"correction", "outer"}}, "keras 3.15.1"},
             {"optax",
              "optax/_src/transform.py, scale_by_amsgrad with eps_root=0: the maximum is of the corrected v",
              {{"second_moment", "corrected-maximum"}, {"correction", "inside"}},
              "optax 0.2.8"},
             {"tensorflow", "tf_keras/src/optimizers/adam.py, Adam.update_step with amsgrad=True: the maximum is of the uncorrected v", {{"eps", "1e-7"}, {"correction", "outer"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/adam/amsgrad_update.hpp, AMSGradUpdate::Policy::Update: the maximum is of the uncorrected v", {{"correction", "outer"}}, "ensmallen 3.11.1"}},
            {"m", "v", "v_max"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    if (d.choice("second_moment") == "corrected-maximum") return adaptive_family::by_placement<AmsgradCorrected, AmsgradCorrectedRootOfSum>(d, make);
    return adaptive_family::by_placement<Amsgrad, AmsgradRootOfSum>(d, make);
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
};

}  // namespace thalweg

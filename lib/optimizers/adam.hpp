// Adam.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   m^_t = m_t / (1 - beta1^t),   v^_t = v_t / (1 - beta2^t)
//   x_{t+1} = x_t - eta m^_t / (sqrt(v^_t) + eps)
// Source: Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 1; correction = inside. Without the two hats it is the form that bounds on the
// A-LR are usually proved for (correction = none); the paper's own cheaper form, eta_t = eta sqrt(1 - beta2^t) / (1 - beta1^t) and
// m_t / (sqrt(v_t) + eps-hat), is correction = outer.
// AdamRootOfSum puts eps inside the root: m_t / sqrt(v_t + eps).
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

using Adam = Adaptive<RootPlusEps, Latest>;
using AdamRootOfSum = Adaptive<RootOfSum, Latest>;

struct AdamMethod {
  using Rules = TypeList<Adam, AdamRootOfSum>;
  static MethodEntry entry() {
    using namespace adaptive_family;
    return {{"adam", "Adam", "Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 1"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps()},
            {denominator("root"), eps_placement(), second_moment("latest"), correction()},
            {{"paper", "Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 1: corrections of both moments inside", {{"correction", "inside"}}},
             seed(),
             authors_code(),
             {"eps-hat", "Kingma & Ba 2015, end of section 2: the cheaper order, eps is their eps-hat", {{"correction", "outer"}}},
             {"inside-root", "sqrt(v + eps) without corrections", {{"eps_placement", "inside"}}},
             {"defossez",
              "Defossez, Bottou, Bach & Usunier 2020 (arXiv:2003.02395), section 2: m and v are sums there, eps = 1e-8 inside the root and the step size carries "
              "(1 - beta1) sqrt((1 - beta2^t)/(1 - beta2)). In averages eps is (1 - beta2) 1e-8. Not re-opened: as docs/theory.md, R-16",
              {{"eps", "1e-11"}, {"eps_placement", "inside"}, {"correction", "second"}}},
             {"torch", "torch/optim/adam.py, _single_tensor_adam with amsgrad=False", {{"correction", "inside"}}, "torch 2.15.0"},
             {"optax", "optax/_src/transform.py, scale_by_adam with eps_root=0", {{"correction", "inside"}}, "optax 0.2.8"},
             {"keras", "keras/src/optimizers/adam.py, Adam.update_step with amsgrad=False: epsilon is an eps-hat", {{"eps", "1e-7"}, {"correction", "outer"}}, "keras 3.15.1"},
             {"tensorflow", "tf_keras/src/optimizers/adam.py, Adam.update_step with amsgrad=False, adaptive_epsilon=False: epsilon is an eps-hat", {{"eps", "1e-7"}, {"correction", "outer"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/adam/adam_update.hpp, AdamUpdate::Policy::Update", {{"correction", "outer"}}, "ensmallen 3.11.1"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return adaptive_family::by_placement<Adam, AdamRootOfSum>(d, make);
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
};

}  // namespace thalweg

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

namespace thalweg {

using Adam = Adaptive<RootPlusEps, Latest>;
using AdamRootOfSum = Adaptive<RootOfSum, Latest>;

}  // namespace thalweg

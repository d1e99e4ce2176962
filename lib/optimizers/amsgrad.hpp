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

namespace thalweg {

using Amsgrad = Adaptive<RootPlusEps, RunningMaximum>;
using AmsgradRootOfSum = Adaptive<RootOfSum, RunningMaximum>;

}  // namespace thalweg

// Sadam and SAMSGrad: the softplus of sqrt(v) in the denominator calibrates the A-LR, which is at most beta / log 2.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   x_{t+1} = x_t - eta m_t / softplus_beta(sqrt(v_t))              Sadam
//   x_{t+1} = x_t - eta m_t / softplus_beta(sqrt(v^_t))             SAMSGrad, v^_t = max(v^_{t-1}, v_t)
//   softplus_beta(s) = log(1 + e^(beta s)) / beta,   between max(s, log 2 / beta + s / 2) and s + log 2 / beta
// Source: Tong, Liang & Bi (arXiv:1908.00700). Their code multiplies by sqrt(1 - beta2^t) / (1 - beta1^t) outside (correction = outer) and
// feeds the softplus the uncorrected root.
#pragma once

#include "lib/optimizers/adaptive.hpp"

namespace thalweg {

using Sadam = Adaptive<SoftplusOfRoot, Latest>;
using Samsgrad = Adaptive<SoftplusOfRoot, RunningMaximum>;

}  // namespace thalweg

// Padam and PAMSGrad: the partially adaptive methods, a power of the second moment between SGD (p -> 0) and Adam (p = 1/2).
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   x_{t+1} = x_t - eta m_t / (sqrt(v_t) + eps)^(2 p)               Padam
//   x_{t+1} = x_t - eta m_t / (sqrt(v^_t) + eps)^(2 p)              PAMSGrad, v^_t = max(v^_{t-1}, v_t)
// Source: the form and the two names of Tong, Liang & Bi (arXiv:1908.00700, official code, argument "partial"). The Padam of Chen, Zhou,
// Tang, Yang, Cao & Gu (arXiv:1806.06763) has the maximum: it is called pamsgrad here.
#pragma once

#include "lib/optimizers/adaptive.hpp"

namespace thalweg {

using Padam = Adaptive<Power, Latest>;
using Pamsgrad = Adaptive<Power, RunningMaximum>;

}  // namespace thalweg

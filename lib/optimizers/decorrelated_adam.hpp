// Decorrelated Adam: the A-LR excludes the current gradient, so that it is known before the gradient is drawn (predictable).
//   x_{t+1} = x_t - eta m_t / (sqrt(v_{t-1}) + eps),   A_0 = 1 / D(0) = 1 / eps
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t              (beta1 = 0 in the theorem: m_t = g_t)
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
// Bounds for a predictable A-LR need neither monotonicity nor a floor. The idea is that of AdaShift (Zhou et al. 2019, arXiv:1810.00143)
// and ADOPT (Taniguchi et al. 2024, arXiv:2411.02853).
#pragma once

#include "lib/optimizers/adaptive.hpp"

namespace thalweg {

using DecorrelatedAdam = Adaptive<RootPlusEps, Previous>;

}  // namespace thalweg

// Decorrelated Adam: the A-LR excludes the current gradient, so that it is known before the gradient is drawn (predictable).
//   x_{t+1} = x_t - eta m_t / (sqrt(v_{t-1}) + eps),   A_0 = 1 / D(0) = 1 / eps
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t              (beta1 = 0 in the theorem: m_t = g_t)
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
// Bounds for a predictable A-LR need neither monotonicity nor a floor. The idea is that of AdaShift (Zhou et al. 2019, arXiv:1810.00143)
// and ADOPT (Taniguchi et al. 2024, arXiv:2411.02853).
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

using DecorrelatedAdam = Adaptive<RootPlusEps, Previous>;

struct DecorrelatedAdamMethod {
  using Rules = TypeList<DecorrelatedAdam>;
  static MethodEntry entry() {
    using namespace adaptive_family;
    return {{"decorrelated-adam", "Decorrelated Adam", "A-LR without the current gradient, as in AdaShift (arXiv:1810.00143) and ADOPT (arXiv:2411.02853)"},
            "adaptive",
            {fields::beta1(0.0), fields::beta2(), fields::eps()},
            {denominator("root"), second_moment("previous"), no_correction()},
            {{"paper", "A-LR 1 / (sqrt(v_{t-1}) + eps), no corrections, beta1 = 0", {}}},
            {"m", "v", "v_previous"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<DecorrelatedAdam>(adaptive_family::hyper<DecorrelatedAdam>(d, RootPlusEps{d.number("eps")}));
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
};

}  // namespace thalweg

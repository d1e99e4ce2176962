// Momentum as a moving average of gradients, Adam's numerator without its denominator:
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   u_t = m_t,   m_0 = 0.   The A-LR is 1.
// The same iterates as S-Momentum with momentum = beta1 at (1 - beta1) times its eta.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct EmaMomentum {
  struct Hyper {
    double beta1 = 0.9;
  };
  struct Step {
    double beta1, one_minus_beta1;
  };
  template <class R>
  struct Slots {
    R m;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta1, 1.0 - hyper.beta1}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, u);  // m_t = beta1 m_{t-1} + (1 - beta1) g_t
    return slots.m;
  }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>&, const Step&) {
    return R(1.0);
  }
  template <class R>
  THALWEG_HD static R numerator(R, const Slots<R>& slots) {
    return slots.m;
  }
};

struct EmaMomentumMethod {
  using Rules = TypeList<EmaMomentum>;
  static MethodEntry entry() {
    return {{"ema-momentum", "EMA momentum", "Adam's numerator alone: m = beta1 m + (1 - beta1) g"},
            "plain and momentum",
            {fields::beta1()},
            {},
            {{"paper", "m = beta1 m + (1 - beta1) g", {}}, {"seed", "the A-LR 1 in the form of Tong, Liang & Bi (arXiv:1908.00700)", {}}},
            {"m"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<EmaMomentum>({d.number("beta1")});
  }
  static Update update(const Definition&) { return {{"m", "beta1*m + (1 - beta1)*g"}, {"x", "x - eta*m"}}; }
};

}  // namespace thalweg

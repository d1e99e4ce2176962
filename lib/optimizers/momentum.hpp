// S-Momentum, the heavy ball with stochastic gradients:
//   b_t = momentum b_{t-1} + g_t,   u_t = b_t,   b_0 = 0.   The A-LR is 1.
// The buffer is a sum, not an average: at equal eta its steps are 1 / (1 - momentum) times those of ema_momentum.hpp.
// Source: Polyak 1964; in this form with stochastic gradients in Sutskever et al. 2013.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Momentum {
  struct Hyper {
    double momentum = 0.9;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R b;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.b = m::fma(R(step.momentum), slots.b, u);  // b_t = momentum b_{t-1} + g_t
    return slots.b;
  }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>&, const Step&) {
    return R(1.0);
  }
  template <class R>
  THALWEG_HD static R numerator(R, const Slots<R>& slots) {
    return slots.b;
  }
};

struct MomentumMethod {
  using Rules = TypeList<Momentum>;
  static MethodEntry entry() {
    return {{"momentum", "S-Momentum", "Polyak 1964; Sutskever et al. 2013"},
            "plain and momentum",
            {fields::momentum()},
            {},
            {{"paper", "Polyak 1964: b = momentum b + g", {}},
             {"authors-code", "the baseline of Tong, Liang & Bi (arXiv:1908.00700): the same update", {}},
             {"torch", "torch/optim/sgd.py, _single_tensor_sgd with dampening=0, nesterov=False", {}, "torch 2.15.0"}},
            {"b"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Momentum>({d.number("momentum")});
  }
  static Update update(const Definition&) { return {{"b", "momentum*b + g"}, {"x", "x - eta*b"}}; }
};

}  // namespace thalweg

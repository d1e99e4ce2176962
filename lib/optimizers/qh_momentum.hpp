// Quasi-hyperbolic momentum: between the gradient and its moving average.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   x_{t+1} = x_t - eta ((1 - nu) g_t + nu m_t),   m_0 = 0
// nu = 0 is SGD, nu = 1 EMA momentum, nu = beta1 the Nesterov form of momentum. Source: Ma & Yarats 2019 (arXiv:1810.06801), equations (3) and (4).
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct QhMomentum {
  struct Hyper {
    double beta1 = 0.999, nu = 0.7;
  };
  struct Step {
    double beta1, one_minus_beta1, nu, one_minus_nu;
  };
  template <class R>
  struct Slots {
    R m;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta1, 1.0 - hyper.beta1, hyper.nu, 1.0 - hyper.nu}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    return m::fma(R(step.nu), slots.m, R(step.one_minus_nu) * g);  // (1 - nu) g + nu m
  }
};

struct QhMomentumMethod {
  using Rules = TypeList<QhMomentum>;
  static MethodEntry entry() {
    return {{"qh-momentum", "QHM", "Ma & Yarats 2019 (arXiv:1810.06801)"},
            "plain and momentum",
            {fields::beta1(0.999), {"nu", "weight of the moving average, that of the gradient being 1 - nu", 0.7, {0.0, 1.0, true, true, "must be a number in [0, 1]"}}},
            {},
            {{"paper", "Ma & Yarats 2019 (arXiv:1810.06801), with the values of their rule of thumb", {}}},
            {"m"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<QhMomentum>({d.number("beta1"), d.number("nu")});
  }
  static Update update(const Definition&) { return {{"m", "beta1*m + (1 - beta1)*g"}, {"x", "x - eta*((1 - nu)*g + nu*m)"}}; }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

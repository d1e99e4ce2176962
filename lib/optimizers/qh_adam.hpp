// QHAdam: Adam with quasi-hyperbolic terms, each moment between its corrected average and what is new.
//   m^_t, v^_t as in Adam
//   x_{t+1} = x_t - eta ((1 - nu1) g_t + nu1 m^_t) / (sqrt((1 - nu2) g_t^2 + nu2 v^_t) + eps)
// nu1 = nu2 = 1 is Adam. Source: Ma & Yarats 2019 (arXiv:1810.06801), QHAdam. The numerator contains t: no A-LR is stated.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct QhAdam {
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.999, nu1 = 1.0, nu2 = 1.0, eps = 1e-8;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2, eps;
    double one_minus_nu1, nu1_hat, one_minus_nu2, nu2_hat;  // nu1 / (1 - beta1^t), nu2 / (1 - beta2^t)
  };
  template <class R>
  struct Slots {
    R m, v;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) {
    return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2, hyper.eps,
            1.0 - hyper.nu1, hyper.nu1 / unbias(hyper.beta1, t), 1.0 - hyper.nu2, hyper.nu2 / unbias(hyper.beta2, t)};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    const R square = m::sqr(g);
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, square);
    const R above = m::fma(R(step.nu1_hat), slots.m, R(step.one_minus_nu1) * g);       // (1 - nu1) g + nu1 m^
    const R below = m::fma(R(step.nu2_hat), slots.v, R(step.one_minus_nu2) * square);  // (1 - nu2) g^2 + nu2 v^
    return m::select(above == R(0.0), R(0.0), above / (m::sqrt(below) + R(step.eps)));
  }
};

struct QhAdamMethod {
  using Rules = TypeList<QhAdam>;
  static MethodEntry entry() {
    return {{"qh-adam", "QHAdam", "Ma & Yarats 2019 (arXiv:1810.06801)"},
            "adaptive",
            {fields::beta1(),
             fields::beta2(),
             {"nu1", "weight of the average of gradients, that of the gradient being 1 - nu1", 1.0, fields::at_most_one},
             {"nu2", "weight of the average of squares, that of the square being 1 - nu2", 1.0, fields::at_most_one},
             fields::eps()},
            {},
            {{"paper", "Ma & Yarats 2019 (arXiv:1810.06801), QHAdam, with nu1 = nu2 = 1 as in their qhoptim, where it is Adam", {}},
             {"authors-code", "qhoptim/pyt/qhadam.py, QHAdam.step: its averages are the corrected ones", {}, "qhoptim 1.1.0"},
             {"ensmallen", "include/ensmallen_bits/qhadam/qhadam_update.hpp, QHAdamUpdate::Policy::Update", {{"nu1", "0.7"}}, "ensmallen 3.11.1"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<QhAdam>({d.number("beta1"), d.number("beta2"), d.number("nu1"), d.number("nu2"), d.number("eps")});
  }
  static Update update(const Definition&) {
    return {{"m", "beta1*m + (1 - beta1)*g"},
            {"v", "beta2*v + (1 - beta2)*g^2"},
            {"u", "(1 - nu1)*g + nu1*m/(1 - beta1^t)"},
            {"x", "x - eta*if(u == 0, 0, u/(sqrt((1 - nu2)*g^2 + nu2*v/(1 - beta2^t)) + eps))"}};
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

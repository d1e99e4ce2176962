// Adan: averages of the gradient, of its differences and of the square of their sum.
//   d_t = g_t - g_{t-1}, d_1 = 0
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   n_t = beta2 n_{t-1} + (1 - beta2) d_t,   v_t = beta3 v_{t-1} + (1 - beta3) (g_t + k d_t)^2
//   x_{t+1} = x_t - eta (m^_t + k n^_t) / (sqrt(v^_t) + eps),   hats: divided by 1 - beta^t, each with its own beta
// Source: Xie et al. 2022 (arXiv:2208.06677), Algorithm 1, which writes 1 - beta for every beta here, so that its look-ahead k = 1 - beta2 there is beta2
// here: pytorch_optimizer. optax writes the betas as here and k = 1 - beta2 nevertheless, 0.08 in place of 0.92: another algorithm (look_ahead).
// Decay in the paper divides by 1 + eta w; here it is that of all methods (decay.hpp). The weights contain t: no A-LR is stated.
#pragma once

#include "lib/core/elementary_parts.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Adan {
  struct Hyper {
    double beta1 = 0.98, beta2 = 0.92, beta3 = 0.99, eps = 1e-8, look_ahead = 0.92, look_ahead_rest = 0.0;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2, beta3, one_minus_beta3, eps;
    double look_ahead, look_ahead_rest;  // k, and what its rounding lost
    double m_hat, n_hat, v_hat;  // 1 / (1 - beta1^t), k / (1 - beta2^t), 1 / (1 - beta3^t)
    double has_previous;         // 0 at t = 1, else 1
  };
  template <class R>
  struct Slots {
    R m, n, v, g_previous;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) {
    return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2, hyper.beta3, 1.0 - hyper.beta3, hyper.eps, hyper.look_ahead, hyper.look_ahead_rest,
            1.0 / unbias(hyper.beta1, t), hyper.look_ahead / unbias(hyper.beta2, t), 1.0 / unbias(hyper.beta3, t), t == 1 ? 0.0 : 1.0};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    const elementary::Two<R> d = elementary::two_sum(g, -slots.g_previous);  // g_t - g_{t-1} exactly: g + k d may cancel
    const R difference = R(step.has_previous) * d.hi, lost = R(step.has_previous) * d.lo;
    const R ahead = m::fma(R(step.look_ahead), difference, g) + m::fma(R(step.look_ahead), lost, R(step.look_ahead_rest) * difference);
    slots.g_previous = g;
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    slots.n = ema(slots.n, step.beta2, step.one_minus_beta2, difference);
    slots.v = ema(slots.v, step.beta3, step.one_minus_beta3, m::sqr(ahead));
    const R above = m::fma(R(step.n_hat), slots.n, R(step.m_hat) * slots.m);
    return m::select(above == R(0.0), R(0.0), above / (m::sqrt(R(step.v_hat) * slots.v) + R(step.eps)));
  }
};

struct AdanMethod {
  using Rules = TypeList<Adan>;
  static MethodEntry entry() {
    return {{"adan", "Adan", "Xie et al. 2022 (arXiv:2208.06677), Algorithm 1"},
            "adaptive",
            {fields::beta1(0.98),
             {"beta2", "coefficient of the moving average of differences of gradients", 0.92, fields::below_one},
             {"beta3", "coefficient of the moving average of squares", 0.99, fields::below_one},
             fields::eps()},
            {{"look_ahead", "k, the weight of differences: beta2, the coefficient of their average, or one-minus-beta2", {"beta2", "one-minus-beta2"}}},
            {{"paper", "Xie et al. 2022 (arXiv:2208.06677), Algorithm 1 with betas as 1 - beta and the bias corrections of the libraries, which it does not have", {}},
             {"pytorch-optimizer", "pytorch_optimizer/optimizer/adan.py, Adan._step_per_param: k = beta2 = 0.92, as in the paper", {}, "pytorch_optimizer 4.1.0"},
             {"optax",
              "optax/_src/transform.py, scale_by_adan with eps_root=0: k = 1 - b2 = 0.08, which is not the paper's",
              {{"look_ahead", "one-minus-beta2"}},
              "optax 0.2.8"}},
            {"m", "n", "v", "g_previous"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    const double beta2 = d.number("beta2");
    const elementary::Two<double> k = d.choice("look_ahead") == "beta2" ? elementary::Two<double>{beta2, 0.0} : elementary::two_sum(1.0, -beta2);
    return make.template rule<Adan>({d.number("beta1"), beta2, d.number("beta3"), d.number("eps"), k.hi, k.lo});
  }
  static Update update(const Definition& d) {
    const std::string k = d.choice("look_ahead") == "beta2" ? "beta2" : "(1 - beta2)";
    return {{"d", "if(t == 1, 0, g - g_previous)"},
            {"g_previous", "g"},
            {"m", "beta1*m + (1 - beta1)*g"},
            {"n", "beta2*n + (1 - beta2)*d"},
            {"v", "beta3*v + (1 - beta3)*(g + " + k + "*d)^2"},
            {"u", "m/(1 - beta1^t) + " + k + "*n/(1 - beta2^t)"},
            {"x", "x - eta*if(u == 0, 0, u/(sqrt(v/(1 - beta3^t)) + eps))"}};
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

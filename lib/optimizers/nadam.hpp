// NAdam: Adam that looks one step ahead, as Nesterov's momentum does, with a coefficient mu_t that warms up.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   mu_t = beta1 (1 - 0.96^(t psi) / 2),   P_t = mu_1 ... mu_t                            schedule = warming; psi is momentum_decay
//   mu_t = beta1,   P_t = beta1^t                                                         schedule = constant
//   x_{t+1} = x_t - eta ((1 - mu_t) / (1 - P_t) g_t + mu_{t+1} / (1 - P_{t+1}) m_t) / (sqrt(v_t / (1 - beta2^t)) + eps)
// Source: Dozat 2016 (ICLR workshop); the order of torch/optim/nadam.py and keras. The weights of g_t and m_t change with t: no A-LR is stated.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Nadam {
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
    double momentum_decay = 4e-3;
    double half = 0.5;  // 1/2 of the warming, 0 where mu is constant
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2, eps;
    double of_gradient, of_average;  // (1 - mu_t) / (1 - P_t), mu_{t+1} / (1 - P_{t+1})
    double inner;                    // 1 / (1 - beta2^t)
  };
  template <class R>
  struct Slots {
    R m, v;
  };

  // half 0.96^(t psi), the exponent with the rounding error of its product.
  static double warmed(const Hyper& hyper, double t) {
    const double exponent = t * hyper.momentum_decay, lost = m::fma(t, hyper.momentum_decay, -exponent), power = m::pow(0.96, exponent);
    return hyper.half * m::fma(power, lost * m::log(0.96), power);
  }
  // 1 - P_t. With q = 0.96^psi,  -log P_t = -t log beta1 + sum_k (half^k / k) (q^k + q^(2 k) + ... + q^(t k)): all terms have one sign.
  static double unbias_product(const Hyper& hyper, double t) {
    if (hyper.beta1 == 0.0) return 1.0;
    const double log_q = hyper.momentum_decay * m::log(0.96);
    double logarithm = t * m::log1p(-(1.0 - hyper.beta1)), weight = 1.0;
    for (int k = 1; k <= 55; ++k) {
      weight *= hyper.half;
      const double geometric = log_q == 0.0 ? t : m::exp(k * log_q) * (m::expm1(k * t * log_q) / m::expm1(k * log_q));
      logarithm -= weight / k * geometric;
    }
    return -m::expm1(logarithm);
  }

  static Step at(const Hyper& hyper, std::uint64_t step) {
    const auto t = static_cast<double>(step);
    const double of_gradient = 1.0 - hyper.beta1 + hyper.beta1 * warmed(hyper, t), mu_next = hyper.beta1 * (1.0 - warmed(hyper, t + 1.0));
    return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2, hyper.eps,
            of_gradient / unbias_product(hyper, t), mu_next / unbias_product(hyper, t + 1.0), 1.0 / unbias(hyper.beta2, step)};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    const R ahead = m::fma(R(step.of_average), slots.m, R(step.of_gradient) * g);
    return m::select(ahead == R(0.0), R(0.0), ahead / (m::sqrt(R(step.inner) * slots.v) + R(step.eps)));
  }
};

struct NadamMethod {
  using Rules = TypeList<Nadam>;
  static MethodEntry entry() {
    return {{"nadam", "NAdam", "Dozat 2016 (ICLR workshop)"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps(), {"momentum_decay", "psi of mu_t = beta1 (1 - 0.96^(t psi) / 2), where the schedule is warming", 4e-3, fields::not_negative}},
            {{"schedule", "mu_t: warming, or constant, beta1", {"warming", "constant"}}},
            {{"paper", "Dozat 2016, with the schedule proposed there, 0.96^(t / 250); the average itself keeps beta1, as in all libraries", {}},
             {"torch", "torch/optim/nadam.py, _single_tensor_nadam", {}, "torch 2.15.0"},
             {"keras", "keras/src/optimizers/nadam.py, Nadam.update_step: 0.96^t", {{"eps", "1e-7"}, {"momentum_decay", "1"}}, "keras 3.15.1"},
             {"optax", "optax/_src/transform.py, scale_by_adam with nesterov=True and eps_root=0", {{"schedule", "constant"}}, "optax 0.2.8"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Nadam>({d.number("beta1"), d.number("beta2"), d.number("eps"), d.number("momentum_decay"), d.choice("schedule") == "warming" ? 0.5 : 0.0});
  }
  static Update update(const Definition& d) {
    Update lines{{"m", "beta1*m + (1 - beta1)*g"}, {"v", "beta2*v + (1 - beta2)*g^2"}};
    if (d.choice("schedule") == "warming") {
      lines.push_back({"mu", "beta1*(1 - 0.96^(t*momentum_decay)/2)"});
      lines.push_back({"mu_next", "beta1*(1 - 0.96^((t + 1)*momentum_decay)/2)"});
      lines.push_back({"P", "prod(i, 1, t, beta1*(1 - 0.96^(i*momentum_decay)/2))"});
      lines.push_back({"u", "(1 - mu)/(1 - P)*g + mu_next/(1 - P*mu_next)*m"});
    } else {
      lines.push_back({"u", "(1 - beta1)/(1 - beta1^t)*g + beta1/(1 - beta1^(t + 1))*m"});
    }
    lines.push_back({"x", "x - eta*if(u == 0, 0, u/(sqrt(v/(1 - beta2^t)) + eps))"});
    return lines;
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

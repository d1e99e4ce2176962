// NAdam: Adam that looks one step ahead, as Nesterov's momentum does, with a coefficient mu_t that warms up.
//   m_t = mu_t m_{t-1} + (1 - mu_t) g_t, or beta1 in place of mu_t (average),   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   mu_t = beta1 (1 - 0.96^(t psi) / 2),   P_t = mu_1 ... mu_t                            schedule = warming; psi is momentum_decay
//   mu_t = beta1,   P_t = beta1^t                                                         schedule = constant
//   x_{t+1} = x_t - eta ((1 - mu_t) / (1 - P_t) g_t + mu_{t+1} / (1 - P_{t+1}) m_t) / (sqrt(v_t / (1 - beta2^t)) + eps)
// correction = outer: times sqrt(1 - beta2^t) / (sqrt(v_t) + eps). next_product = twice: mu_t stands twice in P_{t+1}, as in torch before 2.0.
// Source: Dozat 2016 (ICLR workshop), Algorithm 2; all libraries average with beta1. The weights of g_t and m_t change with t: no A-LR is stated.
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
    std::uint64_t average_by_mu = 1, outer = 0, twice = 0;
  };
  struct Step {
    double average, one_minus_average, beta2, one_minus_beta2, eps;
    double of_gradient, of_average;  // (1 - mu_t) / (1 - P_t), mu_{t+1} / (1 - P_{t+1})
    double inner;                    // 1 / (1 - beta2^t); outer: 1, and its root divides the two weights
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
  // 1 - P_t, or 1 - also_by P_t. With q = 0.96^psi,  -log P_t = -t log beta1 + sum_k (half^k / k) (q^k + q^(2 k) + ... + q^(t k)): all terms have one sign.
  static double unbias_product(const Hyper& hyper, double t, double logarithm_of_also = 0.0) {
    if (hyper.beta1 == 0.0) return 1.0;
    const double log_q = hyper.momentum_decay * m::log(0.96);
    double logarithm = t * m::log1p(-(1.0 - hyper.beta1)) + logarithm_of_also, weight = 1.0;
    for (int k = 1; k <= 55; ++k) {
      weight *= hyper.half;
      const double geometric = log_q == 0.0 ? t : m::exp(k * log_q) * (m::expm1(k * t * log_q) / m::expm1(k * log_q));
      logarithm -= weight / k * geometric;
    }
    return -m::expm1(logarithm);
  }

  static Step at(const Hyper& hyper, std::uint64_t step) {
    const auto t = static_cast<double>(step);
    const double w = warmed(hyper, t), mu = hyper.beta1 * (1.0 - w), rest = 1.0 - hyper.beta1 + hyper.beta1 * w;  // 1 - mu_t
    const double mu_next = hyper.beta1 * (1.0 - warmed(hyper, t + 1.0)), again = hyper.twice != 0 && hyper.beta1 > 0.0 ? m::log1p(-(1.0 - hyper.beta1)) + m::log1p(-w) : 0.0;
    const double of_v = unbias(hyper.beta2, step), factor = hyper.outer != 0 ? m::sqrt(of_v) : 1.0;
    const bool by_mu = hyper.average_by_mu != 0;
    return {by_mu ? mu : hyper.beta1, by_mu ? rest : 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2, hyper.eps,
            factor * (rest / unbias_product(hyper, t)), factor * (mu_next / unbias_product(hyper, t + 1.0, again)), hyper.outer != 0 ? 1.0 : 1.0 / of_v};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.average, step.one_minus_average, g);
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    const R ahead = m::fma(R(step.of_average), slots.m, R(step.of_gradient) * g);
    return m::select(ahead == R(0.0), R(0.0), ahead / (m::sqrt(R(step.inner) * slots.v) + R(step.eps)));
  }
};

struct NadamMethod {
  using Rules = TypeList<Nadam>;
  static MethodEntry entry() {
    return {{"nadam", "NAdam", "Dozat 2016 (ICLR workshop), Algorithm 2"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps(), {"momentum_decay", "psi of mu_t = beta1 (1 - 0.96^(t psi) / 2), where the schedule is warming", 4e-3, fields::not_negative}},
            {{"schedule", "mu_t: warming, or constant, beta1", {"warming", "constant"}},
             {"average", "coefficient of the average m: mu_t or beta1", {"mu", "beta1"}},
             {"correction", "of v: inside, sqrt(v/(1 - beta2^t)) + eps, or outer, (sqrt(v) + eps)/sqrt(1 - beta2^t)", {"inside", "outer"}},
             {"next_product", "how often mu_t stands in the product P_{t+1}", {"once", "twice"}}},
            {{"paper",
              "Dozat 2016 (ICLR workshop), Algorithm 2, with the schedule proposed there, 0.96^(t / 250), and v^_t = v_t/(1 - beta2^t) (the box has one beta2 more). "
              "Not re-opened: from memory",
              {}},
             {"torch", "torch/optim/nadam.py, _single_tensor_nadam", {{"average", "beta1"}}, "torch 2.15.0"},
             {"torch-1.13",
              "torch/optim/nadam.py, _single_tensor_nadam: mu_product_next = mu_product * mu * mu_next after mu_product *= mu, so that mu_t counts twice",
              {{"average", "beta1"}, {"next_product", "twice"}},
              "torch 1.13.1"},
             {"keras", "keras/src/optimizers/nadam.py, Nadam.update_step: 0.96^t", {{"eps", "1e-7"}, {"momentum_decay", "1"}, {"average", "beta1"}}, "keras 3.15.1"},
             {"tensorflow", "tf_keras/src/optimizers/nadam.py, Nadam.update_step: 0.96^t", {{"eps", "1e-7"}, {"momentum_decay", "1"}, {"average", "beta1"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/adam/nadam_update.hpp, NadamUpdate::Policy::Update", {{"average", "beta1"}, {"correction", "outer"}}, "ensmallen 3.11.1"},
             {"optax", "optax/_src/transform.py, scale_by_adam with nesterov=True and eps_root=0", {{"schedule", "constant"}, {"average", "beta1"}}, "optax 0.2.8"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Nadam>({d.number("beta1"), d.number("beta2"), d.number("eps"), d.number("momentum_decay"), d.choice("schedule") == "warming" ? 0.5 : 0.0,
                                      d.choice("average") == "mu" ? 1U : 0U, d.choice("correction") == "outer" ? 1U : 0U, d.choice("next_product") == "twice" ? 1U : 0U});
  }
  static Update update(const Definition& d) {
    const bool warming = d.choice("schedule") == "warming", twice = d.choice("next_product") == "twice";
    Update lines;
    if (warming) {
      lines.push_back({"mu", "beta1*(1 - 0.96^(t*momentum_decay)/2)"});
      lines.push_back({"mu_next", "beta1*(1 - 0.96^((t + 1)*momentum_decay)/2)"});
      lines.push_back({"P", "prod(i, 1, t, beta1*(1 - 0.96^(i*momentum_decay)/2))"});
    }
    lines.push_back({"m", warming && d.choice("average") == "mu" ? "mu*m + (1 - mu)*g" : "beta1*m + (1 - beta1)*g"});
    lines.push_back({"v", "beta2*v + (1 - beta2)*g^2"});
    if (warming) lines.push_back({"u", twice ? "(1 - mu)/(1 - P)*g + mu_next/(1 - P*mu*mu_next)*m" : "(1 - mu)/(1 - P)*g + mu_next/(1 - P*mu_next)*m"});
    else lines.push_back({"u", twice ? "(1 - beta1)/(1 - beta1^t)*g + beta1/(1 - beta1^(t + 2))*m" : "(1 - beta1)/(1 - beta1^t)*g + beta1/(1 - beta1^(t + 1))*m"});
    lines.push_back({"x", d.choice("correction") == "outer" ? "x - eta*if(u == 0, 0, u*sqrt(1 - beta2^t)/(sqrt(v) + eps))" : "x - eta*if(u == 0, 0, u/(sqrt(v/(1 - beta2^t)) + eps))"});
    return lines;
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

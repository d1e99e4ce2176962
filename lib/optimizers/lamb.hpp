// LAMB: Adam's step with decay, given the length of the iterate. All coordinates are one layer.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   r_t = m_t / (1 - beta1^t) / (sqrt(v_t / (1 - beta2^t)) + eps) + weight_decay x_t
//   x_{t+1} = x_t - eta (|x_t| / |r_t|) r_t        the factor is 1 where |x_t| = 0 or |r_t| = 0
// Source: You et al. 2020 (arXiv:1904.00962), Algorithm 2 with phi(z) = z. The rule has the decay itself: it enters the norm.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Lamb {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 2;  // |x_t|^2, |r_t|^2
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.999, eps = 1e-6, weight_decay = 0.0;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2, eps, weight_decay;
    double first, second;  // 1 / (1 - beta1^t), 1 / (1 - beta2^t)
  };
  template <class R>
  struct Slots {
    R m, v;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) {
    return {hyper.beta1, 1.0 - hyper.beta1,  hyper.beta2, 1.0 - hyper.beta2, hyper.eps, hyper.weight_decay, 1.0 / unbias(hyper.beta1, t), 1.0 / unbias(hyper.beta2, t)};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  // Enters g into the moments and gives r_t.
  template <class R>
  THALWEG_HD static R direction(R g, R x, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    const R adam = R(step.first) * slots.m / (m::sqrt(R(step.second) * slots.v) + R(step.eps));
    return m::fma(R(step.weight_decay), x, m::select(slots.m == R(0.0), R(0.0), adam));
  }
  template <class R>
  THALWEG_HD static void terms(R g, R x, const Slots<R>& slots, const Step& step, R* out) {
    Slots<R> tried = slots;
    out[0] = m::sqr(x);
    out[1] = m::sqr(direction(g, x, tried, step));
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R* whole) {
    const R r = direction(g, x, slots, step);
    const R trust = m::sqrt(whole[0]) / m::sqrt(whole[1]);
    return m::fma(-eta * m::select(whole[0] == R(0.0), R(1.0), m::select(whole[1] == R(0.0), R(1.0), trust)), r, x);
  }
};

struct LambMethod {
  using Rules = TypeList<Lamb>;
  static constexpr bool own_decay = true;
  static MethodEntry entry() {
    return {{"lamb", "LAMB", "You et al. 2020 (arXiv:1904.00962), Algorithm 2"},
            "sign and norm",
            {fields::beta1(), fields::beta2(), fields::eps(1e-6)},
            {},
            {{"paper", "You et al. 2020 (arXiv:1904.00962), Algorithm 2, phi(z) = z, one layer", {}}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Lamb>({d.number("beta1"), d.number("beta2"), d.number("eps"), d.number("weight_decay")});
  }
  static Update update(const Definition&) {
    return {{"m", "beta1*m + (1 - beta1)*g"},
            {"v", "beta2*v + (1 - beta2)*g^2"},
            {"r", "if(m == 0, 0, m/(1 - beta1^t)/(sqrt(v/(1 - beta2^t)) + eps)) + weight_decay*x"},
            {"x_length", "sqrt(sum_j(x[j]^2))"},
            {"r_length", "sqrt(sum_j(r[j]^2))"},
            {"x", "x - eta*if(x_length == 0, 1, if(r_length == 0, 1, x_length/r_length))*r"}};
  }
};

}  // namespace thalweg

// ADOPT: each gradient is divided by the root of the second moment of those before it, and clipped, before it enters the average.
//   t = 1:   v_1 = g_1^2, and x does not move
//   t > 1:   c_t = clip(g_t / max(sqrt(v_{t-1}), eps), +-(t - 1)^(1/4))
//            m_t = beta1 m_{t-1} + (1 - beta1) c_t,   x_{t+1} = x_t - eta m_t
//            v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
// Source: Taniguchi et al. 2024 (arXiv:2411.02853) in the form with clipping, as in their torch-adopt. What is averaged has been divided: no A-LR is stated.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Adopt {
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.9999, eps = 1e-6;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2, eps;  // at t = 1 the averages begin: 0 and 0, 0 and 1
    double bound;                                                // (t - 1)^(1/4)
  };
  template <class R>
  struct Slots {
    R m, v;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) {
    if (t == 1) return {0.0, 0.0, 0.0, 1.0, hyper.eps, 0.0};
    return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2, hyper.eps, m::sqrt(m::sqrt(static_cast<double>(t - 1)))};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    const R scaled = m::select(g == R(0.0), R(0.0), g / m::max(R(step.eps), m::sqrt(slots.v)));
    const R clipped = m::min(R(step.bound), m::max(R(-step.bound), scaled));  // a NaN stays: it is the second argument
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, clipped);
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    return slots.m;
  }
};

struct AdoptMethod {
  using Rules = TypeList<Adopt>;
  static MethodEntry entry() {
    return {{"adopt", "ADOPT", "Taniguchi et al. 2024 (arXiv:2411.02853)"},
            "adaptive",
            {fields::beta1(), fields::beta2(0.9999), {"eps", "the least number that is divided by", 1e-6, fields::not_negative}},
            {},
            {{"paper", "Taniguchi et al. 2024 (arXiv:2411.02853), the form with clipping at the fourth root of the step", {}},
             {"authors-code", "adopt/adopt.py, _single_tensor_adopt with the default clip_lambda; its step counts from 0", {}, "torch-adopt 0.1.0"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Adopt>({d.number("beta1"), d.number("beta2"), d.number("eps")});
  }
  static Update update(const Definition&) {
    return {{"c", "if(g == 0, 0, max(-(t - 1)^(1/4), min((t - 1)^(1/4), g/max(sqrt(v), eps))))"},
            {"m", "if(t == 1, 0, beta1*m + (1 - beta1)*c)"},
            {"v", "if(t == 1, g^2, beta2*v + (1 - beta2)*g^2)"},
            {"x", "x - eta*m"}};
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

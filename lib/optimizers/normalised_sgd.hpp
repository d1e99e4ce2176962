// Normalised SGD with momentum: every step has length eta.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   x_{t+1} = x_t - eta m_t / |m_t|     (x_{t+1} = x_t where m_t = 0)
// Source: Cutkosky & Mehta 2020 (arXiv:2002.03305), section 3, where m_1 = g_1 (initial = first-gradient); initial = zero starts the average from 0.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct NormalisedSgd {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 1;  // |m_t|^2
  struct Hyper {
    double beta1 = 0.9;
    std::uint64_t from_gradient = 1;
  };
  struct Step {
    double beta1, one_minus_beta1;
  };
  template <class R>
  struct Slots {
    R m;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) {
    if (t == 1 && hyper.from_gradient != 0) return {0.0, 1.0};  // m_1 = g_1
    return {hyper.beta1, 1.0 - hyper.beta1};
  }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static void terms(R g, R, const Slots<R>& slots, const Step& step, R* out) {
    out[0] = m::sqr(ema(slots.m, step.beta1, step.one_minus_beta1, g));
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R* whole) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    return m::fma(-eta, m::select(slots.m == R(0.0), R(0.0), slots.m / m::sqrt(whole[0])), x);
  }
};

struct NormalisedSgdMethod {
  using Rules = TypeList<NormalisedSgd>;
  static MethodEntry entry() {
    return {{"normalised-sgd", "Normalised SGD with momentum", "Cutkosky & Mehta 2020 (arXiv:2002.03305)"},
            "sign and norm",
            {fields::beta1()},
            {{"initial", "m before the first step: first-gradient (m_1 = g_1) or zero", {"first-gradient", "zero"}}},
            {{"paper", "Cutkosky & Mehta 2020 (arXiv:2002.03305), section 3", {}}},
            {"m"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<NormalisedSgd>({d.number("beta1"), d.choice("initial") == "zero" ? 0U : 1U});
  }
  static Update update(const Definition& d) {
    const bool zero = d.choice("initial") == "zero";
    return {{"m", zero ? "beta1*m + (1 - beta1)*g" : "if(t == 1, g, beta1*m + (1 - beta1)*g)"},
            {"length", "sqrt(sum_j(m[j]^2))"},
            {"x", "x - if(m == 0, 0, eta*m/length)"}};
  }
};

}  // namespace thalweg

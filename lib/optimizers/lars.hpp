// LARS: the step is given a length in proportion to that of the iterate. All coordinates are one layer.
//   lambda_t = trust |x_t| / (|g_t| + weight_decay |x_t|)     1 where |x_t| = 0 or the divisor is 0
//   b_t = momentum b_{t-1} + eta_t lambda_t (g_t + weight_decay x_t),   x_{t+1} = x_t - b_t
// Source: You, Gitman & Ginsburg 2017 (arXiv:1708.03888), Algorithm 1: the buffer holds the step sizes. The rule has the decay itself: it enters lambda.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Lars {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 2;  // |x_t|^2, |g_t|^2
  struct Hyper {
    double trust = 1e-3, momentum = 0.9, weight_decay = 0.0;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R b;
  };

  static Step at(const Hyper& hyper, std::uint64_t, unsigned) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static void terms(R g, R x, const Slots<R>&, const Step&, R* out) {
    out[0] = m::sqr(x);
    out[1] = m::sqr(g);
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R* whole) {
    const R length = m::sqrt(whole[0]), divisor = m::fma(R(step.weight_decay), length, m::sqrt(whole[1]));
    const R local = m::select(whole[0] == R(0.0), R(1.0), m::select(divisor == R(0.0), R(1.0), R(step.trust) * length / divisor));
    slots.b = m::fma(R(step.momentum), slots.b, eta * local * m::fma(R(step.weight_decay), x, g));
    return x - slots.b;
  }
};

struct LarsMethod {
  using Rules = TypeList<Lars>;
  static constexpr bool own_decay = true;
  static MethodEntry entry() {
    return {{"lars", "LARS", "You, Gitman & Ginsburg 2017 (arXiv:1708.03888), Algorithm 1"},
            "sign and norm",
            {{"trust", "trust coefficient", 1e-3, fields::not_negative}, fields::momentum()},
            {},
            {{"paper", "You, Gitman & Ginsburg 2017 (arXiv:1708.03888), Algorithm 1, one layer", {}}},
            {"b"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Lars>({d.number("trust"), d.number("momentum"), d.number("weight_decay")});
  }
  static Update update(const Definition&) {
    return {{"x_length", "sqrt(sum_j(x[j]^2))"},
            {"divisor", "sqrt(sum_j(g[j]^2)) + weight_decay*x_length"},
            {"lambda", "if(x_length == 0, 1, if(divisor == 0, 1, trust*x_length/divisor))"},
            {"b", "momentum*b + eta*lambda*(g + weight_decay*x)"},
            {"x", "x - b"}};
  }
};

}  // namespace thalweg

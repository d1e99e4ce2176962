// AdaGrad-Norm: one step size for all coordinates, divided by the norm of all gradients so far.
//   b_t^2 = b_{t-1}^2 + |g_t|^2,   x_{t+1} = x_t - eta g_t / b_t
// Source: Ward, Wu & Bottou 2019 (arXiv:1806.01811), Algorithm 1. b_t^2 is one number of the method; every coordinate keeps a copy.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct AdagradNorm {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 1;  // |g_t|^2
  struct Hyper {
    double b0 = 0.1;
  };
  struct Step {};
  template <class R>
  struct Slots {
    R v;  // b^2
  };

  static Step at(const Hyper&, std::uint64_t, unsigned) { return {}; }
  static Slots<double> initial(const Hyper& hyper) { return {hyper.b0 * hyper.b0}; }
  template <class R>
  THALWEG_HD static void terms(R g, R, const Slots<R>&, const Step&, R* out) {
    out[0] = m::sqr(g);
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step&, R eta, const R* whole) {
    slots.v = slots.v + whole[0];
    return m::fma(-eta, m::select(g == R(0.0), R(0.0), g / m::sqrt(slots.v)), x);
  }
};

struct AdagradNormMethod {
  using Rules = TypeList<AdagradNorm>;
  static MethodEntry entry() {
    return {{"adagrad-norm", "AdaGrad-Norm", "Ward, Wu & Bottou 2019 (arXiv:1806.01811), Algorithm 1"},
            "adaptive",
            {{"b0", "b before the first step", 0.1, fields::not_negative}},
            {},
            {{"paper", "Ward, Wu & Bottou 2019 (arXiv:1806.01811), Algorithm 1, for which b_0 > 0 is given", {}}},
            {"v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<AdagradNorm>({d.number("b0")});
  }
  static Update update(const Definition&) { return {{"v", "v + sum_j(g[j]^2)"}, {"x", "x - if(g == 0, 0, eta*g/sqrt(v))"}}; }
};

}  // namespace thalweg

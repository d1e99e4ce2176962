// Gradient descent with Polyak's step size: as long as the gap to the minimum allows.
//   x_{t+1} = x_t - eta s_t g_t,    s_t = (f(x_t) - f*) / (c |g_t|^2),    at most `largest` where that is not 0;    s_t = 0 where g_t = 0
// f and f* are those of the problem, exact, also where the gradient is noisy. Known of convex f with eta = c = 1: |x_t - x*| does not grow, and the smallest gap of T
// steps is at most G |x_1 - x*| / sqrt(T) for |g_t| <= G.
// Sources: Polyak 1969; Hazan & Kakade 2019 (arXiv:1905.00313); with a largest step and c, Loizou et al. 2021 (arXiv:2002.10542), equation (SPS_max).
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct PolyakStep {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 1;  // |g|^2
  static constexpr bool value = true;     // whole[1] = f(x_t) - f*
  struct Hyper {
    double c = 1.0, largest = 0.0;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {};

  static Step at(const Hyper& hyper, std::uint64_t, unsigned) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static void terms(R g, R, const Slots<R>&, const Step&, R* out) {
    out[0] = m::sqr(g);
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>&, const Step& step, R eta, const R* whole) {
    R s = whole[1] / (R(step.c) * whole[0]);
    if (step.largest > 0.0) s = m::min(s, R(step.largest));
    return m::fma(-eta * m::select(g == R(0.0), R(0.0), s), g, x);
  }
};

struct PolyakStepMethod {
  using Rules = TypeList<PolyakStep>;
  static MethodEntry entry() {
    return {{"polyak-step", "Polyak step size", "Polyak 1969; Hazan & Kakade 2019 (arXiv:1905.00313)"},
            "plain and momentum",
            {{"c", "divides the gap", 1.0, {0.0, fields::infinity, false, false, "must be a finite number > 0"}}, {"largest", "largest step size; 0: none", 0.0, fields::not_negative}},
            {},
            {{"paper", "Polyak 1969; Hazan & Kakade 2019 (arXiv:1905.00313), Algorithm 1", {}},
             {"sps-max", "Loizou et al. 2021 (arXiv:2002.10542), SPS_max with c = 1/2 and gamma_b = 1, on the function itself instead of a sample", {{"c", "0.5"}, {"largest", "1"}}}},
            {}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<PolyakStep>({d.number("c"), d.number("largest")});
  }
  static Update update(const Definition& d) {
    const bool bounded = d.number("largest") > 0.0;
    return {{"s", "gap/(c*sum_j(g[j]^2))"}, {"x", bounded ? "x - if(g == 0, 0, eta*min(s, largest)*g)" : "x - if(g == 0, 0, eta*s*g)"}};
  }
};

}  // namespace thalweg

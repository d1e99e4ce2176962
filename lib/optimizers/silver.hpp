// Gradient descent with silver step sizes: steps beyond the limit of stability now and then, in a pattern of powers of two.
//   x_{t+1} = x_t - eta a_t g_t,    a_t = 1 + rho^{nu(t) - 1},    rho = 1 + sqrt(2),    nu(t) the exponent of 2 in t:    sqrt(2), 2, sqrt(2), 2 + sqrt(2), ...
// For convex f with eta = 1 / L and T = 2^k - 1:  f(x_{T+1}) - f* <= L |x_1 - x*|^2 / (1 + sqrt(4 rho^{2k} - 3)), of order T^-1.2716, without momentum.
// Source: Altschuler & Parrilo 2023 (arXiv:2309.16530), equation (1.3) and Theorem 1.1; the strongly convex case: arXiv:2309.07879.
#pragma once

#include "lib/core/scalar_num.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Silver {
  struct Hyper {};
  struct Step {
    double factor;
  };
  template <class R>
  struct Slots {};

  static Step at(const Hyper&, std::uint64_t t) {
    const double rho = 1.0 + m::sqrt(2.0);
    double power = 1.0 / rho;
    for (; t % 2 == 0; t /= 2) power *= rho;
    return {1.0 + power};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>&, const Step& step) {
    return R(step.factor) * u;
  }
};

struct SilverMethod {
  using Rules = TypeList<Silver>;
  static MethodEntry entry() {
    return {{"silver", "Gradient descent with silver step sizes", "Altschuler & Parrilo 2023 (arXiv:2309.16530), equation (1.3)"},
            "plain and momentum",
            {},
            {},
            {{"paper", "Altschuler & Parrilo 2023 (arXiv:2309.16530), equation (1.3), eta = 1 / L", {}}},
            {}};
  }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<Silver>({});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition&) { return {{"x", "x - eta*(1 + (1 + sqrt(2))^(sum(k, 1, 52, if(floor(t/2^k)*2^k == t, 1, 0)) - 1))*g"}}; }
};

}  // namespace thalweg

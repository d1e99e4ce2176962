// Methods that step by the sign of a number per coordinate; sign(0) = 0. They state no A-LR: the length of the step does not follow from a rate.
//   signsgd   u_t = sign(g_t)
//   signum    m_t = beta1 m_{t-1} + (1 - beta1) g_t,   u_t = sign(m_t),   m_0 = 0
// Source: Bernstein et al. 2018 (arXiv:1802.04434), Algorithm 1 (signSGD) and Algorithm 2 (Signum).
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

// 1, -1, or x itself where that is 0 or not a number.
template <class R>
THALWEG_HD inline R sign_of(const R& x) {
  return m::select(x > R(0.0), R(1.0), m::select(x < R(0.0), R(-1.0), x));
}

struct SignSgd {
  struct Hyper {};
  struct Step {};
  template <class R>
  struct Slots {};

  static Step at(const Hyper&, std::uint64_t) { return {}; }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>&, const Step&) {
    return sign_of(u);
  }
};

struct Signum {
  struct Hyper {
    double beta1 = 0.9;
  };
  struct Step {
    double beta1, one_minus_beta1;
  };
  template <class R>
  struct Slots {
    R m;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta1, 1.0 - hyper.beta1}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, u);  // m_t = beta1 m_{t-1} + (1 - beta1) g_t
    return sign_of(slots.m);
  }
};

struct SignSgdMethod {
  using Rules = TypeList<SignSgd>;
  static MethodEntry entry() {
    MethodEntry entry{{"signsgd", "signSGD", "Bernstein et al. 2018 (arXiv:1802.04434), Algorithm 1"},
                      "sign and norm",
                      {},
                      {},
                      {{"paper", "Bernstein et al. 2018 (arXiv:1802.04434), Algorithm 1: x - delta sign(g)", {}},
                       {"optax", "optax/_src/transform.py, scale_by_sign", {}, "optax 0.2.8"}},
                      {}};
    entry.discontinuous = true;
    return entry;
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<SignSgd>({});
  }
  static Update update(const Definition&) { return {{"x", "x - eta*if(g > 0, 1, if(g < 0, -1, 0))"}}; }
};

struct SignumMethod {
  using Rules = TypeList<Signum>;
  static MethodEntry entry() {
    MethodEntry entry{{"signum", "Signum", "Bernstein et al. 2018 (arXiv:1802.04434), Algorithm 2"},
                      "sign and norm",
                      {fields::beta1()},
                      {},
                      {{"paper", "Bernstein et al. 2018 (arXiv:1802.04434), Algorithm 2; beta1 is their beta", {}},
                       {"optax", "optax/_src/alias.py, signum (an average without correction, then scale_by_sign)", {}, "optax 0.2.8"}},
                      {"m"}};
    entry.discontinuous = true;
    return entry;
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Signum>({d.number("beta1")});
  }
  static Update update(const Definition&) { return {{"m", "beta1*m + (1 - beta1)*g"}, {"x", "x - eta*if(m > 0, 1, if(m < 0, -1, 0))"}}; }
};

}  // namespace thalweg

// RMSProp with momentum, and centred: divided by the deviation of the gradients about their moving average.
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   b_t = momentum b_{t-1} + g_t / D(v_t),   x_{t+1} = x_t - eta b_t                                                       rmsprop-momentum
//   a_t = beta2 a_{t-1} + (1 - beta2) g_t,   D(v_t - a_t^2) in place of D(v_t)                                             rmsprop-centred
// D(v) is sqrt(v) + eps, or sqrt(v + eps). What is kept in place of v_t is the variance s_t = v_t - a_t^2 itself, which is never negative:
//   s_t = beta2 (s_{t-1} + (1 - beta2) (g_t - a_{t-1})^2)
// Source: torch/optim/rmsprop.py; Graves 2013 (arXiv:1308.0850), equations (38) to (41), centred, with momentum and eps inside the root. Graves and keras
// multiply by eta before the buffer, which is the same while eta is constant. The buffer is of divided gradients: no A-LR is stated.
#pragma once

#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

template <class Denominator>
struct RmspropMomentumOver {
  struct Hyper {
    double beta2 = 0.99, momentum = 0.9;
    Denominator denominator;
  };
  struct Step {
    double beta2, one_minus_beta2, momentum;
    Denominator denominator;
  };
  template <class R>
  struct Slots {
    R v, b;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta2, 1.0 - hyper.beta2, hyper.momentum, hyper.denominator}; }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    slots.b = m::fma(R(step.momentum), slots.b, m::select(g == R(0.0), R(0.0), g / step.denominator.template shape<R>(slots.v)));
    return slots.b;
  }
};
using RmspropMomentum = RmspropMomentumOver<RootPlusEps>;
using RmspropMomentumRootOfSum = RmspropMomentumOver<RootOfSum>;

template <class Denominator>
struct RmspropCentredOver {
  using Hyper = typename RmspropMomentumOver<Denominator>::Hyper;
  using Step = typename RmspropMomentumOver<Denominator>::Step;
  template <class R>
  struct Slots {
    R s, a, b;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) { return RmspropMomentumOver<Denominator>::at(hyper, t); }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    slots.s = R(step.beta2) * m::fma(R(step.one_minus_beta2), m::sqr(g - slots.a), slots.s);
    slots.a = ema(slots.a, step.beta2, step.one_minus_beta2, g);
    slots.b = m::fma(R(step.momentum), slots.b, m::select(g == R(0.0), R(0.0), g / step.denominator.template shape<R>(slots.s)));
    return slots.b;
  }
};
using RmspropCentred = RmspropCentredOver<RootPlusEps>;
using RmspropCentredRootOfSum = RmspropCentredOver<RootOfSum>;

// What both say of themselves.
template <class Outside, class Inside>
struct RmspropForm {
  using Rules = TypeList<Outside, Inside>;
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    const double beta2 = d.number("beta2"), momentum = d.number("momentum"), eps = d.number("eps");
    if (d.choice("eps_placement") == "inside") return make.template rule<Inside>({beta2, momentum, {eps}});
    return make.template rule<Outside>({beta2, momentum, {eps}});
  }
  static std::string divided(const Definition& d, const std::string& moment) {
    return "momentum*b + if(g == 0, 0, g/" + std::string(d.choice("eps_placement") == "inside" ? "sqrt(" + moment + " + eps))" : "(sqrt(" + moment + ") + eps))");
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

struct RmspropMomentumMethod : RmspropForm<RmspropMomentum, RmspropMomentumRootOfSum> {
  static MethodEntry entry() {
    return {{"rmsprop-momentum", "RMSProp with momentum", "Tieleman & Hinton 2012, lecture 6e, with momentum as in torch/optim/rmsprop.py"},
            "adaptive",
            {fields::beta2(0.9), fields::momentum(), fields::eps()},
            {adaptive_family::eps_placement()},
            {{"paper", "Tieleman & Hinton 2012, lecture 6e, which mentions standard momentum and gives no formula: its place is that of torch", {}},
             {"torch", "torch/optim/rmsprop.py, _single_tensor_rmsprop with momentum > 0, whose default is 0", {{"beta2", "0.99"}}, "torch 2.15.0"},
             {"keras", "keras/src/optimizers/rmsprop.py, RMSprop.update_step with momentum > 0, for a constant step size", {{"eps", "1e-7"}, {"eps_placement", "inside"}}, "keras 3.15.1"}},
            {"v", "b"}};
  }
  static Update update(const Definition& d) { return {{"v", "beta2*v + (1 - beta2)*g^2"}, {"b", divided(d, "v")}, {"x", "x - eta*b"}}; }
};

struct RmspropCentredMethod : RmspropForm<RmspropCentred, RmspropCentredRootOfSum> {
  static MethodEntry entry() {
    return {{"rmsprop-centred", "Centred RMSProp", "Graves 2013 (arXiv:1308.0850), equations (38) to (41)"},
            "adaptive",
            {fields::beta2(0.95), fields::momentum(), fields::eps(1e-4)},
            {{"eps_placement", "inside the root, sqrt(v + eps), or outside, sqrt(v) + eps", {"inside", "outside"}}},
            {{"paper", "Graves 2013 (arXiv:1308.0850), equations (38) to (41), for a constant step size", {}},
             {"torch",
              "torch/optim/rmsprop.py, _single_tensor_rmsprop with centered=True",
              {{"beta2", "0.99"}, {"momentum", "0"}, {"eps", "1e-8"}, {"eps_placement", "outside"}},
              "torch 2.15.0"},
             {"keras",
              "keras/src/optimizers/rmsprop.py, RMSprop.update_step with centered=True",
              {{"beta2", "0.9"}, {"momentum", "0"}, {"eps", "1e-7"}},
              "keras 3.15.1"}},
            {"s", "a", "b"}};
  }
  static Update update(const Definition& d) {
    return {{"s", "beta2*(s + (1 - beta2)*(g - a)^2)"}, {"a", "beta2*a + (1 - beta2)*g"}, {"b", divided(d, "s")}, {"x", "x - eta*b"}};
  }
};

}  // namespace thalweg

// RMSProp: the gradient over the root of a moving average of its square; no momentum, no corrections.
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   x_{t+1} = x_t - eta g_t / (sqrt(v_t) + eps)
// Source: Tieleman & Hinton 2012, lecture 6e, which has no eps (eps = 0 here). RmspropRootOfSum puts eps inside the root: g_t / sqrt(v_t + eps).
// Of the adaptive family with m_t = g_t (adaptive.hpp), without its slot.
#pragma once

#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

template <class Denominator>
struct RmspropOver {
  struct Hyper {
    double beta2 = 0.9;
    Denominator denominator;
  };
  struct Step {
    double beta2, one_minus_beta2;
    Denominator denominator;
  };
  template <class R>
  struct Slots {
    R v;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return {hyper.beta2, 1.0 - hyper.beta2, hyper.denominator}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return R(1.0) / step.denominator.template shape<R>(slots.v);
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>&) {
    return u;
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(u));
    return m::select(u == R(0.0), R(0.0), rate(slots, step) * u);  // 0 also where the A-LR is infinite
  }
};
using Rmsprop = RmspropOver<RootPlusEps>;
using RmspropRootOfSum = RmspropOver<RootOfSum>;

struct RmspropMethod {
  using Rules = TypeList<Rmsprop, RmspropRootOfSum>;
  static MethodEntry entry() {
    using namespace adaptive_family;
    return {{"rmsprop", "RMSProp", "Tieleman & Hinton 2012, lecture 6e"},
            "adaptive",
            {fields::beta2(0.9), fields::eps()},
            {denominator("root"), eps_placement(), second_moment("latest"), no_correction()},
            {{"paper", "Tieleman & Hinton 2012, lecture 6e (there with eps = 0)", {}},
             {"optax", "optax/_src/transform.py, scale_by_rms with eps_in_sqrt=True", {{"eps_placement", "inside"}}, "optax 0.2.8"},
             {"torch", "torch/optim/rmsprop.py, _single_tensor_rmsprop with momentum=0, centered=False", {{"beta2", "0.99"}}, "torch 2.15.0"},
             {"keras", "keras/src/optimizers/rmsprop.py, RMSprop.update_step with momentum=0, centered=False", {{"eps", "1e-7"}, {"eps_placement", "inside"}}, "keras 3.15.1"},
             {"tensorflow", "tf_keras/src/optimizers/rmsprop.py, RMSprop.update_step with momentum=0, centered=False", {{"eps", "1e-7"}, {"eps_placement", "inside"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/rmsprop/rmsprop_update.hpp, RMSPropUpdate::Policy::Update", {{"beta2", "0.99"}}, "ensmallen 3.11.1"}},
            {"v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    if (d.choice("eps_placement") == "inside") return make.template rule<RmspropRootOfSum>({d.number("beta2"), {d.number("eps")}});
    return make.template rule<Rmsprop>({d.number("beta2"), {d.number("eps")}});
  }
  static Update update(const Definition& d) {
    return {{"v", "beta2*v + (1 - beta2)*g^2"}, {"x", d.choice("eps_placement") == "inside" ? "x - eta*g/sqrt(v + eps)" : "x - eta*g/(sqrt(v) + eps)"}};
  }
};

}  // namespace thalweg

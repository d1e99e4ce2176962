// S-Momentum, the heavy ball with stochastic gradients:
//   b_t = momentum b_{t-1} + g_t,   u_t = b_t,   b_0 = 0.   The A-LR is 1.
// The buffer is a sum, not an average: at equal eta its steps are 1 / (1 - momentum) times those of ema_momentum.hpp.
// Source: Polyak 1964; in this form with stochastic gradients in Sutskever et al. 2013. The step size stands outside the buffer: where eta changes with t,
// Polyak's momentum (x_t - x_{t-1}), and velocities that contain the step size (keras), are other updates.
//
// With dampening and Nesterov's form, as libraries have them (DampenedMomentum, NesterovMomentum):
//   b_t = momentum b_{t-1} + (1 - dampening) g_t       u_t = b_t, or with nesterov   u_t = g_t + momentum b_t
//   b_1 = (1 - dampening) g_1, or with first_step = undampened, as in torch, b_1 = g_1
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Momentum {
  struct Hyper {
    double momentum = 0.9;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R b;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.b = m::fma(R(step.momentum), slots.b, u);  // b_t = momentum b_{t-1} + g_t
    return slots.b;
  }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>&, const Step&) {
    return R(1.0);
  }
  template <class R>
  THALWEG_HD static R numerator(R, const Slots<R>& slots) {
    return slots.b;
  }
};

struct DampenedMomentum {
  struct Hyper {
    double momentum = 0.9, dampening = 0.0;
    double first_dampening = 0.0;  // that of t = 1
  };
  struct Step {
    double momentum, weight;  // weight of g_t
  };
  template <class R>
  using Slots = Momentum::Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t) { return {hyper.momentum, 1.0 - (t == 1 ? hyper.first_dampening : hyper.dampening)}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.b = m::fma(R(step.momentum), slots.b, R(step.weight) * u);  // b_t = momentum b_{t-1} + (1 - dampening) g_t
    return slots.b;
  }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>&, const Step&) {
    return R(1.0);
  }
  template <class R>
  THALWEG_HD static R numerator(R, const Slots<R>& slots) {
    return slots.b;
  }
};

// States no A-LR: its numerator is not a value that it keeps.
struct NesterovMomentum {
  using Hyper = DampenedMomentum::Hyper;
  using Step = DampenedMomentum::Step;
  template <class R>
  using Slots = Momentum::Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t) { return DampenedMomentum::at(hyper, t); }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R x, Slots<R>& slots, const Step& step) {
    return m::fma(R(step.momentum), DampenedMomentum::apply<R>(u, x, slots, step), u);  // g_t + momentum b_t
  }
};

struct MomentumMethod {
  using Rules = TypeList<Momentum, DampenedMomentum, NesterovMomentum>;
  static MethodEntry entry() {
    return {{"momentum", "S-Momentum", "Polyak 1964; Sutskever et al. 2013"},
            "plain and momentum",
            {fields::momentum(), {"dampening", "g_t enters the buffer with the weight 1 - dampening", 0.0, fields::at_most_one}},
            {{"nesterov", "u_t = g_t + momentum b_t in place of b_t", {"no", "yes"}},
             {"first_step", "b_1 is g_1 dampened like every other, or undampened", {"dampened", "undampened"}}},
            {{"paper", "Polyak 1964: b = momentum b + g", {}},
             {"authors-code", "the baseline of Tong, Liang & Bi (arXiv:1908.00700): the same update", {}},
             {"torch", "torch/optim/sgd.py, _single_tensor_sgd with dampening=0, nesterov=False", {{"first_step", "undampened"}}, "torch 2.15.0"},
             {"torch-nesterov", "torch/optim/sgd.py, _single_tensor_sgd with nesterov=True", {{"nesterov", "yes"}, {"first_step", "undampened"}}, "torch 2.15.0"},
             {"optax", "optax/transforms/_accumulation.py, trace with nesterov=False", {}, "optax 0.2.8"},
             {"optax-nesterov", "optax/transforms/_accumulation.py, trace with nesterov=True", {{"nesterov", "yes"}}, "optax 0.2.8"},
             {"keras", "keras/src/optimizers/sgd.py, SGD.update_step for a constant step size (its velocity contains it)", {}, "keras 3.15.1"},
             {"keras-nesterov",
              "keras/src/optimizers/sgd.py, SGD.update_step with nesterov=True, for a constant step size (its velocity contains it)",
              {{"nesterov", "yes"}},
              "keras 3.15.1"},
             {"ensmallen",
              "include/ensmallen_bits/sgd/update_policies/momentum_update.hpp, MomentumUpdate::Policy::Update for a constant step size (its velocity contains it)",
              {{"momentum", "0.5"}},
              "ensmallen 3.11.1"}},
            {"b"}};
  }
  static Numerator numerator(const Definition& d) {
    return d.number("dampening") == 0.0 && d.choice("nesterov") == "no" ? Numerator::buffer : Numerator::other;
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    const double momentum = d.number("momentum"), dampening = d.number("dampening");
    const DampenedMomentum::Hyper hyper{momentum, dampening, d.choice("first_step") == "undampened" ? 0.0 : dampening};
    if (d.choice("nesterov") == "yes") return make.template rule<NesterovMomentum>(hyper);
    if (dampening > 0.0) return make.template rule<DampenedMomentum>(hyper);
    return make.template rule<Momentum>({momentum});
  }
  static Update update(const Definition& d) {
    const bool dampened = d.number("dampening") > 0.0, first = dampened && d.choice("first_step") == "undampened";
    const std::string gradient = !dampened ? "g" : first ? "if(t > 1, 1 - dampening, 1)*g" : "(1 - dampening)*g";
    return {{"b", "momentum*b + " + gradient}, {"x", d.choice("nesterov") == "yes" ? "x - eta*(g + momentum*b)" : "x - eta*b"}};
  }
};

}  // namespace thalweg

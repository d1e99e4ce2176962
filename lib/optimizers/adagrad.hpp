// Adagrad: the A-LR divides by the root of the sum of all squared gradients, so that it never increases.
//   v_t = v_{t-1} + g_t^2,   v_0 = initial_accumulator
//   x_{t+1} = x_t - eta_t / (1 + (t - 1) lr_decay)  g_t / (sqrt(v_t) + eps)
// Source: Duchi, Hazan & Singer 2011 (JMLR 12), Figure 1, diagonal form; eps is their delta. torch 2.x is this with eps = 1e-10 and a decay of the step
// size of its own; optax starts from v_0 = 0.1 and puts eps inside the root (AdagradRootOfSum).
#pragma once

#include "lib/core/scalar_num.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/denominator.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

template <class Denominator>
struct AdagradOver {
  struct Hyper {
    double initial_accumulator = 0.0, lr_decay = 0.0;
    Denominator denominator;
  };
  struct Step {
    Denominator denominator;
    double outer;  // 1 / (1 + (t - 1) lr_decay)
  };
  template <class R>
  struct Slots {
    R v;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) { return {hyper.denominator, 1.0 / (1.0 + static_cast<double>(t - 1) * hyper.lr_decay)}; }
  static Slots<double> initial(const Hyper& hyper) { return {hyper.initial_accumulator}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return R(step.outer) / step.denominator.template shape<R>(slots.v);
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>&) {
    return u;
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.v = m::fma(u, u, slots.v);
    return m::select(u == R(0.0), R(0.0), rate(slots, step) * u);  // 0 also where the A-LR is infinite
  }
};
using Adagrad = AdagradOver<RootPlusEps>;
using AdagradRootOfSum = AdagradOver<RootOfSum>;

struct AdagradMethod {
  using Rules = TypeList<Adagrad, AdagradRootOfSum>;
  static MethodEntry entry() {
    return {{"adagrad", "Adagrad", "Duchi, Hazan & Singer 2011, Figure 1"},
            "adaptive",
            {fields::eps(),
             {"initial_accumulator", "v_0", 0.0, fields::not_negative},
             {"lr_decay", "the step size is divided by 1 + (t - 1) lr_decay", 0.0, fields::not_negative}},
            {{"eps_placement", "outside the root, sqrt(v) + eps, or inside, sqrt(v + eps)", {"outside", "inside"}}},
            {{"paper", "Duchi, Hazan & Singer 2011, Figure 1: eps is their delta, for which they fix no value", {}},
             {"torch", "torch/optim/adagrad.py, _single_tensor_adagrad", {{"eps", "1e-10"}}, "torch 2.15.0"},
             {"optax", "optax/_src/transform.py, scale_by_rss", {{"eps", "1e-7"}, {"initial_accumulator", "0.1"}, {"eps_placement", "inside"}}, "optax 0.2.8"},
             {"tensorflow", "tf_keras/src/optimizers/adagrad.py, Adagrad.update_step", {{"eps", "1e-7"}, {"initial_accumulator", "0.1"}, {"eps_placement", "inside"}}, "tf_keras 2.21.0"},
             {"ensmallen", "include/ensmallen_bits/ada_grad/ada_grad_update.hpp, AdaGradUpdate::Policy::Update", {{"eps", "1e-8"}}, "ensmallen 3.11.1"}},
            {"v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    const double initial = d.number("initial_accumulator"), decay = d.number("lr_decay");
    if (d.choice("eps_placement") == "inside") return make.template rule<AdagradRootOfSum>({initial, decay, {d.number("eps")}});
    return make.template rule<Adagrad>({initial, decay, {d.number("eps")}});
  }
  static Update update(const Definition& d) {
    const std::string divisor = d.choice("eps_placement") == "inside" ? "sqrt(v + eps)" : "(sqrt(v) + eps)";
    const bool decays = d.number("lr_decay") > 0.0;
    return {{"v", "v + g^2"}, {"x", "x - eta" + std::string(decays ? "/(1 + (t - 1)*lr_decay)" : "") + "*g/" + divisor}};
  }
  // v_t >= v_0, and nothing bounds it from above for all t.
  static RateFacts rate(const Definition& d, double) {
    const double v = d.number("initial_accumulator"), eps = d.number("eps");
    const bool inside = d.choice("eps_placement") == "inside";
    return {.least = 0.0, .largest = 1.0 / (inside ? m::sqrt(v + eps) : m::sqrt(v) + eps), .monotone = true,
            .how = "v increases from v_0, without bound over all t", .least_formula = "0",
            .largest_formula = inside ? "1/sqrt(initial_accumulator + eps)" : "1/(sqrt(initial_accumulator) + eps)"};
  }
};

}  // namespace thalweg

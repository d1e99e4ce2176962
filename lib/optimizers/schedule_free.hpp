// Schedule-free learning: gradients are taken between the iterate of the inner method, z, and the average of those, which is what is reported.
//   z_{t+1} = z_t - eta_t u_t                                           u_t made of the gradient at y_t
//   average_{t+1} = average_t + c_t (z_{t+1} - average_t),              c_t = w_t / sum_{s <= t} w_s
//   y_{t+1} = (1 - beta1) z_{t+1} + beta1 average_{t+1}                 z_1 = average_1 = y_1
// w_t = t^r times eta_t^2 (weights = eta-squared), the square of the largest eta so far (largest-eta-squared, the authors' code), or 1 (equal, so that
// c_t = 1 / t for r = 0). All are the same where the step size is constant.
// schedule-free-sgd    u_t = g(y_t)
// schedule-free-adamw  v_t = beta2 v_{t-1} + (1 - beta2) g(y_t)^2,   u_t = g(y_t) / (sqrt(v_t / (1 - beta2^t)) + eps);   weight_decay is taken at y_t
// The engine's x is y_t. Source: Defazio et al. 2024 (arXiv:2405.15682), equations (3)-(5), Algorithm 1 and its weights gamma_t^2.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/denominator.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

// What both are made with at a step: how its iterate is weighed.
struct ScheduleFreeWeight {
  double power;  // t^r
  bool first, equal, largest;
};
struct ScheduleFreeHyper {
  double beta1 = 0.9, r = 0.0;
  std::uint64_t equal = 0, largest = 0;

  ScheduleFreeWeight at(std::uint64_t t) const { return {r == 0.0 ? 1.0 : m::pow(static_cast<double>(t), r), t == 1, equal != 0, largest != 0}; }
};

// What both keep of each coordinate, and the pass over it.
template <class R>
struct ScheduleFreePoints {
  R z, average, weight, eta_max;  // weight: sum of w

  THALWEG_HD R move(R u, R y, const ScheduleFreeWeight& k, R eta, R beta1) {
    if (k.first) z = average = y;
    z = m::fma(-eta, u, z);
    eta_max = m::max(eta_max, eta);
    const R base = k.largest ? eta_max : eta;
    const R w = R(k.power) * (k.equal ? R(1.0) : base * base);
    weight = weight + w;
    average = m::fma(m::select(weight == R(0.0), R(0.0), w / weight), z - average, average);
    return m::fma(beta1, average - z, z);
  }
};

struct ScheduleFreeSgd {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 1;  // average
  using Hyper = ScheduleFreeHyper;
  struct Step {
    double beta1;
    ScheduleFreeWeight weight;
  };
  template <class R>
  struct Slots {
    ScheduleFreePoints<R> at;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) { return {hyper.beta1, hyper.at(t)}; }
  static Slots<double> initial(const Hyper&) { return {{0.0, 0.0, 0.0, 0.0}}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    return slots.at.move(g, y, step.weight, eta, R(step.beta1));
  }
};

struct ScheduleFreeAdamw {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 1;  // average
  struct Hyper {
    ScheduleFreeHyper points;
    double beta2 = 0.999, eps = 1e-8, weight_decay = 0.0;
  };
  struct Step {
    double beta1, beta2, one_minus_beta2, correction, eps, weight_decay;
    ScheduleFreeWeight weight;
  };
  template <class R>
  struct Slots {
    ScheduleFreePoints<R> at;
    R v;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) {
    return {hyper.points.beta1, hyper.beta2, 1.0 - hyper.beta2, 1.0 / unbias(hyper.beta2, t), hyper.eps, hyper.weight_decay, hyper.points.at(t)};
  }
  static Slots<double> initial(const Hyper&) { return {{0.0, 0.0, 0.0, 0.0}, 0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    slots.v = ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(g));
    const R divisor = m::sqrt(R(step.correction) * slots.v) + R(step.eps);
    const R u = m::fma(R(step.weight_decay), y, m::select(g == R(0.0), R(0.0), g / divisor));
    return slots.at.move(u, y, step.weight, eta, R(step.beta1));
  }
};

namespace schedule_free {
inline ChoiceField weights() {
  return {"weights", "of the iterates in the average: eta-squared, equal, or largest-eta-squared, of the largest eta so far", {"eta-squared", "equal", "largest-eta-squared"}};
}
inline NumberField power() { return {"r", "the weights are multiplied by t^r", 0.0, fields::not_negative}; }
inline ScheduleFreeHyper hyper(const Definition& d) {
  return {d.number("beta1"), d.number("r"), d.choice("weights") == "equal" ? 1U : 0U, d.choice("weights") == "largest-eta-squared" ? 1U : 0U};
}
// The lines of z, then those that follow from it.
inline Update points(const Definition& d, Update lines) {
  std::string w = d.choice("weights") == "equal" ? "1" : d.choice("weights") == "eta-squared" ? "eta^2" : "eta_max^2";
  if (d.number("r") > 0.0) w = w == "1" ? "t^r" : "t^r*" + w;
  lines.push_back({"eta_max", "max(eta_max, eta)"});
  lines.push_back({"weight", "weight + " + w});
  lines.push_back({"average", "if(t == 1, z, average + if(weight == 0, 0, " + w + "/weight)*(z - average))"});
  lines.push_back({"x", "z + beta1*(average - z)"});
  return lines;
}
}  // namespace schedule_free

struct ScheduleFreeSgdMethod {
  using Rules = TypeList<ScheduleFreeSgd>;
  static MethodEntry entry() {
    return {{"schedule-free-sgd", "Schedule-free SGD", "Defazio et al. 2024 (arXiv:2405.15682), equations (3)-(5)"},
            "two-call and wrappers",
            {{"beta1", "weight of the average in the point where the gradient is taken", 0.9, fields::at_most_one}, schedule_free::power()},
            {schedule_free::weights()},
            {{"paper", "Defazio et al. 2024 (arXiv:2405.15682), equations (3)-(5)", {}},
             {"authors-code", "schedulefree/sgd_schedulefree.py, SGDScheduleFree.step with warmup_steps=0, weight_lr_power=2", {{"weights", "largest-eta-squared"}}, "schedulefree 1.4.1"}},
            {"z", "average", "weight", "eta_max"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<ScheduleFreeSgd>(schedule_free::hyper(d));
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition& d) { return schedule_free::points(d, {{"z", "if(t == 1, x, z) - eta*g"}}); }
};

struct ScheduleFreeAdamwMethod {
  using Rules = TypeList<ScheduleFreeAdamw>;
  static constexpr bool own_decay = true;
  static MethodEntry entry() {
    return {{"schedule-free-adamw", "Schedule-free AdamW", "Defazio et al. 2024 (arXiv:2405.15682), Algorithm 1"},
            "two-call and wrappers",
            {{"beta1", "weight of the average in the point where the gradient is taken", 0.9, fields::at_most_one}, fields::beta2(), fields::eps(), schedule_free::power()},
            {schedule_free::weights()},
            {{"paper", "Defazio et al. 2024 (arXiv:2405.15682), Algorithm 1 without warm-up, weight decay at y", {}},
             {"authors-code", "schedulefree/adamw_schedulefree.py, AdamWScheduleFree.step with warmup_steps=0, weight_lr_power=2", {{"weights", "largest-eta-squared"}}, "schedulefree 1.4.1"},
             {"keras", "keras/src/optimizers/schedule_free_adamw.py, ScheduleFreeAdamW.update_step, without warm-up; the average is recovered from y there, not kept",
              {{"weights", "equal"}}, "Keras 3.15.1"}},
            {"z", "average", "weight", "eta_max", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<ScheduleFreeAdamw>({schedule_free::hyper(d), d.number("beta2"), d.number("eps"), d.number("weight_decay")});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition& d) {
    const std::string decay = d.number("weight_decay") > 0.0 ? " + weight_decay*x" : "";
    return schedule_free::points(d, {{"v", "beta2*v + (1 - beta2)*g^2"},
                                          {"u", "if(g == 0, 0, g/(sqrt(v/(1 - beta2^t)) + eps))" + decay},
                                          {"z", "if(t == 1, x, z) - eta*u"}});
  }
};

}  // namespace thalweg

// SAGA: the sampled gradient, less what is kept of the same sample's, plus the mean of what is kept of all n.
//   c_t = (1/n) sum_i k_i                                                      k_i: the gradient kept of sample i
//   v_t = (1/b) sum_{i in batch} (grad f_i(x_t) - k_i) + c_t                   its mean over batches is grad f(x_t)
//   x_{t+1} = x_t - eta v_t,    then k_i = grad f_i(x_t) for the samples of the batch
// where k_i = grad f_i(x_1) before the first step. A sample that is twice in a batch counts twice in v_t and is kept once.
// What all samples have alike, a regulariser of the problem or weight_decay, is in grad f_i(x_t) and not in what is kept: its gradient at x_t is exact. So the f_i
// of the paper are the losses, and the regulariser is a smooth term beside them whose gradient is added (the paper's h, by a step instead of its proximal map).
// f is a finite sum of which a problem keeps gradients (lib/optimizers/rule_instance.hpp): one number a sample and replica where f_i is a function of a_i . x.
// Its four calls, all at x_t: the sample; at t = 1 the gradients of all samples, to keep; what is kept of the batch; the batch's own, to keep.
// Source: Defazio, Bach & Lacoste-Julien 2014 (arXiv:1407.0202), section 2, equation (1), with phi_i^0 = x_1; there b = 1.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Saga {
  static constexpr unsigned calls = 4;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr bool remembers = true;
  struct Hyper {};
  struct Step {
    unsigned call;
    bool first;
  };
  template <class R>
  struct Slots {
    R mean, v;  // mean: c_t
  };

  static Asked ask(const Hyper&, std::uint64_t t, unsigned call) {
    if (call == 0) return Asked::sample;
    if (call == 1) return t == 1 ? Asked::filled : Asked::nothing;
    return call == 2 ? Asked::recalled : Asked::renewed;
  }
  static Step at(const Hyper&, std::uint64_t t, unsigned call) { return {call, t == 1}; }
  static Slots<double> initial(const Hyper&) { return {0.0, 0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    if (step.call == 0) slots.v = g;
    if (step.call == 1 && step.first) slots.mean = g;
    if (step.call == 2) slots.v = slots.v - g;
    if (step.call < 3) return x;
    slots.v = slots.v + slots.mean;
    slots.mean = slots.mean + g;
    return m::fma(-eta, slots.v, x);
  }
};

struct SagaMethod {
  using Rules = TypeList<Saga>;
  static MethodEntry entry() {
    return {{"saga", "SAGA", "Defazio, Bach & Lacoste-Julien 2014 (arXiv:1407.0202)"},
            "two-call and wrappers",
            {},
            {},
            {{"paper", "Defazio, Bach & Lacoste-Julien 2014 (arXiv:1407.0202), section 2, equation (1), with phi_i^0 = x_1", {}}},
            {"mean", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<Saga>({});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  // g_y: the mean of the gradients of all samples, kept; g_y2: of what is kept of the batch; g_y3: the change of the mean as the batch's own are kept.
  static Update update(const Definition&) {
    return {{"y", "x"}, {"c", "if(t == 1, g_y, mean)"}, {"y2", "x"}, {"y3", "x"}, {"v", "g - g_y2 + c"}, {"x", "x - eta*v"}, {"mean", "c + g_y3"}};
  }
};

}  // namespace thalweg

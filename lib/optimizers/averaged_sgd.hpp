// SGD whose iterates are averaged; the average is what is reported, the gradients do not see it.
//   x_{t+1} = x_t - eta g_t
//   average_{t+1} = average_t + c_t (x_{t+1} - average_t),    c_t = 1 up to t = from + 1,  then (1 + power) / (t - from + power)
// power = 0: the mean of the iterates after step `from` (Polyak & Ruppert). power > 0: later ones weigh more, like (t - from)^power.
// Sources: Ruppert 1988; Polyak & Juditsky 1992; Shamir & Zhang 2013 (arXiv:1212.1824), section 4, where power is eta. PyTorch's ASGD averages from step 1e6 on.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct AveragedSgd {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 0;
  struct Hyper {
    double from = 0.0, power = 0.0;
  };
  struct Step {
    double c;
    bool whole;  // c = 1
  };
  template <class R>
  struct Slots {
    R average;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) {
    const double after = static_cast<double>(t) - hyper.from;
    return {(1.0 + hyper.power) / (after + hyper.power), after <= 1.0};
  }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    const R next = m::fma(-eta, g, x);
    slots.average = step.whole ? next : m::fma(R(step.c), next - slots.average, slots.average);
    return next;
  }
};

struct AveragedSgdMethod {
  using Rules = TypeList<AveragedSgd>;
  static MethodEntry entry() {
    return {{"averaged-sgd", "SGD with averaged iterates", "Polyak & Juditsky 1992; Shamir & Zhang 2013 (arXiv:1212.1824)"},
            "two-call and wrappers",
            {{"from", "the step after which iterates are averaged", 0.0, {0.0, 0x1p53, true, true, "must be a number of steps, or 0"}},
             {"power", "how much more later iterates weigh; 0: all alike", 0.0, fields::not_negative}},
            {},
            {{"paper", "Polyak & Juditsky 1992, the mean of all iterates after the first", {}},
             {"polynomial", "Shamir & Zhang 2013 (arXiv:1212.1824), section 4, eta = 3", {{"power", "3"}}},
             {"torch", "torch/optim/asgd.py, _single_tensor_asgd, with its defaults: t0 = 1e6, which counts one step late, lambd as weight_decay; its step size is lr / (1 + lambd lr (t - 1))^0.75",
              {{"from", "1000001"}, {"weight_decay", "0.0001"}}, "PyTorch 2.15.0"}},
            {"average"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<AveragedSgd>({d.number("from"), d.number("power")});
  }
  static Update update(const Definition&) {
    return {{"x", "x - eta*g"}, {"average", "if(t <= from + 1, x, average + (1 + power)/(t - from + power)*(x - average))"}};
  }
};

}  // namespace thalweg

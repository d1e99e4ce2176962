// Lookahead: fast weights, and slow ones that follow them every `period` steps and are then where the fast ones start again. The slow ones are reported.
//   x_{t+1} = x_t - eta u_t                                           the inner method's step
//   every period-th step:   slow <- slow + alpha (x_{t+1} - slow),   x_{t+1} <- slow                slow = x_1 before the first
// The inner method keeps its state. inner = sgd, or adam with corrections inside (Kingma & Ba).
// Source: Zhang, Lucas, Hinton & Ba 2019 (arXiv:1907.08610), Algorithm 1.
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/momentum.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

template <Rule A>
struct LookaheadOver {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 0;  // slow
  struct Hyper {
    double alpha = 0.5;
    std::uint64_t period = 5;
    [[no_unique_address]] typename A::Hyper inner;
  };
  struct Step {
    [[no_unique_address]] typename A::Step inner;
    double alpha;
    bool first, together;
  };
  template <class R>
  struct Slots {
    R slow;
    [[no_unique_address]] typename A::template Slots<R> inner;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) { return {A::at(hyper.inner, t), hyper.alpha, t == 1, t % hyper.period == 0}; }
  static Slots<double> initial(const Hyper& hyper) { return {0.0, A::initial(hyper.inner)}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    if (step.first) slots.slow = x;
    const R next = m::fma(-eta, A::template apply<R>(g, x, slots.inner, step.inner), x);
    if (!step.together) return next;
    slots.slow = m::fma(R(step.alpha), next - slots.slow, slots.slow);
    return slots.slow;
  }
};
using LookaheadSgd = LookaheadOver<Momentum>;
using LookaheadAdam = LookaheadOver<Adaptive<RootPlusEps, Latest>>;

// The fields of both, and the lines after the inner step.
namespace lookahead {
inline std::vector<NumberField> with_fields(std::vector<NumberField> inner) {
  inner.push_back({"period", "steps of the fast weights for one of the slow", 5.0, {1.0, 0x1p53, true, true, "must be a number of steps >= 1"}, true});
  inner.push_back({"alpha", "how far the slow weights go towards the fast ones", 0.5, fields::at_most_one});
  return inner;
}
inline Update with_lines(Update inner, const std::string& u) {
  inner.insert(inner.begin(), {"slow", "if(t == 1, x, slow)"});
  inner.push_back({"x", "x - eta*" + u});
  inner.push_back({"slow", "if(floor(t/period)*period == t, slow + alpha*(x - slow), slow)"});
  inner.push_back({"x", "if(floor(t/period)*period == t, slow, x)"});
  return inner;
}
inline std::uint64_t period(const Definition& d) { return static_cast<std::uint64_t>(d.number("period")); }
}  // namespace lookahead

struct LookaheadMethod {
  using Rules = TypeList<LookaheadSgd>;
  static MethodEntry entry() {
    return {{"lookahead-sgd", "Lookahead around SGD with momentum", "Zhang et al. 2019 (arXiv:1907.08610), Algorithm 1"},
            "two-call and wrappers",
            lookahead::with_fields({fields::momentum()}),
            {},
            {{"paper", "Zhang et al. 2019 (arXiv:1907.08610), Algorithm 1, inner optimiser SGD with momentum 0.9", {}}},
            {"slow", "m"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<LookaheadSgd>({d.number("alpha"), lookahead::period(d), {d.number("momentum")}});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition&) { return lookahead::with_lines({{"m", "momentum*m + g"}}, "m"); }
};

struct LookaheadAdamMethod {
  using Rules = TypeList<LookaheadAdam>;
  static MethodEntry entry() {
    return {{"lookahead-adam", "Lookahead around Adam", "Zhang et al. 2019 (arXiv:1907.08610), Algorithm 1"},
            "two-call and wrappers",
            lookahead::with_fields({fields::beta1(), fields::beta2(), fields::eps()}),
            {},
            {{"paper", "Zhang et al. 2019 (arXiv:1907.08610), Algorithm 1, inner optimiser Adam", {}}},
            {"slow", "m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<LookaheadAdam>({d.number("alpha"), lookahead::period(d), {d.number("beta1"), d.number("beta2"), {d.number("eps")}, Correction::inside}});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition&) {
    return lookahead::with_lines({{"m", "beta1*m + (1 - beta1)*g"}, {"v", "beta2*v + (1 - beta2)*g^2"},
                                  {"u", "if(m == 0, 0, m/(1 - beta1^t)/(sqrt(v/(1 - beta2^t)) + eps))"}}, "u");
  }
};

}  // namespace thalweg

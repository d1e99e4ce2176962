// The extragradient method: a step is tried, and the gradient found there is used from where it started.
//   y_t = x_t - eta g(x_t),   x_{t+1} = x_t - eta g(y_t)
// The two gradients of a step have independent noise (samples = independent, Juditsky, Nemirovski & Tauvel 2011) or the same (samples = same).
// With a box both points are projected.
// Source: Korpelevich 1976.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

template <bool same>
struct ExtragradientOver {
  static constexpr unsigned calls = 2;
  static constexpr bool same_sample = same;
  static constexpr std::size_t sums = 0;
  struct Hyper {};
  struct Step {
    bool second;
  };
  template <class R>
  struct Slots {
    R start;  // x_t
  };

  static Step at(const Hyper&, std::uint64_t, unsigned call) { return {call == 1}; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    if (!step.second) slots.start = x;
    return m::fma(-eta, g, slots.start);
  }
};
using Extragradient = ExtragradientOver<false>;
using ExtragradientSameSample = ExtragradientOver<true>;

struct ExtragradientMethod {
  using Rules = TypeList<Extragradient, ExtragradientSameSample>;
  static MethodEntry entry() {
    return {{"extragradient", "Extragradient", "Korpelevich 1976"},
            "two-call and wrappers",
            {},
            {{"samples", "noise of the two gradients of a step: independent, or the same", {"independent", "same"}}},
            {{"paper", "Korpelevich 1976 (exact gradients); with independent noise Juditsky, Nemirovski & Tauvel 2011 (arXiv:0809.0815)", {}}},
            {"start"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    if (d.choice("samples") == "same") return make.template rule<ExtragradientSameSample>({});
    return make.template rule<Extragradient>({});
  }
  static Update update(const Definition&) { return {{"start", "x"}, {"y", "x - eta*g"}, {"x", "start - eta*g_y"}}; }
};

}  // namespace thalweg

// SVRG: the sampled gradient, less what the same sample said at an anchor, plus the gradient of f there.
//   where t = 1, 1 + period, 1 + 2 period, ...:   anchor = x_t,   full = grad f(x_t)
//   x_{t+1} = x_t - eta (g_i(x_t) - g_i(anchor) + full)                        both samples of a step are the same, i
// Its three calls: the sample at x_t, the gradient of f itself at x_t (only where the anchor moves), the sample at the anchor. f may be any whose oracle is
// sampled: a finite sum with mini-batches, for which it is made; additive noise is the same at x_t and at the anchor and cancels.
// Source: Johnson & Zhang 2013, "Accelerating stochastic gradient descent using predictive variance reduction", Procedure SVRG, option I: the anchor is the
// last iterate before it.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Svrg {
  static constexpr unsigned calls = 3;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  struct Hyper {
    std::uint64_t period = 100;
  };
  struct Step {
    unsigned call;
    bool moves;  // the anchor
  };
  template <class R>
  struct Slots {
    R anchor, full, start, v;  // start: x_t; v: the sample there
  };

  static bool moves(const Hyper& hyper, std::uint64_t t) { return (t - 1) % hyper.period == 0; }
  static Asked ask(const Hyper& hyper, std::uint64_t t, unsigned call) { return call != 1 ? Asked::sample : moves(hyper, t) ? Asked::exact : Asked::nothing; }
  static Step at(const Hyper& hyper, std::uint64_t t, unsigned call) { return {call, moves(hyper, t)}; }
  static Slots<double> initial(const Hyper&) { return {0.0, 0.0, 0.0, 0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    if (step.call == 0) {
      slots.v = g;
      slots.start = x;
      return x;
    }
    if (step.call == 1) {
      if (step.moves) {
        slots.anchor = x;
        slots.full = g;
      }
      return slots.anchor;
    }
    return m::fma(-eta, (slots.v - g) + slots.full, slots.start);
  }
};

struct SvrgMethod {
  using Rules = TypeList<Svrg>;
  static MethodEntry entry() {
    return {{"svrg", "SVRG", "Johnson & Zhang 2013, Procedure SVRG, option I"},
            "two-call and wrappers",
            {{"period", "m: steps from one anchor to the next", 100.0, {1.0, 0x1p53, true, true, "must be a number of steps >= 1"}, true}},
            {},
            {{"paper", "Johnson & Zhang 2013 (NIPS), Procedure SVRG, option I; m, for which they advise a small multiple of the number of samples, is a field", {}}},
            {"anchor", "full", "start", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Svrg>({static_cast<std::uint64_t>(d.number("period"))});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  // g_y is the gradient of f at y = x, g_y2 the sample at y2.
  static Update update(const Definition&) {
    return {{"moves", "if(floor((t - 1)/period)*period == t - 1, 1, 0)"},
            {"start", "x"},
            {"v", "g"},
            {"y", "x"},
            {"anchor", "if(moves == 1, x, anchor)"},
            {"full", "if(moves == 1, g_y, full)"},
            {"y2", "anchor"},
            {"x", "start - eta*(v - g_y2 + full)"}};
  }
};

}  // namespace thalweg

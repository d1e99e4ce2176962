// Rprop: a step size for every coordinate, which grows while its gradient keeps its sign and shrinks when the sign changes; steps by the sign alone.
//   s_t = sign(g_t) sign(g_{t-1}),   w_t = clip(w_{t-1} (increase if s_t > 0, decrease if s_t < 0, else 1), min_step, max_step)
//   where s_t < 0 the gradient is forgotten, g_t = 0;   x_{t+1} = x_t - eta w_t sign(g_t),   w_0 = initial_step
// Source: Riedmiller & Braun 1993 without their way back, in the form iRprop- of Igel & Huesken 2003 (Neurocomputing 50, 105-123), which is torch's. The w_t are the step sizes, so
// eta = 1. optax (0.2.8, scale_by_rprop) returns the step of the call before, w_{t-1} sign(g_{t-1}), where the sign does not change: another method, of
// which there is no preset. It states no A-LR (sign.hpp).
#pragma once

#include "lib/optimizers/sign.hpp"

namespace thalweg {

struct Rprop {
  struct Hyper {
    double initial_step = 0.1, decrease = 0.5, increase = 1.2, min_step = 1e-6, max_step = 50.0;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R w, g_previous;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return hyper; }
  static Slots<double> initial(const Hyper& hyper) { return {hyper.initial_step, 0.0}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    const R s = sign_of(g) * sign_of(slots.g_previous);
    const R factor = m::select(s > R(0.0), R(step.increase), m::select(s < R(0.0), R(step.decrease), R(1.0) + s));  // a NaN stays
    slots.w = m::min(R(step.max_step), m::max(R(step.min_step), slots.w * factor));
    slots.g_previous = m::select(s < R(0.0), R(0.0), g);
    return slots.w * sign_of(slots.g_previous);
  }
};

struct RpropMethod {
  using Rules = TypeList<Rprop>;
  static MethodEntry entry() {
    MethodEntry entry{{"rprop", "Rprop", "Riedmiller & Braun 1993; Igel & Huesken 2003, iRprop-"},
                      "adaptive",
                      {{"initial_step", "w_0", 0.1, fields::positive},
                       {"decrease", "factor of a step size where the gradient changes its sign", 0.5, {0.0, 1.0, false, false, "must be a number in (0, 1)"}},
                       {"increase", "factor of a step size where the gradient keeps its sign", 1.2, {1.0, fields::infinity, false, false, "must be a finite number > 1"}},
                       {"min_step", "the least step size", 1e-6, fields::not_negative},
                       {"max_step", "the largest step size", 50.0, fields::positive}},
                      {},
                      {{"paper",
                        "iRprop- of Igel & Huesken 2003 with the constants of Riedmiller & Braun 1993: factors 0.5 and 1.2, steps from 0.1 within 1e-6 and 50. Neither "
                        "re-opened: the constants as in the manual of CRAN's CaDENCE, rprop",
                        {}},
                       {"torch", "torch/optim/rprop.py, _single_tensor_rprop with lr as initial_step", {{"initial_step", "0.01"}}, "torch 2.15.0"}},
                      {"w", "g_previous"}};
    entry.discontinuous = true;
    return entry;
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Rprop>({d.number("initial_step"), d.number("decrease"), d.number("increase"), d.number("min_step"), d.number("max_step")});
  }
  static Update update(const Definition&) {
    return {{"s", "if(g > 0, 1, if(g < 0, -1, 0))*if(g_previous > 0, 1, if(g_previous < 0, -1, 0))"},
            {"w", "min(max_step, max(min_step, w*if(s > 0, increase, if(s < 0, decrease, 1))))"},
            {"g_previous", "if(s < 0, 0, g)"},
            {"x", "x - eta*w*if(g_previous > 0, 1, if(g_previous < 0, -1, 0))"}};
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg

// Decay of the parameters by w, on either side of a rule:
//   L2          the gradient of (w / 2) |x|^2 is added to the gradient before the rule sees it:   g + w x
//   decoupled   the rule sees the gradient alone, the decay is added to what it returns:          x_{t+1} = x_t - eta_t (u_t + w x_t)
// Sources: Krogh & Hertz 1992; Loshchilov & Hutter 2019 (arXiv:1711.05101).
// Every rule runs between the two, of which at most one has w > 0. One with w = 0 changes no iterate by a bit: it adds a zero with the sign of x_t, so that
// only u_t = -0 becomes another number, +0, where x_t is not negative (nor -0), and there x_t - eta_t u_t is x_t either way.
#pragma once

#include "lib/optimizers/chain.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

// Adds w x to what passes through it. Two places in a chain are two types, so that their empty states take no room.
template <class Place>
struct AddedDecay {
  struct Hyper {
    double weight_decay = 0.0;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {};

  static Step at(const Hyper& hyper, std::uint64_t) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R u, R x, Slots<R>&, const Step& step) {
    return m::fma(R(step.weight_decay), x, u);  // u + w x
  }
};
using L2Decay = AddedDecay<struct BeforeTheRule>;         // u is the gradient
using DecoupledDecay = AddedDecay<struct AfterTheRule>;   // u is what the rule returned

template <class A>
using WithDecay = Chain<L2Decay, A, DecoupledDecay>;

}  // namespace thalweg

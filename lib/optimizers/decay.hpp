// L2 decay: the gradient of (w / 2) |x|^2 is added to the gradient before the rule sees it, u = g + w x.
// Source: Krogh & Hertz 1992; the seed's code adds it so ("weight_decay").
#pragma once

#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct L2Decay {
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

}  // namespace thalweg

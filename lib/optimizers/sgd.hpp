// Stochastic gradient descent: u_t = g_t. No state; the A-LR is 1. The smallest complete rule: start here when you write your own.
// Source: Robbins & Monro 1951.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Sgd {
  struct Hyper {};
  struct Step {};
  template <class R>
  struct Slots {};

  static Step at(const Hyper&, std::uint64_t) { return {}; }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>&, const Step&) {
    return u;
  }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>&, const Step&) {
    return R(1.0);
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>&) {
    return u;
  }
};

struct SgdMethod {
  using Rules = TypeList<Sgd>;
  static MethodEntry entry() { return {{"sgd", "SGD", "Robbins & Monro 1951"}, "plain and momentum", {}, {}, {{"paper", "Robbins & Monro 1951", {}}, {"torch", "torch/optim/sgd.py, _single_tensor_sgd with momentum=0", {}, "torch 2.15.0"}}, {}}; }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<Sgd>({});
  }
  static Update update(const Definition&) { return {{"x", "x - eta*g"}}; }
};

}  // namespace thalweg

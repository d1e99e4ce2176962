// SGD with momentum on clipped gradients.
//   clipped-sgd        c_t = g_t where |g_t| + eps <= clip, else clip / (|g_t| + eps) g_t      the norm of the whole gradient
//   value-clipped-sgd  c_t = min(max(g_t, -clip), clip)                                        each coordinate
//   b_t = momentum b_{t-1} + c_t,   x_{t+1} = x_t - eta b_t
// Sources: Pascanu, Mikolov & Bengio 2013 (arXiv:1211.5063), Algorithm 1; PyTorch's clip_grad_norm_ (eps = 1e-6) and clip_grad_value_.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct ClippedSgd {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 1;  // |g|^2
  struct Hyper {
    double clip = 1.0, momentum = 0.0, eps = 0.0;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R b;
  };

  static Step at(const Hyper& hyper, std::uint64_t, unsigned) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static void terms(R g, R, const Slots<R>&, const Step&, R* out) {
    out[0] = m::sqr(g);
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R* whole) {
    const R length = m::sqrt(whole[0]) + R(step.eps);
    const R scale = m::select(length > R(step.clip), R(step.clip) / length, R(1.0));
    slots.b = m::fma(R(step.momentum), slots.b, scale * g);
    return m::fma(-eta, slots.b, x);
  }
};

struct ClippedSgdMethod {
  using Rules = TypeList<ClippedSgd>;
  static MethodEntry entry() {
    return {{"clipped-sgd", "SGD with the gradient's norm clipped", "Pascanu, Mikolov & Bengio 2013 (arXiv:1211.5063), Algorithm 1"},
            "two-call and wrappers",
            {{"clip", "largest norm of a gradient", 1.0, {0.0, fields::infinity, false, false, "must be a finite number > 0"}}, fields::momentum(0.0), fields::eps(0.0)},
            {},
            {{"paper", "Pascanu, Mikolov & Bengio 2013 (arXiv:1211.5063), Algorithm 1", {}},
             {"torch", "torch/nn/utils/clip_grad.py, clip_grad_norm_, and torch/optim/sgd.py", {{"eps", "1e-6"}}, "PyTorch 2.15.0"}},
            {"b"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<ClippedSgd>({d.number("clip"), d.number("momentum"), d.number("eps")});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition&) {
    return {{"length", "sqrt(sum_j(g[j]^2)) + eps"}, {"b", "momentum*b + if(length > clip, clip/length, 1)*g"}, {"x", "x - eta*b"}};
  }
};

struct ValueClippedSgd {
  struct Hyper {
    double clip = 1.0, momentum = 0.0;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R m;
  };

  static Step at(const Hyper& hyper, std::uint64_t) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = m::fma(R(step.momentum), slots.m, m::select(u == u, m::min(m::max(u, R(-step.clip)), R(step.clip)), u));  // NaN stays
    return slots.m;
  }
};

struct ValueClippedSgdMethod {
  using Rules = TypeList<ValueClippedSgd>;
  static MethodEntry entry() {
    return {{"value-clipped-sgd", "SGD with clipped gradient coordinates", "PyTorch, torch/nn/utils/clip_grad.py, clip_grad_value_"},
            "two-call and wrappers",
            {{"clip", "largest absolute value of a coordinate of the gradient", 1.0, {0.0, fields::infinity, false, false, "must be a finite number > 0"}}, fields::momentum(0.0)},
            {},
            {{"paper", "torch/nn/utils/clip_grad.py, clip_grad_value_, and torch/optim/sgd.py: no paper defines it", {}, "PyTorch 2.15.0"}},
            {"m"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<ValueClippedSgd>({d.number("clip"), d.number("momentum")});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  static Update update(const Definition&) { return {{"m", "momentum*m + min(max(g, -clip), clip)"}, {"x", "x - eta*m"}}; }
};

}  // namespace thalweg

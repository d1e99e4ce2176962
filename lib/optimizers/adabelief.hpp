// AdaBelief: Adam whose second moment is that of g - m, how far the gradient is from what was expected.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   s_t = beta2 s_{t-1} + (1 - beta2) (g_t - m_t)^2 + eps_root
//   m^_t = m_t / (1 - beta1^t),   s^_t = s_t / (1 - beta2^t)
//   x_{t+1} = x_t - eta m^_t / (sqrt(s^_t) + eps)
// Source: Zhuang et al. 2020 (arXiv:2010.07468), Algorithm 2, where eps_root and eps are one number. eps_root stays in s, which therefore tends to
// eps_root / (1 - beta2) where gradients are 0. g_t - m_t is beta1 (g_t - m_{t-1}), and is taken so.
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

struct Adabelief {
  using Family = Adaptive<RootPlusEps, Latest>;
  struct Hyper {
    Family::Hyper family;
    double eps_root = 1e-16;
  };
  struct Step {
    Family::Step family;
    double eps_root;
  };
  template <class R>
  using Slots = Family::Slots<R>;  // v is s

  static Step at(const Hyper& hyper, std::uint64_t t) { return {Family::at(hyper.family, t), hyper.eps_root}; }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return Family::rate<R>(slots, step.family);
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>& slots) {
    return Family::numerator<R>(u, slots);
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    const auto& k = step.family;
    const R surprise = R(k.beta1) * (u - slots.m);  // g_t - m_t
    slots.m = ema(slots.m, k.beta1, k.one_minus_beta1, u);
    slots.v = ema(slots.v, k.beta2, k.one_minus_beta2, m::sqr(surprise)) + R(step.eps_root);
    return m::select(slots.m == R(0.0), R(0.0), rate(slots, step) * slots.m);  // 0 also where the A-LR is infinite
  }
};

struct AdabeliefMethod {
  using Rules = TypeList<Adabelief>;
  static MethodEntry entry() {
    return {{"adabelief", "AdaBelief", "Zhuang et al. 2020 (arXiv:2010.07468), Algorithm 2"},
            "adaptive",
            {fields::beta1(), fields::beta2(), fields::eps(), {"eps_root", "added to s at every step, and kept there", 1e-8, fields::not_negative}},
            {{"correction", "bias correction: inside (both moments), or none", {"inside", "none"}}},
            {{"paper", "Zhuang et al. 2020 (arXiv:2010.07468), Algorithm 2, one eps = 1e-8 in both places", {}},
             {"authors-code",
              "adabelief_pytorch/AdaBelief.py, AdaBelief.step with rectify=False, amsgrad=False: one eps in both places",
              {{"eps", "1e-16"}, {"eps_root", "1e-16"}},
              "adabelief-pytorch 0.2.1"},
             {"optax", "optax/_src/transform.py, scale_by_belief", {{"eps", "1e-16"}, {"eps_root", "1e-16"}}, "optax 0.2.8"},
             {"ensmallen", "include/ensmallen_bits/ada_belief/ada_belief_update.hpp, AdaBeliefUpdate::Policy::Update: one epsilon in both places", {{"eps", "1e-12"}, {"eps_root", "1e-12"}}, "ensmallen 3.11.1"}},
            {"m", "s"},
            {{"state-rests", "s_t grows by eps_root at every step"}}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Adabelief>({adaptive_family::hyper<Adabelief::Family>(d, RootPlusEps{d.number("eps")}), d.number("eps_root")});
  }
  static Update update(const Definition& d) {
    const bool corrected = d.choice("correction") == "inside";
    return {{"m", "beta1*m + (1 - beta1)*g"},
            {"s", "beta2*s + (1 - beta2)*(g - m)^2 + eps_root"},
            {"x", corrected ? "x - eta*m/(1 - beta1^t)/(sqrt(s/(1 - beta2^t)) + eps)" : "x - eta*m/(sqrt(s) + eps)"}};
  }
  // (g_t - m_t)^2 <= 4 beta1^2 G^2, and what is left of eps_root is between eps_root and eps_root / (1 - beta2).
  static RateFacts rate(const Definition& d, double G) {
    const bool corrected = d.choice("correction") == "inside";
    const double eps = d.number("eps"), beta1 = d.number("beta1"), root = d.number("eps_root"), kept = root / (1.0 - d.number("beta2"));
    const double a = corrected ? 1.0 / (1.0 - beta1) : 1.0, surprise = 2.0 * beta1;
    return {.least = surprise > 0.0 ? 1.0 / (m::sqrt(kept + surprise * surprise * G * G) + eps) : 1.0 / (m::sqrt(kept) + eps),
            .largest = a / (m::sqrt(corrected ? kept : root) + eps), .corrected = corrected, .tight = false,
            .how = "|g - m| <= 2 beta1 G, s >= eps_root; bounds, not extremes; not monotone",
            .least_formula = "1/(sqrt(eps_root/(1 - beta2) + (2*beta1*G)^2) + eps)",
            .largest_formula = corrected ? "1/((1 - beta1)*(sqrt(eps_root/(1 - beta2)) + eps))" : "1/(sqrt(eps_root) + eps)"};
  }
};

}  // namespace thalweg

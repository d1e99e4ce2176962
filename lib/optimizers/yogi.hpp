// Yogi: Adam whose second moment moves towards g^2 by a step of the size of g^2, not of their difference.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = v_{t-1} - (1 - beta2) sign(v_{t-1} - g_t^2) g_t^2
//   x_{t+1} = x_t - eta m_t / (sqrt(v_t) + eps)
// Source: Zaheer, Reddi, Sachan, Kale & Kumar 2018, "Adaptive methods for nonconvex optimization", Algorithm 2, without corrections. optax corrects both
// moments as Adam does, and starts both from 1e-6: its first steps move even where the gradient is 0.
// It is discontinuous where v_{t-1} = g_t^2.
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

struct Yogi {
  using Family = Adaptive<RootPlusEps, Latest>;
  struct Hyper {
    Family::Hyper family;
    double initial_average = 0.0, initial_accumulator = 0.0;
  };
  using Step = Family::Step;
  template <class R>
  using Slots = Family::Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t) { return Family::at(hyper.family, t); }
  static Slots<double> initial(const Hyper& hyper) { return {hyper.initial_average, hyper.initial_accumulator}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return Family::rate<R>(slots, step);
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>& slots) {
    return Family::numerator<R>(u, slots);
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, u);
    const R square = m::sqr(u), above = m::fma(-u, u, slots.v);  // v - g^2, rounded once: its sign is exact
    // v - (1 - beta2) g^2 = (v - g^2) + beta2 g^2, which does not cancel.
    slots.v = m::select(above > R(0.0), m::fma(R(step.beta2), square, above), m::select(above == R(0.0), slots.v, m::fma(R(step.one_minus_beta2), square, slots.v)));
    return m::select(slots.m == R(0.0), R(0.0), rate(slots, step) * slots.m);  // 0 also where the A-LR is infinite
  }
};

struct YogiMethod {
  using Rules = TypeList<Yogi>;
  static MethodEntry entry() {
    MethodEntry entry{{"yogi", "Yogi", "Zaheer et al. 2018, Algorithm 2"},
                      "adaptive",
                      {fields::beta1(),
                       fields::beta2(),
                       fields::eps(1e-3),
                       {"initial_average", "m_0", 0.0, fields::not_negative},
                       {"initial_accumulator", "v_0", 0.0, fields::not_negative}},
                      {{"correction", "bias correction: none, or inside (both moments)", {"none", "inside"}}},
                      {{"paper", "Zaheer et al. 2018 (NeurIPS), Algorithm 2, with their eps = 1e-3", {}},
                       {"optax",
                        "optax/_src/transform.py, scale_by_yogi: both moments start from initial_accumulator_value and are corrected",
                        {{"initial_average", "1e-6"}, {"initial_accumulator", "1e-6"}, {"correction", "inside"}},
                        "optax 0.2.8"},
                       {"ensmallen", "include/ensmallen_bits/yogi/yogi_update.hpp, YogiUpdate::Policy::Update", {{"eps", "1e-8"}}, "ensmallen 3.11.1"}},
                      {"m", "v"}};
    entry.discontinuous = true;
    return entry;
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Yogi>(
        {adaptive_family::hyper<Yogi::Family>(d, RootPlusEps{d.number("eps")}), d.number("initial_average"), d.number("initial_accumulator")});
  }
  static Update update(const Definition& d) {
    const bool corrected = d.choice("correction") == "inside";
    return {{"m", "beta1*m + (1 - beta1)*g"},
            {"v", "v - (1 - beta2)*if(v > g^2, 1, if(v < g^2, -1, 0))*g^2"},
            {"x", corrected ? "x - eta*m/(1 - beta1^t)/(sqrt(v/(1 - beta2^t)) + eps)" : "x - eta*m/(sqrt(v) + eps)"}};
  }
  static Numerator numerator(const Definition& d) { return d.number("initial_average") > 0.0 ? Numerator::other : Numerator::average; }
  // v grows by (1 - beta2) g^2 while it is below g^2, hence v <= max(v_0, (2 - beta2) G^2), and it can fall as near to 0 as one likes. Corrected,
  // v_t <= v_0 + min(t (1 - beta2), 2 - beta2) G^2 over 1 - beta2^t >= 1 - exp(-t (1 - beta2)).
  static RateFacts rate(const Definition& d, double G) {
    const bool corrected = d.choice("correction") == "inside";
    const double eps = d.number("eps"), v = d.number("initial_accumulator"), beta2 = d.number("beta2"), most = 2.0 - beta2;
    const double a = corrected ? 1.0 / (1.0 - d.number("beta1")) : 1.0;
    const double v_most = corrected ? v / (1.0 - beta2) + most / -m::expm1(-most) * G * G : v + most * G * G;
    return {.least = 1.0 / (m::sqrt(v_most) + eps), .largest = a / eps, .corrected = corrected, .tight = false,
            .how = "0 <= v <= v_0 + (2 - beta2) G^2, and what the corrections add; bounds, not extremes; not monotone",
            .least_formula = corrected ? "1/(sqrt(initial_accumulator/(1 - beta2) + (2 - beta2)/-expm1(-(2 - beta2))*G^2) + eps)" : "1/(sqrt(initial_accumulator + (2 - beta2)*G^2) + eps)",
            .largest_formula = corrected ? "1/((1 - beta1)*eps)" : "1/eps"};
  }
};

}  // namespace thalweg

// AdaBound and AMSBound: Adam's A-LR clipped between two bounds that close on a final rate, so that the method ends as SGD with momentum.
//   m_t, v_t as in Adam;   w_t = v_t (AdaBound) or max(w_{t-1}, v_t) (AMSBound)
//   A_t = clip(a_t / (sqrt(w_t) + eps), f (1 - 1 / (gamma t + 1)), f (1 + 1 / (gamma t))),   x_{t+1} = x_t - eta A_t m_t
// a_t = sqrt(1 - beta2^t) / (1 - beta1^t) or 1; f is final_rate, the final step size over eta.
// Source: Luo, Xiong, Liu & Sun 2019 (arXiv:1902.09843), Algorithms 2 and 3, without corrections and without eps (eps = 0 here); their 1 / sqrt(t) belongs
// to the step sizes. Their code has the corrections of adam(correction=outer).
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

template <class SecondMoment>
struct Bounded {
  using Family = Adaptive<RootPlusEps, SecondMoment>;
  struct Hyper {
    typename Family::Hyper family;
    double final_rate = 100.0, gamma = 1e-3;
  };
  struct Step {
    typename Family::Step family;
    double lower, upper;
  };
  template <class R>
  using Slots = typename Family::template Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t) {
    const double s = hyper.gamma * static_cast<double>(t);
    return {Family::at(hyper.family, t), hyper.final_rate * (s / (s + 1.0)), hyper.final_rate * ((s + 1.0) / s)};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return m::min(R(step.upper), m::max(R(step.lower), Family::template rate<R>(slots, step.family)));
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>& slots) {
    return Family::template numerator<R>(u, slots);
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    const auto& k = step.family;
    slots.m = ema(slots.m, k.beta1, k.one_minus_beta1, u);
    SecondMoment::enter(slots, ema(slots.v, k.beta2, k.one_minus_beta2, m::sqr(u)), R(k.inner));
    return rate(slots, step) * slots.m;
  }
};
using Adabound = Bounded<Latest>;
using Amsbound = Bounded<RunningMaximum>;

// One definition of what both have; they differ in the second moment.
template <class Rule>
struct BoundedMethod {
  using Rules = TypeList<Rule>;
  static MethodEntry described(Entry entry, std::string_view algorithm, std::string_view code, std::string_view ensmallen, std::vector<std::string_view> state) {
    return {entry,
            "adaptive",
            {fields::beta1(),
             fields::beta2(),
             fields::eps(),
             {"final_rate", "f: the final step size over eta", 100.0, fields::positive},
             {"gamma", "how fast the bounds close", 1e-3, fields::positive}},
            {{"correction", "a_t: none, or outer, sqrt(1 - beta2^t)/(1 - beta1^t)", {"none", "outer"}}},
            {{"paper", algorithm, {}}, {"authors-code", code, {{"correction", "outer"}}, "adabound 0.0.5"}, {"ensmallen", ensmallen, {{"correction", "outer"}}, "ensmallen 3.11.1"}},
            std::move(state)};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Rule>(
        {adaptive_family::hyper<typename Rule::Family>(d, RootPlusEps{d.number("eps")}), d.number("final_rate"), d.number("gamma")});
  }
  static Update bounded(const Definition& d, const std::string& moment) {
    const std::string a = d.choice("correction") == "outer" ? "sqrt(1 - beta2^t)/(1 - beta1^t)" : "1";
    Update lines{{"m", "beta1*m + (1 - beta1)*g"}, {"v", "beta2*v + (1 - beta2)*g^2"}};
    if (moment != "v") lines.push_back({moment, "max(" + moment + ", v)"});
    lines.push_back({"A", "min(final_rate*(1 + 1/(gamma*t)), max(final_rate*(1 - 1/(gamma*t + 1)), if(" + moment + " + eps == 0, final_rate*(1 + 1/(gamma*t)), " + a + "/(sqrt(" + moment + ") + eps))))"});
    lines.push_back({"x", "x - eta*A*m"});
    return lines;
  }
  // The bounds are widest at t = 1.
  static RateFacts rate(const Definition& d, double) {
    const double f = d.number("final_rate"), gamma = d.number("gamma");
    return {.least = f * (gamma / (gamma + 1.0)), .largest = f * ((gamma + 1.0) / gamma), .corrected = d.choice("correction") != "none", .tight = false,
            .how = "clipped between bounds that are widest at t = 1; bounds, not extremes; not monotone",
            .least_formula = "final_rate*gamma/(gamma + 1)", .largest_formula = "final_rate*(gamma + 1)/gamma"};
  }
};

struct AdaboundMethod : BoundedMethod<Adabound> {
  static MethodEntry entry() {
    return described({"adabound", "AdaBound", "Luo et al. 2019 (arXiv:1902.09843), Algorithm 2"},
                     "Luo et al. 2019 (arXiv:1902.09843), Algorithm 2 (there with eps = 0), bounds as in their experiments",
                     "adabound/adabound.py, AdaBound.step with amsbound=False; f = final_lr / base_lr = 0.1 / 1e-3",
                     "include/ensmallen_bits/ada_bound/ada_bound_update.hpp, AdaBoundUpdate::Policy::Update; f = finalLr / stepSize = 0.1 / 1e-3", {"m", "v"});
  }
  static Update update(const Definition& d) { return bounded(d, "v"); }
};

struct AmsboundMethod : BoundedMethod<Amsbound> {
  static MethodEntry entry() {
    return described({"amsbound", "AMSBound", "Luo et al. 2019 (arXiv:1902.09843), Algorithm 3"},
                     "Luo et al. 2019 (arXiv:1902.09843), Algorithm 3 (there with eps = 0), bounds as in their experiments",
                     "adabound/adabound.py, AdaBound.step with amsbound=True: the maximum is of the uncorrected v",
                     "include/ensmallen_bits/ada_bound/ams_bound_update.hpp, AMSBoundUpdate::Policy::Update: the maximum is of the uncorrected v", {"m", "v", "v_max"});
  }
  static Update update(const Definition& d) { return bounded(d, "v_max"); }
};

}  // namespace thalweg

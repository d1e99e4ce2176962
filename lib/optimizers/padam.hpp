// Padam and PAMSGrad: the partially adaptive methods, a power of the second moment between SGD (p -> 0) and Adam (p = 1/2).
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   x_{t+1} = x_t - eta m_t / (sqrt(v_t) + eps)^(2 p)               Padam
//   x_{t+1} = x_t - eta m_t / (sqrt(v^_t) + eps)^(2 p)              PAMSGrad, v^_t = max(v^_{t-1}, v_t)
// PadamOfSum and PamsgradOfSum put eps inside the power of v: m_t / (v_t + eps)^p.
// Source: the form and the two names of Tong, Liang & Bi (arXiv:1908.00700, official code, argument "partial"). The Padam of Chen, Zhou,
// Tang, Yang, Cao & Gu (arXiv:1806.06763) has the maximum: it is called pamsgrad here.
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

using Padam = Adaptive<Power, Latest>;
using Pamsgrad = Adaptive<Power, RunningMaximum>;
using PadamOfSum = Adaptive<PowerOfSum, Latest>;
using PamsgradOfSum = Adaptive<PowerOfSum, RunningMaximum>;

// One definition of what both have; they differ in the second moment.
template <class Rule, class OfSum>
struct PowerFamily {
  using Rules = TypeList<Rule, OfSum>;
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    if (d.choice("eps_placement") == "inside") return make.template rule<OfSum>(adaptive_family::hyper<OfSum>(d, PowerOfSum{d.number("p"), d.number("eps")}));
    return make.template rule<Rule>(adaptive_family::hyper<Rule>(d, Power{d.number("p"), d.number("eps")}));
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
  static MethodEntry described(Entry entry, std::string_view moment, std::vector<std::string_view> state, std::vector<Preset> others = {}) {
    using namespace adaptive_family;
    std::vector<Preset> presets{as_paper(), seed(), authors_code()};
    presets.insert(presets.end(), others.begin(), others.end());
    return {entry,
            "adaptive",
            {{"p", "power: the denominator is (sqrt(v) + eps)^(2 p); 1/2 is Adam", 0.125, {0.0, 0.5, false, true, "must be a number in (0, 1/2]"}},
             fields::beta1(),
             fields::beta2(),
             fields::eps()},
            {denominator("power"), second_moment(moment), correction(), {"eps_placement", "outside the root, (sqrt(v) + eps)^(2 p), or inside the power of v, (v + eps)^p", {"outside", "inside"}}},
            std::move(presets),
            std::move(state)};
  }
};

struct PadamMethod : PowerFamily<Padam, PadamOfSum> {
  static MethodEntry entry() {
    return described({"padam", "Padam", "Tong, Liang & Bi (arXiv:1908.00700), without the maximum that Chen et al. (arXiv:1806.06763) have"}, "latest", {"m", "v"});
  }
};

struct PamsgradMethod : PowerFamily<Pamsgrad, PamsgradOfSum> {
  static MethodEntry entry() {
    return described({"pamsgrad", "PAMSGrad", "Tong, Liang & Bi (arXiv:1908.00700); the Padam of Chen et al. (arXiv:1806.06763)"}, "running-maximum", {"m", "v", "v_max"},
                     {{"ensmallen", "include/ensmallen_bits/padam/padam_update.hpp, PadamUpdate::Policy::Update: it is called Padam there, after Chen et al.", {{"correction", "outer"}, {"eps_placement", "inside"}, {"p", "0.25"}}, "ensmallen 3.11.1"}});
  }
};

}  // namespace thalweg

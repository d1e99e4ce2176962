// Sadam and SAMSGrad: the softplus of sqrt(v) in the denominator calibrates the A-LR, which is at most beta / log 2.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t
//   v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
//   x_{t+1} = x_t - eta m_t / softplus_beta(sqrt(v_t))              Sadam
//   x_{t+1} = x_t - eta m_t / softplus_beta(sqrt(v^_t))             SAMSGrad, v^_t = max(v^_{t-1}, v_t)
//   softplus_beta(s) = log(1 + e^(beta s)) / beta,   between max(s, log 2 / beta + s / 2) and s + log 2 / beta
// Source: Tong, Liang & Bi (arXiv:1908.00700). Their code multiplies by sqrt(1 - beta2^t) / (1 - beta1^t) outside (correction = outer) and
// feeds the softplus the uncorrected root.
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

using Sadam = Adaptive<SoftplusOfRoot, Latest>;
using Samsgrad = Adaptive<SoftplusOfRoot, RunningMaximum>;

// One definition of what both have; they differ in the second moment.
template <class Rule>
struct SoftplusFamily {
  using Rules = TypeList<Rule>;
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Rule>(adaptive_family::hyper<Rule>(d, SoftplusOfRoot{d.number("beta")}));
  }
  static Update update(const Definition& d) { return adaptive_family::update(d); }
  static MethodEntry described(Entry entry, std::string_view moment, std::vector<std::string_view> state) {
    using namespace adaptive_family;
    return {entry,
            "adaptive",
            {// below 1e100 so that beta sqrt(v) cannot overflow
             {"beta", "sharpness of the softplus; log 2 / beta takes the place of eps", 50.0, {0.0, 1e100, false, true, "must be a number in (0, 1e100]"}},
             fields::beta1(),
             fields::beta2()},
            {denominator("softplus"), second_moment(moment), correction()},
            {as_paper(), seed(), authors_code()},
            std::move(state)};
  }
};

struct SadamMethod : SoftplusFamily<Sadam> {
  static MethodEntry entry() {
    return described({"sadam", "Sadam", "Tong, Liang & Bi (arXiv:1908.00700)"}, "latest", {"m", "v"});
  }
};

struct SamsgradMethod : SoftplusFamily<Samsgrad> {
  static MethodEntry entry() {
    return described({"samsgrad", "SAMSGrad", "Tong, Liang & Bi (arXiv:1908.00700)"}, "running-maximum", {"m", "v", "v_max"});
  }
};

}  // namespace thalweg

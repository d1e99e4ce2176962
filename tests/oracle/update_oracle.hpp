// Each published update, transcribed from its source in 50-digit decimal arithmetic. Nothing here calls the rules under test: a
// transcription follows the lines of the paper (or of the authors' code), in their order, with the same binary hyper-parameters.
//   Kingma & Ba 2015, Algorithm 1 and end of section 2; Reddi, Kale & Kumar 2018, Algorithm 2; Tong, Liang & Bi (arXiv:1908.00700), its code.
#pragma once

#include <map>
#include <string>

#include "tests/oracle/adam_descendants.hpp"
#include "tests/oracle/adaptive_transcriptions.hpp"
#include "tests/oracle/momentum_transcriptions.hpp"
#include "tests/oracle/update_parts.hpp"

namespace thalweg::oracle {

// By "method@preset".
inline const std::map<std::string, Transcription>& transcriptions() {
  using namespace detail;
  const auto both = [](State& s, const Parameters& k, const Real& g, const Real& a) {
    first_moment(s, k, g, a);
    second_moment(s, k, g);
  };
  const Transcription sgd = [](State&, const Parameters&, const Real& g, const Real& a, unsigned) { return Update{g, a}; };
  const Transcription momentum = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
    s.m = Real(k.momentum) * s.m + (1 - Real(k.dampening)) * g;
    s.absolute = Real(k.momentum) * s.absolute + (1 - Real(k.dampening)) * a;
    return Update{s.m, s.absolute};
  };
  const Transcription average = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
    first_moment(s, k, g, a);
    return Update{s.m, s.absolute};
  };
  const Transcription adam_algorithm_1 = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    both(s, k, g, a);
    const Real v_hat = s.v / (1 - power(k.beta2, t));
    const Real m_hat_factor = 1 / (1 - power(k.beta1, t));
    return over(s, m_hat_factor / (sqrt(v_hat) + Real(k.eps)));
  };
  const Transcription adam_seed = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
    both(s, k, g, a);
    return over(s, 1 / (sqrt(s.v) + Real(k.eps)));
  };
  const Transcription adam_eps_hat = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    both(s, k, g, a);
    const Real alpha_t = sqrt(1 - power(k.beta2, t)) / (1 - power(k.beta1, t));
    return over(s, alpha_t / (sqrt(s.v) + Real(k.eps)));
  };
  const Transcription adam_inside_root = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
    both(s, k, g, a);
    return over(s, 1 / sqrt(s.v + Real(k.eps)));
  };
  const Transcription amsgrad = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
    both(s, k, g, a);
    keep_maximum(s);
    return over(s, 1 / (sqrt(s.extra) + Real(k.eps)));
  };
  // max_exp_avg_sq of the uncorrected averages; denom = sqrt(max) / sqrt(bias_correction2) + eps, step size lr / bias_correction1.
  const Transcription amsgrad_torch = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    both(s, k, g, a);
    keep_maximum(s);
    const Real denom = sqrt(s.extra) / sqrt(1 - power(k.beta2, t)) + Real(k.eps);
    return over(s, 1 / ((1 - power(k.beta1, t)) * denom));
  };
  // optax: nu_max = max(nu_max, nu / (1 - b2^t)); mu_hat / (sqrt(nu_max) + eps).
  const Transcription amsgrad_optax = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    both(s, k, g, a);
    const Real nu_eff = s.v / (1 - power(k.beta2, t));
    if (nu_eff > s.extra) s.extra = nu_eff;
    return over(s, 1 / ((1 - power(k.beta1, t)) * (sqrt(s.extra) + Real(k.eps))));
  };
  // keras: v_hat = max(v_hat, v); m alpha / (sqrt(v_hat) + epsilon) with alpha = sqrt(1 - beta_2_power) / (1 - beta_1_power).
  const Transcription amsgrad_keras = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    both(s, k, g, a);
    keep_maximum(s);
    return over(s, sqrt(1 - power(k.beta2, t)) / (1 - power(k.beta1, t)) / (sqrt(s.extra) + Real(k.eps)));
  };
  // The code's branch with `partial`, with and without its argument amsgrad.
  const auto code_partial = [both](bool maximum, double partial_of_adam) -> Transcription {
    return [=](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
      both(s, k, g, a);
      if (maximum) keep_maximum(s);
      const Real partial = partial_of_adam > 0 ? Real(partial_of_adam) : Real(k.p);
      const Real denominator = sqrt(maximum ? s.extra : s.v) + Real(k.eps);
      return over(s, code_factor(k, t) / pow(denominator, Real(2 * partial)));
    };
  };
  const auto padam = [both](bool maximum) -> Transcription {
    return [=](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
      both(s, k, g, a);
      if (maximum) keep_maximum(s);
      return over(s, pow(Real(sqrt(maximum ? s.extra : s.v) + Real(k.eps)), Real(-2 * Real(k.p))));
    };
  };
  // ensmallen: stepSize sqrt(biasCorrection2) / biasCorrection1 m / pow(vImproved + epsilon, partial), vImproved = max(vImproved, v).
  const Transcription padam_ensmallen = [both](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    both(s, k, g, a);
    keep_maximum(s);
    return over(s, sqrt(1 - power(k.beta2, t)) / (1 - power(k.beta1, t)) * pow(Real(s.extra + Real(k.eps)), Real(-Real(k.p))));
  };
  const auto sadam = [both](bool maximum, bool code) -> Transcription {
    return [=](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
      both(s, k, g, a);
      if (maximum) keep_maximum(s);
      const Real rate = 1 / softplus(sqrt(maximum ? s.extra : s.v), k.beta);
      return over(s, code ? Real(code_factor(k, t) * rate) : rate);
    };
  };
  // A-LR from the second moment of the gradients before this one.
  const Transcription decorrelated = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned) {
    const Real rate = 1 / (sqrt(s.v) + Real(k.eps));
    s.extra = s.v;
    first_moment(s, k, g, a);
    second_moment(s, k, g);
    return over(s, rate);
  };
  // Duchi, Hazan & Singer 2011, Figure 1: H = delta I + diag(s), s the norms of all gradients so far; torch divides the step size as well.
  const Transcription adagrad = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    s.v += g * g;
    s.m = g;
    s.absolute = a;
    return over(s, 1 / ((1 + Real(t - 1) * Real(k.lr_decay)) * (sqrt(s.v) + Real(k.eps))));
  };
  // optax: rsqrt(sum_of_squares + eps).
  const Transcription adagrad_optax = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    s.v += g * g;
    s.m = g;
    s.absolute = a;
    return over(s, 1 / ((1 + Real(t - 1) * Real(k.lr_decay)) * sqrt(s.v + Real(k.eps))));
  };
  // Kingma & Ba 2015, Algorithm 2, with eps added to |g| as torch and optax do.
  const Transcription adamax = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    first_moment(s, k, g, a);
    const Real decayed = Real(k.beta2) * s.v, now = abs(g) + Real(k.eps);
    s.v = decayed > now ? decayed : now;
    return over(s, 1 / ((1 - power(k.beta1, t)) * s.v));
  };
  // tf_keras, ensmallen: u = max(beta_2 u, |gradient|); m / ((1 - beta_1_power) (u + epsilon)).
  const Transcription adamax_outside = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    first_moment(s, k, g, a);
    const Real decayed = Real(k.beta2) * s.v, now = abs(g);
    s.v = decayed > now ? decayed : now;
    return over(s, 1 / ((1 - power(k.beta1, t)) * (s.v + Real(k.eps))));
  };
  // Defossez et al.: m_n = beta1 m + g, v_n = beta2 v + g^2; alpha (1 - beta1) sqrt((1 - beta2^n) / (1 - beta2)) m / sqrt(v + eps'), eps' = eps / (1 - beta2).
  // The state that is given holds averages.
  const Transcription adam_sums = [](State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
    const Real one = 1 - Real(k.beta1), two = 1 - Real(k.beta2);
    const Real m = Real(k.beta1) * s.m / one + g, absolute = Real(k.beta1) * s.absolute / one + a, v = Real(k.beta2) * s.v / two + g * g;
    s.m = one * m;
    s.absolute = one * absolute;
    s.v = two * v;
    const Real factor = one * sqrt((1 - power(k.beta2, t)) / two) / sqrt(v + Real(k.eps) / two);
    return Update{m == 0 ? Real(0) : Real(factor * m), factor * absolute};
  };
  static const std::map<std::string, Transcription> made = [&] {
    std::map<std::string, Transcription> all = {{"sgd@paper", sgd},
                                               {"momentum@paper", momentum},
                                               {"momentum@authors-code", momentum},
                                               {"ema-momentum@paper", average},
                                               {"ema-momentum@seed", average},
                                               {"adam@paper", adam_algorithm_1},
                                               {"adam@seed", adam_seed},
                                               {"adam@authors-code", code_partial(false, 0.5)},
                                               {"adam@eps-hat", adam_eps_hat},
                                               {"adam@inside-root", adam_inside_root},
                                               {"amsgrad@paper", amsgrad},
                                               {"amsgrad@seed", amsgrad},
                                               {"amsgrad@authors-code", code_partial(true, 0.5)},
                                               {"padam@paper", padam(false)},
                                               {"padam@seed", padam(false)},
                                               {"padam@authors-code", code_partial(false, 0.0)},
                                               {"pamsgrad@paper", padam(true)},
                                               {"pamsgrad@seed", padam(true)},
                                               {"pamsgrad@authors-code", code_partial(true, 0.0)},
                                               {"pamsgrad@ensmallen", padam_ensmallen},
                                               {"sadam@paper", sadam(false, false)},
                                               {"sadam@seed", sadam(false, false)},
                                               {"sadam@authors-code", sadam(false, true)},
                                               {"samsgrad@paper", sadam(true, false)},
                                               {"samsgrad@seed", sadam(true, false)},
                                               {"samsgrad@authors-code", sadam(true, true)},
                                               {"decorrelated-adam@paper", decorrelated},
                                               {"sgd@torch", sgd},
                                               {"adam@torch", adam_algorithm_1},
                                               {"adam@optax", adam_algorithm_1},
                                               {"adam@keras", adam_eps_hat},
                                               {"adam@tensorflow", adam_eps_hat},
                                               {"adam@ensmallen", adam_eps_hat},
                                               {"adam@defossez", adam_sums},
                                               {"amsgrad@optax", amsgrad_optax},
                                               {"amsgrad@tensorflow", amsgrad_keras},
                                               {"amsgrad@ensmallen", amsgrad_keras},
                                               {"amsgrad@keras", amsgrad_keras},
                                               {"amsgrad@torch", amsgrad_torch},
                                               {"adagrad@paper", adagrad},
                                               {"adagrad@torch", adagrad},
                                               {"adagrad@optax", adagrad_optax},
                                               {"adagrad@tensorflow", adagrad_optax},
                                               {"adagrad@ensmallen", adagrad},
                                               {"adamax@tensorflow", adamax_outside},
                                               {"adamax@ensmallen", adamax_outside},
                                               {"adamax@paper", adamax},
                                               {"adamax@torch", adamax},
                                               {"adamax@optax", adamax}};
    add_momentum_methods(all);
    add_adaptive_methods(all);
    add_adam_descendants(all);
    return all;
  }();
  return made;
}

// Before the first step.
inline State initial(const std::string& name) {
  State state;
  if (name == "adagrad@optax" || name == "adagrad@tensorflow") state.v = Real(0.1);
  if (name == "yogi@optax") state.m = state.v = state.absolute = Real(1e-6);
  if (name == "rprop@paper") state.other["w"] = Real(0.1);
  if (name == "rprop@torch") state.other["w"] = Real(0.01);
  return state;
}

}  // namespace thalweg::oracle

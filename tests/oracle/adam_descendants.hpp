// Transcriptions (update_oracle.hpp) of the methods that change a line of Adam.
//   Zaheer et al. 2018, Algorithm 2; Zhuang et al. 2020, Algorithm 2; Liu et al. 2019, Algorithm 2; Luo et al. 2019, Algorithms 2 and 3;
//   torch/optim/{nadam,radam}.py (2.15.0); keras/src/optimizers/nadam.py (3.15.1); optax/_src/transform.py (0.2.8); adabound.py (0.0.5);
//   AdaBelief.py (adabelief-pytorch 0.2.1); adopt.py (torch-adopt 0.1.0); qhadam.py (qhoptim 1.1.0); adan.py (pytorch_optimizer 4.1.0)
#pragma once

#include "tests/oracle/update_parts.hpp"

namespace thalweg::oracle::detail {

inline Update quotient(const Real& above, const Real& terms, const Real& below) { return {above == 0 ? Real(0) : Real(above / below), below == 0 ? Real(0) : Real(terms / below)}; }

// v = v - (1 - b2) sign(v - g^2) g^2; optax divides both moments by 1 - b^t.
inline Update yogi(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t, bool corrected) {
  first_moment(s, k, g, a);
  const Real square = g * g, argument = s.v - square, terms = s.v + square;
  s.v -= (1 - Real(k.beta2)) * (argument > 0 ? square : argument < 0 ? Real(-square) : Real(0));
  const Real one = corrected ? Real(1 - power(k.beta1, t)) : Real(1), two = corrected ? Real(1 - power(k.beta2, t)) : Real(1);
  Update made = quotient(s.m / one, s.absolute / one, sqrt(s.v / two) + Real(k.eps));
  made.argument = argument;
  made.argument_terms = terms;
  Real& sum = s.other["sum_of_v"];
  sum += s.v;
  if (s.v > 0) made.condition = sum / s.v;
  return made;
}
// grad_residual = grad - exp_avg; exp_avg_var = beta2 exp_avg_var + (1 - beta2) grad_residual^2, add_(eps); denom = sqrt(exp_avg_var) / sqrt(bias_correction2) + eps.
inline Update adabelief(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  first_moment(s, k, g, a);
  const Real residual = g - s.m;
  s.v = Real(k.beta2) * s.v + (1 - Real(k.beta2)) * residual * residual + Real(k.eps_root);
  const Real denom = sqrt(s.v) / sqrt(1 - power(k.beta2, t)) + Real(k.eps), one = 1 - power(k.beta1, t);
  return quotient(s.m / one, s.absolute / one, denom);
}

// prod_{i <= t} beta1 (1 - 0.96^(i psi) / 2): factor by factor up to t = 100; beyond, the logarithms of the other factors as series, whose powers are
// summed over i as geometric series, to 30 digits. q is 0.96^psi.
inline Real momentum_product(double beta1, const Real& q, unsigned t) {
  const unsigned last = t < 100 ? t : 100;
  Real product = 1, power_of_q = 1;
  for (unsigned i = 1; i <= last; ++i) {
    power_of_q *= q;
    product *= Real(beta1) * (1 - power_of_q / 2);
  }
  if (t == last || beta1 == 0) return product;
  const Real rest = pow(q, static_cast<int>(t - last));
  Real sum = 0, half = 1, first = 1, ratio = 1, end = 1;
  for (int k = 1; k <= 100; ++k) {  // (power_of_q q / 2)^k / k (1 + q^k + ... + q^(k (t - last - 1)))
    half /= 2;
    first *= power_of_q * q;
    ratio *= q;
    end *= rest;
    sum += half * first / k * (q == 1 ? Real(t - last) : Real((1 - end) / (1 - ratio)));
  }
  return product * power(beta1, t - last) * exp(-sum);
}
// torch: mu, mu_next, mu_product *= mu, mu_product_next = mu_product mu_next; denom = sqrt(exp_avg_sq / bias_correction2) + eps;
// grad (1 - mu) / (1 - mu_product) + exp_avg mu_next / (1 - mu_product_next). optax: mu is b1 throughout.
// Dozat: m = mu_t m + (1 - mu_t) g. torch 1.13: mu_product_next = mu_product mu mu_next. ensmallen: sqrt(biasCorrection2) / (sqrt(v) + epsilon).
struct NadamForm {
  bool warming = true, by_mu = false, twice = false, outer = false;
};
inline Update nadam(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t, NadamForm form) {
  const bool warming = form.warming;
  second_moment(s, k, g);
  Real mu(k.beta1), mu_next(k.beta1), product = power(k.beta1, t);
  if (warming) {
    static std::map<double, Real> decays;
    if (!decays.contains(k.momentum_decay)) decays[k.momentum_decay] = pow(Real(0.96), Real(k.momentum_decay));
    const Real& decay = decays.at(k.momentum_decay);
    const Real power_of_decay = pow(decay, static_cast<int>(t));
    mu = Real(k.beta1) * (1 - Real(0.5) * power_of_decay);
    mu_next = Real(k.beta1) * (1 - Real(0.5) * power_of_decay * decay);
    product = momentum_product(k.beta1, decay, t);
  }
  if (form.by_mu) {
    s.m = mu * s.m + (1 - mu) * g;
    s.absolute = mu * s.absolute + (1 - mu) * a;
  } else {
    first_moment(s, k, g, a);
  }
  const Real product_next = form.twice ? Real(product * mu * mu_next) : Real(product * mu_next), two = 1 - power(k.beta2, t);
  const Real of_gradient = (1 - mu) / (1 - product), of_average = mu_next / (1 - product_next);
  const Real below = form.outer ? Real((sqrt(s.v) + Real(k.eps)) / sqrt(two)) : Real(sqrt(s.v / two) + Real(k.eps));
  return quotient(of_gradient * g + of_average * s.m, of_gradient * a + of_average * s.absolute, below);
}

// rho_inf = 2 / (1 - beta2) - 1; rho_t = rho_inf - 2 step beta2^step / bias_correction2; above the threshold
// sqrt((rho_t - 4) (rho_t - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho_t)); torch: sqrt(bias_correction2) / (sqrt(v) + eps), optax: 1 / (sqrt(v_hat) + eps).
inline Update radam(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t, int threshold, bool torch) {
  first_moment(s, k, g, a);
  second_moment(s, k, g);
  const Real one = 1 - power(k.beta1, t), two = 1 - power(k.beta2, t);
  const Real rho_inf = 2 / (1 - Real(k.beta2)) - 1, rho = rho_inf - 2 * Real(t) * power(k.beta2, t) / two;
  if (!(rho > threshold)) return {s.m / one, s.absolute / one};
  const Real rect = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho));
  const Real below = torch ? Real((sqrt(s.v) + Real(k.eps)) / sqrt(two)) : Real(sqrt(s.v / two) + Real(k.eps));
  return quotient(rect * s.m / one, rect * s.absolute / one, below);
}

// step_size = sqrt(bias_correction2) / bias_correction1 / denom, clamped to final_lr (1 - 1 / (gamma step + 1)) and final_lr (1 + 1 / (gamma step)); the
// paper has no corrections.
inline Update adabound(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t, bool maximum, bool corrected) {
  first_moment(s, k, g, a);
  second_moment(s, k, g);
  if (maximum) keep_maximum(s);
  const Real denom = sqrt(maximum ? s.extra : s.v) + Real(k.eps), f(k.final_rate), gamma_t = Real(k.gamma) * Real(t);
  const Real lower = f * (1 - 1 / (gamma_t + 1)), upper = f * (1 + 1 / gamma_t);
  Real rate = denom == 0 ? upper : Real((corrected ? code_factor(k, t) : Real(1)) / denom);
  rate = rate < lower ? lower : rate > upper ? upper : rate;
  return {rate * s.m, rate * s.absolute};
}

// step 0: exp_avg_sq = grad^2, and nothing else; then normed_grad = clamp(grad / max(sqrt(exp_avg_sq), eps), +-step^0.25), exp_avg.lerp_(normed_grad, 1 - beta1),
// param -= lr exp_avg, exp_avg_sq = beta2 exp_avg_sq + (1 - beta2) grad^2.
inline Update adopt(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  if (t == 1) {
    s = {};
    s.v = g * g;
    return {0, 0};
  }
  const Real root = sqrt(s.v), denom = root > Real(k.eps) ? root : Real(k.eps), clip = sqrt(sqrt(Real(t - 1)));
  const auto clipped = [&](const Real& x) { return x == 0 ? Real(0) : denom == 0 || abs(x) > clip * denom ? Real(x > 0 ? clip : Real(-clip)) : Real(x / denom); };
  first_moment(s, k, clipped(g), clipped(a));
  second_moment(s, k, g);
  return {s.m, s.absolute};
}

// ((1 - nu1) grad + nu1 exp_avg) / (sqrt((1 - nu2) grad^2 + nu2 exp_avg_sq) + eps), the averages divided by 1 - beta^t.
inline Update qh_adam(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  first_moment(s, k, g, a);
  second_moment(s, k, g);
  const Real nu1(k.nu1), nu2(k.nu2), one = 1 - power(k.beta1, t), two = 1 - power(k.beta2, t);
  return quotient((1 - nu1) * g + nu1 * s.m / one, (1 - nu1) * a + nu1 * s.absolute / one, sqrt((1 - nu2) * g * g + nu2 * s.v / two) + Real(k.eps));
}

// pytorch_optimizer: grad_diff = grad - previous (0 at first); exp_avg, exp_avg_diff averaged; exp_avg_sq of beta2 grad_diff + grad;
// p -= exp_avg / bias_correction1 / de_nom + beta2 exp_avg_diff / bias_correction2 / de_nom. optax: 1 - b2 in place of beta2, in both.
inline Update adan(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t, bool optax) {
  Real &terms = s.terms("n"), &previous_terms = s.terms("g_previous"), &diffs = s.other["n"], &previous = s.other["g_previous"];
  const Real diff = t == 1 ? Real(0) : Real(g - previous), diff_terms = t == 1 ? Real(0) : Real(a + previous_terms);
  const Real beta2(k.beta2), ahead = optax ? Real(1 - beta2) : beta2, both = ahead * diff + g;
  first_moment(s, k, g, a);
  diffs = beta2 * diffs + (1 - beta2) * diff;
  terms = beta2 * terms + (1 - beta2) * diff_terms;
  s.v = Real(k.beta3) * s.v + (1 - Real(k.beta3)) * both * both;
  previous = g;
  previous_terms = a;
  const Real one = 1 - power(k.beta1, t), two = 1 - power(k.beta2, t), three = 1 - power(k.beta3, t);
  return quotient(s.m / one + ahead * diffs / two, s.absolute / one + ahead * terms / two, sqrt(s.v / three) + Real(k.eps));
}

// The paper's box, its betas written as 1 - beta: m = beta1 m + (1 - beta1) g, m_0 = g_0; v = beta2 v + (1 - beta2)(g - previous), v_1 = g_1 - g_0;
// n = beta3 n + (1 - beta3) [g + beta2 (g - previous)]^2, n_0 = g_0^2; (m + beta2 v) / sqrt(n + eps).
inline Update adan_box(State& s, const Parameters& k, const Real& g, const Real& a, unsigned t) {
  Real &terms = s.terms("n"), &previous_terms = s.terms("g_previous"), &v = s.other["n"], &previous = s.other["g_previous"];
  const Real beta2(k.beta2), change = g - previous, changes = a + previous_terms;
  if (t == 1) {
    s.m = g;
    s.absolute = a;
    v = terms = 0;
    s.v = g * g;
  } else {
    first_moment(s, k, g, a);
    v = t == 2 ? change : Real(beta2 * v + (1 - beta2) * change);
    terms = t == 2 ? changes : Real(beta2 * terms + (1 - beta2) * changes);
    const Real there = g + beta2 * change;
    s.v = Real(k.beta3) * s.v + (1 - Real(k.beta3)) * there * there;
  }
  previous = g;
  previous_terms = a;
  return quotient(s.m + beta2 * v, s.absolute + beta2 * terms, sqrt(s.v + Real(k.eps)));
}

template <class Transcriptions>
void add_adam_descendants(Transcriptions& all) {
  using K = const Parameters&;
  using G = const Real&;
  all["yogi@paper"] = [](State& s, K k, G g, G a, unsigned t) { return yogi(s, k, g, a, t, false); };
  all["yogi@ensmallen"] = all["yogi@paper"];
  all["yogi@optax"] = [](State& s, K k, G g, G a, unsigned t) { return yogi(s, k, g, a, t, true); };
  for (const char* preset : {"paper", "authors-code", "optax", "ensmallen"}) all["adabelief@" + std::string(preset)] = adabelief;
  const auto of_form = [](NadamForm form) { return [=](State& s, K k, G g, G a, unsigned t) { return nadam(s, k, g, a, t, form); }; };
  for (const char* preset : {"torch", "keras", "tensorflow"}) all["nadam@" + std::string(preset)] = of_form({});
  all["nadam@paper"] = of_form({.by_mu = true});
  all["nadam@torch-1.13"] = of_form({.twice = true});
  all["nadam@ensmallen"] = of_form({.outer = true});
  all["nadam@optax"] = of_form({.warming = false});
  all["radam@paper"] = [](State& s, K k, G g, G a, unsigned t) { return radam(s, k, g, a, t, 4, false); };
  all["radam@torch"] = [](State& s, K k, G g, G a, unsigned t) { return radam(s, k, g, a, t, 5, true); };
  all["radam@optax"] = [](State& s, K k, G g, G a, unsigned t) { return radam(s, k, g, a, t, 5, false); };
  for (const bool maximum : {false, true})
    for (const bool code : {false, true})
      all[std::string(maximum ? "amsbound" : "adabound") + (code ? "@authors-code" : "@paper")] = [=](State& s, K k, G g, G a, unsigned t) { return adabound(s, k, g, a, t, maximum, code); };
  for (const char* name : {"adabound", "amsbound"}) all[std::string(name) + "@ensmallen"] = all[std::string(name) + "@authors-code"];  // clamp(..., lower, upper) % m
  for (const char* preset : {"paper", "authors-code"}) all["adopt@" + std::string(preset)] = adopt;
  for (const char* preset : {"paper", "authors-code", "ensmallen"}) all["qh-adam@" + std::string(preset)] = qh_adam;
  all["adan@paper"] = adan_box;
  for (const char* preset : {"authors-code", "pytorch-optimizer"}) all["adan@" + std::string(preset)] = [](State& s, K k, G g, G a, unsigned t) { return adan(s, k, g, a, t, false); };
  all["adan@optax"] = [](State& s, K k, G g, G a, unsigned t) { return adan(s, k, g, a, t, true); };
}

}  // namespace thalweg::oracle::detail

// Variants and corollaries of Theorems A, C and G, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> variants_theorems() {
  const auto bounded = with(plain_update, {"smooth", "unbiased", "bounded-gradient", "bounded-rate"});
  const auto setting = with(bounded, {"constant-step"});
  const std::pair<std::string, Formula> square_sum{"G2sq", [](const Point& x) { return Real(x.Gs2sq); }};
  std::vector<Transcription> all;

  // eta_0 = eta_1; t = k + 1 counts from 1
  const auto step_before = [](const Point& x, std::size_t k) { return Real(x.steps[k == 0 ? 0 : k - 1]); };
  const Formula steps = [=](const Point& x) {
    Real sum = 0;
    for (std::size_t k = 0; k < x.steps.size(); ++k) sum += step_before(x, k);
    return sum;
  };
  const Formula squares = [=](const Point& x) {
    Real sum = 0;
    for (std::size_t k = 0; k < x.steps.size(); ++k) sum += square(step_before(x, k));
    return sum;
  };
  all.push_back({.id = "theorem-a-prime", .metric = "weighted_grad_sq", .assumptions = with(bounded, {"ema", "monotone-rate", "non-increasing-step"}),
                 .bound = [=](const Point& x) {
                   const Real memory = 1 - Real(x.beta1), first = x.steps.front();
                   const Real noise = x.L * square(x.mu2) * x.Gs2sq / memory * squares(x);
                   return (x.Delta + noise + x.Gs2sq * first * x.mu2 / memory + x.L * x.Gs2sq * square(first * x.mu2 / memory)) / (x.mu1 * steps(x));
                 },
                 .names = {square_sum, {"steps", steps}, {"squares", squares}}, .refused = {[](Point& x) { x.steps.front() = 0.0; }}, .weight = step_before});

  const Formula farthest = [](const Point& x) { return std::min(Real(x.mu2) - x.mu1, x.rate_lipschitz * sqrtl(1 - Real(x.beta2)) * x.Gs); };
  all.push_back({.id = "theorem-a-any", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "uncorrected"}), .methods = {"adam", "sadam", "padam"},
                 .bound = [=](const Point& x) {
                   const Real memory = 1 - Real(x.beta1), m = farthest(x), G_squared = square(x.Gs);
                   return (x.Delta / (Real(x.eta) * x.T) + Real(x.eta) * x.L * square(x.mu2) * x.Gs2sq / memory + G_squared * x.d * m / memory +
                           Real(x.eta) * x.L * G_squared * x.d * square(m / memory)) / x.mu1;
                 },
                 .names = {square_sum, {"G", [](const Point& x) { return Real(x.Gs); }}, {"m", farthest}},
                 .refused = {[](Point& x) { x.eta = 0.0; }}});

  const auto pl = with(setting, {"ema", "momentum-free", "monotone-rate", "pl"});
  const Formula longest = [](const Point& x) { return 1 / (Real(x.L) * x.mu2); };
  const Formula own_lambda = [](const Point& x) { return logl(x.T) / (Real(x.eta) * x.mu1 * x.T); };
  all.push_back({.id = "theorem-c-log", .metric = "f_gap", .assumptions = pl,
                 .bound = [=](const Point& x) {
                   const Real rate = own_lambda(x) * x.mu1;
                   return (x.Delta + logl(x.T) * (x.L * square(x.mu2) * x.sigma2 / (2 * square(rate)) + x.Gs2sq * (Real(x.mu2) - x.mu1) / rate)) / x.T;
                 },
                 .names = {square_sum, {"lambda", own_lambda}}, .boundaries = {{&Point::eta, longest}, {&Point::mu_pl, own_lambda, false}}});
  all.push_back({.id = "theorem-c-tiny-step", .metric = "f_gap", .assumptions = pl,
                 .bound = [](const Point& x) {
                   const Real eta = x.eta, rate = Real(x.mu_pl) * x.mu1;
                   return powl(1 - eta * rate, x.T) * x.Delta + x.L * eta * square(x.mu2) * x.sigma2 / (2 * rate) + eta * x.Gs2sq * (Real(x.mu2) - x.mu1);
                 },
                 .names = {square_sum},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return std::min(longest(x), 1 / (Real(x.mu_pl) * x.mu1 * square(x.T))); }}},
                 .trivial = [](const Point& x) { return x.Delta * (1 - Real(x.eta) * x.mu_pl * x.mu1 * x.T); }});

  const Formula alpha = [](const Point& x) { return 1 - Real(x.beta1); };
  const Formula B = [](const Point& x) { return 4 * Real(x.L) * x.Delta + x.grad1_sq; };
  all.push_back({.id = "theorem-g-rate", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "momentum"}),
                 .bound = [=](const Point& x) { return 2 * Real(x.kappa_A) * sqrtl(x.sigma2) * sqrtl(B(x) / x.T); }, .names = {{"alpha", alpha}, {"B", B}},
                 .rules = {{&Point::sigma2, [=](const Point& x) { return B(x) / (square(alpha(x)) * x.T); }},
                           {&Point::eta, [=](const Point& x) { return alpha(x) / (2 * Real(x.L) * x.mu2); }}}});
  return all;
}

inline Group variants() {
  return {variants_theorems(),
          {
              {"theorem-a-prime", "weights   = \"eta[max(t - 1, 1)]", "weights   = \"eta[t]", "the step of t instead of the one before"},
              {"theorem-a-prime", "squares = \"sum(t, 1, T, eta[max(t - 1, 1)]^2)", "squares = \"sum(t, 1, T, eta[t]^2)", "the wrong steps squared"},
              {"theorem-a-prime", "L*G2sq*eta[1]^2*mu2^2/(1-beta1)^2", "L*G2sq*eta[1]^2*mu2^2/(1-beta1)", "an exponent dropped"},
              {"theorem-a-prime", "\"non-increasing-step\", ", "", "any schedule admitted"},
              {"theorem-a-any", "sqrt(1 - beta2)*G", "(1 - beta2)*G", "a root dropped"},
              {"theorem-a-any", "G^2*d*m/(1-beta1)", "G^2*m/(1-beta1)", "the dimension dropped"},
              {"theorem-c-log", "2*lambda^2*mu1^2", "2*lambda*mu1^2", "an exponent dropped"},
              {"theorem-c-log", "constant = \"lambda <= mu_pl\"", "constant = \"lambda <= L\"", "another constant"},
              {"theorem-c-tiny-step", "mu1*T^2 <= 1", "mu1*T <= 1", "an exponent dropped"},
              {"theorem-c-tiny-step", "value = \"(1 - eta*mu_pl*mu1*T)*Delta", "value = \"Delta", "the usual trivial value"},
              {"theorem-g-rate", "B = \"4*L*Delta", "B = \"2*L*Delta", "a constant halved"},
              {"theorem-g-rate", "abs(2*L*mu2*eta - alpha)", "abs(L*mu2*eta - alpha)", "twice the step"},
              {"theorem-g-rate", "abs(2*L*mu2*eta - alpha) <= 1e-12", "abs(2*L*mu2*eta - alpha) <= 1e-2", "a rule loosened"},
          }};
}

}  // namespace thalweg::transcription

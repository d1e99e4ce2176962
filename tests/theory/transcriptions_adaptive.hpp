// Theorems A to H, the bounds of Adam-type methods, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

// Section 2: bounded sampled gradients, A-LR in [mu1, mu2]; G_j bounds the sampled gradients, so that it is Gs in the names of a card.
inline std::vector<Transcription> adaptive_theorems() {
  const auto setting = with(plain_update, {"smooth", "unbiased", "constant-step", "bounded-gradient", "bounded-rate"});
  const auto box = std::set<std::string>{"convex", "unbiased", "boxed", "no-decay", "constant-step", "ema"};
  const std::pair<std::string, Formula> square_sum{"G2sq", [](const Point& x) { return Real(x.Gs2sq); }};
  const std::pair<std::string, Formula> largest{"G", [](const Point& x) { return Real(x.Gs); }};
  const std::pair<std::string, Formula> alpha{"alpha", [](const Point& x) { return 1 - Real(x.beta1); }};
  const Boundary short_step{&Point::eta, [](const Point& x) { return 1 / (Real(x.L) * x.mu2); }};
  const Formula contraction = [](const Point& x) { return powl(1 - Real(x.eta) * x.mu_pl * x.mu1, x.T) * x.Delta; };

  // 1/mu1 [Delta/(eta T) + eta L mu2^2 G2^2/(1 - beta1) + first + second]
  const auto theorem_a = [](const Point& x, Real first, Real second) {
    const Real T = x.T, eta = x.eta;
    return (x.Delta / (eta * T) + eta * x.L * square(x.mu2) * x.Gs2sq / (1 - Real(x.beta1)) + first + second) / x.mu1;
  };
  const Formula a_priori = [theorem_a](const Point& x) {
    const Real spread = Real(x.mu2) - x.mu1, memory = 1 - Real(x.beta1);
    return theorem_a(x, x.Gs2sq * spread / (memory * x.T), Real(x.eta) * x.L * x.Gs2sq * square(spread) / (square(memory) * x.T));
  };
  const Formula a_posteriori = [theorem_a](const Point& x) {
    const Real memory = 1 - Real(x.beta1), G_squared = square(x.Gs);
    return theorem_a(x, G_squared * x.V1 / (memory * x.T), Real(x.eta) * x.L * G_squared * x.V2 / (square(memory) * x.T));
  };
  // (1/T) [D^2/(2 eta) H + eta (1 + beta1)/(2 (1 - beta1)) M + beta1 D/(1 - beta1) m1]
  const auto theorem_d = [](const Point& x, Real H, Real M, Real m1) {
    const Real memory = 1 - Real(x.beta1);
    return (square(x.D_inf) / (2 * Real(x.eta)) * H + x.eta * (1 + Real(x.beta1)) / (2 * memory) * M + x.beta1 * Real(x.D_inf) / memory * m1) / x.T;
  };
  const Formula averaging = [](const Point& x) {
    return square(1 - Real(x.beta1)) / ((1 - Real(x.beta2)) * (1 - square(x.beta1) / x.beta2));
  };
  const auto theorem_g = [](const Point& x, Real mu1, Real mu2, Real floor_share) {
    const Real alpha_ = 1 - Real(x.beta1);
    return 2 * Real(x.Delta) / (Real(x.eta) * mu1 * x.T) + mu2 / mu1 * (x.beta1 * Real(x.grad1_sq) / (alpha_ * x.T) + floor_share * alpha_ * x.sigma2);
  };
  const auto step_g = [](Real mu2, const Point& x) {
    return std::min(1 / (2 * Real(x.L) * mu2), (1 - Real(x.beta1)) / (sqrtl(2.0L) * x.beta1 * Real(x.L) * mu2));
  };
  const Formula rate_h = [](const Point& x) { return 1 - Real(x.L) * x.eta * x.mu2 / 2; };

  std::vector<Transcription> all;
  all.push_back({.id = "theorem-a", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "monotone-rate"}), .bound = a_priori, .names = {square_sum}});
  for (const char* method : {"adam", "sadam"})
    all.push_back({.id = std::string("theorem-a-on-") + method, .metric = "mean_grad_sq", .status = Status::unverified,
                   .assumptions = with(setting, {"ema", "without-maximum"}), .methods = {method}, .bound = a_priori, .names = {square_sum},
                   .expect = Expectation::violated});
  all.push_back({.id = "theorem-a-post", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema"}), .bound = a_posteriori, .names = {square_sum, largest}});
  all.push_back({.id = "theorem-a-post-monotone", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "monotone-rate"}), .bound = a_posteriori,
                 .names = {square_sum, largest}});
  all.push_back({.id = "theorem-b", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "momentum-free", "monotone-rate"}),
                 .bound = [](const Point& x) {
                   return 2 / Real(x.mu1) * (x.Delta / (Real(x.eta) * x.T) + x.Gs2sq * (Real(x.mu2) - x.mu1) / x.T + Real(x.L) * x.eta * square(x.mu2) * x.sigma2 / 2);
                 },
                 .names = {square_sum}, .boundaries = {short_step}});
  // mu_pl <= L is no condition of the theorems: it is so. With it the contraction is no power of a negative number.
  const auto below_smoothness = [](Point& x) { x.mu_pl = std::min(x.mu_pl, 0.9 * x.L); };
  all.push_back({.id = "theorem-c", .metric = "f_gap", .assumptions = with(setting, {"ema", "momentum-free", "monotone-rate", "pl"}),
                 .bound = [=](const Point& x) {
                   return contraction(x) + Real(x.L) * x.eta * square(x.mu2) * x.sigma2 / (2 * Real(x.mu_pl) * x.mu1) + Real(x.eta) * x.Gs2sq * (Real(x.mu2) - x.mu1);
                 },
                 .names = {square_sum}, .boundaries = {short_step}, .prepare = below_smoothness});
  const Formula look_back = [](const Point& x) { return x.beta1 / (1 - Real(x.beta1)); };
  all.push_back({.id = "theorem-c-prime", .metric = "f_gap", .assumptions = with(setting, {"ema", "monotone-rate", "pl"}),
                 .bound = [=](const Point& x) {
                   const Real eta = x.eta, c = look_back(x), spread = Real(x.mu2) - x.mu1, memory = 1 - Real(x.beta1), G2 = x.Gs2sq;
                   const Real at_z = contraction(x) + eta * x.L * square(x.mu2) * G2 / (Real(x.mu_pl) * x.mu1) * (1 + eta * x.L * square(c) * x.mu2 / 2) +
                                     eta * G2 * spread / memory + x.L * square(eta) * G2 * square(spread) / square(memory);
                   return at_z + c * eta * x.mu2 * G2 + Real(x.L) / 2 * square(c) * square(eta) * square(x.mu2) * G2;
                 },
                 .names = {square_sum, {"c", look_back}},
                 .boundaries = {{&Point::eta, [](const Point& x) { return 1 / (Real(x.mu_pl) * x.mu1); }}}});
  all.push_back({.id = "theorem-d", .metric = "mean_f_gap", .assumptions = with(box, {"bounded-gradient", "bounded-rate", "monotone-rate"}),
                 .bound = [=](const Point& x) { return theorem_d(x, x.d / Real(x.mu1), x.T * Real(x.mu2) * x.Gs2sq, x.Gs1); }, .names = {square_sum}});
  all.push_back({.id = "theorem-d-k", .metric = "mean_f_gap", .assumptions = with(box, {"bounded-gradient", "monotone-rate", "lipschitz-denominator"}),
                 .bound = [=](const Point& x) { return theorem_d(x, x.d / Real(x.mu1), x.T * averaging(x) * x.Gs1, x.Gs1); },
                 .names = {{"K", averaging}}, .boundaries = {{&Point::beta1, [](const Point& x) { return sqrtl(x.beta2); }}}});
  all.push_back({.id = "theorem-d-post", .metric = "mean_f_gap", .assumptions = with(box, {"monotone-rate"}),
                 .bound = [=](const Point& x) { return theorem_d(x, x.h_sum, x.m_norm_sum, x.m_l1); }});
  all.push_back({.id = "theorem-d-post-any", .metric = "mean_f_gap", .assumptions = with(box, {"bounded-rate"}),
                 .bound = [=](const Point& x) { return theorem_d(x, x.d / Real(x.mu2) + x.h_increase, x.m_norm_sum, x.m_l1); }});
  all.push_back({.id = "theorem-e", .metric = "mean_grad_sq",
                 .assumptions = with(setting, {"ema", "momentum-free", "lipschitz-denominator", "without-maximum"}),
                 .bound = [](const Point& x) {
                   return 2 / Real(x.mu1_prime) * (x.Delta / (Real(x.eta) * x.T) +
                          (x.Gs * sqrtl(1 - Real(x.beta2)) * square(x.mu2) + Real(x.L) * x.eta * square(x.mu2) / 2) * x.sigma2);
                 },
                 .names = {largest},
                 .boundaries = {{&Point::beta2, [](const Point& x) { return 1 - 1 / square(4 * Real(x.Gs) * x.mu2); }, false},
                                {&Point::eta, [](const Point& x) { return 1 / (2 * Real(x.L) * x.mu2); }}},
                 .prepare = [](Point& x) { x.Gs = 0.25 / x.mu2 * (1.5 + x.Gs); }});
  all.push_back({.id = "theorem-f", .metric = "mean_grad_sq", .assumptions = with(setting, {"momentum-free", "predictable-rate"}),
                 .bound = [](const Point& x) { return 2 / Real(x.mu1) * (x.Delta / (Real(x.eta) * x.T) + Real(x.L) * x.eta * square(x.mu2) * x.sigma2 / 2); },
                 .boundaries = {short_step}});
  all.push_back({.id = "theorem-f-pl", .metric = "f_gap", .assumptions = with(setting, {"momentum-free", "predictable-rate", "pl"}),
                 .bound = [=](const Point& x) { return contraction(x) + Real(x.L) * x.eta * square(x.mu2) * x.sigma2 / (2 * Real(x.mu_pl) * x.mu1); },
                 .boundaries = {short_step}, .prepare = below_smoothness});
  all.push_back({.id = "theorem-g", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "momentum"}),
                 .bound = [=](const Point& x) { return theorem_g(x, x.mu1, x.mu2, 1); }, .names = {alpha},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return step_g(x.mu2, x); }}}});
  all.push_back({.id = "theorem-g-convex", .metric = "mean_f_gap", .assumptions = with(setting, {"ema", "momentum", "convex", "minimiser-known"}),
                 .bound = [=](const Point& x) { return x.R_region * sqrtl(theorem_g(x, x.mu1, x.mu2, 1)); },
                 .names = {alpha, {"squares", [=](const Point& x) { return theorem_g(x, x.mu1, x.mu2, 1); }}}, .boundaries = {{&Point::eta, [=](const Point& x) { return step_g(x.mu2, x); }}}});
  // A-LR 1: no bound of the gradient is needed for mu1.
  auto momentum_only = with(setting, {"ema", "momentum"});
  momentum_only.erase("bounded-gradient");
  momentum_only.erase("bounded-rate");
  all.push_back({.id = "theorem-g-quarter-floor", .metric = "mean_grad_sq", .status = Status::unverified, .assumptions = momentum_only,
                 .methods = {"ema-momentum"}, .bound = [=](const Point& x) { return theorem_g(x, x.mu1, x.mu2, 0.25L); }, .names = {alpha},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return step_g(x.mu2, x); }}}, .expect = Expectation::violated});
  all.push_back({.id = "r-14-ema-momentum-any", .metric = "mean_grad_sq", .assumptions = momentum_only, .methods = {"ema-momentum"},
                 .bound = [=](const Point& x) { return theorem_g(x, 1, 1, 1); }, .names = {alpha},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return step_g(1, x); }}}});
  all.push_back({.id = "theorem-g-pl", .metric = "f_gap", .assumptions = with(setting, {"ema", "momentum", "pl"}),
                 .bound = [](const Point& x) {
                   const Real a = 1 - Real(x.beta1), eta = x.eta;
                   return powl(1 - eta * x.mu_pl * x.mu1, x.T) * (x.Delta + eta * x.mu2 / a * (square(x.beta1) * x.grad1_sq + square(a) * x.sigma2)) +
                          Real(x.mu2) / x.mu1 * a * x.sigma2 / x.mu_pl;
                 },
                 .names = {alpha},
                 .boundaries = {{&Point::eta, [](const Point& x) {
                                   const Real a = 1 - Real(x.beta1), reach = 2 * Real(x.L) * x.mu2;
                                   return std::min({1 / reach, a / (reach * x.beta1), a / (2 * Real(x.mu_pl) * x.mu1)});
                                 }}}});
  const Boundary descent{&Point::eta, [](const Point& x) { return 2 / (Real(x.L) * x.mu2); }};
  all.push_back({.id = "theorem-h", .metric = "mean_grad_sq", .assumptions = with(setting, {"deterministic", "momentum-free"}),
                 .bound = [=](const Point& x) { return x.Delta / (Real(x.T) * x.eta * x.mu1 * rate_h(x)); }, .boundaries = {descent}});
  all.push_back({.id = "theorem-h-pl", .metric = "f_gap", .assumptions = with(setting, {"deterministic", "momentum-free", "pl"}),
                 .bound = [=](const Point& x) { return powl(1 - 2 * Real(x.mu_pl) * x.eta * x.mu1 * rate_h(x), x.T) * x.Delta; }, .boundaries = {descent},
                 .prepare = [](Point& x) { x.mu_pl = x.L * x.mu_pl / 4.0; }});  // mu_pl <= L always
  // These speak of the iterates, z_t among them, and the ways between them alone: L may be that of a region that the run is watched for leaving.
  for (Transcription& theorem : all)
    if (theorem.id == "theorem-a-post" || theorem.id == "theorem-g" || theorem.id == "theorem-h") {
      theorem.assumptions.erase("smooth");
      theorem.assumptions.insert("smooth-on-region");
    }
  return all;
}

inline Group adaptive() {
  return {adaptive_theorems(),
          {
              {"theorem-a", "(Delta/(eta*T)", "(Delta/(2*eta*T)", "a constant halved"},
              {"theorem-a", "+ G2sq*(mu2-mu1)/((1-beta1)*T)", "- G2sq*(mu2-mu1)/((1-beta1)*T)", "a sign flipped"},
              {"theorem-a", "(mu2-mu1)^2/((1-beta1)^2*T)", "(mu2-mu1)^2/((1-beta1)*T)", "an exponent dropped"},
              {"theorem-a", "/ mu1\"", "/ mu2\"", "mu1 and mu2 exchanged"},
              {"theorem-a", "G2sq = \"Gs2sq\"", "G2sq = \"Gs^2\"", "the largest bound squared instead of the sum of squares"},
              {"theorem-a", "metric    = \"mean_grad_sq\"", "metric    = \"grad_sq\"", "the last gradient instead of the mean"},
              {"theorem-a", "\"ema\", \"monotone-rate\"]", "\"ema\"]", "the assumption of a monotone A-LR dropped"},
              {"theorem-a-post", "G^2*V1", "G*V1", "a square dropped"},
              {"theorem-a-post-monotone", "eta*L*G^2*V2", "L*G^2*V2", "a factor dropped"},
              {"theorem-b", "step = \"eta <= 1/(L*mu2)\"", "step = \"eta <= 1/(2*L*mu2)\"", "the largest step halved"},
              {"theorem-b", "step = \"eta <= 1/(L*mu2)\"", "step = \"eta <= 1/(L*mu1)\"", "mu1 in the largest step"},
              {"theorem-b", "value = \"2/mu1", "value = \"1/mu1", "a constant halved"},
              {"theorem-c", "+ eta*G2sq*(mu2-mu1)\"", "\"", "a term dropped"},
              {"theorem-c-prime", "c = \"beta1/(1-beta1)\"", "c = \"(1-beta1)/beta1\"", "a quotient upside down"},
              {"theorem-c-prime", "L/2*c^2", "L*c^2", "a half dropped"},
              {"theorem-d", "metric    = \"mean_f_gap\"", "metric    = \"f_gap\"", "the last gap instead of the mean"},
              {"theorem-d", "eta*(1+beta1)", "eta*(1-beta1)", "a sign flipped"},
              {"theorem-d-k", "*(1-beta1^2/beta2))", "*(1-beta1/beta2))", "an exponent dropped"},
              {"theorem-d-post", "D_inf^2/(2*eta)", "D_inf^2/eta", "a half dropped"},
              {"theorem-d-post-any", "d/mu2", "d/mu1", "mu1 and mu2 exchanged"},
              {"theorem-e", "sqrt(1-beta2)*mu2^2", "(1-beta2)*mu2^2", "a root dropped"},
              {"theorem-e", "<= 1/4", "<= 1/2", "a condition loosened"},
              {"theorem-e", "2/mu1_prime", "2/mu1", "mu1 instead of mu1'"},
              {"theorem-f", "mu2^2*sigma2/2)", "mu2*sigma2/2)", "an exponent dropped"},
              {"theorem-g", "+ alpha*sigma2)\"", "+ alpha^2*sigma2)\"", "an exponent added"},
              {"theorem-g", "sqrt(2)*beta1", "2*beta1", "a condition of the other theorem"},
              {"theorem-g-convex", "R_region*sqrt(squares)", "R*sqrt(squares)", "the distance of the start"},
              {"theorem-g-convex", "R_region*sqrt(squares)", "R_region*squares", "a root dropped"},
              {"theorem-g-convex", "\"convex\", ", "", "convexity dropped"},
              {"theorem-g-pl", "mu2/mu1*alpha*sigma2", "mu1/mu2*alpha*sigma2", "a quotient upside down"},
              {"theorem-h", "(1 - L*eta*mu2/2)", "(1 + L*eta*mu2/2)", "a sign flipped"},
              {"theorem-h-pl", "1 - 2*mu_pl", "1 - mu_pl", "a constant halved"},
          }};
}

}  // namespace thalweg::transcription

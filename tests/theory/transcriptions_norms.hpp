// Steps of a given length and sharpness-aware steps: R-26 ... R-30; and two theorems measured at other points than the iterate (C' at z, D at the average).
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> norm_theorems() {
  const auto smooth = with(plain_update, {"smooth", "unbiased", "constant-step"});
  std::vector<Transcription> all;
  // The norm's constant of smoothness, the first gradient and the noise in its dual.
  const auto descent = [&](const std::string& method, const std::string& metric, std::initializer_list<const char*> more, Formula beta, Formula Lambda, Formula first, Formula widen) {
    all.push_back({.id = "r-26-" + method, .metric = metric, .assumptions = with(smooth, more), .methods = {method},
                   .bound = [=](const Point& x) {
                     const Real b = beta(x), eta = x.eta;
                     return x.Delta / (eta * x.T) + Lambda(x) * eta / 2 +
                            2 * (b * first(x) / ((1 - b) * x.T) + b * Lambda(x) * eta / (1 - b) + widen(x) * sqrtl(x.sigma2 * (1 - b) / (1 + b)));
                   },
                   .names = {{"beta", beta}, {"Lam", Lambda}, {"g1", first}, {"widen", widen}}});
  };
  const Formula beta1 = [](const Point& x) { return Real(x.beta1); }, one = [](const Point&) { return Real(1); };
  descent("signum", "mean_grad_l1", {"separable"}, beta1, [](const Point& x) { return Real(x.L1); }, [](const Point& x) { return Real(x.grad1_l1); }, [](const Point& x) { return sqrtl(x.d); });
  descent("normalised-sgd", "mean_grad_norm", {"average-from-zero"}, beta1, [](const Point& x) { return Real(x.L); }, [](const Point& x) { return sqrtl(x.grad1_sq); }, one);
  const Formula rank = [](const Point& x) { return std::min<Real>(Real(x.d) / x.columns, x.columns); };
  descent("muon", "mean_grad_norm", {"polar-average"}, [](const Point& x) { return Real(x.momentum); }, [=](const Point& x) { return rank(x) * x.L; },
          [=](const Point& x) { return sqrtl(rank(x) * x.grad1_sq); }, [=](const Point& x) { return sqrtl(rank(x)); });
  all.back().names.emplace_back("rank", rank);
  all.back().prepare = [](Point& x) { x.momentum *= 0.39; };

  const auto by_coordinate = with(smooth, {"separable"});
  const auto its_step = [](Point& x) { x.eta = 1 / std::sqrt(x.L1 * x.T); };
  const auto has_its_step = [](const Point& x) { return fabsl(x.eta * sqrtl(Real(x.L1) * x.T) - 1) <= 1e-12L; };
  // sigma1 is that of a batch of K = T samples: |sigma|_1 = sqrt(T) sigma1.
  const Formula printed = [](const Point& x) { return sqrtl(x.L1) * (Real(x.Delta) + 0.5L) + 2 * sqrtl(x.T) * x.sigma1; };
  all.push_back({.id = "r-27-signsgd", .metric = "mean_grad_l1", .arxiv = "1802.04434", .assumptions = by_coordinate, .methods = {"signsgd"},
                 .bound = [=](const Point& x) { return printed(x) / sqrtl(x.T); }, .prepare = its_step, .holds = has_its_step});
  all.push_back({.id = "r-27-signsgd-squared", .metric = "mean_grad_l1", .arxiv = "1802.04434", .assumptions = by_coordinate, .methods = {"signsgd"},
                 .bound = [=](const Point& x) { return sqrtl(square(printed(x)) / sqrtl(square(x.T))); }, .names = {{"calls", [](const Point& x) { return square(x.T); }}},
                 .prepare = its_step, .holds = has_its_step});
  all.push_back({.id = "r-28-lion", .metric = "mean_grad_l1", .assumptions = by_coordinate, .methods = {"lion"},
                 .bound = [](const Point& x) {
                   const Real slow = 1 - Real(x.beta2), eta = x.eta;
                   return x.Delta / (eta * x.T) + eta * x.L1 / 2 +
                          2 * x.beta1 * (x.grad1_l1 / (slow * x.T) + eta * x.L1 / slow + sqrtl(slow / (1 + Real(x.beta2))) * x.sigma1) + 2 * (1 - Real(x.beta1)) * x.sigma1;
                 }});
  const Formula lambda = [](const Point& x) { return Real(x.weight_decay); }, q = [](const Point& x) { return Real(x.eta) * x.weight_decay; };
  all.push_back({.id = "r-29-lion-box", .metric = "x_inf", .kind = Kind::tight, .arxiv = "2310.05898", .assumptions = {"unconstrained", "constant-step", "decoupled-decay"}, .methods = {"lion"},
                 .bound = [=](const Point& x) { return 1 / lambda(x) + powl(1 - q(x), x.T) * (x.x1_inf - 1 / lambda(x)); }, .names = {{"lambda", lambda}},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return 1 / lambda(x); }}}});
  all.push_back({.id = "r-29-lion-two-cycle", .metric = "x_inf", .kind = Kind::limit, .status = Status::published,
                 .assumptions = {"deterministic", "quadratic", "one-dimensional", "strict-minimiser", "unconstrained", "constant-step", "decoupled-decay"}, .methods = {"lion"},
                 .bound = [=](const Point& x) { return x.eta / (2 - q(x)); }, .names = {{"q", q}},
                 .prepare = [](Point& x) {
                   x.T = 1e6;
                   x.eta *= 0.3 / x.weight_decay;
                   x.R = x.eta;
                   x.beta1 = 0.5 * x.beta2;
                 },
                 .holds = [=](const Point& x) {
                   return q(x) > 0 && q(x) < 2 && 1 + Real(x.beta2) - 2 * Real(x.beta1) > 0 && x.R > 0 && x.R <= 2 * x.eta && x.T * std::min(std::min(q(x), 2 - q(x)), 1 - Real(x.beta2)) >= 60;
                 }});

  const auto exact = with(plain_update, {"smooth", "deterministic", "constant-step"});
  const auto no_momentum = [](Point& x) { x.momentum = 0; };
  all.push_back({.id = "r-30-sam-normalised", .metric = "mean_grad_sq", .assumptions = with(exact, {"ascent-normalised"}), .methods = {"sam"},
                 .bound = [](const Point& x) { return 2 * Real(x.Delta) / (Real(x.eta) * x.T) + square(x.L * Real(x.rho)); },
                 .boundaries = {{&Point::eta, [](const Point& x) { return 1 / Real(x.L); }}}, .prepare = no_momentum,
                 .holds = [](const Point& x) { return x.momentum == 0 && x.eta <= 1 / Real(x.L); }});
  const Formula reach = [](const Point& x) { return Real(x.L) * x.rho; };
  const Formula longest = [=](const Point& x) { return (1 - reach(x)) / (x.L * square(1 + reach(x))); };
  all.push_back({.id = "r-30-sam-plain", .metric = "min_grad_sq", .assumptions = with(exact, {"ascent-plain"}), .methods = {"sam"},
                 .bound = [=](const Point& x) { return 2 * Real(x.Delta) / (x.eta * (1 - reach(x)) * x.T); }, .names = {{"q", reach}},
                 .boundaries = {{&Point::eta, longest}},
                 .prepare = [=](Point& x) {
                   no_momentum(x);
                   x.rho *= 0.35 / x.L;
                 },
                 .holds = [=](const Point& x) { return x.momentum == 0 && reach(x) < 1 && x.eta <= longest(x); }});
  all.push_back({.id = "r-30-sam-stochastic", .metric = "mean_grad_sq", .status = Status::unverified, .arxiv = "2206.06232", .assumptions = with(smooth, {"ascent-plain"}), .methods = {"sam"},
                 .bound = [](const Point& x) { return (4 * Real(x.L) * x.Delta + 8 * Real(x.sigma2)) / sqrtl(x.T); },
                 .prepare = [=](Point& x) {
                   no_momentum(x);
                   x.eta = 1 / (x.L * std::sqrt(x.T));
                   x.rho = 1 / (x.L * std::sqrt(std::sqrt(x.T)));
                 },
                 .holds = [](const Point& x) {
                   return x.momentum == 0 && fabsl(Real(x.eta) * x.L * sqrtl(x.T) - 1) <= 1e-9L && fabsl(Real(x.rho) * x.L * powl(x.T, 0.25L) - 1) <= 1e-9L;
                 }});

  const std::pair<std::string, Formula> square_sum{"G2sq", [](const Point& x) { return Real(x.Gs2sq); }};
  const Formula look_back = [](const Point& x) { return x.beta1 / (1 - Real(x.beta1)); };
  all.push_back({.id = "theorem-c-prime-z", .metric = "f_gap_z", .assumptions = with(smooth, {"bounded-gradient", "bounded-rate", "pl", "ema", "monotone-rate"}),
                 .bound = [=](const Point& x) {
                   const Real eta = x.eta, spread = (Real(x.mu2) - x.mu1) / (1 - Real(x.beta1)), G2 = x.Gs2sq;
                   return powl(1 - eta * x.mu_pl * x.mu1, x.T) * x.Delta + eta * x.L * square(x.mu2) * G2 / (Real(x.mu_pl) * x.mu1) * (1 + eta * x.L * square(look_back(x)) * x.mu2 / 2) +
                          eta * G2 * spread + x.L * square(eta) * G2 * square(spread);
                 },
                 .names = {square_sum, {"c", look_back}}, .boundaries = {{&Point::eta, [](const Point& x) { return 1 / (Real(x.mu_pl) * x.mu1); }}}});
  all.push_back({.id = "theorem-d-average", .metric = "f_gap_average",
                 .assumptions = {"convex", "unbiased", "boxed", "no-decay", "constant-step", "bounded-gradient", "bounded-rate", "ema", "monotone-rate"},
                 .bound = [](const Point& x) {
                   const Real memory = 1 - Real(x.beta1), D = x.D_inf;
                   return square(D) * x.d / (2 * Real(x.eta) * x.mu1 * x.T) + x.eta * (1 + Real(x.beta1)) / (2 * memory) * x.mu2 * x.Gs2sq + x.beta1 * D / memory * x.Gs1 / x.T;
                 },
                 .names = {square_sum}});
  return all;
}

inline Group norms() {
  return {norm_theorems(),
          {
              {"r-26-signum", "widen = \"sqrt(d)\"", "widen = \"1\"", "the width of the dual norm dropped"},
              {"r-26-signum", "metric    = \"mean_grad_l1\"", "metric    = \"mean_grad_norm\"", "another norm"},
              {"r-26-normalised-sgd", "Lam   = \"L\"", "Lam   = \"L1\"", "the constant of another norm"},
              {"r-26-normalised-sgd", "widen*sqrt(sigma2)*sqrt((1-beta)/(1+beta))", "widen*sqrt(sigma2)*(1-beta)/(1+beta)", "a root dropped"},
              {"r-26-muon", "Lam   = \"rank*L\"", "Lam   = \"sqrt(rank)*L\"", "a root added"},
              {"r-27-signsgd", "(Delta + 1/2)/sqrt(T)", "(Delta + 1)/sqrt(T)", "a half dropped"},
              {"r-27-signsgd", "\"smooth\", \"separable\"", "\"smooth\"", "the assumption of a sum over coordinates dropped"},
              {"r-27-signsgd-squared", "calls^(-1/4)", "calls^(-1/2)", "a root dropped"},
              {"r-28-lion", "2*(1-beta1)*sigma1", "2*(1-beta2)*sigma1", "the other average"},
              {"r-28-lion", "sqrt((1-beta2)/(1+beta2))*sigma1", "(1-beta2)/(1+beta2)*sigma1", "a root dropped"},
              {"r-29-lion-box", "(1 - eta*lambda)^T", "(1 + eta*lambda)^T", "a sign flipped"},
              {"r-29-lion-two-cycle", "eta/(2 - q)\"", "eta/(2 + q)\"", "a sign flipped"},
              {"r-30-sam-normalised", "L^2*rho^2", "L*rho^2", "an exponent dropped"},
              {"r-30-sam-plain", "L*(1+q)^2", "L*(1+q)", "an exponent dropped"},
              {"r-30-sam-plain", "metric    = \"min_grad_sq\"", "metric    = \"mean_grad_sq\"", "the mean in place of the least"},
              {"r-30-sam-stochastic", "8*sigma2", "4*sigma2", "a constant halved"},
              {"theorem-c-prime-z", "metric    = \"f_gap_z\"", "metric    = \"f_gap\"", "the iterate in place of z"},
              {"theorem-c-prime-z", "c    = \"beta1/(1-beta1)\"", "c    = \"beta1\"", "a factor dropped"},
              {"theorem-d-average", "metric    = \"f_gap_average\"", "metric    = \"f_gap\"", "the iterate in place of the average"},
              {"theorem-d-average", "eta*(1+beta1)", "eta*(1-beta1)", "a sign flipped"},
          }};
}

}  // namespace thalweg::transcription

// Regret and subgradients, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> online_theorems() {
  const std::set<std::string> box = {"convex", "boxed", "no-decay"};
  std::vector<Transcription> all;
  const auto close = [](Real a, Real b, Real room) { return fabsl(a / b - 1) <= room; };
  all.push_back({.id = "r-9-subgradient", .metric = "min_f_gap", .kind = Kind::tight, .status = Status::published,
                 .assumptions = with(plain_update, {"convex", "subgradient-bounded", "deterministic", "constant-step", "minimiser-known"}), .methods = {"gd"},
                 .bound = [](const Point& x) { return x.M * Real(x.R) / sqrtl(x.T + 1); },
                 .prepare = [](Point& x) { x.eta = x.R / (x.M * std::sqrt(x.T + 1)); },
                 .holds = [=](const Point& x) { return close(x.eta, x.R / (x.M * sqrtl(x.T + 1)), 1e-12L); }});
  const Formula sample = [](const Point& x) { return sqrtl(x.Gs2sq); }, diagonal = [](const Point& x) { return sqrtl(x.d) * x.D_inf; };
  all.push_back({.id = "r-9-ogd-regret", .metric = "regret", .status = Status::published, .assumptions = with(box, {"bounded-gradient", "constant-step"}), .methods = {"sgd"},
                 .bound = [=](const Point& x) { return sample(x) * diagonal(x) * sqrtl(x.T); }, .names = {{"M", sample}, {"D", diagonal}},
                 .prepare = [=](Point& x) { x.eta = static_cast<double>(diagonal(x) / (sample(x) * sqrtl(x.T))); },
                 .holds = [=](const Point& x) { return close(x.eta, diagonal(x) / (sample(x) * sqrtl(x.T)), 1e-12L); }});
  const auto plain_adagrad = [](Point& x) { x.eps = x.initial_accumulator = x.lr_decay = 0; };
  const auto is_plain = [](const Point& x) { return x.eps == 0 && x.initial_accumulator == 0 && x.lr_decay == 0; };
  all.push_back({.id = "r-9-adagrad-regret", .metric = "regret", .assumptions = with(box, {"constant-step"}), .methods = {"adagrad"},
                 .bound = [](const Point& x) { return (square(x.D_inf) / (2 * Real(x.eta)) + x.eta) * x.g_norms; }, .prepare = plain_adagrad, .holds = is_plain});
  all.push_back({.id = "r-9-adagrad-best", .metric = "regret", .assumptions = with(box, {"constant-step"}), .methods = {"adagrad"},
                 .bound = [](const Point& x) { return sqrtl(2) * x.D_inf * x.g_norms; },
                 .prepare = [=](Point& x) {
                   plain_adagrad(x);
                   x.eta = x.D_inf / std::sqrt(2.0);
                 },
                 .holds = [=](const Point& x) { return is_plain(x) && close(x.eta, x.D_inf / sqrtl(2), 1e-12L); }});

  const auto decreasing = [](Point& x) {
    for (std::size_t k = 1; k < x.steps.size(); ++k) x.steps[k] = x.steps[0] / std::sqrt(static_cast<double>(k + 1));
  };
  const auto decreases = [](const Point& x) {
    Real off = 0;
    for (std::size_t k = 0; k < x.steps.size(); ++k) off += fabsl(x.steps[k] * sqrtl(static_cast<Real>(k + 1)) / x.steps[0] - 1);
    return off <= 1e-9L * x.T;
  };
  const auto linear = with(box, {"unbiased", "one-dimensional", "two-point-noise", "ema", "without-maximum", "uncorrected"});
  const Formula C = [](const Point& x) { return Real(x.G) + x.noise_a; };
  all.push_back({.id = "r-17-adam-regret-limit", .metric = "mean_regret", .kind = Kind::limit, .arxiv = "1904.09237", .assumptions = linear, .methods = {"adam"},
                 .bound = [=](const Point& x) { return 2 * (C(x) - 2) / 3; }, .names = {{"C", C}},
                 .prepare = [=](Point& x) {
                   decreasing(x);
                   const double c = 2.5 + x.noise_a;
                   x.noise_p = 1.0 / 3.0;
                   x.G = (c - 2) / 3;
                   x.noise_a = c - x.G;
                   x.noise_b = 1 + x.G;
                   x.L = x.beta1 = 0;
                   x.D_inf = 2;
                   x.beta2 = 1 / (1 + c * c);
                   for (double& step : x.steps) step *= 0.2;
                 },
                 .holds = [=](const Point& x) {
                   const bool losses = fabsl(x.noise_p - 1 / Real(3)) <= 1e-6L && fabsl(Real(x.noise_b) - x.G - 1) <= 1e-6L && C(x) > 2;
                   return losses && x.L == 0 && fabsl(x.D_inf - 2) <= 1e-12L && x.beta1 == 0 && fabsl(x.beta2 * (1 + square(C(x))) - 1) <= 1e-6L &&
                          x.steps[0] < sqrtl(1 - Real(x.beta2)) && decreases(x);
                 }});
  all.push_back({.id = "r-17-adam-regret-vanishes", .metric = "mean_regret", .kind = Kind::limit, .status = Status::unverified, .arxiv = "1412.6980", .assumptions = linear,
                 .methods = {"adam"}, .bound = [](const Point&) { return 0; }, .prepare = decreasing, .holds = decreases, .expect = Expectation::violated});

  const Formula gamma = [](const Point& x) { return x.beta1 / sqrtl(x.beta2); }, alpha = [](const Point& x) { return Real(x.steps[0]); };
  const auto theorem_4 = [=, &all](const std::string& id, Expectation expect, bool corrected) {
    all.push_back({.id = id, .metric = "regret", .status = Status::unverified, .arxiv = "1904.09237", .assumptions = with(box, {"ema", "monotone-rate", "lipschitz-denominator"}),
                   .methods = {"amsgrad"},
                   .bound = [=](const Point& x) {
                     const Real m = 1 - Real(x.beta1), D = square(x.D_inf);
                     const Real first = D * sqrtl(x.T) / m * x.h_sum / (corrected ? alpha(x) : 1);
                     const Real second = D / (2 * m) / (corrected ? m : 1) * x.beta1 * x.h_over_eta;
                     return first + second + alpha(x) * sqrtl(1 + logl(x.T)) / (square(m) * (1 - gamma(x)) * sqrtl(1 - Real(x.beta2))) * x.g_norms;
                   },
                   .names = {{"alpha", alpha}, {"gamma", gamma}},
                   .boundaries = {{&Point::beta1, [](const Point& x) { return sqrtl(x.beta2); }}},
                   .prepare = [=](Point& x) {
                     decreasing(x);
                     x.eps = 0;
                   },
                   .holds = [=](const Point& x) { return x.eps == 0 && gamma(x) < 1 && decreases(x); },
                   .expect = expect});
  };
  theorem_4("r-17-amsgrad-regret", Expectation::holds, true);
  theorem_4("r-17-amsgrad-regret-published", Expectation::violated, false);
  return all;
}

inline Group online() {
  return {online_theorems(),
          {
              {"r-9-subgradient", "M*R/sqrt(T+1)\"", "M*R/sqrt(T)\"", "a count off by one"},
              {"r-9-subgradient", "metric    = \"min_f_gap\"", "metric    = \"f_gap\"", "the last gap in place of the least"},
              {"r-9-ogd-regret", "D = \"sqrt(d)*D_inf\"", "D = \"D_inf\"", "the side in place of the diagonal"},
              {"r-9-ogd-regret", "M*D*sqrt(T)\"", "M*D\"", "a factor dropped"},
              {"r-9-adagrad-regret", "D_inf^2/(2*eta) + eta", "D_inf^2/(2*eta) + eta/2", "a half added"},
              {"r-9-adagrad-best", "value = \"sqrt(2)*", "value = \"", "a factor dropped"},
              {"r-17-adam-regret-limit", "2*(C-2)/3", "2*(C-1)/3", "a constant off by one"},
              {"r-17-adam-regret-limit", "metric    = \"mean_regret\"", "metric    = \"regret\"", "the sum in place of the mean"},
              {"r-17-adam-regret-vanishes", "value = \"0\"", "value = \"1\"", "another limit"},
              {"r-17-amsgrad-regret", "D_inf^2*sqrt(T)/(alpha*(1-beta1))*h_sum", "D_inf^2*sqrt(T)/(1-beta1)*h_sum", "the published form"},
              {"r-17-amsgrad-regret", "sqrt(1 + log(T))", "sqrt(log(T))", "a one dropped"},
              {"r-17-amsgrad-regret-published", "beta1/(2*(1-beta1))*h", "beta1/(2*(1-beta1)^2)*h", "the corrected form of one term"},
          }};
}

}  // namespace thalweg::transcription

// Published bounds of gradient methods, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> registry_theorems() {
  const auto gradient_descent = with(plain_update, {"smooth", "deterministic", "constant-step"});
  const Formula inverse = [](const Point& x) { return 1 / Real(x.L); };
  const Boundary up_to_inverse{&Point::eta, inverse};
  const auto exactly_inverse = [](Point& x) { x.eta = 1.0 / x.L; };
  const auto is_inverse = [](const Point& x) { return fabsl(Real(x.eta) * x.L - 1) <= 1e-15L; };
  const Formula long_tail = [](const Point& x) {
    Real sum = 0;
    for (double step : x.steps) sum += square(step);
    return sum;
  };
  std::vector<Transcription> all;
  all.push_back({.id = "r-1-gd-convex", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .arxiv = "1206.3209",
                 .assumptions = with(gradient_descent, {"convex"}), .methods = {"gd"},
                 .bound = [](const Point& x) { return x.L * square(x.R) / (4 * Real(x.T) * x.L * x.eta + 2); }, .boundaries = {up_to_inverse}});
  all.push_back({.id = "r-1-wrong-constant", .metric = "f_gap", .status = Status::unverified, .arxiv = "1206.3209", .assumptions = with(gradient_descent, {"convex"}),
                 .methods = {"gd"}, .bound = [](const Point& x) { return x.L * square(x.R) / (4 * Real(x.T) * x.L * x.eta + 3); }, .boundaries = {up_to_inverse},
                 .expect = Expectation::violated});
  all.push_back({.id = "r-2-gd-strongly-convex", .metric = "dist_sq", .kind = Kind::tight, .status = Status::published,
                 .assumptions = with(gradient_descent, {"strongly-convex", "minimiser-known"}), .methods = {"gd"}, .bound = [](const Point& x) {
                   return powl(std::max(square(1 - Real(x.L) * x.eta), square(1 - Real(x.mu) * x.eta)), x.T) * square(x.R);
                 }});
  all.push_back({.id = "r-3-gd-nonconvex", .metric = "min_grad_sq", .status = Status::published, .arxiv = "2104.05468", .assumptions = gradient_descent,
                 .methods = {"gd"}, .bound = [](const Point& x) { return x.Delta / (x.T * Real(x.eta) * (1 - x.L * Real(x.eta) / 2) + 1 / (2 * Real(x.L))); },
                 .boundaries = {{&Point::eta, [](const Point& x) { return 2 / Real(x.L); }}}});
  all.push_back({.id = "r-3-gd-nonconvex-four-thirds", .metric = "min_grad_sq", .status = Status::published, .assumptions = gradient_descent, .methods = {"gd"},
                 .bound = [](const Point& x) { return 4 * Real(x.L) / (3 * Real(x.T)) * x.Delta; }, .prepare = exactly_inverse, .holds = is_inverse});
  all.push_back({.id = "r-4-gd-pl", .metric = "f_gap", .arxiv = "1608.04636", .assumptions = with(gradient_descent, {"pl"}), .methods = {"gd"},
                 .bound = [](const Point& x) { return powl(1 - x.mu_pl / Real(x.L), x.T) * x.Delta; },
                 .prepare = [=](Point& x) {
                   exactly_inverse(x);
                   x.mu_pl = x.L * x.mu_pl / 4.0;
                 },
                 .holds = is_inverse});
  const Formula factor = [](const Point& x) {
    const Real m = -Real(x.L), lambda = x.mu_pl, L = x.L, gamma = x.eta;
    return square((lambda * (1 - L * gamma) + sqrtl((L - m) * (m - lambda) * (2 - L * gamma) * lambda * gamma + square(L - m))) / (L - m + lambda));
  };
  all.push_back({.id = "r-4-gd-pl-sharp", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .arxiv = "2204.00647", .assumptions = with(gradient_descent, {"pl"}),
                 .methods = {"gd"}, .bound = [=](const Point& x) { return powl(factor(x), x.T) * x.Delta; },
                 .names = {{"m", [](const Point& x) { return -Real(x.L); }}, {"tau", factor}}, .boundaries = {up_to_inverse},
                 .prepare = [](Point& x) { x.mu_pl = x.L * x.mu_pl / 4.0; }});
  const auto noisy = with(plain_update, {"smooth", "unbiased"});
  all.push_back({.id = "r-11-sgd-nonconvex", .metric = "weighted_grad_sq", .arxiv = "1309.5549", .assumptions = noisy, .methods = {"sgd"},
                 .bound = [=](const Point& x) {
                   Real weights = 0;
                   for (double step : x.steps) weights += 2 * Real(step) - x.L * square(step);
                   return x.L * (2 * Real(x.Delta) / x.L + x.sigma2 * long_tail(x)) / weights;
                 },
                 .weight = [](const Point& x, std::size_t k) { return 2 * Real(x.steps[k]) - x.L * square(x.steps[k]); },
                 .prepare = [](Point& x) {
                   for (double& step : x.steps) step *= 0.6 / x.L;
                 },
                 .holds = [](const Point& x) { return *std::max_element(x.steps.begin(), x.steps.end()) < 2 / Real(x.L); }});
  const std::pair<std::string, Formula> moment{"C2", [](const Point& x) { return Real(x.Gs2sq); }};
  const auto pl_sgd = with(noisy, {"pl"});
  all.push_back({.id = "r-12-sgd-pl-constant", .metric = "f_gap", .arxiv = "1608.04636", .assumptions = with(pl_sgd, {"constant-step", "bounded-gradient"}),
                 .methods = {"sgd"},
                 .bound = [](const Point& x) {
                   return powl(1 - 2 * Real(x.mu_pl) * x.eta, x.T) * x.Delta + x.L * Real(x.Gs2sq) * x.eta / (4 * Real(x.mu_pl));
                 },
                 .names = {moment}, .boundaries = {{&Point::eta, [](const Point& x) { return 1 / (2 * Real(x.mu_pl)); }}}});
  const Formula own_lambda = [](const Point& x) { return 1 / (2 * Real(x.steps.front())); };
  all.push_back({.id = "r-12-sgd-pl-decreasing", .metric = "f_gap", .arxiv = "1608.04636", .assumptions = with(pl_sgd, {"bounded-gradient"}), .methods = {"sgd"},
                 .bound = [=](const Point& x) { return x.L * Real(x.Gs2sq) / (2 * x.T * square(own_lambda(x))); }, .names = {moment, {"lambda", own_lambda}},
                 .prepare = [](Point& x) {
                   const double lambda = 0.9 * x.mu_pl;
                   for (std::size_t k = 0; k < x.steps.size(); ++k) {
                     const double n = static_cast<double>(k);
                     x.steps[k] = (2.0 * n + 1.0) / (2.0 * lambda * (n + 1.0) * (n + 1.0));
                   }
                 },
                 .holds = [=](const Point& x) {
                   Real off = 0;
                   for (std::size_t k = 0; k < x.steps.size(); ++k) {
                     const Real n = static_cast<Real>(k), step = (2 * n + 1) / (2 * own_lambda(x) * square(n + 1));
                     off += fabsl(x.steps[k] / step - 1);
                   }
                   return off <= 1e-12L * x.T && own_lambda(x) <= x.mu_pl * (1 + 1e-10L);
                 }});
  all.push_back({.id = "r-12-sgd-pl-variance", .metric = "f_gap", .assumptions = with(pl_sgd, {"constant-step"}), .methods = {"sgd"},
                 .bound = [](const Point& x) { return powl(1 - Real(x.mu_pl) * x.eta, x.T) * x.Delta + x.L * Real(x.eta) * x.sigma2 / (2 * Real(x.mu_pl)); },
                 .boundaries = {up_to_inverse}, .prepare = [](Point& x) { x.mu_pl = x.L * x.mu_pl / 4.0; }});
  all.push_back({.id = "r-14-ema-momentum", .metric = "mean_grad_sq", .assumptions = with(noisy, {"constant-step", "ema"}), .methods = {"ema-momentum"},
                 .bound = [](const Point& x) {
                   const Real eta = x.eta, b2 = square(x.beta1);
                   return 4 * x.Delta / (eta * x.T) + 2 * x.L * eta * x.sigma2 + 4 * square(x.L) * square(eta) * x.sigma2 * (b2 / (1 - b2));
                 },
                 .boundaries = {{&Point::eta, [](const Point& x) {
                                   return std::min(1 / (4 * Real(x.L)), (1 - Real(x.beta1)) / (2 * sqrtl(2.0L) * x.beta1 * Real(x.L)));
                                 }}}});
  return all;
}

inline Group registry() {
  return {registry_theorems(),
          {
              {"r-1-gd-convex", "+ 2)\"", "+ 3)\"", "a constant off by one"},
              {"r-11-sgd-nonconvex", "weights   = \"2*eta[t]", "weights   = \"eta[t]", "a weight halved"},
              {"r-12-sgd-pl-constant", "/(4*mu_pl)\"", "/(2*mu_pl)\"", "a constant halved"},
              {"r-12-sgd-pl-decreasing", "lambda^2)\"", "lambda)\"", "an exponent dropped"},
              {"r-14-ema-momentum", "4*L^2*eta^2", "4*L*eta^2", "an exponent dropped"},
              {"r-2-gd-strongly-convex", "(1 - mu*eta)^2)^T", "(1 + mu*eta)^2)^T", "a sign flipped"},
              {"r-3-gd-nonconvex", "+ 1/(2*L))\"", "+ 1/L)\"", "a half dropped"},
              {"r-4-gd-pl", "(1 - mu_pl/L)^T", "(1 - mu/L)^T", "another constant"},
              {"r-4-gd-pl-sharp", "(2 - L*eta)*mu_pl*eta", "(1 - L*eta)*mu_pl*eta", "a constant halved"},
          }};
}

}  // namespace thalweg::transcription

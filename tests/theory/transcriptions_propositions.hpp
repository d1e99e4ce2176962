// The stall point and the terminal stability limit, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> propositions_theorems() {
  std::vector<Transcription> all;
  const Formula q = [](const Point& x) { return Real(x.noise_a) - x.noise_b + x.eps / (1 - 2 * Real(x.noise_p)); };
  const Formula root = [q](const Point& x) { return (-q(x) + sqrtl(square(q(x)) + 4 * Real(x.noise_a) * x.noise_b)) / 2; };
  const Formula slope = [root](const Point& x) {
    return Real(x.eps) * (x.noise_p / square(root(x) + x.noise_a + x.eps) + (1 - Real(x.noise_p)) / square(x.noise_b - root(x) + x.eps));
  };
  const Formula jitter = [root](const Point& x) {
    const Real up = root(x) + x.noise_a, down = x.noise_b - root(x);
    return Real(x.noise_p) * square(up / (up + x.eps)) + (1 - Real(x.noise_p)) * square(down / (down + x.eps));
  };
  const Formula small_step = [=](const Point& x) { return std::min<Real>(0.02L, 0.04L * square(root(x)) * slope(x) / (x.L * jitter(x))); };
  all.push_back({.id = "proposition-n", .metric = "mean_grad_sq", .kind = Kind::limit,
                 .assumptions = with(plain_update, {"smooth", "convex", "unbiased", "one-dimensional", "two-point-noise", "ema", "momentum-free", "memoryless-rate", "constant-step"}),
                 .methods = {"adam"}, .bound = [root](const Point& x) { return square(root(x)); },
                 .names = {{"a", [](const Point& x) { return Real(x.noise_a); }}, {"b", [](const Point& x) { return Real(x.noise_b); }},
                           {"p", [](const Point& x) { return Real(x.noise_p); }}, {"q", q}, {"u", root}, {"slope", slope}, {"jitter", jitter}, {"length", [](const Point&) { return Real(1); }}},
                 .boundaries = {{&Point::eta, small_step}},
                 // D(s) = s + eps, and a run that is long enough to be near its limit: the card's own rule.
                 .prepare = [](Point& x) {
                   x.eps = 1.0 / x.mu2;
                   x.mu1 = 1.0 / (x.Gs + x.eps);
                   x.noise_p *= 0.5;
                   x.noise_b = 0.5 * x.gradient_range;
                   x.T = 1e15;
                 },
                 .holds = [=](const Point& x) {
                   const bool form = fabsl(Real(x.mu2) * x.eps - 1) <= 1e-9L && fabsl(x.mu1 * (Real(x.Gs) + x.eps) - 1) <= 1e-9L;
                   return x.noise_p < 0.5 && x.noise_b < x.gradient_range && form && x.eta > 0 && x.eta <= small_step(x) && Real(x.eta) * x.T >= 10 * (1 + 10 * square(x.R)) &&
                          Real(x.eta) * x.T * slope(x) * x.L >= 30 && 5 * fabsl(x.grad1_sq - square(root(x))) <= 0.02L * square(root(x)) * x.eta * x.T * slope(x) * x.L;
                 }});
  const Formula limit = [](const Point& x) { return 2 * (1 + Real(x.beta1)) / (1 - Real(x.beta1)); };
  all.push_back({.id = "proposition-t", .metric = "dist_sq", .kind = Kind::threshold,
                 .assumptions = with(plain_update, {"deterministic", "smooth", "constant-step", "ema", "uncorrected", "bounded-rate", "fading-rate-memory", "strict-minimiser"}),
                 .bound = limit, .names = {{"product", [](const Point& x) { return Real(x.eta) * x.mu2 * x.hess_at_min; }}, {"near", [](const Point&) { return 0.05L; }}},
                 .boundaries = {{&Point::R, [](const Point&) { return 0.05L; }}},
                 // A local and asymptotic statement: the start near, the run long against the slowest mode.
                 .prepare = [](Point& x) {
                   x.beta2 = 0.8;
                   x.eta = x.eta / (x.mu2 * x.hess_at_min);
                   x.T = 1e5;
                 },
                 .holds = [limit](const Point& x) {
                   const Real product = Real(x.eta) * x.mu2 * x.hess_at_min;
                   return x.R > 0 && x.R <= 0.05 && x.T * std::min({Real(x.eta) * x.mu2 * x.least_at_min, (1 - Real(x.beta1)) / 2, (1 - Real(x.beta2)) / 2, fabsl(limit(x) - product)}) >= 200;
                 }});
  return all;
}

inline Group propositions() {
  return {propositions_theorems(),
          {
              {"proposition-n", "(1 - 2*p)\"", "(1 - p)\"", "a constant halved"},
              {"proposition-t", "2*(1+beta1)/(1-beta1)\"\n\n[[witness", "2*(1-beta1)/(1+beta1)\"\n\n[[witness", "a quotient upside down"},
          }};
}

}  // namespace thalweg::transcription

// Where a method settles, and how: stability limits, two-cycles, degenerate minima (R-18, 2.11), the stall law, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> stability_limits() {
  const auto on_quadratic = with(plain_update, {"deterministic", "quadratic", "strict-minimiser", "smooth", "constant-step"});
  const auto on_a_line = with(plain_update, {"deterministic", "quadratic", "one-dimensional", "strict-minimiser", "constant-step", "ascent-normalised"});
  const Formula steep = [](const Point& x) { return Real(x.eta) * x.hess_at_min; };
  // A run that is long against all modes: slow(x) is the rate of the slowest of those that do not belong to the limit.
  const auto settles = [](const std::string& id, const std::string& method, Formula product, Formula limit, Formula slow) {
    return Transcription{.id = id, .metric = "dist_sq", .kind = Kind::threshold, .arxiv = "2103.00065", .methods = {method}, .bound = limit,
                         .names = {{"product", product}, {"limit", limit}},
                         .prepare = [](Point& x) { x.T = 1e6; },
                         .holds = [=](const Point& x) { return x.R > 0 && x.R <= 10 && x.T * std::min(slow(x), fabsl(limit(x) - product(x))) >= 200; }};
  };
  const auto slowest = [](Real a, Real momentum) { return std::min(a, (1 - momentum) / 2); };
  const Formula least = [](const Point& x) { return Real(x.eta) * x.least_at_min; };
  std::vector<Transcription> all;
  all.push_back(settles("r-15-gd", "gd", steep, [](const Point&) { return 2; }, least));
  all.push_back(settles("r-15-heavy-ball", "heavy-ball", steep, [](const Point& x) { return 2 + 2 * Real(x.momentum); },
                        [=](const Point& x) { return slowest(least(x), x.momentum); }));
  all.back().prepare = [](Point& x) {
    x.T = 1e6;
    x.momentum *= 0.39;
  };
  const Formula b = [](const Point& x) { return 2 / (1 + sqrtl(x.q)) - 1; };
  all.push_back(settles("r-15-nesterov", "nesterov-sc", steep, [=](const Point& x) { return 1 + 1 / (1 + 2 * b(x)); }, [=](const Point& x) { return slowest(least(x), b(x)); }));
  all.back().names.emplace_back("b", b);
  const Formula averaged = [](const Point& x) { return 2 * (1 + Real(x.beta1)) / (1 - Real(x.beta1)); };
  all.push_back(settles("r-15-ema-momentum", "ema-momentum", steep, averaged, [=](const Point& x) { return slowest(least(x), x.beta1); }));
  all.push_back(settles("r-15-adam-frozen", "adam", [=](const Point& x) { return x.mu2 * steep(x); }, averaged, [=](const Point& x) { return slowest(x.mu2 * least(x), x.beta1); }));
  for (Transcription& theorem : all) theorem.assumptions = on_quadratic;
  for (std::size_t k : {3, 4}) {
    all[k].arxiv = "2207.14484";
    all[k].assumptions.insert("ema");
  }
  Transcription& frozen = all.back();
  frozen.assumptions.insert({"one-dimensional", "uncorrected", "bounded-rate"});
  frozen.methods = {"adam", "sadam"};
  frozen.prepare = [=](Point& x) {
    x.R *= 0.39;
    x.beta1 *= 0.9;
    x.T = std::floor(30.0 / (1.0 - x.beta1));
    x.beta2 = 1.0 - 0x1p-48;
    x.eta *= static_cast<double>(averaged(x)) / (x.mu2 * x.hess_at_min) * (x.eta > 1.2 ? 1.0 : 0.5);
  };
  frozen.holds = [=](const Point& x) {
    const Real fast = 1 - Real(x.beta1);
    const bool long_enough = x.T * std::min(fast / 2, fabsl(averaged(x) - x.mu2 * steep(x))) >= 8 && x.T * fast <= 40;
    return x.R >= 0.1 && x.R <= 1 && (1 - Real(x.beta2)) * x.T * x.grad1_sq * square(x.mu2) <= 1e-6L && long_enough;
  };

  all.push_back({.id = "r-15-sam-one-step", .metric = "step_ratio", .kind = Kind::threshold, .assumptions = on_a_line, .methods = {"sam"},
                 .bound = [](const Point& x) {
                   const Real gamma = sqrtl(x.grad1_sq);
                   return gamma / (2 * Real(x.rho)) * (sqrtl(1 + 8 * Real(x.rho) / (x.eta * gamma)) - 1);
                 },
                 .names = {{"product", [](const Point& x) { return Real(x.hess_at_min); }}, {"gradient", [](const Point& x) { return sqrtl(x.grad1_sq); }}},
                 .prepare = [](Point& x) {
                   x.T = 1;
                   x.momentum = 0;
                 },
                 .holds = [](const Point& x) { return x.R > 0 && x.rho > 0 && x.momentum == 0 && x.T == 1; }});
  all.push_back({.id = "r-15-sam-two-cycle", .metric = "x_inf", .kind = Kind::limit, .assumptions = on_a_line, .methods = {"sam"},
                 .bound = [=](const Point& x) { return steep(x) * x.rho / (2 - steep(x)); }, .names = {{"q", steep}},
                 .prepare = [](Point& x) {
                   x.T = 1e6;
                   x.momentum = 0;
                   x.eta *= 0.3 / x.hess_at_min;
                 },
                 .holds = [=](const Point& x) {
                   const Real q = steep(x);
                   return x.R > 0 && x.R <= 1000 * x.rho && x.rho > 0 && x.momentum == 0 && q > 0 && q < 2 && x.T * std::min(q, 2 - q) >= 60;
                 }});
  return all;
}

// f = x^k/k; Adam's ratio r, the weight omega that momentum gives to the gradient, the crossover.
inline std::vector<Transcription> degenerate_minima() {
  const auto flat = with(plain_update, {"convex", "deterministic", "one-dimensional", "constant-step", "minimiser-known"});
  const auto adaptive = with(flat, {"ema", "uncorrected", "fading-rate-memory"});
  const Formula k = [](const Point& x) { return 1 / (1 - Real(x.kl_exponent)); };
  const Formula r = [=](const Point& x) { return powl(x.beta2, 1 / (2 * (k(x) - 2))); };
  const Formula omega = [=](const Point& x) { return (1 - Real(x.beta1)) / (1 - x.beta1 * powl(r(x), 1 - k(x))); };
  const Formula crossover = [=](const Point& x) { return powl((1 - r(x)) / (Real(x.eta) * omega(x) * x.mu2), 1 / (k(x) - 2)); };
  const Formula late = [=](const Point& x) { return powl((k(x) - 2) * x.eta * x.mu2 * x.T, -1 / (k(x) - 2)); };
  const auto of_the_form = [=](const Point& x) {
    return k(x) >= 3.5L && fabsl(k(x) * x.Delta / powl(x.R, k(x)) - 1) <= 1e-9L && fabsl(sqrtl(x.grad1_sq) / powl(x.R, k(x) - 1) - 1) <= 1e-9L;
  };
  const Boundary stability{&Point::beta1, [=](const Point& x) { return powl(x.beta2, k(x) / (2 * (k(x) - 2))); }};
  const auto stable = [=](const Point& x) { return x.beta1 < stability.value(x); };
  // k = 4 or 8, where 1 - 1/k is a number; f = x^k/k at the start R.
  const auto make = [](Point& x) {
    const Real degree = x.b > 1.4 ? 8 : 4;
    x.kl_exponent = static_cast<double>(1 - 1 / degree);
    x.R = 0.5 + 0.2 * x.R;
    x.Delta = static_cast<double>(powl(x.R, degree) / degree);
    x.grad1_sq = static_cast<double>(powl(x.R, 2 * degree - 2));
    x.beta1 *= 0.5;
    x.beta2 = 0.9 + 0.09 * x.beta2;
  };
  std::vector<Transcription> all;
  all.push_back({.id = "r-18-adam-ratio", .metric = "step_ratio", .kind = Kind::limit, .status = Status::published, .arxiv = "2603.09581", .assumptions = adaptive, .methods = {"adam"},
                 .bound = r, .names = {{"k", k}, {"r", r}}, .boundaries = {stability},
                 .prepare = [=](Point& x) {
                   make(x);
                   x.eps = 0;
                   const double ratio = static_cast<double>(r(x));
                   x.T = std::floor(40.0 / (1.0 - ratio));
                 },
                 .holds = [=](const Point& x) {
                   return of_the_form(x) && x.eps == 0 && stable(x) && x.T * (1 - r(x)) >= 30 && -2 * (k(x) - 1) * x.T * logl(r(x)) <= 640;
                 }});
  all.push_back({.id = "r-18-gd-power-law", .metric = "x_inf", .kind = Kind::limit, .status = Status::published, .arxiv = "2603.09581", .assumptions = flat,
                 .methods = {"gd", "ema-momentum"}, .bound = [=](const Point& x) { return powl((k(x) - 2) * x.eta * x.T, -1 / (k(x) - 2)); }, .names = {{"k", k}},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return 1 / (2 * (k(x) - 1) * powl(x.R, k(x) - 2)); }}},
                 .prepare = [=](Point& x) {
                   make(x);
                   x.T = 1e9;
                 },
                 .holds = [=](const Point& x) {
                   return of_the_form(x) && x.eta * (k(x) - 1) * powl(x.R, k(x) - 2) <= 0.5L && x.eta * x.T * (k(x) - 2) * powl(x.R, k(x) - 2) >= 100 * (1 + logl(x.T));
                 }});
  all.push_back({.id = "crossover-late-law", .metric = "x_inf", .kind = Kind::limit, .status = Status::unverified, .assumptions = with(adaptive, {"bounded-rate"}), .methods = {"adam", "sadam"}, .bound = late,
                 .names = {{"k", k}, {"r", r}, {"omega", omega}, {"crossover", crossover}}, .boundaries = {stability},
                 .prepare = [=](Point& x) {
                   make(x);
                   x.T = 1e14;
                 },
                 .holds = [=](const Point& x) { return of_the_form(x) && stable(x) && late(x) <= 0.2L * crossover(x); }});
  const Formula contraction = [](const Point& x) { return 1 - Real(x.step_ratio); };
  all.push_back({.id = "crossover", .metric = "x_inf", .kind = Kind::limit, .status = Status::unverified, .assumptions = with(adaptive, {"bounded-rate"}), .methods = {"adam"},
                 .bound = [=](const Point& x) { return crossover(x) * powl(contraction(x) / (1 - r(x) - contraction(x)), 1 / (k(x) - 2)); },
                 .names = {{"k", k}, {"r", r}, {"omega", omega}, {"crossover", crossover}, {"contraction", contraction}}, .boundaries = {stability},
                 .prepare = [=](Point& x) {
                   make(x);
                   x.mu2 *= 1e9;
                   x.eps = 1 / x.mu2;
                   const double ratio = static_cast<double>(r(x));
                   x.step_ratio = 1 - 0.4 * (1 - ratio);
                   x.T = std::floor(20.0 / (1.0 - ratio));
                 },
                 .holds = [=](const Point& x) {
                   return of_the_form(x) && fabsl(x.mu2 * Real(x.eps) - 1) <= 1e-9L && stable(x) && x.R >= 5 * crossover(x) && x.T * (1 - r(x)) >= 2;
                 }});
  return all;
}

inline std::vector<Transcription> stall_laws() {
  std::vector<Transcription> all;
  const Formula deviation = [](const Point& x) { return sqrtl(Real(x.noise_a) * x.noise_b); };
  const Formula third = [](const Point& x) { return Real(x.noise_a) * x.noise_b * (Real(x.noise_a) - x.noise_b); };
  const Formula kappa = [](const Point& x) { return (1 - Real(x.beta1)) * (1 - Real(x.beta2)) / (1 - Real(x.beta1) * x.beta2); };
  const auto add = [&](const std::string& method, auto D, Formula slope) {
    const Formula at_deviation = [=](const Point& x) { return D(x, deviation(x)); };
    all.push_back({.id = "stall-law-" + method, .metric = "weighted_grad_sum", .kind = Kind::limit,
                   .assumptions = with(plain_update, {"convex", "smooth", "unbiased", "constant-step", "separable", "two-point-noise", "ema", "bounded-rate", "fading-rate-memory"}),
                   .methods = {method},
                   .bound = [=](const Point& x) { return x.d * kappa(x) * third(x) * slope(x) / (2 * deviation(x) * at_deviation(x)); },
                   .names = {{"s", deviation}, {"third", third}, {"D", at_deviation}, {"slope", slope}, {"kappa", kappa}},
                   .weight = [](const Point& x, std::size_t step) { return static_cast<Real>(static_cast<double>(step + 1) > x.T / 2); },
                   .prepare = [=](Point& x) {
                     x.T = 100000;
                     x.steps.assign(100000, 0.1);
                     x.beta2 = 0.99 + 0.004 * x.beta2;
                     x.mu2 = static_cast<double>(1 / D(x, 0));
                     x.mu1 = static_cast<double>(1 / D(x, x.Gs));
                     x.eta = static_cast<double>(0.02L * (1 - Real(x.beta2)) * at_deviation(x) / x.L);
                     x.R *= 0.03;
                   },
                   .holds = [=](const Point& x) {
                     const Real pull = x.eta * x.L / at_deviation(x);
                     const bool form = fabsl(x.mu2 * D(x, 0) - 1) <= 1e-9L && fabsl(x.mu1 * D(x, x.Gs) - 1) <= 1e-9L;
                     return x.beta2 >= 0.99 && x.beta2 < 1 && form && x.eta > 0 && pull <= 0.025L * (1 - Real(x.beta2)) && pull * x.T >= 9 && x.R <= 0.1L * sqrtl(x.d);
                   }});
  };
  add("adam", [](const Point& x, Real s) { return s + x.eps; }, [](const Point&) { return Real(1); });
  add("sadam", [](const Point& x, Real s) { return log1pl(expl(x.beta * s)) / x.beta; }, [=](const Point& x) { return 1 / (1 + expl(-x.beta * deviation(x))); });
  return all;
}

inline Group stability() {
  Group group;
  for (const auto& more : {stability_limits(), degenerate_minima(), stall_laws()}) group.theorems.insert(group.theorems.end(), more.begin(), more.end());
  group.misprints = {
      {"r-15-gd", "limit   = \"2\"", "limit   = \"1\"", "the limit halved"},
      {"r-15-heavy-ball", "2*(1 + momentum)\"", "2*(1 - momentum)\"", "a sign flipped"},
      {"r-15-nesterov", "/(1 + 2*b)\"", "/(1 + b)\"", "a factor dropped"},
      {"r-15-nesterov", "b       = \"(1 - sqrt(q))", "b       = \"(1 - q)", "a root dropped"},
      {"r-15-ema-momentum", "limit   = \"2*(1 + beta1)/(1 - beta1)\"", "limit   = \"2*(1 + beta1)/(1 - beta1)^2\"", "an exponent added"},
      {"r-15-adam-frozen", "product = \"eta*mu2*hess", "product = \"eta*mu1*hess", "mu1 in place of mu2"},
      {"r-15-adam-frozen", "requires  = [\"deterministic\", \"quadratic\"", "requires  = [\"deterministic\"", "the assumption of a quadratic dropped"},
      {"r-15-sam-one-step", "8*rho/(eta*gradient)", "4*rho/(eta*gradient)", "a constant halved"},
      {"r-15-sam-one-step", "metric    = \"step_ratio\"", "metric    = \"dist_sq\"", "the distance in place of the ratio"},
      {"r-15-sam-two-cycle", "q*rho/(2 - q)\"", "q*rho/(1 - q)\"", "a constant halved"},
      {"r-18-adam-ratio", "beta2^(1/(2*(k-2)))\"", "beta2^(1/(k-2))\"", "a two dropped in the exponent"},
      {"r-18-adam-ratio", "beta1 < beta2^(k/(2*(k-2)))", "beta1 < beta2^((k-1)/(2*(k-2)))", "the condition of existence in place of that of stability"},
      {"r-18-gd-power-law", "^(-1/(k-2))\"", "^(-1/(k-1))\"", "an exponent off by one"},
      {"crossover-late-law", "((k-2)*eta*mu2*T)^(-1/(k-2))\"\n", "(k*eta*mu2*T)^(-1/(k-2))\"\n", "a constant off by two"},
      {"crossover", "beta1*r^(1-k))", "beta1*r^(2-k))", "an exponent off by one"},
      {"crossover", "contraction/(1 - r - contraction)", "contraction/(1 - r)", "a term dropped"},
      {"stall-law-adam", "/(2*s*D)\"", "/(s*D)\"", "a two dropped"},
      {"stall-law-adam", "if(2*t > T + 0.5, 1, 0)", "if(4*t > T + 0.5, 1, 0)", "another window"},
      {"stall-law-sadam", "sigmoid(beta*s)", "sigmoid(s)", "beta dropped"},
      {"stall-law-sadam", "(1-beta1*beta2)\"", "(1-beta1)\"", "a factor dropped"},
  };
  return group;
}

}  // namespace thalweg::transcription

// Published bounds of methods with noisy gradients beyond transcriptions_registry.hpp, in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

inline std::vector<Transcription> sgd_theorems() {
  const auto noisy = with(plain_update, {"unbiased"});
  const auto no_step = [](Point& x) { x.eta = 0.0; };
  std::vector<Transcription> all;
  // The run has T steps and evaluates the iterate after them, x_N with N = T + 1; eta_N = eta_T is never used.
  const auto step = [](const Point& x, std::size_t t) { return Real(x.steps[std::min(t, x.steps.size()) - 1]); };
  const auto from = [=](const Point& x, std::size_t first, int power) {
    Real sum = 0;
    for (std::size_t t = first; t <= x.steps.size() + 1; ++t) sum += powl(step(x, t), power);
    return sum;
  };
  const Formula second = [](const Point& x) { return Real(x.G2sq) + x.sigma2; };
  all.push_back({.id = "r-10-last-iterate", .metric = "f_gap", .status = Status::published, .arxiv = "2310.07831", .assumptions = with(noisy, {"convex", "lipschitz"}),
                 .methods = {"sgd"},
                 .bound = [=](const Point& x) {
                   Real value = (square(x.R) + second(x) * from(x, 1, 2)) / (2 * from(x, 1, 1));
                   for (std::size_t k = 1; k <= x.steps.size(); ++k) value += step(x, k) / from(x, k + 1, 1) * second(x) * from(x, k, 2) / from(x, k, 1) / 2;
                   return value;
                 },
                 .names = {{"second", second}, {"total", [=](const Point& x) { return from(x, 1, 1); }}},
                 .refused = {[](Point& x) { x.steps.back() = 0.0; },
                             [](Point& x) {
                               x.T = 401;
                               x.steps.assign(401, 0.1);
                             }},
                 .holds = [](const Point& x) { return x.T <= 400 && x.steps.back() > 0.0; }});
  const Formula inverse = [](const Point& x) { return 1 / Real(x.L); };
  const Formula Df2 = [](const Point& x) { return 2 * Real(x.Delta) / x.L; };
  const Formula D = [](const Point& x) { return Real(x.eta) * sqrtl(x.sigma2) * sqrtl(x.T); };
  all.push_back({.id = "r-11-sgd-nonconvex-corollary", .metric = "mean_grad_sq", .arxiv = "1309.5549", .assumptions = with(noisy, {"smooth", "constant-step"}), .methods = {"sgd"},
                 .bound = [=](const Point& x) { return x.L * (x.L * Df2(x) / x.T + (D(x) + Df2(x) / D(x)) * sqrtl(x.sigma2) / sqrtl(x.T)); },
                 .names = {{"Df2", Df2}, {"D", D}}, .boundaries = {{&Point::eta, inverse}}, .refused = {[](Point& x) { x.sigma2 = 0.0; }, no_step}});
  const auto one_step = with(noisy, {"smooth", "strongly-convex", "minimiser-known", "additive-noise", "constant-step"});
  const Rule once{&Point::T, [](const Point&) { return Real(1); }};
  all.push_back({.id = "r-13-sgd-one-step", .metric = "dist_sq", .kind = Kind::tight, .assumptions = one_step, .methods = {"sgd"},
                 .bound = [](const Point& x) {
                   const Real sum = Real(x.L) + x.mu, difference = Real(x.L) - x.mu;
                   return square(x.eta * difference / 2 * x.R + sqrtl(square((1 - x.eta * sum / 2) * x.R) + square(x.eta) * x.variance_at_min));
                 },
                 .rules = {once}, .refused = {[](Point& x) { x.T = 2.0; }}, .prepare = [](Point& x) { x.mu = x.L * x.mu / 4.0; }});
  all.push_back({.id = "r-13-sgd-one-step-interpolation", .metric = "dist_sq", .kind = Kind::tight, .assumptions = one_step, .methods = {"sgd"},
                 .bound = [](const Point& x) { return square(std::max(1 - Real(x.eta) * x.mu, Real(x.L) * x.eta - 1) * x.R); }, .rules = {once},
                 .refused = {[](Point& x) { x.variance_at_min = 1e-12; }, [](Point& x) { x.T = 2.0; }},
                 .prepare = [](Point& x) {
                   x.mu = x.L * x.mu / 4.0;
                   x.variance_at_min = 0.0;
                 },
                 .holds = [](const Point& x) { return x.variance_at_min == 0.0; }});
  const Formula averaged = [](const Point& x) {
    const Real b = x.beta1;
    return 2 * x.Delta / (x.T * Real(x.eta)) + ((b + 3 * square(b)) / (2 * (1 + b)) + 1) * x.L * x.eta * x.sigma2;
  };
  const Formula first_limit = [](const Point& x) { return (1 - Real(x.beta1)) / (2 * sqrtl(2.0L) * x.L * sqrtl(x.beta1 + square(x.beta1))); };
  const Formula second_limit = [](const Point& x) { return (1 - Real(x.beta1)) / (x.L * (4 - x.beta1 + square(x.beta1))); };
  const auto momentum = with(noisy, {"smooth", "constant-step", "ema"});
  all.push_back({.id = "r-14-liu-gao-yin", .metric = "mean_grad_sq", .status = Status::unverified, .arxiv = "2007.07989", .assumptions = momentum, .methods = {"ema-momentum"},
                 .bound = averaged, .boundaries = {{&Point::eta, [=](const Point& x) { return std::min(first_limit(x), second_limit(x)); }}}, .refused = {no_step}});
  all.push_back({.id = "r-14-liu-gao-yin-one-limit", .metric = "mean_grad_sq", .status = Status::unverified, .arxiv = "2007.07989", .assumptions = momentum,
                 .methods = {"ema-momentum"}, .bound = averaged, .boundaries = {{&Point::eta, first_limit}}, .refused = {no_step}, .expect = Expectation::violated});
  return all;
}

// Defossez et al. write sums where our moments are averages: v = v_ours/(1 - beta2), eps = eps_ours/(1 - beta2), alpha = eta.
inline std::vector<Transcription> defossez_theorems() {
  const auto setting = with(plain_update, {"smooth", "unbiased", "constant-step", "bounded-gradient", "eps-inside-root"});
  const auto adam = with(setting, {"ema", "without-maximum", "root-correction"});
  const auto no_step = [](Point& x) { x.eta = 0.0; };
  std::vector<Transcription> all;
  const Formula most_of_sums = [](const Point& x) { return x.Gs + sqrtl(x.eps); };
  all.push_back({.id = "r-16-adagrad", .metric = "mean_grad_sq", .status = Status::published, .arxiv = "2003.02395", .assumptions = with(setting, {"momentum-free"}),
                 .methods = {"adagrad"},
                 .bound = [=](const Point& x) {
                   const Real R = most_of_sums(x), alpha = x.eta, N = x.T;
                   return (2 * R * x.Delta / alpha + (4 * x.d * square(R) + alpha * x.d * R * x.L) * logl(1 + N * square(R) / x.eps)) / sqrtl(N);
                 },
                 .names = {{"most", most_of_sums}},
                 .refused = {[](Point& x) { x.eps = 0.0; }, [](Point& x) { x.lr_decay = 0.1; }, [](Point& x) { x.initial_accumulator = 0.1; }, no_step},
                 .prepare = [](Point& x) { x.initial_accumulator = x.lr_decay = 0.0; }, .holds = [](const Point& x) { return x.initial_accumulator == 0.0 && x.lr_decay == 0.0; }});
  const Formula forgotten = [](const Point& x) { return 1 - Real(x.beta2); };
  const Formula most = [=](const Point& x) { return x.Gs + sqrtl(x.eps / forgotten(x)); };
  const auto logarithm = [=](const Point& x) { return logl(1 + square(most(x)) / (forgotten(x) * (x.eps / forgotten(x)))); };
  const Formula E = [=](const Point& x) { return 4 * x.d * square(most(x)) / sqrtl(forgotten(x)) + x.eta * Real(x.d) * most(x) * x.L / forgotten(x); };
  all.push_back({.id = "r-16-adam", .metric = "mean_grad_sq", .status = Status::published, .arxiv = "2003.02395", .assumptions = with(adam, {"momentum-free"}), .methods = {"adam"},
                 .bound = [=](const Point& x) { return 2 * most(x) * x.Delta / (x.eta * Real(x.T)) + E(x) * (logarithm(x) / x.T - logl(x.beta2)); },
                 .names = {{"most", most}, {"E", E}}, .refused = {[](Point& x) { x.eps = 0.0; }, [](Point& x) { x.beta2 = 0.0; }, no_step}, .holds = [](const Point& x) { return x.beta2 > 0 && x.eps > 0; }});
  const Formula gap = [](const Point& x) { return 1 - x.beta1 / Real(x.beta2); };
  const Formula count = [](const Point& x) { return x.T - x.beta1 / (1 - Real(x.beta1)); };
  const Formula E_momentum = [=](const Point& x) {
    const Real alpha = x.eta, R = most(x), remembered = 1 - Real(x.beta1), lost = forgotten(x);
    return alpha * x.d * R * x.L * remembered / (gap(x) * lost) + 12 * x.d * square(R) * sqrtl(remembered) / (powl(gap(x), 1.5L) * sqrtl(lost)) +
           2 * square(alpha) * x.d * square(x.L) * x.beta1 / (gap(x) * powl(lost, 1.5L));
  };
  all.push_back({.id = "r-16-adam-momentum", .metric = "weighted_grad_sq", .status = Status::published, .arxiv = "2003.02395", .assumptions = adam, .methods = {"adam"},
                 .bound = [=](const Point& x) {
                   return 2 * most(x) * x.Delta / (x.eta * count(x)) + E_momentum(x) * (logarithm(x) / count(x) - x.T / count(x) * logl(x.beta2));
                 },
                 .names = {{"most", most}, {"gap", gap}, {"count", count}, {"E", E_momentum}},
                 .boundaries = {{&Point::beta1, [](const Point& x) { return std::min(Real(x.beta2), x.T / (x.T + Real(1))); }}},
                 .refused = {[](Point& x) { x.eps = 0.0; }, no_step},
                 .weight = [](const Point& x, std::size_t j) { return 1 - powl(x.beta1, x.T - Real(j)); }});  // tau = j counts from 0: t = j + 1
  return all;
}

inline Group stochastic() {
  std::vector<Transcription> all = sgd_theorems();
  for (Transcription& more : defossez_theorems()) all.push_back(std::move(more));
  return {std::move(all),
          {
              {"r-10-last-iterate", "second = \"G2sq + sigma2\"", "second = \"G2sq\"", "the variance dropped"},
              {"r-10-last-iterate", "second/2*sum(k", "second*sum(k", "a half dropped"},
              {"r-10-last-iterate", "eta[k]/sum(t, k + 1,", "eta[k]/sum(t, k,", "a limit off by one"},
              {"r-10-last-iterate", "T <= 400", "T <= 4000", "a condition loosened"},
              {"r-11-sgd-nonconvex-corollary", "D + Df2/D", "D + Df2", "a quotient dropped"},
              {"r-11-sgd-nonconvex-corollary", "noise = \"sigma2 > 0\"", "noise = \"sigma2 >= 0\"", "no noise admitted"},
              {"r-13-sgd-one-step", "(L - mu)/2*R", "(L - mu)*R", "a half dropped"},
              {"r-13-sgd-one-step", "\"additive-noise\", ", "", "any noise admitted"},
              {"r-13-sgd-one-step-interpolation", "variance_at_min <= 0", "variance_at_min <= 1", "a condition loosened"},
              {"r-14-liu-gao-yin", "(2*(1 + beta1))", "(1 + beta1)", "a half dropped"},
              {"r-14-liu-gao-yin", "(4 - beta1 + beta1^2)", "(4 - beta1^2)", "a term dropped"},
              {"r-14-liu-gao-yin-one-limit", "sqrt(beta1 + beta1^2)", "sqrt(1 + beta1^2)", "another condition"},
              {"r-16-adagrad", "/sqrt(T)\"", "/T\"", "a root dropped"},
              {"r-16-adagrad", "lr_decay == 0", "lr_decay >= 0", "a condition dropped"},
              {"r-16-adam", "4*d*most^2", "12*d*most^2", "the constant of the other theorem"},
              {"r-16-adam", "Gs + sqrt(eps/(1 - beta2))", "Gs + sqrt(eps)", "the eps of averages for that of sums"},
              {"r-16-adam-momentum", "gap^(3/2)", "gap", "an exponent dropped"},
              {"r-16-adam-momentum", "weights   = \"1 - beta1^(T - t + 1)", "weights   = \"1 - beta1^(T - t)", "a weight off by one"},
          }};
}

}  // namespace thalweg::transcription

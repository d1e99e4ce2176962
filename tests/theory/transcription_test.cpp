// Every built-in card against a transcription of its theorem in long double, written from the statement and never from the card: bound, names,
// conditions (also a relative 1e-12 on either side of each), weights, trivial value, metric, kind, assumptions, status and source. All quantities
// are drawn independently of each other (G and Gs, G2sq and Gs2sq differ), so that a wrong name shows as much as a wrong constant.
// A list of planted misprints proves that the comparison can fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/theory/card.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {
namespace {

using Real = long double;

struct Point {
  double d, T, eta, L, mu, mu_pl, f_star, Delta, R, D_inf, L1, hess_at_min, least_at_min, gradient_range, G, G2sq, Gs, Gs2sq, Gs1, grad1_sq, sigma2, sigma1, mu3, b,
      sigma2_one, noise_a, noise_b, noise_p, beta1, beta2, eps, beta, p, mu1, mu2, kappa_A, mu1_prime, V1, V2, h_sum, h_increase, m_norm_sum, m_l1;
  std::vector<double> steps;  // eta_1 ... eta_T
};

using Field = double Point::*;
const std::vector<std::pair<std::string, Field>> fields = {
    {"d", &Point::d}, {"T", &Point::T}, {"eta", &Point::eta}, {"L", &Point::L}, {"mu", &Point::mu}, {"mu_pl", &Point::mu_pl}, {"f_star", &Point::f_star},
    {"Delta", &Point::Delta}, {"R", &Point::R}, {"D_inf", &Point::D_inf}, {"L1", &Point::L1}, {"hess_at_min", &Point::hess_at_min},
    {"gradient_range", &Point::gradient_range}, {"G", &Point::G}, {"G2sq", &Point::G2sq}, {"Gs", &Point::Gs}, {"Gs2sq", &Point::Gs2sq}, {"Gs1", &Point::Gs1},
    {"grad1_sq", &Point::grad1_sq}, {"sigma2", &Point::sigma2}, {"sigma1", &Point::sigma1}, {"mu3", &Point::mu3}, {"b", &Point::b},
    {"sigma2_one", &Point::sigma2_one}, {"noise_a", &Point::noise_a}, {"noise_b", &Point::noise_b}, {"noise_p", &Point::noise_p}, {"beta1", &Point::beta1},
    {"beta2", &Point::beta2}, {"eps", &Point::eps}, {"beta", &Point::beta}, {"p", &Point::p}, {"mu1", &Point::mu1}, {"mu2", &Point::mu2},
    {"kappa_A", &Point::kappa_A}, {"mu1_prime", &Point::mu1_prime}, {"V1", &Point::V1}, {"V2", &Point::V2}, {"h_sum", &Point::h_sum},
    {"h_increase", &Point::h_increase}, {"m_norm_sum", &Point::m_norm_sum}, {"m_l1", &Point::m_l1}};

Quantities quantities_of(const Point& x) {
  std::map<std::string, Interval, std::less<>> values;
  for (const auto& [name, field] : fields) values[name] = Interval(x.*field);
  values["least_at_min"] = Interval(x.least_at_min);
  std::vector<Interval> steps;
  for (double step : x.steps) steps.emplace_back(step);
  values["eta_max"] = Interval(*std::max_element(x.steps.begin(), x.steps.end()));
  return Quantities(std::move(values), {{"eta", std::move(steps)}});
}

using Formula = std::function<Real(const Point&)>;

// The conditions hold on one side of field = value(other fields), and there alone as this field moves.
struct Boundary {
  Field field;
  Formula value;
  bool below = true;  // the admissible side
};

struct Transcription {
  std::string id, metric;
  Kind kind = Kind::upper;
  Status status = Status::proved;
  std::string arxiv = {};                   // of the source, where there is one
  std::set<std::string> assumptions = {};   // what the statement needs of problem, noise, method and run
  std::set<std::string> methods = {};
  Formula bound = {};
  std::vector<std::pair<std::string, Formula>> names = {};  // of the card's [let]
  std::vector<Boundary> boundaries = {};
  std::function<void(Point&)> prepare = {};                 // makes an arbitrary point admissible but for the boundaries
  std::function<bool(const Point&)> holds = {};             // the whole condition; absent: the boundaries say it all
  Expectation expect = Expectation::holds;
};

// ---- the statements

const std::set<std::string> plain_update = {"unconstrained", "no-decay"};

std::set<std::string> with(std::set<std::string> base, std::initializer_list<const char*> more) {
  for (const char* id : more) base.insert(id);
  return base;
}

Real square(Real x) { return x * x; }

// Section 2: bounded sampled gradients, A-LR in [mu1, mu2]; G_j bounds the sampled gradients, so that it is Gs in the names of a card.
std::vector<Transcription> adaptive_theorems() {
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
  all.push_back({.id = "theorem-c", .metric = "f_gap", .assumptions = with(setting, {"ema", "momentum-free", "monotone-rate", "pl"}),
                 .bound = [=](const Point& x) {
                   return contraction(x) + Real(x.L) * x.eta * square(x.mu2) * x.sigma2 / (2 * Real(x.mu_pl) * x.mu1) + Real(x.eta) * x.Gs2sq * (Real(x.mu2) - x.mu1);
                 },
                 .names = {square_sum}, .boundaries = {short_step}});
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
                 .boundaries = {short_step}});
  all.push_back({.id = "theorem-g", .metric = "mean_grad_sq", .assumptions = with(setting, {"ema", "momentum"}),
                 .bound = [=](const Point& x) { return theorem_g(x, x.mu1, x.mu2, 1); }, .names = {alpha},
                 .boundaries = {{&Point::eta, [=](const Point& x) { return step_g(x.mu2, x); }}}});
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
  return all;
}

std::vector<Transcription> propositions() {
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
                           {"p", [](const Point& x) { return Real(x.noise_p); }}, {"q", q}, {"u", root}, {"slope", slope}, {"jitter", jitter}},
                 .boundaries = {{&Point::eta, small_step}},
                 // D(s) = s + eps, and a run that is long enough to be near its limit: the card's own rule.
                 .prepare = [](Point& x) {
                   x.eps = 1.0 / x.mu2;
                   x.mu1 = 1.0 / (x.Gs + x.eps);
                   x.noise_p *= 0.5;
                   x.noise_b = 0.5 * x.gradient_range;
                   x.T = 1e12;
                 },
                 .holds = [=](const Point& x) {
                   const bool form = fabsl(Real(x.mu2) * x.eps - 1) <= 1e-9L && fabsl(x.mu1 * (Real(x.Gs) + x.eps) - 1) <= 1e-9L;
                   return x.noise_p < 0.5 && x.noise_b < x.gradient_range && form && x.eta > 0 && x.eta <= small_step(x) && Real(x.eta) * x.T >= 10 * (1 + 10 * square(x.R)) &&
                          Real(x.eta) * x.T * slope(x) * x.L >= 30 && 5 * fabsl(x.grad1_sq - square(root(x))) <= 0.02L * square(root(x)) * x.eta * x.T * slope(x) * x.L;
                 }});
  const Formula limit = [](const Point& x) { return 2 * (1 + Real(x.beta1)) / (1 - Real(x.beta1)); };
  all.push_back({.id = "proposition-t", .metric = "dist_sq", .kind = Kind::threshold,
                 .assumptions = with(plain_update, {"deterministic", "smooth", "constant-step", "ema", "uncorrected", "bounded-rate", "fading-rate-memory", "strict-minimiser"}),
                 .bound = limit, .names = {{"product", [](const Point& x) { return Real(x.eta) * x.mu2 * x.hess_at_min; }}},
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

std::vector<Transcription> registry() {
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
  all.push_back({.id = "r-4-gd-pl-sharp", .metric = "f_gap", .status = Status::published, .arxiv = "2204.00647", .assumptions = with(gradient_descent, {"pl"}),
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

std::vector<Transcription> transcriptions() {
  std::vector<Transcription> all = adaptive_theorems();
  for (auto& more : {propositions(), registry()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

// ---- points

using Bits = std::mt19937_64;
double between(Bits& bits, double lower, double upper) { return lower + (upper - lower) * (static_cast<double>(bits() >> 11U) * 0x1p-53); }

Point arbitrary_point(Bits& bits) {
  Point x{};
  for (const auto& [name, field] : fields) x.*field = between(bits, 0.3, 2.5);
  x.T = std::floor(between(bits, 2.0, 9.0));
  x.d = std::floor(between(bits, 1.0, 9.0));
  for (Field fraction : {&Point::beta1, &Point::beta2, &Point::noise_p, &Point::p}) x.*fraction = between(bits, 0.05, 0.95);
  x.least_at_min = 0.5 * x.hess_at_min;
  x.mu1 = between(bits, 0.2, 0.9);
  x.mu2 = between(bits, 1.1, 2.5);
  for (double t = 1.0; t <= x.T; t += 1.0) x.steps.push_back(between(bits, 0.1, 2.5));
  return x;
}

Point admissible_point(const Transcription& theorem, Bits& bits) {
  Point x = arbitrary_point(bits);
  if (theorem.prepare) theorem.prepare(x);
  for (const Boundary& boundary : theorem.boundaries) {
    const double edge = static_cast<double>(boundary.value(x)), u = between(bits, 0.05, 0.95);
    const double far = boundary.below ? 0.0 : 1.0;  // only beta2 has its admissible side above
    x.*boundary.field = edge + (far - edge) * u;
  }
  return x;
}

bool holds(const Transcription& theorem, const Point& x) {
  if (theorem.holds) return theorem.holds(x);
  return std::all_of(theorem.boundaries.begin(), theorem.boundaries.end(),
                     [&](const Boundary& boundary) { return (x.*boundary.field < boundary.value(x)) == boundary.below; });
}

// ---- the comparison: empty, or what differs

std::string text(Real value) {
  std::ostringstream out;
  out.precision(17);
  out << value;
  return out.str();
}

std::string difference(const std::string& what, const Interval& of_card, Real transcribed) {
  const Real room = 1e-12L * fabsl(transcribed);
  if (of_card.lower() >= transcribed - room && of_card.upper() <= transcribed + room) return "";
  return what + " is [" + text(of_card.lower()) + ", " + text(of_card.upper()) + "], transcribed " + text(transcribed);
}

Truth admissible(const Card& card, const Point& x) {
  Quantities quantities = quantities_of(x);
  add_let(card, quantities);
  Truth all = Truth::yes;
  for (const NamedExpression& condition : card.admissible) all = all && truth_of(condition.expression, quantities, card.id);
  return all;
}

std::string compare_values(const Card& card, const Transcription& theorem, const Point& x) {
  Quantities quantities = quantities_of(x);
  add_let(card, quantities);
  for (const NamedExpression& let : card.let) {
    const auto known = std::find_if(theorem.names.begin(), theorem.names.end(), [&](const auto& name) { return name.first == let.name; });
    if (known == theorem.names.end()) return "the name '" + let.name + "' is not transcribed";
    if (auto different = difference("'" + let.name + "'", *quantities.find(let.name), known->second(x)); !different.empty()) return different;
  }
  if (auto different = difference("the bound", value_of(card.bound, quantities, card.id), theorem.bound(x)); !different.empty()) return different;

  Quantities unknown_gradient = quantities_of(x);
  unknown_gradient.set("G2sq", Interval(0.0, std::numeric_limits<double>::infinity()));
  const bool of_gradient = theorem.metric.ends_with("grad_sq");
  const Real trivial = of_gradient ? Real(x.G2sq) : theorem.metric == "dist_sq" ? square(x.R) : Real(x.Delta);
  if (auto different = difference("the trivial value", trivial_value(card, quantities_of(x)), trivial); !different.empty()) return different;
  if (of_gradient)
    if (auto different = difference("the trivial value without G", trivial_value(card, unknown_gradient), 2 * Real(x.L) * x.Delta); !different.empty()) return different;

  if (theorem.metric == "weighted_grad_sq") {
    if (!card.weights) return "weights are missing";
    for (std::size_t k = 0; k < x.steps.size(); ++k) {
      quantities.set("t", Interval(static_cast<double>(k + 1)));
      const Real step = x.steps[k];
      if (auto different = difference("the weight", value_of(*card.weights, quantities, card.id), 2 * step - x.L * square(step)); !different.empty()) return different;
    }
  }
  return "";
}

std::string compare_conditions(const Card& card, const Transcription& theorem, Bits& bits) {
  constexpr int points = 20;
  for (int i = 0; i < points; ++i) {
    Point x = arbitrary_point(bits);
    if (admissible(card, x) != (holds(theorem, x) ? Truth::yes : Truth::no)) return "the conditions differ at an arbitrary point";
    x = admissible_point(theorem, bits);
    if (!holds(theorem, x)) return "the transcription is wrong: no admissible point";
    if (admissible(card, x) != Truth::yes) return "the conditions do not hold where the transcribed ones do";
    for (const Boundary& boundary : theorem.boundaries) {
      Point edge = x;
      const Real value = boundary.value(x);
      for (double sign : {-1.0, 1.0}) {
        edge.*boundary.field = static_cast<double>(value + Real(sign) * 1e-12L * fabsl(value));
        const Truth expected = (sign < 0.0) == boundary.below ? Truth::yes : Truth::no;
        if (admissible(card, edge) != expected) return "the conditions differ next to their edge";
      }
    }
  }
  return "";
}

std::string compare(const Card& card, const Transcription& theorem) {
  if (card.metric != theorem.metric) return "metric: " + card.metric + " instead of " + theorem.metric;
  if (card.kind != theorem.kind) return "kind differs";
  if (card.expect != theorem.expect) return "expect differs";
  if (card.status != theorem.status) return "status differs";
  if (card.arxiv != theorem.arxiv) return "arxiv: '" + card.arxiv + "' instead of '" + theorem.arxiv + "'";
  if (std::set<std::string>(card.methods.begin(), card.methods.end()) != theorem.methods) return "methods differ";
  const std::set<std::string> assumed(card.requires_.begin(), card.requires_.end());
  for (const std::string& id : theorem.assumptions)
    if (!assumed.contains(id)) return "the assumption '" + id + "' is missing";
  for (const std::string& id : assumed)
    if (!theorem.assumptions.contains(id)) return "the assumption '" + id + "' is not the theorem's";
  Bits bits(20240611);
  if (auto different = compare_conditions(card, theorem, bits); !different.empty()) return different;
  for (int i = 0; i < 20; ++i)
    if (auto different = compare_values(card, theorem, admissible_point(theorem, bits)); !different.empty()) return different;
  return "";
}

const std::filesystem::path theorems = std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems";

const Transcription* find(const std::vector<Transcription>& all, const std::string& id) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Transcription& theorem) { return theorem.id == id; });
  return found == all.end() ? nullptr : &*found;
}

TEST(Transcription, EveryCardAgreesWithTheStatementToTwelveDigits) {
  const std::vector<Transcription> all = transcriptions();
  for (const Card& card : read_cards(theorems)) {
    const Transcription* theorem = find(all, card.id);
    ASSERT_NE(theorem, nullptr) << card.id << ": a new card brings its transcription";
    EXPECT_EQ(compare(card, *theorem), "") << card.id;
  }
}

TEST(Transcription, EveryTranscriptionHasItsCard) {
  std::set<std::string> ids;
  for (const Card& card : read_cards(theorems)) ids.insert(card.id);
  for (const Transcription& theorem : transcriptions()) EXPECT_TRUE(ids.contains(theorem.id)) << theorem.id;
}

// ---- planted misprints

struct Misprint {
  std::string id, right, wrong, what;
};

const std::vector<Misprint> misprints = {
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
    {"theorem-g-pl", "mu2/mu1*alpha*sigma2", "mu1/mu2*alpha*sigma2", "a quotient upside down"},
    {"theorem-h", "(1 - L*eta*mu2/2)", "(1 + L*eta*mu2/2)", "a sign flipped"},
    {"theorem-h-pl", "1 - 2*mu_pl", "1 - mu_pl", "a constant halved"},
    {"proposition-n", "(1 - 2*p)\"", "(1 - p)\"", "a constant halved"},
    {"proposition-t", "2*(1+beta1)/(1-beta1)\"\n\n[[witness", "2*(1-beta1)/(1+beta1)\"\n\n[[witness", "a quotient upside down"},
    {"r-1-gd-convex", "+ 2)\"", "+ 3)\"", "a constant off by one"},
    {"r-11-sgd-nonconvex", "weights   = \"2*eta[t]", "weights   = \"eta[t]", "a weight halved"},
    {"r-12-sgd-pl-constant", "/(4*mu_pl)\"", "/(2*mu_pl)\"", "a constant halved"},
    {"r-12-sgd-pl-decreasing", "lambda^2)\"", "lambda)\"", "an exponent dropped"},
    {"r-14-ema-momentum", "4*L^2*eta^2", "4*L*eta^2", "an exponent dropped"},
    {"r-2-gd-strongly-convex", "(1 - mu*eta)^2)^T", "(1 + mu*eta)^2)^T", "a sign flipped"},
    {"r-3-gd-nonconvex", "+ 1/(2*L))\"", "+ 1/L)\"", "a half dropped"},
    {"r-4-gd-pl", "(1 - mu_pl/L)^T", "(1 - mu/L)^T", "another constant"},
    {"r-4-gd-pl-sharp", "(2 - L*eta)*mu_pl*eta", "(1 - L*eta)*mu_pl*eta", "a constant halved"},
};

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Transcription, FindsEveryPlantedMisprint) {
  const std::vector<Transcription> all = transcriptions();
  EXPECT_GE(misprints.size(), 20U);
  for (const Misprint& misprint : misprints) {
    SCOPED_TRACE(misprint.id + ": " + misprint.what);
    std::string toml = content(theorems / (misprint.id + ".toml"));
    const std::size_t at = toml.find(misprint.right);
    ASSERT_NE(at, std::string::npos) << "the card does not say " << misprint.right;
    toml.replace(at, misprint.right.size(), misprint.wrong);
    const Transcription* theorem = find(all, misprint.id);
    ASSERT_NE(theorem, nullptr);
    EXPECT_NE(compare(parse_card(toml, misprint.id + ".toml"), *theorem), "");
  }
}

}  // namespace
}  // namespace thalweg

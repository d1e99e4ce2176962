// Published bounds of methods with exact gradients beyond transcriptions_registry.hpp: gradient descent, heavy ball, accelerated methods, Polyak and silver
// steps, AdaGrad-Norm; in long double.
#pragma once

#include "tests/theory/transcription.hpp"

namespace thalweg::transcription {

// theta_n of the accelerated methods, theta_1 = 1.
inline Real theta(Real n) {
  Real value = 1;
  for (Real t = 1; t < n; ++t) value = (1 + sqrtl(4 * square(value) + 1)) / 2;
  return value;
}

// Gradient descent: strongly convex quadratics, without convexity, under the Polyak-Lojasiewicz condition.
inline std::vector<Transcription> descent_theorems() {
  const auto exact = with(plain_update, {"smooth", "deterministic"});
  const auto gd = with(exact, {"constant-step"});
  std::vector<Transcription> all;
  const Formula worst = [](const Point& x) { return std::clamp(1 / (Real(x.L) * x.eta * (2 * Real(x.T) + 1)), Real(x.mu) / x.L, Real(1)); };
  all.push_back({.id = "r-2-gd-quadratic", .metric = "f_gap", .kind = Kind::tight, .status = Status::unverified, .arxiv = "2302.08781",
                 .assumptions = with(gd, {"quadratic", "minimiser-known"}), .methods = {"gd"},
                 .bound = [=](const Point& x) {
                   const Real a = worst(x), slow = 1 - a * x.L * x.eta, fast = 1 - Real(x.L) * x.eta;
                   return Real(x.L) / 2 * square(x.R) * std::max(a * powl(square(slow), x.T), powl(square(fast), x.T));
                 },
                 .names = {{"alpha", worst}}, .boundaries = {{&Point::eta, [](const Point& x) { return 2 / Real(x.L); }}}, .refused = {[](Point& x) { x.eta = 0.0; }}, .prepare = [](Point& x) { x.mu = x.L * x.mu / 4.0; }});

  // t_k of an admissible point lie below limit / L
  const auto below = [](double limit) {
    return [=](Point& x) {
      for (double& step : x.steps) step *= 0.39 * limit / x.L;
    };
  };
  const auto steps_below = [](Real limit) { return [=](const Point& x) { return *std::max_element(x.steps.begin(), x.steps.end()) < limit / x.L; }; };
  const auto edge = [](double limit) { return std::vector<std::function<void(Point&)>>{[=](Point& x) { x.steps.back() = limit * (1.0 + 1e-12) / x.L; }}; };
  const auto sum_of_steps = [](const Point& x, auto term) {
    Real sum = 0;
    for (double step : x.steps) sum += term(Real(step));
    return sum;
  };
  all.push_back({.id = "r-3-gd-nonconvex-steps", .metric = "min_grad_sq", .status = Status::published, .arxiv = "2104.05468", .assumptions = exact, .methods = {"gd"},
                 .bound = [=](const Point& x) { return x.Delta / (sum_of_steps(x, [&](Real t) { return t * (1 - x.L * t / 2); }) + 1 / (2 * Real(x.L))); },
                 .refused = edge(2.0), .prepare = below(2.0), .holds = steps_below(2)});
  all.push_back({.id = "r-3-gd-nonconvex-exact", .metric = "min_grad_sq", .status = Status::unverified, .arxiv = "2104.05468", .assumptions = exact, .methods = {"gd"},
                 .bound = [=](const Point& x) {
                   const auto term = [&](Real t) { return 4 * t - x.L * square(t) * std::max(Real(1), x.L * t); };
                   return 4 * x.Delta / (sum_of_steps(x, term) + 2 / Real(x.L));
                 },
                 .refused = edge(1.7320508075688772), .prepare = below(1.7320508075688772), .holds = steps_below(sqrtl(3.0L))});

  // With m = -L: 3 / (m + L + sqrt(m^2 - L m + L^2)) = sqrt(3) / L.
  const Formula inverse = [](const Point& x) { return 1 / Real(x.L); };
  const Formula middle = [](const Point& x) { return sqrtl(3.0L) / x.L; };
  const Formula stable = [](const Point& x) { return 2 / Real(x.L); };
  const auto smaller = [](Point& x) { x.mu_pl = x.L * x.mu_pl / 4.0; };
  const std::pair<std::string, Formula> m{"m", [](const Point& x) { return -Real(x.L); }};
  const Formula tau_middle = [](const Point& x) {
    const Real step = Real(x.L) * x.eta, curved = Real(x.mu_pl) * x.eta;
    return 1 - (4 - square(step)) * curved / (2 + curved);
  };
  const Formula tau_long = [](const Point& x) {
    const Real over = square(Real(x.L) * x.eta - 1);
    return over / (over + Real(x.mu_pl) * x.eta * (2 - Real(x.L) * x.eta));
  };
  const auto pl = with(gd, {"pl"});
  all.push_back({.id = "r-4-gd-pl-middle", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .arxiv = "2204.00647", .assumptions = pl, .methods = {"gd"},
                 .bound = [=](const Point& x) { return powl(tau_middle(x), x.T) * x.Delta; }, .names = {m, {"tau", tau_middle}},
                 .boundaries = {{&Point::eta, middle, true, inverse}, {&Point::eta, inverse, false, middle}}, .prepare = smaller});
  all.push_back({.id = "r-4-gd-pl-long", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .arxiv = "2204.00647", .assumptions = pl, .methods = {"gd"},
                 .bound = [=](const Point& x) { return powl(tau_long(x), x.T) * x.Delta; }, .names = {m, {"tau", tau_long}},
                 .boundaries = {{&Point::eta, stable, true, middle}, {&Point::eta, middle, false, stable}}, .prepare = smaller});
  return all;
}

// Momentum and steps of other kinds.
inline std::vector<Transcription> accelerated_theorems() {
  const auto gd = with(plain_update, {"smooth", "deterministic", "constant-step"});
  const auto convex = with(gd, {"convex"}), strongly = with(gd, {"strongly-convex"});
  const Formula inverse = [](const Point& x) { return 1 / Real(x.L); };
  const Formula linear = [](const Point& x) { return powl(1 - Real(x.eta) * x.mu, x.T) * x.Delta; };
  const Formula kappa = [](const Point& x) { return Real(x.L) / x.mu; };
  const Formula rho = [](const Point& x) { return 1 - sqrtl(Real(x.mu) / x.L); };
  const Rule inverse_step{&Point::eta, inverse}, known_condition{&Point::q, [](const Point& x) { return Real(x.mu) / x.L; }};
  const auto smaller = [](Point& x) { x.mu = x.L * x.mu / 4.0; };
  std::vector<Transcription> all;
  all.push_back({.id = "r-5-heavy-ball", .metric = "f_gap", .status = Status::published, .arxiv = "1412.7457", .assumptions = strongly, .methods = {"heavy-ball"}, .bound = linear,
                 .rules = {{&Point::momentum, [](const Point& x) { return sqrtl((1 - Real(x.eta) * x.mu) * (1 - Real(x.eta) * x.L)); }}},
                 .refused = {[](Point& x) {
                               x.eta = (1.0 + 1e-12) / x.L;
                               x.momentum = 0.0;
                             },
                             [](Point& x) { x.eta = 0.0, x.momentum = 1.0; }},
                 .prepare = [=](Point& x) {
                   smaller(x);
                   x.eta *= 0.39 / x.L;
                 },
                 .holds = [=](const Point& x) { return x.eta > 0 && x.eta <= inverse(x); }});
  all.push_back({.id = "r-5-heavy-ball-varying", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .arxiv = "2205.15033", .assumptions = convex,
                 .methods = {"heavy-ball-varying"}, .bound = [](const Point& x) { return x.L * square(x.R) / (2 * (x.T + Real(1))); }, .rules = {inverse_step}});
  all.push_back({.id = "r-5-polyak-tuning", .metric = "f_gap", .status = Status::unverified, .arxiv = "1408.3595", .assumptions = strongly, .methods = {"heavy-ball"}, .bound = linear,
                 .rules = {{&Point::eta, [](const Point& x) { return 4 / square(sqrtl(x.L) + sqrtl(x.mu)); }},
                           {&Point::momentum, [](const Point& x) { return square((sqrtl(x.L) - sqrtl(x.mu)) / (sqrtl(x.L) + sqrtl(x.mu))); }}},
                 .prepare = smaller, .expect = Expectation::violated});
  all.push_back({.id = "r-6-nesterov", .metric = "f_gap", .status = Status::published, .assumptions = convex, .methods = {"nesterov"},
                 .bound = [](const Point& x) { return x.L * square(x.R / theta(x.T)) / 2; }, .rules = {inverse_step}});
  all.push_back({.id = "r-6-nesterov-simple", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .assumptions = convex, .methods = {"nesterov-simple"},
                 .bound = [](const Point& x) { return 2 * x.L * square(x.R) / ((x.T + Real(2)) * (x.T + Real(3))); }, .rules = {inverse_step}});
  all.push_back({.id = "r-6-nesterov-strongly-convex", .metric = "f_gap", .status = Status::published, .arxiv = "2101.09545", .assumptions = strongly, .methods = {"nesterov-sc"},
                 .bound = [=](const Point& x) { return powl(rho(x), x.T) * (x.Delta + x.mu * square(x.R) / 2); }, .rules = {inverse_step, known_condition}, .prepare = smaller});
  const Formula last = [](const Point& x) { return (1 + sqrtl(8 * square(theta(x.T)) + 1)) / 2; };
  all.push_back({.id = "r-7-ogm", .metric = "f_gap", .kind = Kind::tight, .status = Status::published, .arxiv = "1406.5468", .assumptions = convex, .methods = {"ogm"},
                 .bound = [=](const Point& x) { return x.L * square(x.R / last(x)) / 2; }, .names = {{"last", last}},
                 .rules = {inverse_step, {&Point::horizon, [](const Point& x) { return Real(x.T); }}}});
  all.push_back({.id = "r-7-triple-momentum", .metric = "f_gap", .status = Status::published, .assumptions = strongly, .methods = {"triple-momentum"},
                 .bound = [=](const Point& x) { return powl(square(rho(x)), x.T + Real(1)) * x.L * kappa(x) / 2 * square(x.R); }, .names = {{"rho", rho}, {"kappa", kappa}},
                 .rules = {inverse_step, known_condition}, .prepare = smaller});
  const Formula steepest = [](const Point& x) { return (1 + Real(x.noise_fraction)) * x.L; }, flattest = [](const Point& x) { return (1 - Real(x.noise_fraction)) * x.mu; };
  all.push_back({.id = "r-7-gd-inexact", .metric = "f_gap", .status = Status::published, .assumptions = {"smooth", "strongly-convex", "relative-error", "unconstrained", "constant-step", "no-decay"},
                 .methods = {"sgd"}, .bound = [=](const Point& x) { return powl(square((steepest(x) - flattest(x)) / (steepest(x) + flattest(x))), x.T) * x.Delta; },
                 .names = {{"e", [](const Point& x) { return Real(x.noise_fraction); }}, {"largest_slope", steepest}, {"least_slope", flattest}},
                 .boundaries = {{&Point::noise_fraction, [](const Point&) { return Real(1); }}},
                 .rules = {{&Point::eta, [=](const Point& x) { return 2 / (steepest(x) + flattest(x)); }}}});
  const Formula gamma = [](const Point& x) { return 2 * Real(x.Delta) / x.grad1_sq; };
  all.push_back({.id = "r-7-polyak-steps", .metric = "dist_sq", .kind = Kind::tight, .status = Status::published, .arxiv = "2002.00915",
                 .assumptions = with(strongly, {"minimiser-known"}), .methods = {"polyak-step"},
                 .bound = [=](const Point& x) {
                   const Real g = gamma(x);
                   return (g * x.L - 1) * (1 - g * x.mu) / (g * (Real(x.L) + x.mu) - 1) * square(x.R);
                 },
                 .names = {{"gamma", gamma}}, .rules = {{&Point::T, [](const Point&) { return Real(1); }}, {&Point::eta, [](const Point& x) { return 2 * Real(x.c); }}},
                 .refused = {[](Point& x) { x.largest = 0.1; }, [](Point& x) { x.T = 2.0; }},
                 .prepare = [=](Point& x) {  // 1/L < gamma < 1/mu
                   smaller(x);
                   x.grad1_sq = 2.0 * x.Delta * (0.3 * x.L + 0.7 * x.mu);
                   x.largest = 0.0;
                 },
                 .holds = [](const Point& x) { return x.largest == 0.0; }});
  // n = 2^k - 1
  const Formula k = [](const Point& x) { return roundl(log2l(x.T + Real(1))); };
  all.push_back({.id = "r-8-silver", .metric = "f_gap", .status = Status::unverified, .arxiv = "2309.16530", .assumptions = convex, .methods = {"silver"},
                 .bound = [=](const Point& x) { return x.L * square(x.R) / (1 + sqrtl(4 * powl(1 + sqrtl(2.0L), 2 * k(x)) - 3)); },
                 .names = {{"rho", [](const Point&) { return 1 + sqrtl(2.0L); }}, {"k", k}}, .rules = {inverse_step},
                 .refused = {[](Point& x) { x.T -= 1.0; }, [](Point& x) { x.T += 1.0; }}, .prepare = [](Point& x) { x.T = x.T < 4.0 ? 3.0 : x.T < 7.0 ? 7.0 : 31.0; },
                 .holds = [=](const Point& x) { return powl(2, k(x)) - 1 == x.T; }});
  return all;
}

// AdaGrad-Norm. A run of T steps evaluates the gradient at N = T + 1 points.
inline std::vector<Transcription> adagrad_norm_theorems() {
  const auto setting = with(plain_update, {"smooth", "deterministic", "constant-step"});
  const Formula points = [](const Point& x) { return x.T + Real(1); };
  std::vector<Transcription> all;
  all.push_back({.id = "r-19-adagrad-norm", .metric = "min_grad_sq", .assumptions = setting, .methods = {"adagrad-norm"},
                 .bound = [=](const Point& x) {
                   const Real share = Real(x.Delta) / x.eta;
                   return (4 * square(share) + 2 * x.b0 * share) / points(x);
                 },
                 .boundaries = {{&Point::b0, [](const Point& x) { return Real(x.eta) * x.L; }, false}}, .refused = {[](Point& x) { x.eta = 0.0; }}});
  // B = b0 + Delta/eta + c log(B/b0): the right side is above B from b0 on up to the largest root, and below it from there on.
  const Formula c = [](const Point& x) { return Real(x.eta) * x.L; };
  const Formula level = [=](const Point& x) { return x.b0 + Real(x.Delta) / x.eta - c(x); };
  const Formula above = [=](const Point& x) { return 2 * (level(x) + c(x) * logl(2 * c(x) / x.b0)); };
  const Formula root = [=](const Point& x) {
    const auto right = [&](Real B) { return x.b0 + Real(x.Delta) / x.eta + c(x) * logl(B / x.b0); };
    Real low = x.b0, high = 2 * x.b0;
    while (right(high) > high) high *= 2;
    for (int i = 0; i < 200; ++i) {
      const Real half = (low + high) / 2;
      (right(half) > half ? low : high) = half;
    }
    return high;
  };
  const auto newton = [=](Formula from) {
    return [=](const Point& x) {
      const Real B = from(x), right = x.b0 + Real(x.Delta) / x.eta + c(x) * logl(B / x.b0);
      return B - (B - right) / (1 - c(x) / B);
    };
  };
  const Formula first = newton(above), second = newton(first), third = newton(second), fourth = newton(third);
  const Formula fifth = [=](const Point& x) { return x.b0 + Real(x.Delta) / x.eta + c(x) * logl(fourth(x) / x.b0); };
  all.push_back({.id = "r-19-adagrad-norm-any", .metric = "min_grad_sq", .assumptions = setting, .methods = {"adagrad-norm"},
                 .bound = [=](const Point& x) { return root(x) / points(x) * (Real(x.Delta) / x.eta + c(x) * logl(root(x) / x.b0)); },
                 .names = {{"c", c}, {"start", [](const Point& x) { return Real(x.b0); }}, {"drop", [](const Point& x) { return Real(x.Delta) / x.eta; }}, {"level", level}, {"above", above}, {"first", first}, {"second", second}, {"third", third}, {"fourth", fourth}, {"fifth", fifth}, {"B", root}},
                 .refused = {[](Point& x) { x.b0 = 0.0; }, [](Point& x) { x.Delta = 0.0; }, [](Point& x) { x.eta = 0.0; }}, .holds = [](const Point& x) { return x.b0 > 0 && x.Delta > 0; }});
  return all;
}

inline Group deterministic() {
  std::vector<Transcription> all = descent_theorems();
  for (auto& more : {accelerated_theorems(), adagrad_norm_theorems()}) all.insert(all.end(), more.begin(), more.end());
  return {std::move(all),
          {
              {"r-2-gd-quadratic", "(2*T + 1)", "(2*T)", "a constant dropped"},
              {"r-2-gd-quadratic", "mu/L), 1)", "mu), 1)", "a quotient dropped"},
              {"r-3-gd-nonconvex-steps", "(1 - L*eta[t]/2)", "(1 - L*eta[t])", "a half dropped"},
              {"r-3-gd-nonconvex-exact", "L^2*eta[t]^3", "L^2*eta[t]^2", "an exponent off by one"},
              {"r-3-gd-nonconvex-exact", "eta_max < sqrt(3)/L", "eta_max < 2/L", "the condition of the other theorem"},
              {"r-4-gd-pl-middle", "(L*eta - 2)*(m*eta - 2)", "(L*eta - 2)*(m*eta + 2)", "a sign flipped"},
              {"r-4-gd-pl-middle", "eta >= 1/L and ", "", "a condition dropped"},
              {"r-4-gd-pl-long", "(2 - L*eta)", "(1 - L*eta)", "a constant halved"},
              {"r-5-heavy-ball", "(1 - eta*mu)^T", "(1 - eta*mu)^(2*T)", "an exponent doubled"},
              {"r-5-heavy-ball", "(1 - eta*mu)*(1 - eta*L)) <=", "(1 - eta*mu)*(1 + eta*L)) <=", "a sign flipped"},
              {"r-5-heavy-ball-varying", "(2*(T + 1))", "(2*T)", "a constant dropped"},
              {"r-5-heavy-ball-varying", "abs(eta*L - 1) <= 1e-15", "eta*L <= 2", "any step admitted"},
              {"r-6-nesterov-simple", "5*T + 6", "5*T", "a constant dropped"},
              {"r-5-polyak-tuning", "^2 - 4) <=", "^2 - 2) <=", "half the step"},
              {"r-5-polyak-tuning", "expect    = \"violated\"", "expect    = \"holds\"", "a control that is none"},
              {"r-6-nesterov", "theta[T]^2", "theta[T + 1]^2", "an index off by one"},
              {"r-6-nesterov-strongly-convex", "mu/2*R^2", "mu*R^2", "a half dropped"},
              {"r-6-nesterov-strongly-convex", "abs(q*L - mu)", "abs(q - mu)", "a factor dropped"},
              {"r-7-ogm", "8*theta[T]^2", "4*theta[T]^2", "the last step like the others"},
              {"r-7-ogm", "last = \"horizon == T\"", "last = \"horizon >= 0\"", "a condition dropped"},
              {"r-7-triple-momentum", "(T + 1))", "T)", "an exponent off by one"},
              {"r-7-gd-inexact", "^2)^T", ")^T", "the rate of the distance"},
              {"r-7-gd-inexact", "largest_slope = \"(1 + e)*L\"", "largest_slope = \"L\"", "the error forgotten"},
              {"r-7-gd-inexact", "error = \"e < 1\"", "error = \"e < 2\"", "a condition loosened"},
              {"r-7-polyak-steps", "gamma = \"2*Delta", "gamma = \"Delta", "half the step"},
              {"r-7-polyak-steps", "T == 1", "T >= 1", "one step for many"},
              {"r-8-silver", "4*rho^(2*k)", "4*rho^k", "an exponent halved"},
              {"r-8-silver", "horizon = \"abs(2^k - 1 - T) < 1/2\"", "horizon = \"abs(2^k - 1 - T) < 3\"", "a condition loosened"},
              {"r-19-adagrad-norm", "/(T + 1)\"", "/T\"", "a point miscounted"},
              {"r-19-adagrad-norm", "b0 >= eta*L", "b0 >= L", "a factor dropped"},
              {"r-19-adagrad-norm-any", "drop - c\"", "drop\"", "a term dropped"},
              {"r-19-adagrad-norm-any", "fourth = \"(level + c*log", "fourth = \"(level - c*log", "a sign flipped"},
          }};
}

}  // namespace thalweg::transcription

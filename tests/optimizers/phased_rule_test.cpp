// Phased rules: against their transcriptions in 50 digits, against the formula that is printed, and against what is known of them on quadratics.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

#include "lib/core/expression_evaluation.hpp"
#include "lib/engine/step.hpp"
#include "lib/optimizers/bounds.hpp"
#include "tests/optimizers/scalar_rule.hpp"
#include "tests/oracle/phased_oracle.hpp"

namespace thalweg {
namespace {

using oracle::PhasedParameters;
using oracle::Real;
using testing::phased_presets;
using testing::Uniform;

const PhasedParameters parameter_sets[] = {
    {.beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .momentum = 0.9, .rho = 0.05, .offset = 0.01, .trust = 1e-3, .b0 = 0.1, .weight_decay = 0.0},
    {.beta1 = 0.0, .beta2 = 0.99, .eps = 1e-3, .momentum = 0.0, .rho = 2.0, .offset = 0.0, .trust = 0.5, .b0 = 1.0, .weight_decay = 0.1, .q = 1.0, .r = 1.5, .horizon = 41, .from = 20, .power = 3, .period = 1, .alpha = 1.0, .clip = 1e-3, .c = 0.5, .largest = 2.0},
    {.beta1 = 0.5, .beta2 = 0.1, .eps = 0.0, .momentum = 0.5, .rho = 0.0, .offset = 1.0, .trust = 1.0, .b0 = 0.0, .weight_decay = 0.01, .q = 0.3, .horizon = 300, .from = 500, .power = 0.5, .period = 7, .alpha = 0.3, .clip = 50.0, .c = 1.0, .largest = 1e-3}};

Definition defined(const std::string& name, const PhasedParameters& k) {
  const Definition plain = define(name);
  Overrides overrides;
  for (const auto& [field, value] : std::initializer_list<std::pair<const char*, double>>{
           {"beta1", k.beta1}, {"beta2", k.beta2}, {"eps", k.eps}, {"momentum", k.momentum}, {"rho", k.rho}, {"offset", k.offset}, {"trust", k.trust}, {"b0", k.b0}, {"weight_decay", k.weight_decay}, {"q", k.q}, {"r", k.r}, {"horizon", k.horizon}, {"from", k.from}, {"power", k.power}, {"period", k.period}, {"alpha", k.alpha}, {"clip", k.clip}, {"c", k.c}, {"largest", k.largest}, {"columns", k.columns}, {"steps", k.steps}})
    if (plain.has(field)) overrides.emplace_back(field, value);
  return define(name, overrides);
}

// Rows of all sizes between 1e-6 and 1e2, one coordinate in ten exactly zero, every thirtieth row all zeros.
std::vector<double> gradient_row(Uniform& uniform, std::size_t dim, std::size_t row) {
  std::vector<double> g(dim);
  const double scale = std::pow(10.0, uniform(-6.0, 2.0));
  for (double& value : g) value = row % 30 == 29 || uniform() < 0.1 ? 0.0 : scale * uniform(-1.0, 1.0);
  return g;
}

TEST(PhasedRules, EveryPresetHasATranscription) {
  for (const std::string& name : phased_presets()) EXPECT_TRUE(oracle::phased_transcriptions().contains(name)) << name;
  EXPECT_EQ(oracle::phased_transcriptions().size(), phased_presets().size());
}

// The step size changes from step to step, so that what keeps old ones shows. A norm of d numbers carries a relative error of (d / 16 + 7) u by the order
// of its sum, half of it after the root, and it multiplies a whole step; a step adds its own few roundings to each coordinate, relative to the path
// travelled. So after t steps: |error| <= 4 t u (|x_j| + path_j + 2), path_j the sum of |moves|.
TEST(PhasedRules, FollowTheirTranscriptionsOverThreeHundredSteps) {
  constexpr std::size_t dim = 37;
  constexpr unsigned steps = 300;
  double worst = 0.0;
  std::string where;
  for (const std::string& name : phased_presets())
    for (const PhasedParameters& k : parameter_sets) {
      const Definition definition = defined(name, k);
      Stepper<double> stepper(rule_instance(definition), dim, {.isa = {}, .threads = 1});
      Uniform uniform(41);
      std::vector<double> x(dim);
      for (double& value : x) value = uniform(-2.0, 2.0);
      oracle::Vector exact(x.begin(), x.end());
      oracle::PhasedState state;
      std::vector<double> path(dim, 0.0);
      std::size_t row = 0;
      for (unsigned t = 1; t <= steps; ++t) {
        const double eta = 0.05 / std::sqrt(1.0 + t % 7);
        std::vector<std::vector<double>> rows(stepper.calls());
        for (auto& g : rows) g = gradient_row(uniform, dim, row++);
        const std::vector<double> from = x;
        std::vector<std::vector<double>> asked;  // where each gradient is taken
        for (const auto& g : rows) {
          asked.push_back(x);
          ASSERT_TRUE(stepper.step(eta, g.data(), x.data(), PhasedParameters::gap)) << name << " t = " << t;
        }
        std::size_t call = 0;
        oracle::phased_transcriptions().at(name)(state, k, Real(eta), t, exact, [&](const oracle::Vector& y) {
          for (std::size_t j = 0; j < dim; ++j) {
            const double there = asked.at(call)[j];
            EXPECT_LE(static_cast<double>(abs(Real(there) - y[j])), 0x1p-51 * t * (std::fabs(there) + std::fabs(x[j]) + path[j] + 2.0)) << text(definition) << ", t = " << t << ", call " << call;
          }
          const std::vector<double>& g = rows.at(call++);
          return oracle::Vector(g.begin(), g.end());
        });
        ASSERT_EQ(call, rows.size()) << name;
        const MethodEntry& entry = method_entry(definition);
        const auto reported = std::find(entry.state.begin(), entry.state.end(), entry.reported);
        for (std::size_t j = 0; j < dim; ++j) {
          path[j] += std::fabs(x[j] - from[j]) + std::fabs(eta * k.momentum * (rows.back()[j]));
          const double error = static_cast<double>(abs(Real(x[j]) - exact[j])), unit = 0x1p-53 * t * (std::fabs(x[j]) + path[j] + 2.0);
          ASSERT_LE(error, 4.0 * unit) << text(definition) << ", t = " << t << ", j = " << j << ": " << x[j];
          if (reported != entry.state.end()) {
            const auto& iterate = state.vectors.at(std::string(entry.reported));
            const double kept = stepper.state(static_cast<std::size_t>(reported - entry.state.begin()), j);
            ASSERT_LE(static_cast<double>(abs(Real(kept) - iterate[j])), 4.0 * 0x1p-53 * t * (std::fabs(kept) + std::fabs(x[j]) + path[j] + 2.0)) << text(definition) << ", t = " << t << ", j = " << j;
          }
          if (error / unit > worst) {
            worst = error / unit;
            where = name;
          }
        }
      }
    }
  std::printf("[ measured ] at most %.2f t 2^-53 (|x| + path) (%s)\n", worst, where.c_str());
}

// Evaluated line by line over all coordinates, with g and g_y the gradients of the calls.
TEST(PhasedRules, TheFormulaIsTheUpdateThatIsRun) {
  constexpr std::size_t dim = 6;
  std::vector<Definition> all;
  for (const std::string& name : phased_presets())
    for (const PhasedParameters& k : parameter_sets) all.push_back(defined(name, k));
  for (const MethodEntry& entry : methods())
    for (const ChoiceField& field : entry.choices)
      for (std::string_view choice : field.allowed)
        if (entry.phased) all.push_back(define(entry.id, {{std::string(field.name), std::string(choice)}}));
  for (const double columns : {2.0, 3.0, 6.0})
    for (const char* preset : {"muon", "muon@moonshot", "muon@polar"}) all.push_back(define(preset, {{"columns", columns}}));
  for (const Definition& definition : all) {
    const auto& state = method_entry(definition).state;
    Stepper<double> stepper(rule_instance(definition), dim, {.isa = {}, .threads = 1});
    ASSERT_EQ(stepper.slots(), state.size()) << text(definition);
    std::map<std::string, std::vector<double>> values;
    for (std::size_t k = 0; k < state.size(); ++k)
      for (std::size_t j = 0; j < dim; ++j) values[std::string(state[k])].push_back(stepper.state(k, j));
    Uniform uniform(43);
    std::vector<double> x(dim);
    for (double& value : x) value = uniform(-2.0, 2.0);
    values["x"] = x;
    std::vector<double> asked;  // where the gradient of the second call is taken
    for (unsigned t = 1; t <= 60; ++t) {
      for (unsigned call = 0; call < stepper.calls(); ++call) {
        const std::vector<double> g = gradient_row(uniform, dim, t);
        values[call == 0 ? "g" : call == 1 ? "g_y" : "g_y" + std::to_string(call)] = g;
        ASSERT_TRUE(stepper.step(0.02, g.data(), x.data(), PhasedParameters::gap));
        if (call == 0) asked = x;
      }
      for (const Assignment& line : update(definition)) {
        std::vector<double> result(dim);
        const Expression expression = Expression::parse(line.value);
        for (std::size_t j = 0; j < dim; ++j) {
          ExpressionEnvironment<double> names;
          for (const auto& [name, value] : definition.numbers) names.set(name, value);
          for (const auto& [name, value] : values) {
            names.set(name, value[j]);
            names.set_array(name, value);
          }
          if (definition.has("columns")) {
            const double columns = definition.number("columns");
            names.set("rows", dim / columns).set("row", std::floor(static_cast<double>(j) / columns)).set("column", static_cast<double>(j) - std::floor(static_cast<double>(j) / columns) * columns);
          }
          names.set("t", t).set("eta", 0.02).set("gap", PhasedParameters::gap).set_coordinates(0, static_cast<int>(dim) - 1);
          result[j] = evaluate(expression, names);
        }
        values[line.variable] = result;
      }
      for (std::size_t j = 0; j < dim; ++j) ASSERT_NEAR(values["x"][j], x[j], 1e-11 * (1.0 + std::fabs(x[j]))) << text(definition) << ", t = " << t;
      for (std::size_t j = 0; stepper.calls() > 1 && j < dim; ++j) ASSERT_NEAR(values["y"][j], asked[j], 1e-11 * (1.0 + std::fabs(asked[j]))) << text(definition) << ", t = " << t;
      values["x"] = x;
    }
  }
}

TEST(PhasedRules, StayWhereTheGradientIsZeroFromAFreshState) {
  for (const std::string& name : phased_presets()) {
    Stepper<double> stepper(rule_instance(define(name, {{"weight_decay", 0.0}})), 3, {.isa = {}, .threads = 1});
    std::vector<double> x{1.0, -2.0, 0.0};
    const std::vector<double> zero(3, 0.0), from = x;
    for (unsigned call = 0; call < 10 * stepper.calls(); ++call) ASSERT_TRUE(stepper.step(0.1, zero.data(), x.data(), PhasedParameters::gap)) << name;
    EXPECT_EQ(x, from) << name;
  }
}

TEST(PhasedRules, ANaNInTheGradientIsNotSilent) {
  for (const std::string& name : phased_presets()) {
    Stepper<double> stepper(rule_instance(define(name)), 3, {.isa = {}, .threads = 1});
    std::vector<double> x{1.0, -2.0, 0.5}, g{0.1, std::numeric_limits<double>::quiet_NaN(), 0.2};
    bool stayed = true;
    for (unsigned call = 0; call < stepper.calls(); ++call) stayed = stepper.step(0.1, g.data(), x.data(), PhasedParameters::gap);
    EXPECT_FALSE(stayed) << name;
  }
}

TEST(PhasedRules, PermutingCoordinatesPermutesTheIterates) {
  for (const std::string& name : phased_presets()) {
    const Definition definition = define(name);
    Stepper<double> one(rule_instance(definition), 3, {.isa = {}, .threads = 1}), other(rule_instance(definition), 3, {.isa = {}, .threads = 1});
    std::vector<double> x{1.0, -2.0, 0.5}, y{0.5, 1.0, -2.0};
    Uniform uniform(5);
    for (unsigned call = 0; call < 40; ++call) {
      const double a = uniform(-1.0, 1.0), b = uniform(-1.0, 1.0), c = uniform(-1.0, 1.0);
      const double g[] = {a, b, c}, h[] = {c, a, b};
      one.step(0.05, g, x.data(), PhasedParameters::gap);
      other.step(0.05, h, y.data(), PhasedParameters::gap);
    }
    // The sum is made in another order.
    for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(x[j], y[(j + 1) % 3], 1e-13) << name;
  }
}

// Nothing is claimed of an A-LR that is not there: no theorem that asks for one applies.
TEST(PhasedRules, ClaimNoProperties) {
  for (const std::string& name : phased_presets()) {
    const Properties known = properties(define(name));
    EXPECT_FALSE(known.momentum_free || rated(define(name))) << name;
    EXPECT_FALSE(known.ema_numerator || known.monotone_rate || known.predictable_rate || known.bounded_rate || known.lipschitz_denominator) << name;
    EXPECT_EQ(known.heavy_ball, 0.0) << name;
  }
}

// ---- what is known on f = lambda x^2 / 2

template <class Next>
double iterated(Stepper<double>& stepper, double x, double eta, int steps, Next gradient) {
  for (int i = 0; i < steps * static_cast<int>(stepper.calls()); ++i) {
    const double g = gradient(x);
    stepper.step(eta, &g, &x);
  }
  return x;
}

// Normalised SAM ends in the two-cycle |x| = eta lambda rho / (2 - eta lambda).
TEST(PhasedRules, NormalisedSamEndsInItsTwoCycle) {
  const double lambda = 3.0, eta = 0.2, rho = 0.1;
  Stepper<double> sam(rule_instance(define("sam", {{"rho", rho}})), 1);
  const double x = iterated(sam, 1.0, eta, 400, [&](double at) { return lambda * at; });
  EXPECT_NEAR(std::fabs(x), eta * lambda * rho / (2.0 - eta * lambda), 1e-12);
}

TEST(PhasedRules, UnnormalisedSamContractsByItsFactor) {
  const double lambda = 3.0, eta = 0.1, rho = 0.2;
  Stepper<double> sam(rule_instance(define("sam@unnormalised", {{"rho", rho}})), 1);
  const double x = iterated(sam, 1.0, eta, 5, [&](double at) { return lambda * at; });
  EXPECT_NEAR(x, std::pow(1.0 - eta * lambda * (1.0 + rho * lambda), 5), 1e-14);
}

TEST(PhasedRules, ExtragradientContractsByItsFactor) {
  const double lambda = 3.0, eta = 0.1;
  Stepper<double> method(rule_instance(define("extragradient")), 1);
  const double x = iterated(method, 1.0, eta, 5, [&](double at) { return lambda * at; });
  EXPECT_NEAR(x, std::pow(1.0 - eta * lambda + eta * lambda * eta * lambda, 5), 1e-14);
}

TEST(PhasedRules, HeavyBallIsMomentumAtAConstantStepOnly) {
  const auto difference = [](bool constant) {
    Stepper<double> ball(rule_instance(define("heavy-ball")), 1), momentum(rule_instance(define("momentum")), 1);
    double x = 1.0, y = 1.0;
    for (int t = 1; t <= 20; ++t) {
      const double eta = constant ? 0.05 : 0.05 / t, g = std::sin(t);
      ball.step(eta, &g, &x);
      momentum.step(eta, &g, &y);
    }
    return std::fabs(x - y);
  };
  EXPECT_LE(difference(true), 1e-14);
  EXPECT_GE(difference(false), 1e-3);
}

// Every step has length eta.
TEST(PhasedRules, NormalisedStepsHaveLengthEta) {
  constexpr std::size_t dim = 2500;
  Stepper<double> method(rule_instance(define("normalised-sgd")), dim);
  Uniform uniform(3);
  std::vector<double> x(dim, 0.0);
  for (int t = 0; t < 5; ++t) {
    std::vector<double> g(dim), before = x;
    for (double& value : g) value = uniform(-1.0, 1.0);
    method.step(0.3, g.data(), x.data());
    double square = 0.0;
    for (std::size_t j = 0; j < dim; ++j) square += (x[j] - before[j]) * (x[j] - before[j]);
    EXPECT_NEAR(std::sqrt(square), 0.3, 1e-13);
  }
}

}  // namespace
}  // namespace thalweg

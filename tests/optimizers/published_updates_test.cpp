// Every preset of every method against its transcription in 50 digits (tests/oracle/update_oracle.hpp).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>

#include "tests/optimizers/scalar_rule.hpp"
#include "tests/oracle/update_oracle.hpp"

namespace thalweg {
namespace {

using oracle::Real;
using testing::ScalarRule;
using testing::Uniform;

double ulp(const Real& x) {
  const double y = static_cast<double>(x);
  return std::nextafter(std::fabs(y), std::numeric_limits<double>::infinity()) - std::fabs(y);
}

// |computed - exact| in ulps of the sum of absolute terms.
double error_in_ulps(double computed, const oracle::Update& exact) {
  const Real difference = abs(Real(computed) - exact.value);
  if (difference == 0) return 0.0;
  return static_cast<double>(difference / Real(ulp(exact.magnitude)));
}

struct Case {
  std::string name;
  oracle::Parameters parameters;
};

// The preset with these hyper-parameters, as far as it has the fields.
Definition defined(const Case& c) {
  const Definition plain = define(c.name);
  Overrides overrides;
  const auto& k = c.parameters;
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, double>>{
           {"beta1", k.beta1}, {"beta2", k.beta2}, {"eps", k.eps}, {"beta", k.beta}, {"p", k.p}, {"momentum", k.momentum}, {"weight_decay", k.weight_decay}})
    if (plain.has(name)) overrides.emplace_back(name, value);
  return define(c.name, overrides);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string& name : testing::all_presets()) {
    all.push_back({name, {}});
    all.push_back({name, {.beta1 = 0.0, .beta2 = 0.99, .eps = 1e-3, .beta = 5.0, .p = 0.5, .momentum = 0.0}});
    all.push_back({name, {.beta1 = 0.3, .beta2 = 0.1, .eps = 0.0, .beta = 1e3, .p = 0.01, .momentum = 0.999}});
    all.push_back({name, {.beta1 = 0.999, .beta2 = 0.9999999, .eps = 1.0, .beta = 0.512, .p = 0.25, .momentum = 0.5, .weight_decay = 5e-4}});
  }
  return all;
}

TEST(PublishedUpdates, EveryPresetHasATranscription) {
  for (const std::string& name : testing::all_presets()) EXPECT_TRUE(oracle::transcriptions().contains(name)) << name;
  EXPECT_EQ(oracle::transcriptions().size(), testing::all_presets().size());
}

// Signed magnitudes from 1e-12 to 1e4, one in ten exactly zero.
double gradient(Uniform& uniform) {
  const double kind = uniform();
  const double size = std::pow(10.0, uniform(-12.0, 4.0));
  return kind < 0.1 ? 0.0 : kind < 0.55 ? size : -size;
}

TEST(PublishedUpdates, OneStepFromTheSameStateAgreesWithinEightUlps) {
  double worst = 0.0;
  std::string where;
  for (const Case& c : cases()) {
    ScalarRule rule(defined(c));
    const auto& transcription = oracle::transcriptions().at(c.name);
    const bool decorrelated = c.name.starts_with("decorrelated");
    Uniform uniform(11);
    for (int trial = 0; trial < 100; ++trial) {
      const auto t = static_cast<unsigned>(trial < 20 ? trial + 1 : std::pow(10.0, uniform(0.0, 6.0)));
      const double m = gradient(uniform), v = std::pow(gradient(uniform), 2.0), g = gradient(uniform), x = uniform(-3.0, 3.0);
      const double extra = decorrelated ? 0.0 : v * uniform(1.0, 2.0);
      oracle::State state{m, v, extra, std::fabs(m)};
      const std::array<double, 3> slots{m, v, extra};
      std::copy_n(slots.begin(), rule.slots().size(), rule.slots().begin());
      const double computed = rule.step(g, x, t).update;
      const Real decay = Real(c.parameters.weight_decay) * Real(x);
      if (c.parameters.eps == 0.0 && v == 0.0 && (g == 0.0 || decorrelated) && !c.name.starts_with("s") && rule.slots().size() > 1) continue;  // D = 0
      const oracle::Update exact = transcription(state, c.parameters, Real(g) + decay, abs(Real(g)) + abs(decay), t);
      const double error = error_in_ulps(computed, exact);
      EXPECT_LE(error, 8.0) << c.name << " t = " << t << " m = " << m << " v = " << v << " g = " << g;
      if (error > worst) {
        worst = error;
        where = c.name;
      }
    }
  }
  std::printf("[ measured ] one step: at most %.3f ulps of the sum of absolute terms (%s)\n", worst, where.c_str());
  RecordProperty("worst_ulps", std::to_string(worst));
}

// Errors of the moments add up at most linearly, and the update's with them: (8 + 2 t) ulps at step t.
TEST(PublishedUpdates, ErrorsGrowAtMostLinearlyOverAThousandSteps) {
  double worst = 0.0;
  std::string where;
  for (const Case& c : cases()) {
    ScalarRule rule(defined(c));
    const auto& transcription = oracle::transcriptions().at(c.name);
    Uniform uniform(23);
    oracle::State state;
    bool started = false;
    for (unsigned t = 1; t <= 1000; ++t) {
      // Long quiet stretches at one scale, then a jump: moments forget and remember.
      const double g = t % 100 < 40 ? (t % 2 == 1 ? 1e-12 : -1e-12) : gradient(uniform);
      const double x = uniform(-1.0, 1.0);
      const double computed = rule.step(g, x, t).update;
      const Real decay = Real(c.parameters.weight_decay) * Real(x);
      if (c.parameters.eps == 0.0 && !started && rule.slots().size() > 1 && c.name.starts_with("decorrelated")) {
        transcription(state, {.beta1 = c.parameters.beta1, .beta2 = c.parameters.beta2, .eps = 1.0}, Real(g), abs(Real(g)), t);
        started = true;  // the first step divides by 0
        continue;
      }
      const oracle::Update exact = transcription(state, c.parameters, Real(g) + decay, abs(Real(g)) + abs(decay), t);
      const double error = error_in_ulps(computed, exact);
      ASSERT_LE(error, 8.0 + 2.0 * t) << c.name << " t = " << t;
      if (t >= 100 && error / t > worst) {
        worst = error / t;
        where = c.name + " at t = " + std::to_string(t) + ", " + std::to_string(error) + " ulps";
      }
    }
  }
  std::printf("[ measured ] 1000 steps: at most %.3f of 8 + 2 t ulps (%s)\n", worst, where.c_str());
}

}  // namespace
}  // namespace thalweg

// Every preset of every method against its transcription in 50 digits (tests/oracle/update_oracle.hpp).
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/optimizers/update_comparison.hpp"

namespace thalweg {
namespace {

using oracle::Real;
using namespace testing;

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string& name : testing::all_presets()) {
    all.push_back({name, {}});
    all.push_back({name, {.beta1 = 0.0, .beta2 = 0.99, .eps = 1e-3, .beta = 5.0, .p = 0.5, .momentum = 0.0, .nu1 = 0.7, .beta3 = 0.5, .eps_root = 1e-3, .momentum_decay = 1.0, .final_rate = 0.01, .gamma = 0.1}});
    all.push_back({name, {.beta1 = 0.3, .beta2 = 0.1, .eps = 0.0, .beta = 1e3, .p = 0.01, .momentum = 0.999, .nu1 = 0.0, .nu2 = 0.9, .beta3 = 0.1, .eps_root = 0.0, .momentum_decay = 0.0, .final_rate = 1e3}});
    all.push_back(
        {name, {.beta1 = 0.999, .beta2 = 0.9999999, .eps = 1.0, .beta = 0.512, .p = 0.25, .momentum = 0.5, .weight_decay = 5e-4, .lr_decay = 0.01, .dampening = 0.25,
          .nu1 = 0.999, .nu2 = 0.0, .beta3 = 0.9999999, .eps_root = 1e-16, .momentum_decay = 0.1, .gamma = 1e-6}});
  }
  return all;
}

TEST(PublishedUpdates, EveryPresetHasATranscription) {
  for (const std::string& name : testing::all_presets()) EXPECT_TRUE(oracle::transcriptions().contains(name)) << name;
  EXPECT_EQ(oracle::transcriptions().size(), testing::all_presets().size());
}

TEST(PublishedUpdates, OneStepFromTheSameStateAgreesWithinEightUlps) {
  double worst = 0.0;
  std::string where;
  for (const Case& c : cases()) {
    const double error = worst_of_single_steps(c, 100, 11);
    EXPECT_LE(error, 8.0) << c.name << ": " << text(defined(c));
    if (error > worst) {
      worst = error;
      where = c.name;
    }
  }
  std::printf("[ measured ] one step: at most %.3f ulps of the sum of absolute terms (%s)\n", worst, where.c_str());
}

// Rounding errors of the moments add up at most linearly (they are forgotten at the rates beta1 and beta2), and the update's with them:
// within 8 + t / 8 ulps of the sum of absolute terms at step t. Yogi's second moment falls by subtraction, which keeps the errors it has: what they may come
// to is added (Update::condition). Measured: 0.04 ulps a step beyond t = 100, 0.10 of AdaBelief (g - m cancels), 0.17 of Yogi.
TEST(PublishedUpdates, ErrorsGrowAtMostLinearlyOverAThousandSteps) {
  double worst = 0.0;
  std::string where;
  for (const Case& c : cases()) {
    ScalarRule rule(defined(c));
    const auto& transcription = oracle::transcriptions().at(c.name);
    Uniform uniform(23);
    oracle::State state = oracle::initial(c.name);
    bool started = false;
    for (unsigned t = 1; t <= 1000; ++t) {
      // Long quiet stretches at one scale, then a jump: moments forget and remember.
      const double g = t % 100 < 40 ? (t % 2 == 1 ? 1e-12 : -1e-12) : gradient(uniform);
      const double x = uniform(-1.0, 1.0);
      const double computed = rule.step(g, x, t).update;
      const Real decay = l2_decay(defined(c), x);
      if (c.parameters.eps == 0.0 && !started && rule.slots().size() > 1 && c.name.starts_with("decorrelated")) {
        transcription(state, {.beta1 = c.parameters.beta1, .beta2 = c.parameters.beta2, .eps = 1.0}, Real(g), abs(Real(g)), t);
        started = true;  // the first step divides by 0
        continue;
      }
      state.x = x;
      const oracle::Update exact = transcription(state, c.parameters, Real(g) + decay, abs(Real(g)) + abs(decay), t);
      const double allowed = 8.0 + t / 8.0 + static_cast<double>(exact.condition);
      if (!decided(method_entry(defined(c)), exact, allowed)) continue;
      const double error = error_in_ulps(computed, exact);
      ASSERT_LE(error, allowed) << c.name << " t = " << t;
      if (t >= 100 && error / t > worst) {
        worst = error / t;
        where = c.name + " at t = " + std::to_string(t) + ", " + std::to_string(error) + " ulps";
      }
    }
  }
  std::printf("[ measured ] 1000 steps: at most %.3f ulps a step beyond t = 100 (%s)\n", worst, where.c_str());
}

}  // namespace
}  // namespace thalweg

// Step sizes by name: what each is at its corners, in words of its source; nesting; errors.
#include "analysis/theory/schedules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>

#include "analysis/theory/evaluate.hpp"

namespace thalweg {
namespace {

std::vector<double> steps(const std::string& text, std::uint64_t horizon) {
  return step_sizes(text, horizon, Quantities{std::map<std::string, Interval, std::less<>>{{"L", Interval(4.0)}}});
}

TEST(Schedules, AreWhatTheySayAtTheirCorners) {
  EXPECT_EQ(steps("constant(0.1)", 3), (std::vector<double>{0.1, 0.1, 0.1}));
  EXPECT_NEAR(steps("sqrt-horizon(1)", 4).front(), 0.5, 1e-15);
  EXPECT_NEAR(steps("inverse-time(1)", 4)[3], 0.25, 1e-15);
  EXPECT_NEAR(steps("inverse-time(1, rate = 3)", 4)[3], 0.1, 1e-15);
  EXPECT_NEAR(steps("inverse-sqrt(1)", 4)[3], 0.5, 1e-15);
  EXPECT_NEAR(steps("polynomial(1, 2)", 4)[2], 0.25, 1e-15);
  EXPECT_NEAR(steps("linear(1, end = 0.5)", 4)[2], 0.75, 1e-15);
  EXPECT_NEAR(steps("exponential(1, 0.5)", 4)[2], 0.25, 1e-15);
  EXPECT_NEAR(steps("cosine(1, 0.2)", 4)[2], 0.6, 1e-15);
  EXPECT_NEAR(steps("cosine(1)", 8)[7], 0.5 * (1 + std::cos(std::numbers::pi * 7 / 8)), 1e-15);
  EXPECT_NEAR(steps("warmup(4)", 8)[1], 0.5, 1e-15);
  EXPECT_EQ(steps("warmup(4)", 8)[5], 1.0);
  const std::vector<double> wsd = steps("wsd(1, 2, 3)", 10);
  EXPECT_NEAR(wsd[0], 0.5, 1e-15);
  EXPECT_NEAR(wsd[1], 1.0, 1e-15);
  EXPECT_NEAR(wsd[6], 1.0, 1e-15);
  EXPECT_NEAR(wsd[7], 0.75, 1e-15);
  EXPECT_NEAR(wsd[9], 0.25, 1e-15);
  EXPECT_EQ(steps("step(1, 0.5, 3)", 7), (std::vector<double>{1, 1, 1, 0.5, 0.5, 0.5, 0.25}));
}

// Epoch e (from 0) runs with what was set after epoch e - 1: 1 for e <= 150, 0.1 for e <= 225, then 0.01.
TEST(Schedules, Manual0ChangesOneEpochLate) {
  const std::vector<double> epochs = steps("manual0(1)", 300);
  EXPECT_EQ(epochs[150], 1.0);
  EXPECT_EQ(epochs[151], 0.1);
  EXPECT_EQ(epochs[225], 0.1);
  EXPECT_EQ(epochs[226], 0.01);
  const std::vector<double> batches = steps("manual0(1, 391)", 391 * 152);
  EXPECT_EQ(batches[391 * 151 - 1], 1.0);
  EXPECT_EQ(batches[391 * 151], 0.1);
}

// torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10): its docstring's phases, from 1/25 to 1 in 0.3 T - 1 steps, to 1/25/1e4 at the last.
TEST(Schedules, OneCycleRisesAndFalls) {
  const std::vector<double> cycle = steps("one-cycle(1)", 10);
  EXPECT_NEAR(cycle[0], 0.04, 1e-15);
  EXPECT_NEAR(cycle[1], 0.52, 1e-15);
  EXPECT_NEAR(cycle[2], 1.0, 1e-15);
  EXPECT_NEAR(cycle[9], 0.04 / 1e4, 1e-15);
}

TEST(Schedules, StandInExpressionsAndInEachOther) {
  EXPECT_NEAR(steps("1/L*warmup(2)", 4)[0], 0.125, 1e-15);
  EXPECT_NEAR(steps("warmup(2)*cosine(1 / L, end = 0)", 4)[2], 0.125, 1e-15);
  EXPECT_NEAR(steps("step(constant(2), every = 1 + 1, factor = 1/2)", 4)[3], 1.0, 1e-15);
}

TEST(Schedules, ATableHoldsItsLastNumber) {
  EXPECT_EQ(steps("table(0.5, 0.25, 0.125)", 5), (std::vector<double>{0.5, 0.25, 0.125, 0.125, 0.125}));
  EXPECT_EQ(steps(" table ( 1e-3 ) ", 2), (std::vector<double>{1e-3, 1e-3}));
}

TEST(Schedules, WrongArgumentsAreNamed) {
  for (const auto& [text, what] : std::map<std::string, std::string>{{"cosine()", "cosine needs c; it is cosine(c, end = 0)"},
                                                                    {"cosine(1, 2, 3)", "cosine takes at most 2 values"},
                                                                    {"cosine(1, last = 2)", "cosine has no parameter 'last'"},
                                                                    {"cosine(1, c = 2)", "cosine is given c twice"},
                                                                    {"cosine(1, )", "cosine is given no value for end"},
                                                                    {"cosine(1", "the bracket at column 7 is not closed"},
                                                                    {"table()", "a table needs at least one number"},
                                                                    {"table(1, x)", "entry 2 of the table, 'x', must be a finite number"},
                                                                    {"table(1, -1)", "entry 2 of the table, '-1', must be a finite number, not negative"},
                                                                    {"table(1)*2", "a table stands alone"},
                                                                    {"cosin(1)", "unknown function"},
                                                                    {"linear(-1)", "must be a finite number, not negative"}}) {
    try {
      steps(text, 4);
      ADD_FAILURE() << text << " was taken";
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << text << ": " << error.what();
      EXPECT_EQ(error.parts().field, "eta") << text;
    }
  }
}

}  // namespace
}  // namespace thalweg

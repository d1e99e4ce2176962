// Step sizes from expressions.
#include "lib/optimizers/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace thalweg {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

TEST(Schedule, OfANumberIsConstant) { EXPECT_THAT(schedule("0.1", 7), AllOf(::testing::SizeIs(7), Each(0.1))); }

TEST(Schedule, KnowsTheHorizonAndTheStep) {
  EXPECT_THAT(schedule("0.1 / sqrt(T)", 100), Each(0.1 / 10.0));
  const std::vector<double> eta = schedule("2 / t", 5);
  for (int t = 1; t <= 5; ++t) EXPECT_EQ(eta[static_cast<std::size_t>(t - 1)], 2.0 / t);
}

TEST(Schedule, TakesConstants) {
  const double lambda = 0.175;
  const std::vector<double> eta = schedule("(2*t+1)/(2*lambda*(t+1)^2)", 50, {{"lambda", lambda}});
  for (int t = 1; t <= 50; ++t)
    EXPECT_DOUBLE_EQ(eta[static_cast<std::size_t>(t - 1)], (2.0 * t + 1.0) / (2.0 * lambda * (t + 1.0) * (t + 1.0)));
}

TEST(Schedule, ChangesWhereAConditionSays) {
  EXPECT_EQ(schedule("if(t <= T / 2, 0.1, 0.01)", 4), (std::vector<double>{0.1, 0.1, 0.01, 0.01}));
}

TEST(Schedule, AdmitsAStepOfZeroAndNeverANegativeZero) {
  for (double eta : schedule("0 * (1 - t)", 3)) EXPECT_FALSE(std::signbit(eta));
}

SpecError refusal(const std::string& text, const Constants& constants = {}, const Place& place = {"study.toml", 12, 7}) {
  try {
    schedule(text, 20, constants, place);
  } catch (const SpecError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error;
  }
  ADD_FAILURE() << text << " was accepted";
  return SpecError({});
}

TEST(BadSchedule, NamesTheFirstStepAtWhichItIsNegative) {
  EXPECT_THAT(refusal("-0.1").what(), AllOf(HasSubstr("study.toml:12"), HasSubstr("eta = -0.1"), HasSubstr("is -0.1 at t = 1")));
  EXPECT_THAT(refusal("5.5 - t").what(), HasSubstr("is -0.5 at t = 6"));
}

TEST(BadSchedule, NamesTheFirstStepAtWhichItIsNotFinite) {
  EXPECT_THAT(refusal("exp(100 * t)").what(), HasSubstr("is inf at t = 8"));
  EXPECT_THAT(refusal("sqrt(3.5 - t)").what(), HasSubstr("at t = 4"));
  EXPECT_THAT(refusal("1 / (t - 3)").what(), AllOf(HasSubstr("eta"), HasSubstr("at t = ")));
  EXPECT_THAT(refusal("t / (t - t)").what(), HasSubstr("division by zero (at t = 1)"));
  EXPECT_THAT(refusal("c", {{"c", std::nan("")}}).what(), HasSubstr("at t = 1"));
}

TEST(BadSchedule, NamesTheNearestKnownName) {
  const SpecError error = refusal("0.1 / lamda", {{"lambda", 2.0}});
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'lamda'"), HasSubstr("did you mean 'lambda'?")));
  EXPECT_EQ(error.parts().place.line, 12);
  EXPECT_EQ(error.parts().place.column, 13);
}

TEST(BadSchedule, RefusesWhatIsNotANumber) {
  EXPECT_THAT(refusal("t < 3").what(), HasSubstr("not a condition"));
  EXPECT_THAT(refusal("eta[t]").what(), HasSubstr("indexed"));
  EXPECT_THAT(refusal("sum(i, 1, 1e9, i)").what(), HasSubstr("1e6"));
  EXPECT_THAT(refusal("0.1 / (t + 1").what(), HasSubstr("study.toml:12"));
  EXPECT_THAT(refusal("").what(), HasSubstr("study.toml:12"));
}

}  // namespace
}  // namespace thalweg

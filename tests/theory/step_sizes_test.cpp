// Step sizes from expressions.
#include "analysis/theory/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace thalweg {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

using Constants = std::map<std::string, double, std::less<>>;

std::vector<double> steps(const std::string& text, std::uint64_t horizon, const Constants& constants = {}, const Place& place = {}) {
  Quantities quantities{std::map<std::string, Interval, std::less<>>{}};
  for (const auto& [name, value] : constants) quantities.set(name, Interval(value));
  return step_sizes(text, horizon, quantities, place);
}

// Each step is the lower end of an enclosure: at most the number, by a few ulp.
void expect_just_below(double step, double number) {
  EXPECT_LE(step, number);
  EXPECT_GE(step, number * (1.0 - 1e-14));
}

TEST(StepSizes, OfANumberIsConstant) { EXPECT_THAT(steps("0.1", 7), AllOf(::testing::SizeIs(7), Each(0.1))); }

TEST(StepSizes, KnowsTheHorizonAndTheStep) {
  for (double eta : steps("0.1 / sqrt(T)", 100)) expect_just_below(eta, 0.01);
  const std::vector<double> eta = steps("2 / t", 5);
  for (int t = 1; t <= 5; ++t) expect_just_below(eta[static_cast<std::size_t>(t - 1)], 2.0 / t);
}

TEST(StepSizes, TakesConstants) {
  const double lambda = 0.175;
  const std::vector<double> eta = steps("(2*t+1)/(2*lambda*(t+1)^2)", 50, {{"lambda", lambda}});
  for (int t = 1; t <= 50; ++t)
    expect_just_below(eta[static_cast<std::size_t>(t - 1)], (2.0 * t + 1.0) / (2.0 * lambda * (t + 1.0) * (t + 1.0)));
}

TEST(StepSizes, ChangesWhereAConditionSays) {
  EXPECT_EQ(steps("if(t <= T / 2, 0.1, 0.01)", 4), (std::vector<double>{0.1, 0.1, 0.01, 0.01}));
}

TEST(StepSizes, AdmitsAStepOfZeroAndNeverANegativeZero) {
  for (double eta : steps("0 * (1 - t)", 3)) EXPECT_FALSE(std::signbit(eta));
}

SpecError refusal(const std::string& text, const Constants& constants = {}, const Place& place = {"study.toml", 12, 7}) {
  try {
    steps(text, 20, constants, place);
  } catch (const SpecError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error;
  }
  ADD_FAILURE() << text << " was accepted";
  return SpecError({});
}

TEST(BadStepSizes, NamesTheFirstStepAtWhichItIsNegative) {
  EXPECT_THAT(refusal("-0.1").what(), AllOf(HasSubstr("study.toml:12"), HasSubstr("eta = -0.1"), HasSubstr("is -0.1 at t = 1")));
  EXPECT_THAT(refusal("5.5 - t").what(), HasSubstr("is -0.5 at t = 6"));
}

TEST(BadStepSizes, NamesTheFirstStepAtWhichItIsNotFinite) {
  EXPECT_THAT(refusal("exp(100 * t)").what(), HasSubstr("at t = 8"));
  EXPECT_THAT(refusal("sqrt(3.5 - t)").what(), HasSubstr("at t = 4"));
  EXPECT_THAT(refusal("1 / (t - 3)").what(), AllOf(HasSubstr("eta"), HasSubstr("at t = ")));
  EXPECT_THAT(refusal("t / (t - t)").what(), HasSubstr("division by zero (at t = 1)"));
}

TEST(BadStepSizes, NamesTheNearestKnownName) {
  const SpecError error = refusal("0.1 / lamda", {{"lambda", 2.0}});
  EXPECT_THAT(error.what(), AllOf(HasSubstr("'lamda'"), HasSubstr("did you mean 'lambda'?")));
  EXPECT_EQ(error.parts().place.line, 12);
}

TEST(BadStepSizes, RefusesWhatIsNotANumber) {
  EXPECT_THAT(refusal("t < 3").what(), HasSubstr("not a condition"));
  EXPECT_THAT(refusal("eta[t]").what(), HasSubstr("indexed"));
  EXPECT_THAT(refusal("sum(i, 1, 1e9, i)").what(), HasSubstr("1e8"));
  EXPECT_THAT(refusal("0.1 / (t + 1").what(), HasSubstr("study.toml:12"));
  EXPECT_THAT(refusal("").what(), HasSubstr("study.toml:12"));
}

}  // namespace
}  // namespace thalweg

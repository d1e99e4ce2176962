// How the text of a number is read: what binds tighter, and from which side. Every expected value is arithmetic that can be done by hand.
#include <gtest/gtest.h>

#include "analysis/theory/evaluate.hpp"

namespace thalweg {
namespace {

// x = 3.
void expect_values(std::initializer_list<std::pair<const char*, double>> cases) {
  for (const auto& [text, value] : cases) EXPECT_NEAR(number_of(text, {{"x", 3.0}}, {}), value, 1e-12 * (1.0 + value * value)) << text;
}

TEST(NumberOf, PowersBindTighterThanSignsAndToTheRight) {
  expect_values({{"-2^2", -4}, {"(-2)^2", 4}, {"2^3^2", 512}, {"(2^3)^2", 64}, {"2^-1", 0.5}, {"2^-2^2", 1.0 / 16}, {"2*x^2", 18}});
  expect_values({{"4^0.5", 2}, {"-x^2", -9}, {"-4^0.5", -2}, {"9^(-x/6)", 1.0 / 3}});
}

TEST(NumberOf, SubtractionAndDivisionGoFromTheLeft) {
  expect_values(
      {{"1 - 2 - 3", -4}, {"8/4/2", 1}, {"8/4*2", 4}, {"1 - 2 + 3", 2}, {"2 + 3*4", 14}, {"(2 + 3)*4", 20}, {"2*-3", -6}, {"1--1", 2}});
}

TEST(NumberOf, ConditionsChooseAndCombine) {
  expect_values({{"if(x < 4, 1, 2)", 1}, {"if(x < 3, 1, 2)", 2}, {"if(x <= 3, 1, 2)", 1}, {"if(not x > 3, 1, 2)", 1}});
  expect_values({{"if(x > 3 or x == 3, 1, 2)", 1}, {"if(x > 3 and x == 3, 1, 2)", 2}, {"if(x < 4 or x > 5 and x > 9, 1, 2)", 1}});
}

TEST(NumberOf, SumsAndProductsIncludeBothLimits) {
  expect_values({{"sum(i, 1, 4, i^2)", 30}, {"prod(i, 1, 5, i)", 120}, {"sum(i, 3, 2, i)", 0}, {"prod(i, 3, 2, i)", 1}});
  expect_values({{"sum(i, 1, 2, sum(j, 1, i, j))", 4}, {"max(1, x, 2)", 3}, {"min(5, x, 4)", 3}});
}

}  // namespace
}  // namespace thalweg

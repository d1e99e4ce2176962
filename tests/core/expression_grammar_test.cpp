// How a text is read: what binds tighter, and from which side. Every expected value is arithmetic that can be done by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "lib/core/elementary.hpp"
#include "lib/core/expression.hpp"

namespace thalweg {
namespace {

// x = 3, v[i] = 10 i.
struct Environment {
  double number(double value) const { return value; }
  double name(const std::string& name, const Expression&, std::uint32_t) const { return name == "x" ? 3.0 : std::nan(""); }
  double indexed(const std::string&, double index, const Expression&, std::uint32_t) const { return 10.0 * index; }
  double integer(double value, const Expression&, std::uint32_t) const { return value; }
  void check_divisor(double, const Expression&, std::uint32_t) const {}
};

double value_of(const std::string& text) {
  const Expression expression = Expression::parse(text);
  const Environment environment;
  return Evaluator<double, Environment>(expression, environment).value();
}

void expect_values(std::initializer_list<std::pair<const char*, double>> cases) {
  for (const auto& [text, value] : cases) EXPECT_DOUBLE_EQ(value_of(text), value) << text;
}

TEST(ExpressionGrammar, PowersBindTighterThanSignsAndToTheRight) {
  expect_values({{"-2^2", -4},
                 {"(-2)^2", 4},
                 {"2^3^2", 512},
                 {"(2^3)^2", 64},
                 {"2^-1", 0.5},
                 {"2^-2^2", 1.0 / 16},
                 {"2*x^2", 18},
                 {"4^0.5", 2},
                 {"-x^2", -9}});
}

TEST(ExpressionGrammar, SubtractionAndDivisionGoFromTheLeft) {
  expect_values(
      {{"1 - 2 - 3", -4}, {"8/4/2", 1}, {"8/4*2", 4}, {"1 - 2 + 3", 2}, {"2 + 3*4", 14}, {"(2 + 3)*4", 20}, {"2*-3", -6}, {"1--1", 2}});
}

TEST(ExpressionGrammar, ConditionsChooseAndCombine) {
  expect_values({{"if(x < 4, 1, 2)", 1},
                 {"if(x < 3, 1, 2)", 2},
                 {"if(x <= 3, 1, 2)", 1},
                 {"if(x > 3 or x == 3, 1, 2)", 1},
                 {"if(x > 3 and x == 3, 1, 2)", 2},
                 {"if(not x > 3, 1, 2)", 1},
                 {"if(x < 4 or x > 5 and x > 9, 1, 2)", 1}});
}

TEST(ExpressionGrammar, SumsAndProductsIncludeBothLimits) {
  expect_values({{"sum(i, 1, 4, i^2)", 30},
                 {"sum(i, 2, 4, v[i])", 90},
                 {"prod(i, 1, 5, i)", 120},
                 {"sum(i, 3, 2, i)", 0},
                 {"prod(i, 3, 2, i)", 1},
                 {"sum(i, 1, 2, sum(j, 1, i, j))", 4},
                 {"max(1, x, 2)", 3},
                 {"min(5, x, 4)", 3}});
}

}  // namespace
}  // namespace thalweg

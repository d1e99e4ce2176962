// Derivatives as graphs against dual numbers, differences and derivatives made by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/expression.hpp"
#include "tests/core/expression_samples.hpp"

namespace thalweg {
namespace {

std::string slope(const std::string& text) { return to_text(derivative(Expression::parse(text), "x")); }

TEST(ExpressionDerivative, IsSimplifiedLightly) {
  const std::pair<const char*, const char*> cases[] = {
      {"3", "0"},
      {"y*pi", "0"},
      {"x", "1"},
      {"-x", "-1"},
      {"x^2", "2*x"},
      {"x^3*2", "6*x^2"},
      {"x^-2", "-(2*x^-3)"},
      {"x^0", "0"},
      {"x^1", "1"},
      {"2*x + y", "2"},
      {"y - x", "-1"},
      {"x/y", "1/y"},
      {"y/x", "-(y/x^2)"},
      {"exp(2*x)", "2*exp(2*x)"},
      {"log(x)", "1/x"},
      {"sqrt(x)", "1/(2*sqrt(x))"},
      {"sin(x)", "cos(x)"},
      {"cos(x)", "-sin(x)"},
      {"softplus(x)", "sigmoid(x)"},
      {"x^y", "y*x^(y - 1)"},
      {"y^x", "y^x*log(y)"},
      {"(1 - x*mu)^T*Delta", "-(T*(1 - x*mu)^(T - 1)*mu*Delta)"},
      {"if(x < y, x^2, y)", "if(x < y, 2*x, 0)"},
      {"min(x, y)", "if(x < y, 1, 0)"},
      {"abs(x)", "if(x < 0, -1, 1)"},
      {"sum(t, 1, T, x*t^2)", "sum(t, 1, T, t^2)"},
      {"sum(x, 1, 3, x^2)", "0"},
      {"0.1*(0.1*x)", "0.1*0.1"},  // a rounded product would not be enclosed over intervals
      {"sum_j(x*z[j])", "sum_j(z[j])"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(slope(text), expected) << text;
}

TEST(ExpressionDerivative, RefusesWhatHasNone) {
  const auto message = [](const char* text) -> std::string {
    try {
      derivative(Expression::parse(text, {"s.toml", 2, 1}), "x");
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("x < 1").find("a condition has no derivative"), std::string::npos);
  EXPECT_NE(message("1 + sum(t, 1, x, t)").find("s.toml:2:5"), std::string::npos);
  EXPECT_NE(message("1 + v[x]").find("an index may not depend on 'x'"), std::string::npos);
  EXPECT_EQ(message("sum(t, 1, T, t) + v[2]"), "");
}

TEST(ExpressionDerivative, NodesStandWhereTheirOriginalsStand) {
  const Expression e = derivative(Expression::parse("1 + log(x)", {"s.toml", 2, 1}), "x");
  try {
    evaluate_checked(e, ExpressionEnvironment<double>().set("x", 0.0));
    ADD_FAILURE();
  } catch (const SpecError& error) {
    EXPECT_EQ(std::string(error.what()), "s.toml:2:5: expression = \"1/x\": division by zero");
  }
}

// Against duals: the same calculus in another order of operations, equal up to rounding where the values stay moderate.
TEST(ExpressionDerivative, AgreesWithDualNumbersOnRandomExpressions) {
  using D = Dual<double>;
  ExpressionSampler sampler(3);
  const double x = 0.62, y = -1.3;
  ExpressionEnvironment<double> plain;
  plain.set("x", x).set("y", y).set_array("v", {1.0, -0.5, 2.0, 0.25}).set_coordinates(0, 3);
  ExpressionEnvironment<D> dual;
  dual.set("x", D(x, 1.0)).set("y", D(y)).set_array("v", {D(1.0), D(-0.5), D(2.0), D(0.25)}).set_coordinates(0, 3);
  int compared = 0, moving = 0;
  for (int k = 0; k < 20000; ++k) {
    const Expression e = Expression::parse(sampler.value(4));
    const D expected = evaluate(e, dual);
    if (!(std::fabs(expected.derivative) < 1e6) || !(std::fabs(expected.value) < 1e6)) continue;
    const Expression d = derivative(e, "x");
    const double found = evaluate(d, plain);
    if (std::isnan(found)) continue;  // 0 inf, where a dual has the limit
    ++compared;
    moving += expected.derivative != 0.0 ? 1 : 0;
    EXPECT_NEAR(found, expected.derivative, 1e-7 * (1.0 + std::fabs(expected.derivative))) << e.text() << "\n" << d.text();
    ASSERT_TRUE(identical(d, Expression::parse(d.text()))) << d.text();
  }
  EXPECT_GT(compared, 10000);
  EXPECT_GT(moving, 3000);
}

TEST(ExpressionDerivative, AgreesWithDifferences) {
  for (const char* text : {"(1 - x*mu)^T*D + L*x*s/(2*mu)", "prod(k, 1, 4, x + k^2)", "prod(z[i] + x^2)", "sum(t, 1, 5, 1/(1 + x*t))*tanh(x)", "max(x^2, 1, sin(x))/softplus(-x)", "pow(x, x)", "log1p(x)*expm1(-x)*sigmoid(x)*sqrt(x)",
                           "abs(x - 1)^1.5", "if(x < 0.4, exp(x), cos(x))"}) {
    const Expression e = Expression::parse(text);
    const Expression d = derivative(e, "x");
    for (double x : {0.1, 0.33, 0.8}) {
      const auto at = [&](const Expression& f, double point) {
        ExpressionEnvironment<double> all;
        all.set("x", point).set("mu", 0.3).set("T", 7.0).set("D", 2.0).set("L", 1.5).set("s", 0.7).set_array("z", {0.5, -1.0, 2.0}).set_coordinates(0, 2);
        return evaluate(f, all);
      };
      const double h = 1e-5, difference = (at(e, x - 2 * h) - 8 * at(e, x - h) + 8 * at(e, x + h) - at(e, x + 2 * h)) / (12 * h);
      EXPECT_NEAR(at(d, x), difference, 1e-8 * (1.0 + std::fabs(difference))) << text << " at " << x;
    }
  }
}

TEST(ExpressionDerivative, OfHighOrderStaysSmallEnoughToUse) {
  Expression e = Expression::parse("exp(x*y)");
  for (int order = 0; order < 6; ++order) e = derivative(e, "x");
  ExpressionEnvironment<double> at;
  at.set("x", 0.3).set("y", 2.0);
  EXPECT_NEAR(evaluate(e, at), 64 * std::exp(0.6), 1e-11);
}

}  // namespace
}  // namespace thalweg

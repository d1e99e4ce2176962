// The expression language: what is read, what it is worth over every scalar, how it is written back, and where errors are said to be.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/expression.hpp"
#include "lib/core/expression_program.hpp"
#include "lib/core/interval.hpp"
#include "lib/core/pack.hpp"
#include "tests/core/expression_samples.hpp"

namespace thalweg {
namespace {

ExpressionEnvironment<double> samples() {
  ExpressionEnvironment<double> all;
  all.set("x", 3.0).set("y", -0.5).set("T", 4.0).set("eta_t", 0.25);
  all.set_array("v", {10.0, 20.0, 30.0, 40.0}, 1).set_array("z", {1.5, -2.0, 0.5});
  all.set_coordinates(0, 2);
  return all;
}
double value_of(const std::string& text) { return evaluate(Expression::parse(text), samples()); }
bool holds(const std::string& text) { return evaluate_condition(Expression::parse(text), samples()); }

struct Valued {
  const char* text;
  double value;
};
void expect_values(std::initializer_list<Valued> cases) {
  for (const auto& [text, value] : cases) EXPECT_DOUBLE_EQ(value_of(text), value) << text;
}

TEST(Expression, PowersBindTighterThanSignsAndToTheRight) {
  expect_values({{"-2^2", -4}, {"(-2)^2", 4}, {"2^3^2", 512}, {"(2^3)^2", 64}, {"2^-1", 0.5}, {"2^-2^2", 1.0 / 16}, {"2*x^2", 18}, {"4^0.5", 2}, {"-x^2", -9}, {"--x", 3}, {"x^0", 1}});
}

TEST(Expression, SubtractionAndDivisionGoFromTheLeft) {
  expect_values({{"1 - 2 - 3", -4}, {"8/4/2", 1}, {"8/4*2", 4}, {"1 - 2 + 3", 2}, {"2 + 3*4", 14}, {"(2 + 3)*4", 20}, {"2*-3", -6}, {"1--1", 2}, {"-x*2", -6}, {"-8/2", -4}});
}

TEST(Expression, ConditionsChooseAndCombine) {
  expect_values({{"if(x < 4, 1, 2)", 1}, {"if(x < 3, 1, 2)", 2}, {"if(x <= 3, 1, 2)", 1}, {"if(x > 3 or x == 3, 1, 2)", 1}, {"if(x > 3 and x == 3, 1, 2)", 2}, {"if(not x > 3, 1, 2)", 1}});
  EXPECT_TRUE(holds("x < 4 or x > 5 and x > 9"));
  EXPECT_FALSE(holds("(x < 4 or x > 5) and x > 9"));
  EXPECT_TRUE(holds("not x > 9 and x >= 3"));
  EXPECT_FALSE(holds("not (x > 9 or x >= 3)"));
  EXPECT_TRUE(Expression::parse("x < 4").is_condition());
  EXPECT_FALSE(Expression::parse("if(x < 4, 1, 2)").is_condition());
}

TEST(Expression, SumsAndProductsIncludeBothLimitsAndScopeTheirIndex) {
  expect_values({{"sum(i, 1, 4, i^2)", 30},
                 {"sum(t, 2, T, v[t])", 90},
                 {"prod(i, 1, 5, i)", 120},
                 {"sum(i, 3, 2, i)", 0},
                 {"prod(i, 3, 2, i)", 1},
                 {"sum(i, 1, 2, sum(j, 1, i, j))", 4},
                 {"sum(x, 1, x, x)", 6},                                // the limit is the outer x
                 {"sum(i, 1, 2, sum(i, i, 3, i))", 6 + 5},              // the inner index hides the outer one, not in its limits
                 {"sum(x, 1, 2, x) + x", 6},
                 {"sum(z[i]^2)", 1.5 * 1.5 + 4 + 0.25},
                 {"sum_j(z[j]*j)", -2 + 1},
                 {"prod(z[i])", -1.5},
                 {"sum(sum_j(z[i]*z[j]))", 0.0},
                 {"sum((z[i]^2 - 1)^2) + 0.1*z[0]*z[1]", 1.5625 + 9 + 0.5625 - 0.3},
                 {"sum(i, 0, 1, z[i + 1] - z[i])", -1.0},
                 {"v[2*2 - 1]", 30}});
}

TEST(Expression, FunctionsAreThoseOfTheirNames) {
  expect_values({{"max(1, x, 2)", 3}, {"min(5, x, 4)", 3}, {"abs(y)", 0.5}, {"sqrt(x + 1)", 2}, {"pow(x, 2)", 9}, {"pi", 3.14159265358979323846}, {"eta_t", 0.25}, {"1e-8", 1e-8}, {".5", 0.5}});
  const std::pair<const char*, double (*)(double)> functions[] = {{"exp", std::exp}, {"expm1", std::expm1}, {"log", std::log}, {"log1p", std::log1p}, {"sin", std::sin}, {"cos", std::cos}, {"tanh", std::tanh}};
  for (const auto& [name, function] : functions) EXPECT_NEAR(value_of(std::string(name) + "(0.7)"), function(0.7), 1e-15) << name;
  EXPECT_NEAR(value_of("softplus(0.7)"), std::log1p(std::exp(0.7)), 1e-15);
  EXPECT_NEAR(value_of("sigmoid(0.7)"), 1 / (1 + std::exp(-0.7)), 1e-15);
}

TEST(Expression, WholePowersAreForAnyBase) {
  expect_values({{"y^2", 0.25}, {"y^3", -0.125}, {"y^-3", -8}, {"(y + 0.5)^0", 1}, {"(-1)^2001", -1}, {"(-1)^1000000", 1}, {"(-1)^-1025", -1}});
  EXPECT_TRUE(std::isnan(value_of("y^0.5")));
  EXPECT_NEAR(value_of("(1 + 1e-6)^1000000"), 2.718280469095753, 1e-9);
}

// A formula of the built-in cards, as a card has it and as C++ has it.
TEST(Expression, AgreesWithTheSameFormulaInTheLanguageOfTheProgram) {
  const auto bound = [](double eta, double mu, double T, double Delta, double L, double sigma2) { return std::pow(1 - eta * mu, T) * Delta + L * eta * sigma2 / (2 * mu); };
  const Expression e = Expression::parse("(1 - eta*mu_pl)^T * Delta + L*eta*sigma2/(2*mu_pl)");
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0.01, 1.0);
  for (int k = 0; k < 200; ++k) {
    const double eta = unit(random), mu = unit(random), T = std::floor(100 * unit(random)), Delta = unit(random), L = unit(random), sigma2 = unit(random);
    ExpressionEnvironment<double> at;
    at.set("eta", eta).set("mu_pl", mu).set("T", T).set("Delta", Delta).set("L", L).set("sigma2", sigma2);
    const double expected = bound(eta, mu, T, Delta, L, sigma2);
    EXPECT_NEAR(evaluate(e, at), expected, 1e-13 * expected);
  }
}

TEST(Expression, OverIntervalsEnclosesItsValuesAndConditionsMayBeOpen) {
  ExpressionEnvironment<Interval> box;
  box.set("x", Interval(-1.0, 2.0)).set("y", Interval(0.5, 0.75));
  const auto over = [&](const char* text) { return evaluate(Expression::parse(text), box); };
  EXPECT_EQ(over("x^2").lower(), 0.0);
  EXPECT_LT(over("x^2").upper(), 4.0 + 1e-12);
  EXPECT_GE(over("x^4").lower(), 0.0);
  EXPECT_TRUE(over("x^3").contains(Interval(-1.0, 8.0)));
  EXPECT_TRUE(over("if(x < 0, -1, 1)").contains(Interval(-1.0, 1.0)));
  EXPECT_TRUE(identical(over("if(y < 1, 2, log(-1))"), Interval(2.0)));  // what is not taken is not looked at
  EXPECT_TRUE(over("pi").lower() < over("pi").upper());
  const auto truth = [&](const char* text) { return evaluate_condition(Expression::parse(text), box); };
  EXPECT_EQ(truth("x < 1"), Truth::maybe);
  EXPECT_EQ(truth("y < 1 and x < 3"), Truth::yes);
  EXPECT_EQ(truth("x < 1 and y > 1"), Truth::no);
  EXPECT_EQ(truth("x < 1 or not y > 1"), Truth::yes);
}

TEST(Expression, OverPacksIsTheSameInEveryLane) {
  using P = Pack<double, 4>;
  for (const char* text : {"if(x < 0, x^3, sqrt(abs(x)))*exp(-y) + max(x, y, 0.1)", "sum(i, 1, 3, abs(x)^i/(i + y^2))", "if(x < 0 and y > 0 or x > 1, sin(x), pi)"}) {
    const Expression e = Expression::parse(text);
    P x, y;
    for (std::size_t l = 0; l < 4; ++l) {
      x.set(l, 0.7 * static_cast<double>(l) - 1.0);
      y.set(l, 0.5 - 0.3 * static_cast<double>(l));
    }
    const P lanes = evaluate(e, ExpressionEnvironment<P>().set("x", x).set("y", y));
    for (std::size_t l = 0; l < 4; ++l) EXPECT_EQ(lanes[l], evaluate(e, ExpressionEnvironment<double>().set("x", x[l]).set("y", y[l]))) << text;
  }
}

TEST(Expression, PrintsWithTheBracketsItNeeds) {
  for (const char* text : {"a + b - c", "a - (b - c)", "a/(b*c)", "a/b*c", "a*(b/c)", "-a^2", "(-a)^2", "-(a*b)", "-a*b", "a^b^c", "(a^b)^c", "a^-b", "a*(-b)", "2*(a + b)^3", "x[i + 1]", "sum(t, 1, T, eta[t]^2)",
                           "sum(x[i]^2)", "sum_j(x[j])", "prod(k, 1, 3, k)", "if(a < b and (c == 1 or not d > 2), min(a, b), pi)", "1e-8*a", "0.1 + 1e+300*b", "not (a < b or b < c)"}) {
    std::string expected = text;
    if (const auto plus = expected.find("e+"); plus != std::string::npos) expected.erase(plus + 1, 1);
    EXPECT_EQ(to_text(Expression::parse(text)), expected);
  }
  EXPECT_EQ(to_text(Expression::parse("((a))*( b )+(c*d)")), "a*b + c*d");
  EXPECT_EQ(to_text(Expression()), "0");
}

TEST(Expression, ReadsBackWhatItPrints) {
  ExpressionSampler sampler(7);
  for (int k = 0; k < 20000; ++k) {
    const Expression e = Expression::parse(sampler.text(6));
    const std::string printed = to_text(e);
    const Expression again = Expression::parse(printed);
    ASSERT_TRUE(identical(e, again)) << e.text() << "\n" << printed;
    ASSERT_EQ(to_text(again), printed);
    ASSERT_LE(printed.size(), e.text().size()) << e.text();  // the sampler brackets everything
  }
}

TEST(Expression, WritesLatexForAPaper) {
  const std::pair<const char*, const char*> cases[] = {
      {"(1 - eta*mu_pl)^T * Delta + L*eta*sigma2/(2*mu_pl)", "\\left(1 - \\eta \\mu_{pl}\\right)^T \\Delta + \\frac{L \\eta \\sigma^2}{2 \\mu_{pl}}"},
      {"beta1*D_inf/(1-beta1)*Gs1", "\\frac{\\beta_1 D_\\infty}{1 - \\beta_1} Gs_1"},
      {"G2sq*grad1_sq", "G_2^2 \\|\\nabla f(x_1)\\|^2"},
      {"sum(t, 1, T, 2*eta[t] - L*eta[t]^2)", "\\sum_{t=1}^{T} \\left(2 \\eta_t - L \\eta_t^2\\right)"},
      {"eta <= min(1/(2*L), alpha/(sqrt(2)*beta1*L))", "\\eta \\le \\min\\left\\{\\frac{1}{2 L}, \\frac{\\alpha}{\\sqrt{2} \\beta_1 L}\\right\\}"},
      {"if(x < 0, -x, x^0.5)", "\\begin{cases} -x & \\text{if } x < 0 \\\\ x^{0.5} & \\text{otherwise} \\end{cases}"},
      {"log1p(eps)*1.5e-8", "\\log\\left(1 + \\varepsilon\\right) \\cdot 1.5 \\cdot 10^{-8}"},
      {"sigma2^2 + mu_pl[t]", "\\left(\\sigma^2\\right)^2 + \\mu_{pl,t}"},
      {"a*(b*c) - (b - c)", "a \\left(b c\\right) - \\left(b - c\\right)"},
  };
  for (const auto& [text, latex] : cases) {
    std::string expected = latex;
    if (const auto at = expected.find("Gs_1"); at != std::string::npos) expected.replace(at, 2, "\\mathrm{Gs}");
    EXPECT_EQ(to_latex(Expression::parse(text)), expected) << text;
  }
}

// ---- errors

struct Wrong {
  const char* text;
  int column;
  std::vector<const char*> words;
};

TEST(Expression, SaysWhatIsWrongAndInWhichColumn) {
  const std::vector<Wrong> cases = {
      {"", 1, {"is empty"}},
      {"   ", 1, {"is empty"}},
      {"1 +", 4, {"a number, a name or '(' expected", "the text ends"}},
      {"(1 + 2", 7, {"')' expected", "column 1"}},
      {"2*(a + (b*c)", 13, {"')' expected", "column 3"}},
      {"1 + 2)", 6, {"no bracket is open"}},
      {"x[1", 4, {"']' expected", "'x[' of column 1"}},
      {"sqt(2)", 1, {"unknown function", "did you mean 'sqrt'?"}},
      {"1 + foo(2)", 5, {"unknown function"}},
      {"sqrt(1, 2)", 1, {"sqrt takes 1 argument, not 2"}},
      {"min(1)", 1, {"min takes at least 2 arguments, not 1"}},
      {"a + pow(2)", 5, {"pow takes 2 arguments, not 1"}},
      {"if(a < b, 1)", 1, {"if takes 3 arguments, not 2"}},
      {"min()", 5, {"expected, not ')'"}},
      {"2 x", 3, {"unexpected 'x'", "*"}},
      {"2**3", 2, {"'**'", "^"}},
      {"a = 2", 3, {"equality is =="}},
      {"a < b && b < c", 7, {"'and'"}},
      {"a < b < c", 7, {"do not chain"}},
      {"1e999", 1, {"beyond the range of double", "1e999"}},
      {"1 + 1e-999", 5, {"beyond the range of double"}},
      {".", 1, {"expected, not '.'"}},
      {"a + $", 5, {"'$'"}},
      {"a + \xc3\xa9*b", 5, {"'\xc3\xa9'"}},
      {"a + \xff", 5, {"'\\xff'"}},
      {"!a", 1, {"'not'"}},
      {"(a < b) + 1", 1, {"a number expected before '+'"}},
      {"1 + (a < b)", 5, {"a number expected after '+'"}},
      {"a and b < c", 1, {"a condition expected before 'and'"}},
      {"if(a, 1, 2)", 4, {"a condition expected as the first argument of if"}},
      {"sqrt(a < b)", 6, {"a number expected as an argument of sqrt"}},
      {"sum(t, 1, T)", 12, {"',' expected", "upper limit"}},
      {"sum(a + b, 1, T, t)", 10, {"runs over the coordinates"}},
      {"sum(3, 1, T, t)", 5, {"the index of sum expected"}},
      {"max + 1", 5, {"'(' expected after the function 'max'"}},
      {"pi(2)", 1, {"not a function"}},
      {"and", 1, {"not 'and'"}},
  };
  for (const Wrong& wrong : cases) {
    try {
      const Expression e = Expression::parse(wrong.text, {"card.toml", 12, 9});
      ADD_FAILURE() << wrong.text << " was read as " << to_text(e);
    } catch (const SpecError& error) {
      const std::string message = error.what();
      EXPECT_EQ(error.parts().place.line, 12) << message;
      EXPECT_EQ(error.parts().place.column, 8 + wrong.column) << message;
      EXPECT_NE(message.find("column " + std::to_string(wrong.column) + ": "), std::string::npos) << message;
      for (const char* word : wrong.words) EXPECT_NE(message.find(word), std::string::npos) << message << "\n  lacks " << word;
      EXPECT_EQ(message.find('\n'), std::string::npos);
    }
  }
}

TEST(Expression, CountsLinesOfATextThatHasSeveral) {
  try {
    Expression::parse("a +\n  b*$", {"card.toml", 12, 9});
    ADD_FAILURE();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.parts().place.line, 13);
    EXPECT_EQ(error.parts().place.column, 5);
    EXPECT_NE(std::string(error.what()).find("line 2, column 5"), std::string::npos);
  }
  const Expression e = Expression::parse("a +\n  b", {"card.toml", 12, 9});
  EXPECT_EQ(e.place(e.names()[1].second).line, 13);
  EXPECT_EQ(e.place(e.names()[1].second).column, 3);
}

TEST(Expression, RefusesWhatIsNestedTooDeeply) {
  const auto refused = [](const std::string& text, const char* why) {
    try {
      Expression::parse(text);
      ADD_FAILURE() << why;
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
  };
  refused(std::string(100000, '(') + "1" + std::string(100000, ')'), "nested too deeply");
  refused(std::string(100000, '-') + "1", "nested too deeply");
  std::string powers = "x", sums = "x", calls, negations;
  for (int k = 0; k < 100000; ++k) {
    powers += "^x";
    sums += "+x";
    calls += "exp(";
    negations += "not ";
  }
  refused(powers, "nested too deeply");
  refused(calls, "nested too deeply");
  refused(negations + "x < 1", "nested too deeply");
  refused(sums, "too many operations");
  EXPECT_EQ(value_of(std::string(200, '(') + "1" + std::string(200, ')')), 1.0);
  // What is just allowed, through everything that walks a graph.
  std::string longest = "x";
  for (int k = 1; k < 1000; ++k) longest += "*x";
  const Expression e = Expression::parse(longest);
  EXPECT_EQ(evaluate(e, ExpressionEnvironment<double>().set("x", -1.0)), 1.0);
  EXPECT_TRUE(evaluate(e, ExpressionEnvironment<Interval>().set("x", Interval(-1.0, 1.0))).contains(1.0));
  EXPECT_EQ(evaluate(derivative(e, "x"), ExpressionEnvironment<double>().set("x", 1.0)), 1000.0);
  EXPECT_EQ(to_text(e), longest);
  EXPECT_EQ(e.names().size(), 1u);
  EXPECT_FALSE(to_latex(e).empty());
  const Program<double> program(e, {"x"});
  auto workspace = program.workspace();
  const std::vector<double> two = {2.0};
  EXPECT_EQ(program.evaluate({two}, workspace), 0x1p1000);
}

TEST(Expression, NamesAreListedWithTheirPlaces) {
  const Expression e = Expression::parse("a + sum(t, 1, T, eta[t]*b*t) + a + sum(t, 1, 2, t) + t");
  std::vector<std::string> names;
  std::vector<int> columns;
  for (const auto& [name, node] : e.names()) {
    names.push_back(name);
    columns.push_back(e.node(node).column);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"a", "T", "eta", "b", "t"}));
  EXPECT_EQ(columns, (std::vector<int>{1, 15, 18, 25, 54}));
  EXPECT_EQ(e.uses().size(), 6u);
  const std::vector<std::string_view> known = {"a", "T", "beta", "t"};
  const std::vector<SpecError> unknown = unknown_names(e, known);
  ASSERT_EQ(unknown.size(), 2u);
  EXPECT_NE(std::string(unknown[0].what()).find("did you mean 'beta'?"), std::string::npos) << unknown[0].what();
  EXPECT_EQ(unknown[1].parts().place.column, 25);
}

TEST(Expression, UnknownNamesAreReportedWhenTheyAreLookedUp) {
  const auto message = [](const char* text) -> std::string {
    try {
      evaluate(Expression::parse(text, {"s.toml", 2, 1}), ExpressionEnvironment<double>().set("eta", 1.0).set_array("x", {1.0, 2.0}));
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message("2*etha"), "s.toml:2:3: expression = 'etha': unknown name; did you mean 'eta'? (known: eta)");
  EXPECT_EQ(message("1 + y[0]"), "s.toml:2:5: expression = 'y[...]': unknown indexed name; did you mean 'x'? (known: x)");
  EXPECT_EQ(message("x[2]"), "s.toml:2:1: expression = x[2]: the index must be a whole number from 0 to 1");
  EXPECT_EQ(message("x[0.5]"), "s.toml:2:1: expression = \"x[0.5]\": the index must be a whole number");
  EXPECT_EQ(message("sum(i, 0.5, 2, i)"), "s.toml:2:1: expression = \"sum(i, 0.5, 2, i)\": the limits must be whole numbers");
  EXPECT_EQ(message("sum(i, 1, 1e9, i)"), "s.toml:2:1: expression = \"sum(i, 1, 1e9, i)\": the limits must lie within 1e8");
  EXPECT_NE(message("sum(x[i])").find("there are no coordinates here"), std::string::npos);
}

TEST(Expression, CheckedEvaluationNamesWhatDividesByZeroOrIsNotFinite) {
  const auto over_double = [](const char* text) -> std::string {
    try {
      evaluate_checked(Expression::parse(text, {"s.toml", 2, 1}), samples());
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(over_double("1 + 2/(x - 3)"), "s.toml:2:6: expression = \"2/(x - 3)\": division by zero");
  EXPECT_EQ(over_double("(x - 3)^-2"), "s.toml:2:8: expression = \"(x - 3)^-2\": division by zero");
  EXPECT_EQ(over_double("1 + log(y)"), "s.toml:2:5: expression = \"log(y)\": the value is not a number");
  EXPECT_EQ(over_double("1 + 2*exp(1e3)"), "s.toml:2:7: expression = \"exp(1000)\": the value is infinite");
  EXPECT_EQ(over_double("if(x == 3, 1, 1/(x - 3))"), "");
  EXPECT_EQ(over_double("1/x"), "");
  ExpressionEnvironment<Interval> box;
  box.set("x", Interval(-1.0, 2.0)).set("zero", Interval(0.0));
  const auto over_interval = [&](const char* text) -> std::string {
    try {
      evaluate_checked(Expression::parse(text, {"s.toml", 2, 1}), box);
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(over_interval("1/zero"), "s.toml:2:2: expression = \"1/zero\": division by zero");
  EXPECT_EQ(over_interval("x - 1/x^2"), "s.toml:2:6: expression = \"1/x^2\": division by an enclosure that contains zero");
  EXPECT_EQ(over_interval("log(x)"), "s.toml:2:1: expression = \"log(x)\": the value has no finite enclosure");
  EXPECT_EQ(over_interval("1/(x + 2)"), "");
}

TEST(Expression, SurvivesAnyBytes) {
  std::mt19937_64 random(11);
  const std::string pieces[] = {"x", "1", "(", ")", "[", "]", "+", "-", "*", "/", "^", "<", "<=", "==", " and ", " or ", " not ", "sum(", "if(", "min(", ",", "sqrt(", "1e9", "\n", "prod_k(", "pi", ".", "t"};
  int read = 0;
  for (int k = 0; k < 100000; ++k) {
    std::string text;
    for (std::uint64_t length = random() % 14; length > 0; --length)
      text += k % 2 == 0 ? std::string(1, static_cast<char>(random() & 255U)) : pieces[random() % std::size(pieces)];
    try {
      const Expression e = Expression::parse(text, {"f", 1, 1});
      ++read;
      ASSERT_TRUE(identical(e, Expression::parse(to_text(e)))) << text;
      to_latex(e);
    } catch (const SpecError& error) {
      ASSERT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      ASSERT_GE(error.parts().place.column, 1);
    }
  }
  EXPECT_GT(read, 1000);  // or nothing was tested
}

}  // namespace
}  // namespace thalweg

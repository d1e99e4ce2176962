// Units through formulas: what is consistent passes, each inconsistency is told once, where it is.
#include "lib/core/expression_units.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

// x and f are the base units: eta x^2/f, L f/x^2, gradients f/x.
std::optional<Units> of_name(std::string_view name, bool indexed) {
  const Units x = Units::base("x"), f = Units::base("f");
  if (indexed) return name == "eta" ? std::optional(x * x / f) : std::nullopt;
  if (name == "eta") return x * x / f;
  if (name == "L" || name == "mu_pl") return f / (x * x);
  if (name == "Delta") return f;
  if (name == "R" || name == "D_inf") return x;
  if (name == "sigma2" || name == "G2sq") return f * f / (x * x);
  if (name == "G") return f / x;
  if (name == "T" || name == "beta1" || name == "d") return Units();
  return std::nullopt;
}

std::string units_of(const char* text) {
  const UnitsReport report = check_units(Expression::parse(text), of_name);
  for (const SpecError& problem : report.problems) ADD_FAILURE() << problem.what();
  return report.units ? to_string(*report.units) : "unknown";
}

TEST(ExpressionUnits, FollowTheFormula) {
  EXPECT_EQ(units_of("(1 - eta*mu_pl)^T*Delta + L*eta*sigma2/(2*mu_pl)"), "f");
  EXPECT_EQ(units_of("L*R^2/(4*T*L*eta + 2)"), "f");
  EXPECT_EQ(units_of("2*Delta/(eta*T) + L*eta*sigma2"), "f^2/x^2");
  EXPECT_EQ(units_of("sqrt(Delta)"), "f^(1/2)");
  EXPECT_EQ(units_of("sqrt(G2sq)"), "f/x");
  EXPECT_EQ(units_of("G^-2"), "x^2/f^2");
  EXPECT_EQ(units_of("R^(1/3)*R^0.5"), "x^(5/6)");
  EXPECT_EQ(units_of("1/Delta"), "1/f");
  EXPECT_EQ(units_of("sum(t, 1, T, eta[t]*t)"), "x^2/f");
  EXPECT_EQ(units_of("prod(k, 1, 3, R)"), "x^3");
  EXPECT_EQ(units_of("if(eta < 1/L, Delta, 0)"), "f");
  EXPECT_EQ(units_of("exp(-eta*mu_pl*T)"), "no units");
  EXPECT_EQ(units_of("max(0, Delta, L*R^2)"), "f");
  EXPECT_EQ(units_of("unknown + Delta"), "f");
  EXPECT_EQ(units_of("unknown*Delta"), "unknown");
  EXPECT_EQ(units_of("eta*L <= 1 and Delta > 0"), "unknown");
}

TEST(ExpressionUnits, EveryInconsistencyIsToldWhereItIs) {
  struct Case {
    const char* text;
    std::vector<int> columns;
    const char* word;
  };
  const std::vector<Case> cases = {
      {"Delta + R", {7}, "units differ: f in 'Delta', x in 'R'"},
      {"1 - L", {3}, "no units in '1', f/x^2 in 'L'"},
      {"eta <= L", {5}, "units differ"},
      {"exp(eta)", {5}, "the argument of exp must be a number without units; it has x^2/f"},
      {"Delta^T", {6}, "'Delta' has units f; its exponent must be a number such as 2 or 1/2"},
      {"2^R", {3}, "an exponent must be a number without units"},
      {"min(R, eta) + log(G)", {1, 19}, "units differ"},
      {"if(R < Delta, R, eta)", {1, 6}, "units differ"},
      {"sum(t, 1, R, t)", {11}, "a limit"},
      {"prod(k, 1, T, R)", {1}, "the number of factors is not a literal"},
      {"D_inf^2*d/(2*eta) + G2sq/(1 - beta1)", {19}, "units differ"},
  };
  for (const Case& wrong : cases) {
    const UnitsReport report = check_units(Expression::parse(wrong.text, {"card.toml", 3, 1}), of_name);
    std::vector<int> columns;
    std::string all;
    for (const SpecError& problem : report.problems) {
      columns.push_back(problem.parts().place.column);
      all += problem.what() + std::string("\n");
    }
    EXPECT_EQ(columns, wrong.columns) << wrong.text << "\n" << all;
    EXPECT_NE(all.find(wrong.word), std::string::npos) << all;
  }
}

TEST(ExpressionUnits, RationalsAreInLowestTerms) {
  EXPECT_EQ(Rational::of(2, -4), (Rational{-1, 2}));
  EXPECT_EQ(Rational::of(1, 3) + Rational::of(1, 6), (Rational{1, 2}));
  EXPECT_EQ(Units::base("x").power({1, 2}).power({2, 1}), Units::base("x"));
  EXPECT_TRUE((Units::base("x") / Units::base("x")).none());
}

}  // namespace
}  // namespace thalweg

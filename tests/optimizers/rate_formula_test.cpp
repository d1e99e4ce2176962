// The formulas of the A-LR bounds and of the limit of stability give the numbers beside which they stand.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/core/expression.hpp"
#include "lib/optimizers/bounds.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

ExpressionEnvironment<double> fields_of(const Definition& definition, double G) {
  ExpressionEnvironment<double> names;
  names.set("G", G);
  for (const auto& [name, value] : definition.numbers) names.set(name, value);
  return names;
}

// The extreme over the steps 1 to 20000, in ever longer strides to 1e9, and the limit.
double value_of(const RateFormula& formula, const Definition& definition, double G) {
  const Expression expression = Expression::parse(formula.expression);
  ExpressionEnvironment<double> names = fields_of(definition, G);
  if (formula.over == RateFormula::Over::nothing) return evaluate(expression, names);
  double least = infinity, largest = 0.0;
  for (double t = 1.0; t < 1e9; t += t < 20000.0 ? 1.0 : std::floor(0.01 * t)) {
    const double value = evaluate(expression, names.set("t", t));
    least = std::fmin(least, value);
    largest = std::fmax(largest, value);
  }
  return formula.over == RateFormula::Over::least ? least : largest;
}

std::vector<Definition> definitions() {
  std::vector<Definition> all;
  for (const std::string& name : testing::all_presets()) all.push_back(define(name));
  for (const char* more :
       {"amsgrad(correction=inside)", "sadam(correction=inside, beta=2)", "pamsgrad(correction=inside, eps=0.1, p=0.3)", "adam@eps-hat(beta1=0.5, beta2=0.6, eps=0.5)",
        "adam@eps-hat(beta1=0.99, beta2=0.9, eps=0.1)", "adam@seed(beta1=0, beta2=0)", "sadam@authors-code(beta1=0, beta2=0.5, beta=0.5)", "amsgrad(eps_placement=inside, eps=0.25)",
        "adam@eps-hat(eps_placement=inside, eps=0.3)", "adamax(beta1=0.5, beta2=0.6, eps=0.3)", "padam@authors-code(beta2=0.95, eps=0.2, p=0.05)", "padam(eps_placement=inside, eps=0.2, p=0.3)", "pamsgrad@ensmallen(eps=0)", "adagrad(eps=0.5, initial_accumulator=2)",
        "adagrad(eps=0.5, eps_placement=inside)", "adam(eps=0)", "adam@eps-hat(eps=0)", "momentum(momentum=0.3)", "ema-momentum(beta1=0.3)"})
    all.push_back(define(more));
  return all;
}

void expect_the_number(const RateFormula& formula, Interval bound, const Definition& definition, double G) {
  if (formula.expression.empty()) {
    EXPECT_TRUE(bound.lower() == 0.0 || bound.upper() == infinity) << text(definition) << ": a bound that is known has a formula (RateFacts::least_formula, largest_formula)";
    return;
  }
  const double value = value_of(formula, definition, G);
  if (bound.upper() == infinity) {
    EXPECT_EQ(value, infinity) << text(definition) << " " << to_text(formula);
  } else {
    EXPECT_NEAR(value, bound.mid(), 1e-9 * std::fabs(bound.mid())) << text(definition) << " " << to_text(formula) << " G = " << G;
  }
}

TEST(RateFormula, OfASoftplusDoesNotOverflow) {
  const Definition definition = define("sadam@seed(beta=50)");
  for (const double G : {1e3, 1e100}) {
    const RateBounds bounds = rate_bounds(definition, Interval(G));
    EXPECT_NEAR(value_of(bounds.mu1_formula, definition, G) * G, 1.0, 1e-9) << to_text(bounds.mu1_formula);
    EXPECT_NEAR(bounds.mu1.mid() * G, 1.0, 1e-9);
  }
}

TEST(RateFormula, GivesTheBound) {
  for (const Definition& definition : definitions())
    for (const double G : {0.1, 2.0}) {
      const RateBounds bounds = rate_bounds(definition, Interval(G));
      // Where they are no extremes, both enclose all that is known.
      expect_the_number(bounds.mu1_formula, bounds.tight ? bounds.mu1 : Interval(bounds.mu1.lower()), definition, G);
      expect_the_number(bounds.mu2_formula, bounds.tight ? bounds.mu2 : Interval(bounds.mu2.upper()), definition, G);
    }
}

TEST(RateFormula, IsWrittenPlainAndInLatex) {
  const RateBounds outer = rate_bounds(define("sadam@authors-code"), Interval(1.0));
  EXPECT_EQ(to_text(outer.mu2_formula), "sup over t of beta*sqrt(1 - beta2^t)/((1 - beta1^t)*log(2))");
  EXPECT_EQ(to_latex(outer.mu2_formula).substr(0, 14), "\\sup_{t \\ge 1}");
  const RateBounds inside = rate_bounds(define("adam"), Interval(1.0));
  EXPECT_EQ(to_text(inside.mu1_formula), "1/(G + eps)");
  EXPECT_EQ(to_text(inside.mu2_formula), "1/((1 - beta1)*eps)");
  EXPECT_EQ(to_latex(inside.mu1_formula), "\\frac{1}{G + \\varepsilon}");
  EXPECT_EQ(to_text(rate_bounds(define("sam"), Interval(1.0)).mu1_formula), "not known");
  EXPECT_EQ(to_text(rate_bounds(define("sgd"), Interval(1.0)).mu1_formula), "1");
}

TEST(StabilityLimit, IsTheValueOfItsFormula) {
  for (const Definition& definition : definitions()) {
    const StabilityLimit limit = stability_limit(definition);
    ASSERT_EQ(limit.factor > 0.0, !limit.formula.empty()) << text(definition);
    if (limit.factor > 0.0) { EXPECT_NEAR(evaluate(Expression::parse(limit.formula), fields_of(definition, 1.0)), limit.factor, 1e-12 * limit.factor) << text(definition); }
  }
  EXPECT_EQ(stability_limit(define("sgd(weight_decay=0.1)")).factor, 0.0);
}

}  // namespace
}  // namespace thalweg

// The formula that is printed is the update that is run: evaluated line by line it gives the iterates of the rule.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "lib/core/expression_evaluation.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

using testing::ScalarRule;
using testing::Uniform;

void expect_the_formula_is_run(const Definition& definition) {
  ScalarRule rule(definition);
  std::vector<std::pair<std::string, Expression>> lines;
  for (const Assignment& line : update(definition)) lines.emplace_back(line.variable, Expression::parse(line.value));
  std::map<std::string, double> values(definition.numbers.begin(), definition.numbers.end());
  for (std::size_t k = 0; k < rule.slots().size(); ++k) values[std::string(method_entry(definition).state.at(k))] = rule.slots()[k];
  ASSERT_EQ(method_entry(definition).state.size(), rule.slots().size());
  values["x"] = 1.5;
  values["eta"] = 0.01;
  double x = 1.5;
  Uniform uniform(5);
  for (std::uint64_t t = 1; t <= 200; ++t) {
    const double g = uniform(-1.0, 1.0) * std::pow(10.0, uniform(-2.0, 1.0));
    x -= 0.01 * rule.step(g, x, t).update;
    values["g"] = g;
    values["t"] = static_cast<double>(t);
    for (const auto& [variable, expression] : lines) {
      ExpressionEnvironment<double> names;
      for (const auto& [name, value] : values) names.set(name, value);
      values[variable] = evaluate(expression, names);
    }
    ASSERT_NEAR(values["x"], x, 1e-11 * (1.0 + std::fabs(x))) << text(definition) << ", t = " << t;
    for (std::size_t k = 0; k < rule.slots().size(); ++k) {
      const std::string name(method_entry(definition).state[k]);
      ASSERT_NEAR(values[name], rule.slots()[k], 1e-11 * (1.0 + std::fabs(rule.slots()[k]))) << text(definition) << ", " << name << ", t = " << t;
    }
    x = values["x"];
  }
}

TEST(Formula, IsTheUpdateThatIsRun) {
  for (const std::string& name : testing::all_presets()) {
    expect_the_formula_is_run(define(name));
    expect_the_formula_is_run(define(name, {{"weight_decay", 0.3}}));
  }
}

TEST(Formula, IsTheUpdateForEveryChoice) {
  for (const MethodEntry& entry : methods())
    for (const ChoiceField& field : entry.choices)
      for (std::string_view choice : entry.phased ? std::vector<std::string_view>{} : field.allowed) expect_the_formula_is_run(define(entry.id, {{std::string(field.name), std::string(choice)}}));
  for (const char* more : {"momentum(dampening=0.5)", "momentum(dampening=0.5, nesterov=yes)", "momentum(dampening=0.5, first_step=undampened)",
                           "adam(weight_decay=0.3, decay=decoupled)"})
    expect_the_formula_is_run(define(more));
}

}  // namespace
}  // namespace thalweg

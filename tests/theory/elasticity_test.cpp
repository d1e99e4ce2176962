// Elasticities of cards: against central differences of the bound over settings drawn at random, against exponents known in closed form, and the largest
// and the best step.
#include "analysis/theory/elasticity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/theory/evaluate.hpp"
#include "lib/core/draw.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {
namespace {

Card built_in(const std::string& id) { return read_card(std::string(THALWEG_SOURCE_DIR) + "/analysis/theory/theorems/" + id + ".toml"); }

struct Spec {
  std::string method = "amsgrad@seed", problem = "cosine", eta = "0.01", noise = "two-point";
  std::map<std::string, double> fields;
  std::uint64_t horizon = 1000;
};

Setting setting_of(const Spec& spec) {
  Setting setting;
  Parameters parameters{{"dim", {3.0}}};
  setting.problem = make_problem(spec.problem, parameters);
  setting.noise = spec.noise == "none" ? make_noise("none", 3) : make_noise(spec.noise, 3, {{"a", {0.3}}, {"p", {0.3}}});
  setting.definition = define(spec.method, Overrides(spec.fields.begin(), spec.fields.end()));
  setting.start = setting.problem.start;
  if (spec.problem == "log-cosh") setting.box = setting.problem.box;
  setting.eta_text = spec.eta;
  setting.eta = step_sizes(spec.eta, spec.horizon, Quantities(setting));
  return setting;
}

double uniform(std::uint64_t i, double low, double high) { return low + (high - low) * draw_uniform(draw_key(7, 11), Stream::test, 0, 0, i); }

// The bound as verdicts have it: over enclosures, through Quantities; the upper end where a method's A-LR bounds are not tight.
double bound_of(const Card& card, const Setting& setting) {
  Quantities quantities(setting);
  add_let(card, quantities);
  const Interval value = value_of(card.bound, quantities, card.id);
  return value.width() < 1e-6 * value.upper() ? value.mid() : value.upper();
}

TEST(Elasticity, IsTheDifferenceQuotientOfTheBoundAtFiftyRandomPoints) {
  struct Case {
    const char *card, *method, *problem, *field, *eta, *noise;
  };
  const Case cases[] = {{"theorem-a", "amsgrad@seed", "cosine", "eps", "0.5/sqrt(T)", "two-point"},
                        {"theorem-a", "samsgrad@seed", "cosine", "beta", "0.1/(L*mu2)", "two-point"},
                        {"theorem-d", "amsgrad@seed", "log-cosh", "eps", "4/sqrt(T)", "two-point"},
                        {"theorem-g", "adam@paper", "cosine", "eps", "0.01*mu1/mu2", "two-point"},
                        {"theorem-g", "adam@eps-hat", "cosine", "eps", "0.003", "two-point"},
                        {"theorem-g", "adam@inside-root", "cosine", "eps", "0.003", "two-point"},
                        {"theorem-g", "padam@seed", "cosine", "eps", "0.003", "two-point"},
                        {"theorem-e", "sadam@seed", "cosine", "beta", "0.01", "two-point"},
                        {"theorem-e", "adam@seed", "cosine", "eps", "0.01*eps", "two-point"},
                        {"theorem-g", "yogi", "cosine", "eps", "0.003", "two-point"}};
  std::uint64_t draws = 0;
  int compared = 0;
  for (const Case& one : cases) {
    const Card card = built_in(one.card);
    for (int i = 0; i < 5; ++i) {
      Spec spec{one.method, one.problem, one.eta, one.noise, {}, 500 + 100 * static_cast<std::uint64_t>(i)};
      const double p = std::exp(uniform(draws++, std::log(0.03), std::log(3.0)));
      spec.fields = {{"beta1", uniform(draws++, 0.1, 0.9)}, {"beta2", uniform(draws++, 0.5, 0.99)}};
      constexpr double h = 1e-4;
      const auto at = [&](double value) {
        spec.fields[one.field] = value;
        return setting_of(spec);
      };
      const double difference = (std::log(bound_of(card, at(p * std::exp(h)))) - std::log(bound_of(card, at(p * std::exp(-h))))) / (2.0 * h);
      const Setting setting = at(p);
      const auto found = bound_elasticity(card, setting, one.field);
      ASSERT_TRUE(found.has_value());
      EXPECT_NEAR(found->exponent, difference, 1e-5 * (1.0 + std::fabs(difference))) << one.card << " " << one.method << " " << one.field << " = " << p;
      EXPECT_NEAR(found->value / bound_of(card, setting), 1.0, 1e-9) << one.card << " " << one.method;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 50);
}

double exponent_at(const char* card, const Spec& spec, const char* field) { return bound_elasticity(built_in(card), setting_of(spec), field)->exponent; }

TEST(Elasticity, KnownExponentsComeOutOfTheGraphs) {
  const auto at = [](const char* method, const char* field, double value, const char* eta, const char* problem = "cosine") {
    return Spec{method, problem, eta, "two-point", {{field, value}, {"beta1", 0.5}}, 1000};
  };
  // At a fixed step theorem A's bound goes like mu2^2 / mu1: eps^-2 where eps is small, beta^2 where beta is large.
  EXPECT_NEAR(exponent_at("theorem-a", at("amsgrad@seed", "eps", 1e-7, "0.01"), "eps"), -2.0, 1e-5);
  EXPECT_NEAR(exponent_at("theorem-a", at("samsgrad@seed", "beta", 1e7, "0.01"), "beta"), 2.0, 1e-5);
  // At equal eta mu2 it goes like mu2 / mu1, and so does theorem G's at any step while its noise term leads.
  EXPECT_NEAR(exponent_at("theorem-a", at("amsgrad@seed", "eps", 1e-7, "0.1/(L*mu2)"), "eps"), -1.0, 1e-5);
  EXPECT_NEAR(exponent_at("theorem-g", at("adam@seed", "eps", 1e-7, "0.01"), "eps"), -1.0, 1e-4);
  // Inside the root mu2 = eps^-1/2.
  EXPECT_NEAR(exponent_at("theorem-g", at("adam@inside-root", "eps", 1e-12, "0.01"), "eps"), -0.5, 1e-4);
  // Convex: eps^-1 at a fixed step, and none at all in the K-form.
  EXPECT_NEAR(exponent_at("theorem-d", at("amsgrad@seed", "eps", 1e-7, "0.01", "log-cosh"), "eps"), -1.0, 1e-4);
  EXPECT_NEAR(exponent_at("theorem-d-k", at("amsgrad@seed", "eps", 1e-7, "0.01", "log-cosh"), "eps"), 0.0, 1e-6);
}

TEST(Elasticity, LargestStepIsTheEdgeOfTheConditionsAndMovesWithEps) {
  Spec spec{"amsgrad@seed", "cosine", "0.001", "two-point", {{"eps", 0.01}, {"beta1", 0.0}}, 1000};
  const auto b = largest_step(built_in("theorem-b"), setting_of(spec), "eps");
  ASSERT_TRUE(b.has_value());
  EXPECT_NEAR(b->value, 0.01, 1e-15);  // eps / L, L = 1
  EXPECT_NEAR(b->exponent, 1.0, 1e-12);
  EXPECT_NE(b->condition.find("eta"), std::string::npos);
  // min of two limits: (1 - beta1) / (sqrt 2 beta1 L mu2) binds at 0.9, exponent -1 in beta.
  spec = {"sadam@seed", "cosine", "0.001", "two-point", {{"beta", 50.0}, {"beta1", 0.9}}, 1000};
  const auto g = largest_step(built_in("theorem-g"), setting_of(spec), "beta");
  ASSERT_TRUE(g.has_value());
  EXPECT_NEAR(g->value, 0.1 / (std::sqrt(2.0) * 0.9) * std::log(2.0) / 50.0, 1e-12);
  EXPECT_NEAR(g->exponent, -1.0, 1e-12);
  // A threshold: eta mu2 lambda < 2 (1 + beta1) / (1 - beta1).
  spec = {"adam@seed", "cosine", "0.001", "none", {{"eps", 1e-3}, {"beta1", 0.9}}, 1000};
  const auto t = largest_step(built_in("proposition-t"), setting_of(spec), "eps");
  ASSERT_TRUE(t.has_value());
  EXPECT_NEAR(t->value, 38.0 * 1e-3, 1e-13);
  EXPECT_NEAR(t->exponent, 1.0, 1e-12);
  // Theorem A asks nothing of the step.
  spec = {"amsgrad@seed", "cosine", "0.001", "two-point", {}, 1000};
  EXPECT_FALSE(largest_step(built_in("theorem-a"), setting_of(spec), "eps").has_value());
}

TEST(Elasticity, AtTheBestStepTheBoundIsLinearInTheRatioOfRates) {
  Spec spec{"amsgrad@seed", "cosine", "0.001", "two-point", {{"eps", 1e-6}, {"beta1", 0.5}}, 1000000};
  const Card a = built_in("theorem-a");
  const Setting setting = setting_of(spec);
  const auto best = best_step(a, setting, "eps");
  ASSERT_TRUE(best.has_value());
  EXPECT_FALSE(best->at_largest);
  EXPECT_NEAR(best->bound.exponent, -1.0, 1e-3);  // 2.1, remark (3): 2 kappa_A ..., not kappa_A^2
  // No step near it has a smaller bound.
  for (double factor : {0.9, 0.99, 1.01, 1.1}) {
    Setting other = setting;
    other.eta_text = "";
    other.eta.assign(setting.horizon(), best->value * factor);
    EXPECT_GT(bound_of(a, other), best->bound.value) << factor;
  }
  // The derivative of the best bound is that of the best bound: by differences.
  const auto value_at = [&](double eps) {
    spec.fields["eps"] = eps;
    return std::log(best_step(a, setting_of(spec), "eps")->bound.value);
  };
  EXPECT_NEAR(best->bound.exponent, (value_at(1.01e-6) - value_at(1e-6 / 1.01)) / (2.0 * std::log(1.01)), 1e-4);

  // Theorem G's bound falls with the step: the best is the largest, which moves with eps; Delta / (eta mu1) then gives eps^-1, too.
  const auto g = best_step(built_in("theorem-g"), setting_of({"adam@seed", "cosine", "0.001", "two-point", {{"eps", 1e-6}, {"beta1", 0.9}}, 1000}), "eps");
  ASSERT_TRUE(g.has_value());
  EXPECT_TRUE(g->at_largest);
  EXPECT_NEAR(g->bound.exponent, -1.0, 1e-4);
}

TEST(Elasticity, AConditionThatLimitsNoStepFromAboveLeavesTheBestOne) {
  const auto card = [](const std::string& condition) {
    return parse_card("id = \"c\"\nstatement = \"s\"\nmetric = \"mean_grad_sq\"\n[admissible]\nstep = \"" + condition + "\"\n[bound]\nvalue = \"1/(eta*eps) + eta*eps^2\"\n", "c.toml");
  };
  const Setting setting = setting_of({"adam@seed", "cosine", "0.001", "two-point", {{"eps", 0.01}}, 10});
  const auto best = best_step(card("eta > 0"), setting, "eps");  // eta = eps^(-3/2), bound 2 eps^(1/2)
  ASSERT_TRUE(best.has_value());
  EXPECT_NEAR(best->value, 1e3, 1e-2);
  EXPECT_NEAR(best->bound.value, 0.2, 1e-9);
  EXPECT_NEAR(best->bound.exponent, 0.5, 1e-5);
  EXPECT_FALSE(largest_step(card("eta > 0"), setting, "eps").has_value());
  EXPECT_FALSE(best_step(card("eta < 0"), setting, "eps").has_value());
}

TEST(Elasticity, ConditionsApartFromTheStepAreToldFromThoseOfTheStep) {
  const Card e = built_in("theorem-e");
  EXPECT_TRUE(holds_apart_from_step(e, setting_of({"adam@seed", "cosine", "1e6", "two-point", {{"eps", 1.0}, {"beta1", 0.0}, {"beta2", 0.999}}, 10})));
  EXPECT_FALSE(holds_apart_from_step(e, setting_of({"adam@seed", "cosine", "1e-9", "two-point", {{"eps", 1e-3}, {"beta1", 0.0}, {"beta2", 0.9}}, 10})));
}

TEST(Elasticity, PathQuantitiesAreMeasuredAndHaveNone) {
  EXPECT_FALSE(bound_elasticity(built_in("theorem-a-post"), setting_of({}), "eps").has_value());
}

TEST(Elasticity, OfAnExpressionAloneNamesWhatItDoesNotKnow) {
  const Elastic y = elasticity(Expression::parse("3*eps^2*T"), setting_of({}), "eps");
  EXPECT_NEAR(y.exponent, 2.0, 1e-15);
  EXPECT_THROW(elasticity(Expression::parse("epsilom^2"), setting_of({}), "eps"), SpecError);
}

}  // namespace
}  // namespace thalweg

// Definitions: printing and reading back, presets, aliases, and what a user is told when something is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "lib/core/check.hpp"
#include "lib/optimizers/definition.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Definition, PrintsAndReadsBackToItself) {
  testing::Uniform uniform(17);
  for (const std::string& name : testing::all_presets()) {
    for (int trial = 0; trial < 20; ++trial) {
      Definition definition = define(name);
      for (const NumberField& field : method_entry(definition).numbers)
        if (trial > 0) definition.numbers.at(std::string(field.name)) = uniform(field.admits.lower, std::min(field.admits.upper, field.admits.lower + 2.0));
      EXPECT_EQ(define(text(definition)), definition) << text(definition);
      EXPECT_EQ(define(short_name(definition)), definition) << short_name(definition);
      EXPECT_EQ(text(define(text(definition))), text(definition));
    }
  }
}

TEST(Definition, HasOneTextPerDefinition) {
  EXPECT_EQ(text(define("adam@seed")), text(define("adam", {{"correction", std::string("none")}})));
  EXPECT_EQ(text(define("adam@eps-hat")), text(define("adam@authors-code")));
  EXPECT_NE(text(define("adam")), text(define("adam@seed")));
  EXPECT_NE(text(define("padam(p=0.5)")), text(define("adam@seed")));
  EXPECT_EQ(text(define("adam@seed")),
            "adam(beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0, denominator=root, eps_placement=outside, second_moment=latest, "
            "correction=none, decay=l2)");
  EXPECT_EQ(text(define("sgd", {{"weight_decay", -0.0}})), text(define("sgd")));
}

TEST(Definition, TakesTheBareNameAsThePaper) {
  for (const MethodEntry& entry : methods()) {
    const std::string id(entry.id);
    EXPECT_EQ(define(id), define(id + "@paper"));
    EXPECT_EQ(define(id).preset, "paper");
    ASSERT_FALSE(entry.presets.empty());
    EXPECT_EQ(entry.presets[0].id, "paper");
  }
}

TEST(Definition, ReproducesTheNamedSources) {
  EXPECT_EQ(define("adam").choice("correction"), "inside");
  EXPECT_EQ(define("adam").number("eps"), 1e-8);
  EXPECT_EQ(define("adam@seed").choice("correction"), "none");
  EXPECT_EQ(define("amsgrad").choice("correction"), "none");
  EXPECT_EQ(define("sadam").number("beta"), 50.0);
  EXPECT_EQ(define("sadam@authors-code").choice("correction"), "outer");
  EXPECT_EQ(define("padam").number("p"), 0.125);
  EXPECT_EQ(define("padam").choice("second_moment"), "latest");
  EXPECT_EQ(define("pamsgrad").choice("second_moment"), "running-maximum");
  EXPECT_EQ(define("adam@inside-root").choice("eps_placement"), "inside");
  EXPECT_EQ(define("decorrelated-adam").number("beta1"), 0.0);
}

TEST(Definition, TakesAliasesEverywhere) {
  EXPECT_EQ(canonical_name("lr"), "eta");
  EXPECT_EQ(canonical_name("smooth"), "beta");
  EXPECT_EQ(canonical_name("partial"), "p");
  EXPECT_EQ(canonical_name("beta1"), "beta1");
  EXPECT_EQ(canonical_name("no-such-name"), "no-such-name");
  EXPECT_EQ(define("sadam(smooth=5)"), define("sadam", {{"beta", 5.0}}));
  EXPECT_EQ(define("padam", {{"partial", std::string("0.25")}}), define("padam(p=0.25)"));
}

TEST(Definition, LetsLaterOverridesWin) { EXPECT_EQ(define("adam(beta1=0.5)", {{"beta1", 0.6}, {"beta1", 0.7}}).number("beta1"), 0.7); }

TEST(Definition, StatesItsUpdateAsFormulas) {
  EXPECT_EQ(formula(define("sgd")), "x = x - eta*g");
  EXPECT_EQ(formula(define("adam@seed")), "m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*g^2; x = x - eta*m/(sqrt(v) + eps)");
  EXPECT_THAT(formula(define("amsgrad")), HasSubstr("v_max = max(v_max, v)"));
  EXPECT_THAT(formula(define("adam")), HasSubstr("v_hat = v/(1 - beta2^t); x = x - eta*m_hat/(sqrt(v_hat) + eps)"));
  EXPECT_THAT(formula(define("adam@inside-root")), HasSubstr("sqrt(v + eps)"));
  EXPECT_THAT(formula(define("padam")), HasSubstr("^(2*p)"));
  EXPECT_THAT(formula(define("sadam@authors-code")),
              AllOf(HasSubstr("a = sqrt(1 - beta2^t)/(1 - beta1^t)"), HasSubstr("D = log(1 + exp(beta*sqrt(v)))/beta; x = x - eta*a*m/D")));
  EXPECT_THAT(formula(define("sgd(weight_decay=0.1)")), HasSubstr("g = g + weight_decay*x"));
  EXPECT_EQ(formula(define("sgd(weight_decay=0.1, decay=decoupled)")), "x = x - eta*g - eta*weight_decay*x");
  std::set<std::string> plain, tex;
  for (const char* name : {"sgd", "momentum", "ema-momentum", "adam", "adam@seed", "adam@eps-hat", "adam@inside-root", "amsgrad", "padam",
                           "pamsgrad", "sadam", "samsgrad", "decorrelated-adam"}) {
    plain.insert(formula(define(name)));
    tex.insert(latex(define(name)));
  }
  EXPECT_EQ(plain.size(), 13u);  // different updates have different formulas
  EXPECT_EQ(tex.size(), 13u);
  for (const std::string& formula_text : tex)
    EXPECT_EQ(std::count(formula_text.begin(), formula_text.end(), '{'), std::count(formula_text.begin(), formula_text.end(), '}'))
        << formula_text;
}

TEST(MethodTable, IsCompleteAndConsistent) {
  std::set<std::string_view> ids;
  const auto& known = hyper_parameter_names();
  for (const MethodEntry& entry : methods()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_FALSE(entry.name.empty() || entry.source.empty()) << entry.id;
    for (const NumberField& field : entry.numbers) {
      EXPECT_TRUE(field.admits(field.value)) << entry.id << " " << field.name;
      EXPECT_FALSE(field.meaning.empty());
      EXPECT_NE(std::find(known.begin(), known.end(), field.name), known.end()) << field.name;
    }
    for (const ChoiceField& field : entry.choices) {
      EXPECT_FALSE(field.allowed.empty() || field.meaning.empty()) << entry.id << " " << field.name;
      EXPECT_NE(std::find(known.begin(), known.end(), field.name), known.end()) << field.name;
    }
    for (const Preset& preset : entry.presets) EXPECT_FALSE(preset.source.empty()) << entry.id << "@" << preset.id;
  }
  for (const char* id :
       {"sgd", "momentum", "ema-momentum", "adam", "amsgrad", "padam", "pamsgrad", "sadam", "samsgrad", "decorrelated-adam"})
    EXPECT_TRUE(ids.contains(id)) << id;
}

std::string refusal(std::string_view spec, const Overrides& overrides = {}) {
  try {
    define(spec, overrides);
  } catch (const SpecError& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_FALSE(error.parts().field.empty());
    EXPECT_FALSE(error.parts().allowed.empty());
    return line;
  }
  ADD_FAILURE() << spec << " was accepted";
  return "";
}

TEST(BadDefinition, UnknownMethodNamesTheNearest) {
  EXPECT_THAT(refusal("adm"), AllOf(HasSubstr("adm"), HasSubstr("did you mean 'adam'?")));
  EXPECT_THAT(refusal("ema_momentum"), HasSubstr("did you mean 'ema-momentum'?"));
  EXPECT_THAT(refusal(""), HasSubstr("unknown method"));
  EXPECT_THAT(refusal("zzzzzzzz"), HasSubstr("known: sgd"));
}

TEST(BadDefinition, UnknownPresetNamesTheNearest) {
  EXPECT_THAT(refusal("adam@sed"), AllOf(HasSubstr("adam preset"), HasSubstr("did you mean 'seed'?")));
  EXPECT_THAT(refusal("sgd@eps-hat"), HasSubstr("known: paper"));
  EXPECT_THAT(refusal("adam@"), HasSubstr("unknown preset"));
}

TEST(BadDefinition, UnknownFieldNamesTheNearest) {
  EXPECT_THAT(refusal("adam(bta1=0.5)"), HasSubstr("did you mean 'beta1'?"));
  EXPECT_THAT(refusal("sgd(beta1=0.5)"), AllOf(HasSubstr("sgd beta1 = 0.5"), HasSubstr("it has weight_decay")));
  EXPECT_THAT(refusal("adam(lr=0.1)"), HasSubstr("is the step size"));
}

TEST(BadDefinition, ValuesOutsideTheirRangeNameTheRange) {
  EXPECT_THAT(refusal("adam(beta1=1)"), AllOf(HasSubstr("beta1 = 1"), HasSubstr("[0, 1)")));
  EXPECT_THAT(refusal("adam", {{"beta2", 1.0}}), HasSubstr("[0, 1)"));
  EXPECT_THAT(refusal("adam", {{"beta1", -0.1}}), HasSubstr("-0.1"));
  EXPECT_THAT(refusal("adam", {{"eps", -1e-9}}), HasSubstr(">= 0"));
  EXPECT_THAT(refusal("adam", {{"eps", std::numeric_limits<double>::infinity()}}), HasSubstr("finite"));
  EXPECT_THAT(refusal("sadam(beta=0)"), HasSubstr("(0, 1e100]"));
  EXPECT_THAT(refusal("padam(p=0.6)"), HasSubstr("(0, 1/2]"));
  EXPECT_THAT(refusal("padam(p=0)"), HasSubstr("(0, 1/2]"));
  EXPECT_THAT(refusal("momentum(momentum=1)"), HasSubstr("[0, 1)"));
  EXPECT_THAT(refusal("sgd(weight_decay=-1)"), HasSubstr(">= 0"));
  for (const MethodEntry& entry : methods())
    for (const NumberField& field : entry.numbers) refusal(entry.id, {{std::string(field.name), std::numeric_limits<double>::quiet_NaN()}});
}

TEST(BadDefinition, ValuesOfTheWrongKindAreNotGuessed) {
  EXPECT_THAT(refusal("adam(beta1=half)"), HasSubstr("beta1 = half"));
  EXPECT_THAT(refusal("adam(beta1=0.5x)"), HasSubstr("0.5x"));
  EXPECT_THAT(refusal("adam(beta1=)"), HasSubstr("[0, 1)"));
  EXPECT_THAT(refusal("adam(correction=outr)"), HasSubstr("did you mean 'outer'?"));
  EXPECT_THAT(refusal("padam(denominator=root)"), HasSubstr("fixed by the method"));
  EXPECT_THAT(refusal("decorrelated-adam(correction=inside)"), HasSubstr("fixed by the method"));
}

TEST(BadDefinition, BrokenTextIsRefused) {
  EXPECT_THAT(refusal("adam(beta1=0.5"), HasSubstr("')'"));
  EXPECT_THAT(refusal("adam(beta1)"), HasSubstr("'beta1' is not field=value"));
}

}  // namespace
}  // namespace thalweg

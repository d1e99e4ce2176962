// Which cards speak of a definition, against the question asked of whole settings.
#include <gtest/gtest.h>

#include <filesystem>

#include "analysis/theory/card.hpp"
#include "analysis/theory/predicate.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/optimizers/bounds.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

const std::filesystem::path folder = std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems";

Setting setting(const std::string& problem, const std::string& noise, const Definition& definition) {
  Setting made;
  made.problem = make_problem(problem, {{"dim", {2.0}}});
  made.noise = make_noise(noise, 2);
  made.definition = definition;
  made.start = made.problem.start;
  made.eta.assign(50, 1e-10);
  made.start_values = at_start(made.problem, made.start);
  return made;
}

// A card that applies to a setting speaks of its definition: the question about the definition alone never says no too early.
TEST(SpeaksOf, HoldsWhereverTheCardApplies) {
  const std::vector<Card> cards = read_cards(folder);
  std::size_t applied = 0, silent = 0;
  for (const std::string& name : testing::all_presets()) {
    const Definition definition = define(name);
    if (rate_bounds(definition, Interval(1.0)).mu1.upper() == 0.0) continue;  // cards in mu1 apply, with a bound that is infinite
    for (const auto& [problem, noise] : {std::pair{"cosine", "two-point"}, {"pl-sine", "gaussian"}, {"quadratic", "none"}}) {
      const Setting where = setting(problem, noise, definition);
      for (const Card& card : cards) {
        if (!speaks_of(card, definition)) ++silent;
        if (!applicability(card, where).applies) continue;
        EXPECT_TRUE(speaks_of(card, definition)) << card.id << " applies to " << name << " on " << problem;
        ++applied;
      }
    }
  }
  EXPECT_GT(applied, 100U);
  EXPECT_GT(silent, 100U);
}

TEST(SpeaksOf, AsksTheFieldsAndTheFormOfTheStep) {
  const std::vector<Card> cards = read_cards(folder);
  const auto speaks = [&](const std::string& id, const std::string& definition) {
    for (const Card& card : cards)
      if (card.id == id) return speaks_of(card, define(definition));
    ADD_FAILURE() << id;
    return false;
  };
  EXPECT_TRUE(speaks("theorem-a", "amsgrad"));
  EXPECT_FALSE(speaks("theorem-a", "adam"));
  EXPECT_FALSE(speaks("theorem-g", "adam(beta1=0)"));
  EXPECT_FALSE(speaks("theorem-g", "adam(weight_decay=0.1)"));
  EXPECT_FALSE(speaks("theorem-h", "adagrad"));
  EXPECT_TRUE(speaks("r-1-gd-convex", "sgd"));
  EXPECT_FALSE(speaks("r-1-gd-convex", "momentum"));
  Card card = parse_card("id = \"mine\"\nstatement = \"s\"\nmetric = \"f_gap\"\n[admissible]\nslow = \"beta1^2 < beta2\"\n[bound]\nvalue = \"Delta*beta2\"\n", "mine.toml");
  EXPECT_TRUE(speaks_of(card, define("adam")));
  EXPECT_FALSE(speaks_of(card, define("adam(beta1=0.9, beta2=0.5)"))) << "its condition fails";
  EXPECT_FALSE(speaks_of(card, define("sgd"))) << "it has no beta2";
}

// What is asked of the definition alone is what is asked of a setting with it.
TEST(SpeaksOf, PredicatesOfADefinitionAgreeWithThoseOfASetting) {
  for (const std::string& name : testing::all_presets()) {
    const Setting where = setting("cosine", "none", define(name));
    for (const Predicate& predicate : predicates())
      if (predicate.of_definition != nullptr) { EXPECT_EQ(predicate.of_definition(where.definition), predicate.certain(where)) << predicate.id << " " << name; }
  }
}

}  // namespace
}  // namespace thalweg

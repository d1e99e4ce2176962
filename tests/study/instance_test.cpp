// Instances of a theorem that a search found: written as a study and read back to the same cell; the largest admissible step; the chosen instances of a card
// without one of its own; and what the search for the tightest finds on cards whose truth is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>

#include "analysis/report/verification.hpp"
#include "analysis/study/instances.hpp"
#include "lib/core/check.hpp"

namespace thalweg {
namespace {

const std::vector<Card>& cards() {
  static const std::vector<Card> all = read_cards(std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems");
  return all;
}
const Card& card(const std::string& id) {
  return *std::find_if(cards().begin(), cards().end(), [&](const Card& one) { return one.id == id; });
}
const Engine& engine() {
  static const std::unique_ptr<Engine> one = cpu_engine();
  return *one;
}

Instance awkward() {
  Instance instance;
  instance.problem = "quadratic";
  instance.problem_parameters = {{"dim", {3.0}}, {"mu", {0.1}}, {"L", {1.0 / 3.0}}, {"start", {0.1, -1e-7, 2.0 / 7.0}}};
  instance.noise = "two-point";
  instance.noise_parameters = {{"a", {0.3}}, {"p", {1.0 / 7.0}}};
  instance.method = "adam@seed";
  instance.set = {{"beta1", 0.0}, {"beta2", 0.9709262374914652}, {"eps", 1e-8}};
  instance.eta = 1.0 / 3e5;
  instance.horizon = 17;
  instance.replicas = 12;
  instance.seed = 77;
  return instance;
}

TEST(Instance, IsReadBackFromItsBlockToTheSameBatch) {
  const Card& g = card("theorem-a-post");
  const Instance instance = awkward();
  const Study study = parse_study("id = \"x\"\n" + block_of(instance, "b", g.id), "x.toml");
  const std::vector<Cell> cells = expand(study, cards());
  ASSERT_EQ(cells.size(), 1U);
  const Cell direct = cell_of(instance, g);
  EXPECT_EQ(cells[0].setting.problem.text, direct.setting.problem.text);
  EXPECT_EQ(cells[0].setting.noise.text, direct.setting.noise.text);
  EXPECT_EQ(cells[0].setting.definition, direct.setting.definition);
  EXPECT_EQ(cells[0].replicas, direct.replicas);
  EXPECT_EQ(cells[0].seed, direct.seed);
  EXPECT_EQ(cells[0].record_steps, direct.record_steps);
  ASSERT_EQ(cells[0].setting.eta.size(), direct.setting.eta.size());
  for (std::size_t t = 0; t < direct.setting.eta.size(); ++t) EXPECT_EQ(std::bit_cast<std::uint64_t>(cells[0].setting.eta[t]), std::bit_cast<std::uint64_t>(direct.setting.eta[t]));
  EXPECT_EQ(digest(engine().run(cells[0].batch())), digest(engine().run(direct.batch())));
}

TEST(Instance, TakesTheStepToTheEdgeOfTheConditions) {
  Instance instance = awkward();
  instance.noise = "none";
  instance.noise_parameters.clear();
  instance.method = "sgd";
  instance.set.clear();
  Setting setting = setting_without_step(instance);
  setting.eta.assign(10, 1.0);
  const auto edge = largest_admissible_step(card("r-1-gd-convex"), setting);
  ASSERT_TRUE(edge.has_value());
  EXPECT_NEAR(*edge, 3.0, 3.0 * 1e-8);  // 1 / L
  EXPECT_LT(*edge, 3.0);
  instance.method = "adam@seed";
  instance.set = {{"beta1", 0.9}, {"eps", 0.5}};
  Setting adam = setting_without_step(instance);
  adam.eta.assign(10, 1.0);
  const auto of_g = largest_admissible_step(card("theorem-g"), adam);  // min(1 / (2 L mu2), (1 - beta1) / (sqrt(2) beta1 L mu2)), mu2 = 1 / eps
  ASSERT_TRUE(of_g.has_value());
  EXPECT_NEAR(*of_g, std::min(0.5 * 0.5 * 3.0, 0.1 / (std::sqrt(2.0) * 0.9) * 3.0 * 0.5), 1e-7);
  const auto of_a = largest_admissible_step(card("theorem-a-post"), adam);
  ASSERT_TRUE(of_a.has_value());
  EXPECT_TRUE(std::isinf(*of_a));  // holds for any step
}

TEST(InstanceSpace, SaysWhatItDoesNotKnow) {
  const auto refusal = [](const Restriction& restriction) -> std::string {
    try {
      InstanceSpace space(card("theorem-g"), restriction);
    } catch (const SpecError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(refusal({{"cosin"}, {}, {}, {}}).find("did you mean 'cosine'"), std::string::npos);
  EXPECT_NE(refusal({{}, {"gauss"}, {}, {}}).find("noise"), std::string::npos);
  EXPECT_NE(refusal({{}, {}, {"adan@"}, {}}).find("adan"), std::string::npos);
  EXPECT_NE(refusal({{}, {}, {"signsgd"}, {}}).find("does not speak of it"), std::string::npos);
  EXPECT_NE(refusal({{}, {}, {}, {{"beta7", {0.5}}}}).find("beta7"), std::string::npos);
  EXPECT_EQ(refusal({{"cosine"}, {"two-point"}, {"adam"}, {{"eps", {1.0}}, {"T", {100.0}}}}), "accepted");
}

TEST(Instances, ShowEachConstantAtItsExtremesAndAreAllSpokenOf) {
  InstanceOptions options;
  options.pool = 40;
  options.trials = 64;
  options.coordinate_steps = 1e5;
  options.replicas = 16;
  const Card& g = card("theorem-g");
  const Instances found = instances(g, options, engine());
  ASSERT_GE(found.chosen.size(), 6U);
  EXPECT_EQ(found.chosen.front().role.substr(0, 4), "easy");
  EXPECT_EQ(found.chosen.back().role, "adversarial");
  for (const auto& chosen : found.chosen) EXPECT_TRUE(applicability(g, cell_of(chosen.instance, g).setting).applies) << chosen.role;
  const auto& largest = *std::find_if(found.chosen.begin(), found.chosen.end(), [](const auto& c) { return c.role.find("largest T") != std::string::npos; });
  for (const auto& chosen : found.chosen)
    if (chosen.role != "adversarial") {
      EXPECT_LE(chosen.instance.horizon, largest.instance.horizon);
    }
  const Study study = parse_study(study_of(g, found, 1e-3), "g.toml");
  EXPECT_EQ(expand(study, cards()).size(), found.chosen.size());
}

AttackOptions quick(std::uint64_t evaluations) {
  AttackOptions options;
  options.evaluations = evaluations;
  return options;
}

TEST(Attack, FindsTheSameInstancesForTheSameOptions) {
  AttackOptions one = quick(300), two = quick(300);
  one.threads = 1;
  two.threads = 2;
  const Card& g = card("r-1-gd-convex");
  EXPECT_EQ(study_of(g, attack(g, one, engine()), 1e-3), study_of(g, attack(g, two, engine()), 1e-3));
}

TEST(Attack, BreaksAWrongConstantFromAColdStartAndNotTheRightOne) {
  const Attack wrong = attack(card("r-1-wrong-constant"), quick(500), engine());
  ASSERT_FALSE(wrong.findings.empty());
  EXPECT_GT(wrong.findings.front().ratio, 1.05);
  const Attack right = attack(card("r-1-gd-convex"), quick(500), engine());
  ASSERT_FALSE(right.findings.empty());
  EXPECT_LE(right.findings.front().ratio, 1.0 + 1e-9);
  EXPECT_GT(right.findings.front().ratio, 0.95);  // attained by a Huber function
}

TEST(Attack, OnFreshDrawsBreaksAFloorThatIsFourTimesTooLow) {
  const Card& quarter = card("theorem-g-quarter-floor");
  const Attack found = attack(quarter, quick(1200), engine());
  ASSERT_FALSE(found.findings.empty());
  const Study study = parse_study(study_of(quarter, found, 1e-3), "q.toml");
  bool violated = false;
  for (const Cell& cell : expand(study, cards())) {
    EXPECT_NE(cell.seed, 1U);  // not the draws of the search
    const Trajectories ran = engine().run(cell.batch());
    violated = violated || judge(quarter, cell.setting, ran, ran.steps.size() - 1, 1e-3 / 3.0).verdict == Verdict::violated;
  }
  EXPECT_TRUE(violated);
}

TEST(Attack, NeverPrefersWhatTheTheoremDoesNotSpeakOf) {
  for (const char* id : {"r-2-gd-strongly-convex", "theorem-h", "theorem-f"}) {
    const Attack found = attack(card(id), quick(200), engine());
    for (const Finding& finding : found.findings) {
      EXPECT_TRUE(applicability(card(id), cell_of(finding.instance, card(id)).setting).applies) << id;
      EXPECT_LE(finding.ratio, 1.1) << id << ": " << block_of(finding.instance, "b", id);
    }
  }
}

}  // namespace
}  // namespace thalweg

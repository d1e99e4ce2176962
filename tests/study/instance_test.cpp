// Instances of a theorem that a search found: written as a study and read back to the same cell; the largest admissible step; the chosen instances of a card
// without one of its own; and what the search for the tightest finds on cards whose truth is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>

#include "analysis/report/verification.hpp"
#include "analysis/study/attack.hpp"
#include "analysis/study/instances.hpp"
#include "analysis/study/pins.hpp"
#include "lib/core/check.hpp"
#include "lib/core/dice.hpp"

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
  EXPECT_EQ(refusal({{"rotate(cosine(dim=3), seed=7)"}, {}, {}, {}}), "accepted");
  EXPECT_NE(refusal({{"rotate(cosin(dim=3), seed=7)"}, {}, {}, {}}).find("did you mean 'cosine'"), std::string::npos);
  EXPECT_NE(refusal({{"cosine(dim=0)"}, {}, {}, {}}).find("dim = 0"), std::string::npos);
  EXPECT_NE(refusal({{"cosine(dim=3)"}, {}, {}, {{"dim", {2.0}}}}).find("--grid = dim"), std::string::npos) << "a text leaves nothing of its problem to be searched";
}

// f = x^2 / 2 from x = 1, T = 50: Delta / (eta T) + eta L = 1 / (100 eta) + eta is least at 0.1.
TEST(InstanceSpace, MakesTheBoundLeastWithinTheConditions) {
  Setting setting;
  setting.problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {1}}, {"L", {1}}, {"start", {1}}});
  setting.noise = make_noise("none", 1);
  setting.definition = define("sgd");
  setting.start = setting.problem.start;
  setting.eta.assign(50, 1e-3);
  const std::string head =
      "id = \"any\"\nstatement = \"s\"\nsource = { where = \"here\" }\nstatus = \"folklore\"\nmethods = [\"sgd\"]\nrequires = [\"constant-step\"]\nmetric = \"grad_sq\"\nkind = \"upper\"\n"
      "normalised = \"of no theorem\"\n";
  const std::string bound = "[bound]\nvalue = \"Delta/(eta*T) + eta*L\"\n";
  EXPECT_DOUBLE_EQ(factor_of_least_bound(parse_card(head + bound, "any.toml"), setting), 100.0);
  EXPECT_DOUBLE_EQ(factor_of_least_bound(parse_card(head + "[admissible]\nstep = \"eta <= 0.02\"\n" + bound, "any.toml"), setting), 10.0);
  EXPECT_DOUBLE_EQ(factor_of_least_bound(parse_card(head + "[admissible]\nstep = \"eta > 2000\"\n" + bound, "any.toml"), setting), 1.0) << "none is admissible";
}

// A card that speaks of everything: what is refused is refused by the numbers of the problem alone.
TEST(InstanceSpace, DrawsEveryFamilyThatItMaySearch) {
  const Card any = parse_card(
      "id = \"any\"\nstatement = \"s\"\nsource = { where = \"here\" }\nstatus = \"folklore\"\nmethods = [\"sgd\"]\nrequires = [\"constant-step\"]\nmetric = \"grad_sq\"\nkind = \"upper\"\n"
      "normalised = \"of no theorem\"\n[bound]\nvalue = \"1\"\n",
      "any.toml");
  const InstanceSpace space(any, {});
  EXPECT_GE(space.problems().size(), 50U);
  for (const std::string& problem : space.problems()) {
    const Structure structure = space.structure(problem, "none", "sgd");
    Dice dice(draw_key(3, 0), 2, 0);
    std::size_t accepted = 0;
    std::string reason;
    for (int i = 0; i < 200 && accepted == 0; ++i) {
      std::vector<double> u(structure.knobs.size());
      for (double& one : u) one = dice.uniform();
      accepted += space.at(structure, u, {1, 1, 1e4}, reason).has_value() ? 1U : 0U;
    }
    EXPECT_GT(accepted, 0U) << problem << ": " << reason;
  }
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

// ---- conditions that hold on a line alone

TEST(Pins, AreTheEqualitiesOfACard) {
  const auto texts = [](const std::string& id) {
    std::vector<std::string> all;
    for (const Pin& pin : pins_of(card(id))) all.push_back(to_text(pin.difference));
    return all;
  };
  EXPECT_EQ(texts("r-5-polyak-tuning"), (std::vector<std::string>{"eta*(sqrt(L) + sqrt(mu))^2 - 4", "momentum*(sqrt(L) + sqrt(mu))^2 - (sqrt(L) - sqrt(mu))^2"}));
  EXPECT_EQ(texts("r-16-adagrad"), (std::vector<std::string>{"initial_accumulator - 0", "lr_decay - 0"}));
  EXPECT_TRUE(texts("theorem-g").empty());
  EXPECT_TRUE(texts("r-17-amsgrad-regret").size() == 1) << "eps == 0; a sum over t that is small is no equality of one number";
  const std::vector<Pin> rate = pins_of(card("theorem-g-rate"));
  EXPECT_TRUE(std::any_of(rate.begin(), rate.end(), [](const Pin& pin) { return pin.depends_on("beta1"); })) << "through [let] alpha";
}

TEST(Pins, AreSolvedToTheLastBit) {
  Instance instance = awkward();
  instance.problem_parameters = {{"dim", {2.0}}, {"mu", {1.0}}, {"L", {25.0}}, {"start", {1.0}}};
  instance.noise = "none";
  instance.noise_parameters.clear();
  instance.method = "heavy-ball";
  instance.set.clear();
  const Quantities quantities(setting_without_step(instance));
  const Card& polyak = card("r-5-polyak-tuning");
  const std::vector<Pin> pins = pins_of(polyak);
  EXPECT_EQ(solved(pins[0], polyak, quantities, "eta", 1e-9, 1e6), 1.0 / 9.0);
  EXPECT_NEAR(solved(pins[1], polyak, quantities, "momentum", 0.0, 1.0).value(), 4.0 / 9.0, 2e-16);
  EXPECT_FALSE(solved(pins[1], polyak, quantities, "momentum", 0.6, 1.0).has_value());
}

// The tuning is one point of the plane of step and momentum: no grid meets it.
TEST(Attack, BreaksATuningThatIsPinnedToAPoint) {
  AttackOptions options = quick(600);
  options.restriction.problems = {"heavy-ball-cycle", "quadratic", "huber"};
  const Attack found = attack(card("r-5-polyak-tuning"), options, engine());
  ASSERT_FALSE(found.findings.empty());
  EXPECT_EQ(found.findings.front().instance.problem, "heavy-ball-cycle");
  EXPECT_GT(found.findings.front().ratio, 1.5);
}

TEST(Attack, SearchesSchedulesWhereTheStepNeedNotBeConstant) {
  AttackOptions options = quick(600);
  options.restriction.problems = {"linear", "absolute"};
  options.restriction.noises = {"none", "two-point"};
  const Card& published = card("r-17-amsgrad-regret-published");
  const Attack found = attack(published, options, engine());
  ASSERT_FALSE(found.findings.empty());
  EXPECT_FALSE(found.findings.front().instance.schedule.empty());
  EXPECT_GT(found.findings.front().ratio, 1.5);
  const std::vector<Cell> cells = expand(parse_study(study_of(published, found, 1e-3), "p.toml"), cards());
  EXPECT_EQ(cells.front().setting.eta, cell_of(found.findings.front().instance, published).setting.eta) << "read back from the block";
  const Attack constant = attack(card("theorem-h"), quick(100), engine());
  for (const Finding& finding : constant.findings) EXPECT_TRUE(finding.instance.schedule.empty()) << "a card that asks for one step";
}

TEST(Attack, TakesTransformedProblems) {
  AttackOptions options = quick(200);
  options.restriction.problems = {"shift(quadratic(dim=2, L=4), by=1.5)"};
  const Card& gd = card("r-1-gd-convex");
  const InstanceSpace space(gd, options.restriction);
  const Structure structure = space.structure(options.restriction.problems.front(), "none", "sgd");
  const auto knows = [&](const char* name) { return std::any_of(structure.knobs.begin(), structure.knobs.end(), [&](const Knob& knob) { return knob.name == name; }); };
  EXPECT_TRUE(knows("mu")) << "left open inside";
  EXPECT_FALSE(knows("L")) << "given in the text";
  const Attack found = attack(gd, options, engine());
  ASSERT_FALSE(found.findings.empty());
  EXPECT_EQ(found.findings.front().instance.problem, options.restriction.problems.front());
  const std::vector<Cell> cells = expand(parse_study(study_of(gd, found, 1e-3), "t.toml"), cards());
  EXPECT_EQ(cells.front().setting.problem.text, cell_of(found.findings.front().instance, gd).setting.problem.text);
  options.restriction.problems = {"shift(quadratik)"};
  EXPECT_THROW(InstanceSpace(gd, options.restriction), SpecError);
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

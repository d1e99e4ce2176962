// A study as it is written: defaults, every key, what is refused and where.
#include "analysis/study/study.hpp"

#include <gtest/gtest.h>

#include <set>

#include "lib/core/check.hpp"

namespace thalweg {
namespace {

constexpr const char* smallest = R"toml(id = "small"
[[block]]
problem = "cosine"
method = "sgd"
eta = 0.25
T = 10
)toml";

std::string refusal(const std::string& text) {
  try {
    parse_study(text, "case.toml");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "accepted";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Study, HasTheStatedDefaults) {
  const Study study = parse_study(smallest, "small.toml");
  EXPECT_EQ(study.id, "small");
  EXPECT_EQ(study.title, "small");
  EXPECT_EQ(study.level, 1e-3);
  EXPECT_EQ(study.text, smallest);
  EXPECT_EQ(study.file, "small.toml");
  EXPECT_TRUE(study.figures.empty());
  ASSERT_EQ(study.blocks.size(), 1u);
  const StudyBlock& block = study.blocks[0];
  EXPECT_EQ(block.name, "block-1");
  EXPECT_EQ(block.problems.size(), 1u);
  EXPECT_EQ(block.problems[0].id, "cosine");
  ASSERT_EQ(block.noises.size(), 1u);
  EXPECT_EQ(block.noises[0].id, "none");
  EXPECT_EQ(block.etas, std::vector<std::string>{"0.25"});
  EXPECT_EQ(block.horizons, std::vector<std::uint64_t>{10});
  EXPECT_EQ(block.replicas, 256u);
  EXPECT_EQ(block.records, 24u);
  EXPECT_EQ(block.seed, 1u);
  EXPECT_FALSE(block.box);
  EXPECT_FALSE(block.percentiles);
  EXPECT_TRUE(block.record.empty());
  EXPECT_TRUE(block.theorems.empty());
  EXPECT_EQ(block.place.line, 2);
}

TEST(Study, ReadsEveryKey) {
  const Study study = parse_study(R"toml(id = "whole"
title = "All of it"
seed = 7
replicas = 33
level = 0.05
records = 5
[[block]]
name = "first"
class = "convex"
problem = ["huber", { id = "cosine", dim = 3, start = "1/T" }]
noise = [{ id = "gaussian", sigma = [1.0, 2.0, 3.0] }, "none"]
method = ["adam@seed", "sgd"]
set = { beta1 = [0.0, 0.5], eps = 1e-3 }
eta = ["0.1/sqrt(t)", 0.5]
T = [10, 1e3]
theorems = ["theorem-g", "theorem-h"]
box = true
record = ["f_gap", "rate_percentiles"]
note = "anything"
[[block]]
problem = "huber"
method = "sgd"
eta = 1
T = 4
replicas = 2
records = 3
seed = 9
[[figure]]
id = "bounds"
blocks = ["first"]
theorems = ["theorem-g"]
)toml", "whole.toml");
  EXPECT_EQ(study.title, "All of it");
  EXPECT_EQ(study.level, 0.05);
  ASSERT_EQ(study.blocks.size(), 2u);
  const StudyBlock &first = study.blocks[0], &second = study.blocks[1];
  EXPECT_EQ(first.name, "first");
  EXPECT_EQ(first.condition, "convex");
  ASSERT_EQ(first.problems.size(), 2u);
  EXPECT_EQ(first.problems[1].id, "cosine");
  EXPECT_EQ(std::get<double>(first.problems[1].parameters.at("dim")[0]), 3.0);
  EXPECT_EQ(std::get<std::string>(first.problems[1].parameters.at("start")[0]), "1/T");
  EXPECT_EQ(first.noises[0].parameters.at("sigma").size(), 3u);
  EXPECT_EQ(first.methods, (std::vector<std::string>{"adam@seed", "sgd"}));
  EXPECT_EQ(first.grid.at("beta1"), (std::vector<double>{0.0, 0.5}));
  EXPECT_EQ(first.grid.at("eps"), (std::vector<double>{1e-3}));
  EXPECT_EQ(first.etas, (std::vector<std::string>{"0.1/sqrt(t)", "0.5"}));
  EXPECT_EQ(first.horizons, (std::vector<std::uint64_t>{10, 1000}));
  EXPECT_EQ(first.theorems, (std::vector<std::string>{"theorem-g", "theorem-h"}));
  EXPECT_TRUE(first.box && first.percentiles);
  EXPECT_EQ(first.record, MetricSet(Metric::f_gap));
  EXPECT_EQ(first.replicas, 33u);
  EXPECT_EQ(first.records, 5u);
  EXPECT_EQ(first.seed, 7u);
  EXPECT_EQ(second.name, "block-2");
  EXPECT_EQ(second.replicas, 2u);
  EXPECT_EQ(second.records, 3u);
  EXPECT_EQ(second.seed, 9u);
  ASSERT_EQ(study.figures.size(), 1u);
  EXPECT_EQ(study.figures[0].id, "bounds");
  EXPECT_EQ(study.figures[0].blocks, std::vector<std::string>{"first"});
  EXPECT_EQ(study.figures[0].theorems, std::vector<std::string>{"theorem-g"});
}

TEST(Study, AnotherNameOfAFieldIsTheField) {
  const StudyBlock block = parse_study(replaced(smallest, "method = \"sgd\"", "method = \"momentum\"\nset = { momentum = 0.5 }"), "case.toml").blocks[0];
  ASSERT_EQ(block.grid.size(), 1u);
  EXPECT_EQ(block.grid.begin()->first, canonical_name("momentum"));
}

TEST(Study, UnknownKeysAreNamedWithTheirPlaceAndTheNearestKnownOne) {
  std::string said = refusal(replaced(smallest, "eta =", "etta ="));
  EXPECT_TRUE(has(said, "case.toml:5") && has(said, "etta") && has(said, "did you mean 'eta'")) << said;
  said = refusal(replaced(smallest, "id =", "tilte = \"x\"\nid ="));
  EXPECT_TRUE(has(said, "case.toml:1") && has(said, "did you mean 'title'")) << said;
  said = refusal(smallest + std::string("[[figure]]\nid = \"bounds\"\nblock = [\"x\"]\n"));
  EXPECT_TRUE(has(said, "case.toml:9") && has(said, "did you mean 'blocks'")) << said;
}

TEST(Study, RefusesWhatCannotBe) {
  for (const auto& [from, to, word] : {std::tuple{"id = \"small\"", "id = \"../up\"", "kebab-case"},
                                       {"id = \"small\"", "id = \"\"", "kebab-case"},
                                       {"eta = 0.25", "eta = []", "step size"},
                                       {"T = 10", "T = []", "number of steps"},
                                       {"T = 10", "T = 1e300", "positive whole"},
                                       {"problem = \"cosine\"", "problem = []", "problem"},
                                       {"problem = \"cosine\"", "problem = { dim = 2 }", "id of a problem"},
                                       {"problem = \"cosine\"", "problem = 3", "id in quotes"},
                                       {"method = \"sgd\"", "method = []", "method"},
                                       {"method = \"sgd\"", "method = \"adam\"\nset = { beta1 = [] }", "beta1"},
                                       {"method = \"sgd\"", "method = \"adam\"\nset = { lr = 0.1 }", "own key eta"},
                                       {"T = 10", "T = 10\nrecord = [\"f_gapp\"]", "did you mean 'f_gap'"},
                                       {"T = 10", "T = 10\nrecord = [\"weighted_grad_sq\"]", "weighted_grad_sq"},
                                       {"T = 10", "T = 10\nbox = 1", "true or false"},
                                       {"T = 10", "T = 10\n[[figure]]\nid = \"bounds\"", "one panel each"},
                                       {"T = 10", "T = 10\n[[figure]]\nid = \"bounds\"\nblocks = [\"nowhere\"]", "no block is named 'nowhere'"}}) {
    const std::string said = refusal(replaced(smallest, from, to));
    EXPECT_TRUE(has(said, "case.toml:") && has(said, word)) << to << ": " << said;
  }
  EXPECT_TRUE(has(refusal("id = \"x\"\n"), "at least one [[block]]"));
}

TEST(Study, ItsHashIsThatOfItsText) {
  const Study study = parse_study(smallest, "small.toml");
  EXPECT_EQ(parse_study(smallest, "elsewhere.toml").hash(), study.hash());
  EXPECT_NE(parse_study(replaced(smallest, "10", "11"), "small.toml").hash(), study.hash());
  EXPECT_EQ(study.hash().size(), 32u);
}

TEST(Study, OfWitnessesHasOneBlockAnInstance) {
  const auto card = [](const std::string& id, int witnesses) {
    std::string text = "id = \"" + id + "\"\nstatement = \"s\"\nmetric = \"f_gap\"\n[bound]\nvalue = \"1\"\n";
    for (int k = 0; k < witnesses; ++k) text += "[[witness]]\nproblem = { id = \"cosine\", dim = " + std::to_string(k + 2) + " }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\n";
    return parse_card(text, id + ".toml");
  };
  const std::vector<Card> cards = {card("one", 1), card("two", 2), card("no", 0)};
  const Study study = study_of_witnesses({&cards[0], &cards[1], &cards[2]});
  ASSERT_EQ(study.blocks.size(), 3u);
  EXPECT_EQ(study.blocks[0].name, "one");
  EXPECT_EQ(study.blocks[1].name, "two/1");
  EXPECT_EQ(study.blocks[2].name, "two/2");
  EXPECT_EQ(study.blocks[2].witness_of, "two");
  EXPECT_EQ(study.blocks[2].theorems, std::vector<std::string>{"two"});
  EXPECT_EQ(std::get<double>(study.blocks[2].problems[0].parameters.at("dim")[0]), 3.0);
}

}  // namespace
}  // namespace thalweg

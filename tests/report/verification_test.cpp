// From records to results: which comparisons share the level, what a table and an exit code make of the verdicts.
#include <gtest/gtest.h>

#include "analysis/report/verification.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

constexpr const char* study_text = R"toml(id = "mine"
level = 0.012
[[block]]
name = "only"
problem = { id = "cosine", dim = 2, start = 1.0 }
noise = ["none", { id = "two-point", a = 0.5, p = 0.5 }]
method = ["sgd", "ema-momentum"]
eta = "0.1"
T = 20
replicas = 64
theorems = ["any", "sgd-only", "noiseless"]
)toml";

Card card_of(const std::string& id, const std::string& head) {
  return parse_card("id = \"" + id + "\"\nstatement = \"s\"\nmetric = \"mean_grad_sq\"\n" + head + "\n[bound]\nvalue = \"1.9\"\n",
                    id + ".toml");
}

TEST(Verification, SharesTheLevelAmongTheRandomComparisonsThatApply) {
  const std::vector<Card> cards = {card_of("any", ""), card_of("sgd-only", "methods = [\"sgd\"]"),
                                   card_of("noiseless", "requires = [\"deterministic\"]")};
  const Study study = parse_study(study_text, "mine.toml");
  const std::vector<Cell> cells = expand(study, cards);
  ASSERT_EQ(cells.size(), 4u);
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  run_cells(study, cells, *cpu_engine(), 1, store);
  const Verification verification = verify(study, cells, store);
  ASSERT_EQ(verification.results.size(), 12u);
  // With noise: "any" on both methods, "sgd-only" on sgd. Runs without noise are compared exactly and take no share.
  EXPECT_EQ(verification.comparisons, 3u);
  std::size_t random = 0, exact = 0, not_applicable = 0;
  for (const Result& result : verification.results) {
    if (result.judgement.verdict == Verdict::not_applicable) {
      ++not_applicable;
    } else if (result.noise == "none") {
      ++exact;
      EXPECT_EQ(result.judgement.measured.level, 0.0);
      EXPECT_EQ(result.replicas, 1u);
    } else {
      ++random;
      EXPECT_DOUBLE_EQ(result.judgement.measured.level, 0.012 / 3.0) << result.theorem << " " << result.method;
      EXPECT_TRUE(result.judgement.measured.finite_sample) << "the gradient of a sum of cosines is bounded";
    }
  }
  EXPECT_EQ(random, 3u);
  EXPECT_EQ(exact, 5u);
  EXPECT_EQ(not_applicable, 4u);
  std::size_t counted = 0;
  for (const auto& [verdict, count] : counts(verification)) counted += count;
  EXPECT_EQ(counted, 12u);
}

TEST(Verification, JudgesTheLastStepOfEachRun) {
  const std::vector<Card> cards = {card_of("any", "")};
  std::string text = study_text;
  text.replace(text.find("\"any\", \"sgd-only\", \"noiseless\""), 30, "\"any\"");
  const Study study = parse_study(text, "mine.toml");
  const std::vector<Cell> cells = expand(study, cards);
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  run_cells(study, cells, *cpu_engine(), 1, store);
  for (const Cell& cell : cells) ASSERT_GT(cell.record_steps.size(), 1U);
  for (const Result& result : verify(study, cells, store).results) EXPECT_EQ(result.judgement.step, 20U);
}

// One result with a verdict.
Verification made(Verdict verdict, Expectation expect, bool on_witness = true, bool certified = true, double ratio = 0.5) {
  Result result;
  result.theorem = "mine";
  result.method = "sgd";
  result.expect = expect;
  result.on_witness = on_witness;
  result.judgement.verdict = verdict;
  result.judgement.certified = certified;
  result.judgement.ratio = ratio;
  Verification verification;
  verification.results = {result};
  return verification;
}

TEST(Verification, ExitCodeTellsWhatMustNotBe) {
  const auto code = [](Verdict verdict, Expectation expect, bool on_witness = true, bool certified = true) {
    return exit_code(made(verdict, expect, on_witness, certified));
  };
  EXPECT_EQ(code(Verdict::violated, Expectation::holds), 1);
  EXPECT_EQ(code(Verdict::violated, Expectation::holds, true, false), 0) << "an assumption that is only observed may be what failed";
  for (Verdict verdict : {Verdict::holds, Verdict::vacuous, Verdict::undecided, Verdict::not_applicable}) {
    EXPECT_EQ(code(verdict, Expectation::holds), 0) << to_string(verdict);
    EXPECT_EQ(code(verdict, Expectation::violated), 1) << "a control that is not violated on its witness: " << to_string(verdict);
    EXPECT_EQ(code(verdict, Expectation::violated, false), 0) << "elsewhere a control may hold: " << to_string(verdict);
  }
  EXPECT_EQ(code(Verdict::violated, Expectation::violated), 0);
  Verification quick = made(Verdict::undecided, Expectation::violated);
  quick.declared_budget = false;
  EXPECT_EQ(exit_code(quick), 0) << "fewer replicas than declared decide nothing about a control";
}

TEST(Verification, TheTableShowsTheWorstCellOfATheoremAndMethod) {
  Verification verification = made(Verdict::holds, Expectation::holds);
  for (Verdict verdict : {Verdict::not_applicable, Verdict::vacuous, Verdict::violated, Verdict::undecided})
    verification.results.push_back(made(verdict, Expectation::holds).results.front());
  const auto rows = [&](bool all) {
    const std::string text = table(verification, all, 200);
    return text.substr(text.find('\n') + 1, text.find("\n\n") - text.find('\n') - 1);
  };
  const std::string worst = rows(false);
  EXPECT_NE(worst.find("violated"), std::string::npos) << worst;
  EXPECT_EQ(worst.find('\n'), std::string::npos) << "one line for five cells: " << worst;
  EXPECT_NE(worst.find("  5  violated"), std::string::npos) << worst;
  const std::string all = rows(true);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 4) << all;
}

}  // namespace
}  // namespace thalweg

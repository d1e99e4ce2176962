// thalweg compare and calibrate as a user meets them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

constexpr const char* study =
    "id = \"mine\"\n[[block]]\nproblem = { id = \"pl-sine\", dim = 4, start = 2.0 }\nnoise = { id = \"gaussian\", sigma = 0.1 }\n"
    "method = [\"sgd\", \"adam\"]\neta = [\"0.01\", \"0.001\"]\nT = 200\nreplicas = 16\n";

TEST(Compare, RunsWhatIsMissingAndSaysWhoIsBetter) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study);
  const Answer answer = run_program(folder, "compare study.toml --out store");
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.err.find("4 cells: 4 run"), std::string::npos) << answer.err;
  for (const char* word : {"who is better", "adam, eta = 0.01", "simultaneous interval", "is better", "Family-wise level 0.001 over 6 paired comparisons", "tau 1", "kappa"})
    EXPECT_NE(answer.out.find(word), std::string::npos) << word << "\n" << answer.out;
  const Answer again = run_program(folder, "compare study.toml --out store");
  EXPECT_NE(again.err.find("4 cells: 0 run"), std::string::npos) << again.err;
  EXPECT_EQ(again.out, answer.out);
}

TEST(Compare, JsonHasEveryPairAndCurve) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study);
  const Answer answer = run_program(folder, "compare study.toml --json --metric grad_sq --target 0.5 --level 0.01");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.compare/1");
  EXPECT_EQ(root["metric"], "grad_sq");
  EXPECT_EQ(root["target"]["absolute"], 0.5);
  ASSERT_EQ(root["groups"].size(), 1u);
  EXPECT_EQ(root["groups"][0]["methods"].size(), 4u);
  ASSERT_EQ(root["groups"][0]["pairs"].size(), 6u);
  for (const json& pair : root["groups"][0]["pairs"]) {
    EXPECT_DOUBLE_EQ(pair["difference"]["level"].get<double>(), 0.01 / 6.0);
    const std::string better = pair["better"];
    if (better == "first") { EXPECT_LT(pair["difference"]["upper"].get<double>(), 0.0); }
    if (better == "second") { EXPECT_GT(pair["difference"]["lower"].get<double>(), 0.0); }
  }
  EXPECT_EQ(root["profiles"]["instances"], 16);
  EXPECT_EQ(root["profiles"]["methods"].size(), 4u);
  EXPECT_EQ(root["provenance"]["comparisons"], 6);
}

TEST(Compare, OneReplicaOfRandomRunsDecidesNothing) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study);
  const Answer one = run_program(folder, "compare study.toml --replicas 1");
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_NE(one.out.find("undecided: an interval needs at least two replicas"), std::string::npos) << one.out;
  const json root = json::parse(run_program(folder, "compare study.toml --replicas 1 --json").out);
  for (const json& pair : root["groups"][0]["pairs"]) {
    EXPECT_EQ(pair["better"], "undecided");
    EXPECT_TRUE(pair["difference"]["upper"].is_null());
  }
  for (const json& method : root["groups"][0]["methods"]) EXPECT_TRUE(method["last"]["upper"].is_null());
}

TEST(Compare, RefusesWhatIsNoComparison) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study);
  write_file(folder / "one.toml", "id = \"one\"\n[[block]]\nproblem = \"pl-sine\"\nmethod = \"sgd\"\neta = \"0.01\"\nT = 20\n");
  const auto refused = [&](const std::string& arguments, const std::string& says) {
    const Answer answer = run_program(folder, arguments);
    EXPECT_EQ(answer.code, 2) << arguments;
    EXPECT_NE(answer.err.find(says), std::string::npos) << arguments << ": " << answer.err;
    EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1) << answer.err;
  };
  refused("compare study.toml --metric grad_squared", "did you mean 'grad_sq'?");
  refused("compare study.toml --metric v1", "lower is better");
  refused("compare one.toml", "no two methods");
  refused("compare study.toml --target 1 --reduction 0.1", "excludes");
  refused("compare study.toml --reduction 2", "must be a number from 0 to 1");
  refused("compare study.toml --target nan", "--target = nan: must be a finite number");
  refused("compare study.toml --target inf", "must be a finite number");
  refused("compare", "study");
  refused("compare nothing.toml", "nothing.toml");
}

TEST(Calibrate, SmallTablesInTextAndJson) {
  TemporaryFolder folder;
  const Answer text = run_program(folder, "calibrate --cells 200 --repetitions 100 --most 2000 --level 0.05");
  ASSERT_EQ(text.code, 0) << text.err;
  for (const char* word : {"false violated", "two-point, p = 0.5", "lognormal", "coverage", "20 %", "broken power", "kept"}) EXPECT_NE(text.out.find(word), std::string::npos) << word;
  EXPECT_EQ(text.out.find("BROKEN"), std::string::npos);
  const Answer one = run_program(folder, "calibrate --cells 200 --repetitions 100 --most 2000 --level 0.05 --json --threads 1"), two = run_program(folder, "calibrate --cells 200 --repetitions 100 --most 2000 --level 0.05 --json --threads 2");
  EXPECT_EQ(one.out, two.out) << "the numbers do not depend on threads";
  const json root = json::parse(one.out);
  EXPECT_EQ(root["schema"], "thalweg.calibrate/1");
  EXPECT_EQ(root["kept"], true);
  std::set<std::string> covered;
  for (const json& row : root["coverage"]) {
    covered.insert(row["law"]);
    EXPECT_EQ(row["repetitions"], 100);
  }
  EXPECT_EQ(covered.size(), 8u);
  EXPECT_EQ(root["rates"].size(), 5u);
  EXPECT_EQ(run_program(folder, "calibrate --replicas 1").code, 2);
  EXPECT_EQ(run_program(folder, "calibrate --level 0").code, 2);
}

}  // namespace
}  // namespace thalweg

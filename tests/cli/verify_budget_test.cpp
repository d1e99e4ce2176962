// --most-replicas and --level of thalweg verify.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

// The bound stands about 2 % above the mean of |grad f|^2 after 100 steps, whose range is known; 32 replicas do not tell.
std::string card(double bound) {
  return "id = \"close\"\nstatement = \"E |grad f|^2 <= c\"\nmetric = \"grad_sq\"\n[bound]\nvalue = \"" + std::to_string(bound) +
         "\"\n[trivial]\nvalue = \"1e9\"\n[[witness]]\nproblem = { id = \"cosine\", dim = 20, start = 1.0 }\nnoise = { id = \"two-point\", a = 0.5, p = 0.5 }\n"
         "method = \"sgd\"\neta = \"0.1\"\nT = 100\nreplicas = 32\n";
}

json verified(const TemporaryFolder& folder, const std::string& options) {
  const Answer answer = run_program(folder, "verify close.toml --json " + options);
  EXPECT_EQ(answer.code, 0) << answer.err;
  return json::parse(answer.out);
}

TEST(VerifyBudget, AddsRoundsUpToTheBudgetAndNoFurther) {
  TemporaryFolder folder;
  write_file(folder / "close.toml", card(1000.0));
  const double mean = verified(folder, "--replicas 8192 --out pilot")["results"][0]["measured"]["estimate"];
  EXPECT_EQ(verified(folder, "--out quick --quick")["results"][0]["rounds"]["planned"], 1);
  write_file(folder / "close.toml", card(1.06 * mean));
  const json once = verified(folder, "--out store --most-replicas 32");
  EXPECT_EQ(once["results"][0]["rounds"], (json{{"used", 1}, {"planned", 1}}));
  EXPECT_EQ(once["results"][0]["verdict"], "undecided");
  EXPECT_EQ(verified(folder, "--out default")["results"][0]["rounds"]["planned"], 4);
  const json large = verified(folder, "--out store --most-replicas 32768");
  EXPECT_EQ(large["results"][0]["verdict"], "holds");
  EXPECT_GT(large["results"][0]["rounds"]["used"], 1);
  EXPECT_EQ(large["results"][0]["replicas"].get<int>(), 32 << (large["results"][0]["rounds"]["used"].get<int>() - 1));
  EXPECT_EQ(large["provenance"]["store_hash"], verified(folder, "--out again --most-replicas 32768 --threads 1")["provenance"]["store_hash"]);
}

TEST(VerifyBudget, TheLevelIsTheOneAskedFor) {
  TemporaryFolder folder;
  write_file(folder / "close.toml", card(1000.0));
  EXPECT_DOUBLE_EQ(verified(folder, "")["provenance"]["level"], 1e-3);
  const json other = verified(folder, "--level 0.02");
  EXPECT_DOUBLE_EQ(other["provenance"]["level"], 0.02);
  EXPECT_DOUBLE_EQ(other["results"][0]["measured"]["level"], 0.02) << "one comparison takes all of it";
  for (const char* wrong : {"--level 0", "--level 2", "--most-replicas 0", "--most-replicas many"}) EXPECT_EQ(run_program(folder, std::string("verify close.toml ") + wrong).code, 2) << wrong;
}

TEST(VerifyBudget, SaysWhatTheStatisticsCost) {
  TemporaryFolder folder;
  write_file(folder / "close.toml", card(1000.0));
  EXPECT_NE(run_program(folder, "verify close.toml").err.find("% of runs and statistics"), std::string::npos);
}

}  // namespace
}  // namespace thalweg

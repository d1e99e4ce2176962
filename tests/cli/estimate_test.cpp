// thalweg run --estimate and --precision: what is promised is kept, and nothing is run that cannot be.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/promise.hpp"

namespace thalweg {
namespace {

TEST(Estimate, CountsTheWorkOfEveryBlock) {
  const TemporaryFolder folder;
  const Json root = estimated(folder, study("problem = { id = \"pl-sine\", dim = 7 }\nnoise = \"gaussian\"\nT = [100, 200]\nreplicas = 30\n"));
  EXPECT_EQ(root["schema"], "thalweg.estimate/1");
  EXPECT_EQ(root["cells"], 2);
  EXPECT_EQ(root["coordinate_steps"], 7.0 * 30.0 * 300.0);
  EXPECT_EQ(root["blocks"].size(), 1U);
  EXPECT_EQ(root["blocks"][0]["name"], "only");
  EXPECT_LE(root["seconds_range"][0], root["seconds"]);
  EXPECT_LE(root["seconds"], root["seconds_range"][1]);
  EXPECT_GT(root["seconds"], 0.0);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "thalweg-results")) << "nothing is run or stored";
}

TEST(Estimate, PromisesTheMemoryOfAHundredThousandReplicas) {
  expect_the_promise_kept(study("problem = { id = \"pl-sine\", dim = 10 }\nnoise = \"gaussian\"\nT = 30\nreplicas = 200000\n"));
}
TEST(Estimate, PromisesTheMemoryOfTwentyMillionCoordinates) {
  expect_the_promise_kept(study("problem = { id = \"pl-sine\", dim = 20000000 }\nnoise = \"none\"\nT = 4\nprecision = \"float\"\n"));
}

TEST(Estimate, RefusesWhatDoesNotFitBeforeItRuns) {
  const TemporaryFolder folder;
  write_file(folder / "mine.toml", study("problem = { id = \"pl-sine\", dim = 10 }\nnoise = \"gaussian\"\nT = 1000\nreplicas = 2147483648\n"));
  for (const char* how : {"run mine.toml", "run mine.toml --estimate"}) {
    const Answer answer = run_program(folder, how);
    EXPECT_EQ(answer.code, 4) << answer.err;
    EXPECT_NE(answer.err.find("GiB of memory"), std::string::npos) << answer.err;
    EXPECT_NE(answer.err.find("--replicas"), std::string::npos) << answer.err;
  }
}

TEST(Precision, ComesFromTheStudyOrTheCommandLineAndIsNamed) {
  const TemporaryFolder folder;
  write_file(folder / "mine.toml", study("problem = { id = \"pl-sine\", dim = 3 }\nnoise = \"gaussian\"\nT = 50\nreplicas = 8\nprecision = \"mixed\"\n"));
  ASSERT_EQ(run_program(folder, "run mine.toml --out a").code, 0);
  ASSERT_EQ(run_program(folder, "run mine.toml --out a --precision float").code, 0);
  ASSERT_EQ(run_program(folder, "run mine.toml --out a --precision double").code, 0);
  const std::string records = run_program(folder, "export a").out;
  EXPECT_NE(records.find(" in float, recorded in double"), std::string::npos);
  EXPECT_NE(records.find(" in float\""), std::string::npos) << records.substr(0, 600);
  // Three precisions are three cells.
  const Answer again = run_program(folder, "run mine.toml --out a --precision float --json");
  EXPECT_EQ(Json::parse(again.out)["skipped"], 1);
}

TEST(Precision, VerdictsInFloatAreObservedOnly) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify r-2-gd-strongly-convex --precision float --json");
  EXPECT_EQ(answer.code, 0) << answer.err;
  const Json root = Json::parse(answer.out);
  for (const Json& result : root["results"]) {
    EXPECT_EQ(result["assumptions"], "observed") << result.dump();
    EXPECT_NE(std::string(result["measured"]["how"]).find("in float"), std::string::npos);
    EXPECT_NE(std::string(result["definition"]).find(" in float"), std::string::npos);
  }
}

TEST(Precision, AnUnknownOneIsRefusedWithWhatIsAllowed) {
  const TemporaryFolder folder;
  write_file(folder / "mine.toml", study("problem = \"pl-sine\"\nnoise = \"none\"\nT = 5\nprecision = \"half\"\n"));
  const Answer answer = run_program(folder, "run mine.toml");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("precision"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("half"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("mixed"), std::string::npos) << answer.err;
}

}  // namespace
}  // namespace thalweg

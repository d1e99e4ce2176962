// thalweg epsilon: right input, bad input, the same numbers everywhere, and a store that is not run twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lib/engine/isa.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

constexpr const char* small = "epsilon --method adam@paper --problem cosine --dim 2 --eps 1e-6:1:4 --T 60 --replicas 8 --out store";

TEST(EpsilonVerb, AnswersOnceAndReadsItsStoreTheSecondTime) {
  TemporaryFolder folder;
  const Answer first = run_program(folder, std::string(small) + " --json");
  ASSERT_EQ(first.code, 0) << first.err;
  const json root = json::parse(first.out);
  EXPECT_EQ(root["schema"], "thalweg.epsilon/1");
  EXPECT_EQ(root["field"], "eps");
  EXPECT_EQ(root["points"].size(), 4u);
  EXPECT_EQ(root["baseline"].size(), 3u);
  EXPECT_EQ(root["counterpart"], "sadam");
  EXPECT_GE(root["conventions"].size(), 4u);
  for (const json& theorem : root["theorems"]) EXPECT_EQ(theorem["at"].size(), 4u);
  EXPECT_EQ(first.err.find(" 0 run"), std::string::npos) << first.err;
  const Answer second = run_program(folder, std::string(small) + " --json");
  EXPECT_EQ(second.out, first.out);
  EXPECT_NE(second.err.find(": 0 run"), std::string::npos) << second.err;
  const Answer text = run_program(folder, small);
  EXPECT_EQ(text.code, 0);
  for (const char* word : {"sign-like", "theorem-g", "fair baseline", "Conventions", "local exponent"}) EXPECT_NE(text.out.find(word), std::string::npos) << word << text.out;
  EXPECT_EQ(text.out.find('\033'), std::string::npos);
}

TEST(EpsilonVerb, GivesTheSameNumbersForEveryInstructionSetAndThreadCount) {
  std::string expected;
  for (const std::string& options : {" --threads 1 --isa " + std::string(to_string(supported(Isa::v2) ? Isa::v2 : best_isa())), std::string(" --threads 2")}) {
    TemporaryFolder folder;
    const Answer answer = run_program(folder, std::string(small) + " --json --eta tuned" + options);
    ASSERT_EQ(answer.code, 0) << answer.err;
    if (expected.empty()) expected = answer.out;
    EXPECT_EQ(answer.out, expected);
  }
}

TEST(EpsilonVerb, SweepsBetaWhereTheMethodHasNoEps) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "epsilon --method samsgrad --problem log-cosh --box --metric mean_f_gap --beta 1,10,100 --T 50 --replicas 8 --eta iso-effective --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_EQ(root["field"], "beta");
  EXPECT_EQ(root["counterpart"], "amsgrad");
  EXPECT_EQ(root["metric"], "mean_f_gap");
  for (const json& point : root["points"]) EXPECT_NEAR(point["eta"].get<double>() * point["value"].get<double>(), 0.1 * std::log(2.0), 1e-9) << "eta mu2 = 0.1 / L";
}

TEST(EpsilonVerb, RunsABuiltInStudy) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "epsilon --study float --replicas 4 --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.epsilon-study/1");
  EXPECT_EQ(root["tables"][0]["rows"].size(), 18u);
  EXPECT_FALSE(root["tables"][0]["sentences"].empty());
  EXPECT_TRUE(std::filesystem::exists(folder / "thalweg-results/epsilon-float/store.sqlite"));
}

struct Bad {
  const char* arguments;
  std::vector<std::string> says;
};
class EpsilonBadInput : public testing::TestWithParam<Bad> {};

TEST_P(EpsilonBadInput, IsAnsweredByOneClearLine) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, std::string("epsilon ") + GetParam().arguments);
  EXPECT_EQ(answer.code, 2) << answer.err;
  EXPECT_TRUE(answer.out.empty()) << answer.out;
  EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1) << answer.err;
  for (const std::string& word : GetParam().says) EXPECT_NE(answer.err.find(word), std::string::npos) << word << " in " << answer.err;
  EXPECT_EQ(answer.err.find(".toml"), std::string::npos) << answer.err;
}

INSTANTIATE_TEST_SUITE_P(Verb, EpsilonBadInput,
                         testing::Values(Bad{"--method sgd --problem cosine", {"--method", "sgd", "neither eps nor beta"}}, Bad{"--method sadam --problem cosine --eps 1e-3:1:4", {"--eps", "sadam", "--beta"}},
                                         Bad{"--problem cosine --beta 1:10:3", {"--beta", "adam", "--eps"}}, Bad{"--method adma --problem cosine", {"adma", "did you mean 'adam'"}},
                                         Bad{"--method adam", {"--problem", "required"}}, Bad{"--problem cosin", {"cosin", "did you mean 'cosine'"}},
                                         Bad{"--problem cosine --eps 0:1:5", {"--eps", "above 0"}}, Bad{"--problem cosine --eps=-1,2", {"--eps", "above 0"}},
                                         Bad{"--problem cosine --eps 1:1e-3:5", {"--eps", "reversed"}}, Bad{"--problem cosine --eps 1:1:5", {"--eps", "empty"}},
                                         Bad{"--problem cosine --eps 1e-3:1:1", {"POINTS"}}, Bad{"--problem cosine --eps 1,0.1", {"--eps", "increase"}},
                                         Bad{"--problem cosine --set eps=1", {"--set eps", "swept"}}, Bad{"--problem cosine --set p=0.3", {"--set p", "no such hyper-parameter"}},
                                         Bad{"--problem cosine --set eta=bla --T 5 --replicas 2", {"--set eta", "bla"}}, Bad{"--problem cosine --effective 1/0 --eta iso-effective --T 5 --replicas 2", {"--effective", "division"}},
                                         Bad{"--problem cosine --metric foo", {"--metric", "foo", "f_gap"}}, Bad{"--problem cosine --eta tunned", {"--eta", "did you mean 'tuned'"}},
                                         Bad{"--problem cosine --condition 10", {"--condition", "cosine"}}, Bad{"--study stahl", {"--study", "did you mean 'stall'"}},
                                         Bad{"--study rate --problem cosine", {"--study", "leave out"}}, Bad{"--study logarithm --set eps=1", {"--study", "--set"}}, Bad{"--study stall --replicas 1", {"--replicas", "2 or more"}}, Bad{"--problem cosine --replicas 1", {"--replicas", "2 or more"}}, Bad{"--problem cosine --eps 1e-3:1:4 --beta 1:2:3", {"--beta", "one field"}},
                                         Bad{"--method adam@foo --problem cosine", {"foo", "paper"}}, Bad{"--problem cosine --T 0", {"--T", "from 1"}}));

}  // namespace
}  // namespace thalweg

// What goes where: answers on standard output, talk on standard error, no escape codes without a terminal, lost output is an error; files of one's
// own anywhere; what the command line changes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "lib/engine/isa.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

constexpr const char* small_study = R"toml(id = "small"
[[block]]
name = "one"
problem = { id = "cosine", dim = 2, start = 2.0 }
noise = { id = "two-point", a = 0.3, p = 0.3 }
method = ["amsgrad@seed", "sgd"]
eta = "0.1"
T = 50
replicas = 16
theorems = ["theorem-g"]
)toml";

constexpr const char* own_card = R"toml(id = "my-bound"
statement = "f is small"
requires = ["smooth"]
metric = "mean_grad_sq"
[bound]
value = "2 * Delta / (eta * T)"
)toml";

TEST(Streams, AnswersAreOnStandardOutputAndTalkOnStandardError) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify r-1-gd-convex --json");
  EXPECT_EQ(answer.code, 0);
  EXPECT_TRUE(json::accept(answer.out)) << "nothing but the object";
  EXPECT_NE(answer.err.find("cells"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("thalweg-results/r-1-gd-convex/store.sqlite"), std::string::npos) << answer.err;
  EXPECT_TRUE(std::filesystem::exists(folder / "thalweg-results/r-1-gd-convex/store.sqlite"));
}

TEST(Streams, HoldNoEscapeCodesWithoutATerminal) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", small_study);
  for (const char* arguments : {"verify r-1-gd-convex", "run study.toml", "verify study.toml --all", "list methods", "show adam", "doctor", "show nothing-such"}) {
    const Answer answer = run_program(folder, arguments);
    EXPECT_EQ((answer.out + answer.err).find('\033'), std::string::npos) << arguments;
    EXPECT_EQ((answer.out + answer.err).find('\r'), std::string::npos) << arguments;
  }
}

TEST(Streams, OutputThatCannotBeWrittenIsAnEnvironmentError) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", small_study);
  ASSERT_EQ(run_program(folder, "run study.toml --out store").code, 0);
  for (const char* arguments : {"list theorems", "list methods --json", "show adam", "doctor --json", "verify r-1-gd-convex", "export store", "run study.toml --out store --json",
                                "sharpness --problem-set dim=2 --steps 10"}) {
    const Answer answer = run_program(folder, std::string(arguments) + " > /dev/full; }", "{");
    EXPECT_EQ(answer.code, 4) << arguments << ": " << answer.err;
    EXPECT_EQ(answer.err.find("terminate"), std::string::npos) << answer.err;
  }
}

TEST(Streams, AClosedPipeIsNoCrash) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", small_study);
  ASSERT_EQ(run_program(folder, "run study.toml --out store").code, 0);
  for (const char* arguments : {"list theorems --json", "export store", "show theorem-g"}) {
    const Answer answer = run_program(folder, std::string(arguments) + " | head -c 10 > first; }", "set -o pipefail; {");
    EXPECT_TRUE(answer.code == 0 || answer.code == 141 || answer.code == 4) << arguments << answer.code;  // 141: ended by the closed pipe, as any filter
    EXPECT_EQ(answer.err.find("terminate"), std::string::npos) << answer.err;
    EXPECT_EQ(read_file(folder / "first").size(), 10u);
  }
}

TEST(Json, HoldsFileNamesOfAnyKind) {
  TemporaryFolder folder;
  write_file(folder / "a \\ study.toml", small_study);
  const Answer answer = run_program(folder, "run 'a \\ study.toml' --out 'a \\ folder' --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.run/1");
  EXPECT_EQ(root["store"], "a \\ folder/store.sqlite");
  EXPECT_EQ(root["cells"], 2);
  EXPECT_TRUE(std::filesystem::exists(folder / "a \\ folder/store.sqlite"));
}

TEST(Files, OfOnesOwnLieAnywhere) {
  TemporaryFolder folder;
  write_file(folder / "deep/down/study.toml", small_study);
  write_file(folder / "elsewhere/card.toml", own_card);
  EXPECT_EQ(run_program(folder, "run deep/down/study.toml --out store").code, 0);
  EXPECT_EQ(json::parse(run_program(folder, "run ./deep/../deep/down/study.toml --out store --json").out)["run"], 0) << "another way to the same file";
  Answer answer = run_program(folder, "show elsewhere/card.toml");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.out.find("my-bound"), std::string::npos);
  EXPECT_EQ(run_program(folder, "show deep/down/study.toml").out, small_study);
}

TEST(Files, ACardWithoutAnInstanceIsGivenInstancesThatItSpeaksOfAndItsStoreStaysOfUse) {
  TemporaryFolder folder;
  write_file(folder / "card.toml", own_card);
  const Answer answer = run_program(folder, "verify card.toml --quick --out store --json");
  ASSERT_TRUE(answer.code == 0 || answer.code == 1) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_GE(root["results"].size(), 8u);
  std::set<std::string> problems;
  for (const json& result : root["results"]) {
    EXPECT_EQ(result["theorem"], "my-bound");
    EXPECT_NE(result["verdict"], "not_applicable");
    problems.insert(std::string(result["problem"]).substr(0, std::string(result["problem"]).find('(')));
  }
  EXPECT_GE(problems.size(), 3u);
  ASSERT_EQ(root["searches"].size(), 1u);
  EXPECT_NE(std::string(root["searches"][0]["tried"]).find("easy"), std::string::npos);
  const Answer figures = run_program(folder, "figures store");
  EXPECT_EQ(figures.code, 2);
  EXPECT_NE(figures.err.find("asks for a figure"), std::string::npos) << figures.err;
}

TEST(Files, ACardOfABuiltInNameTakesItsPlace) {
  TemporaryFolder folder;
  std::string text = own_card;
  text.replace(text.find("my-bound"), 8, "theorem-g");
  write_file(folder / "card.toml", text + "[[witness]]\nproblem = { id = \"cosine\", dim = 2 }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\n");
  const json root = json::parse(run_program(folder, "verify card.toml --json").out);
  ASSERT_EQ(root["results"].size(), 1u);
  EXPECT_EQ(root["results"][0]["method"], "sgd");
}

TEST(CommandLine, ATheoremNamedTwiceIsRefused) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify theorem-g theorem-g");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("named twice"), std::string::npos) << answer.err;
}

TEST(CommandLine, SetsAFieldWhereAMethodHasIt) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", small_study);
  const json root = json::parse(run_program(folder, "verify study.toml --set beta1=0.25 --set lr=0.05 --json").out);
  ASSERT_EQ(root["results"].size(), 2u);
  for (const json& result : root["results"]) {
    EXPECT_EQ(result["hyper"]["eta"], 0.05);
    EXPECT_EQ(result["eta"], "0.05");
    if (result["method"] == "amsgrad") {
      EXPECT_EQ(result["hyper"]["beta1"], 0.25);
    }
  }
  const Answer nowhere = run_program(folder, "verify study.toml --set beta=2");
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_NE(nowhere.err.find("--set beta"), std::string::npos) << nowhere.err;
}

TEST(CommandLine, AControlWhoseInstanceWasChangedNeedNotBeCaught) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify r-1-wrong-constant --set eta=0.01 --json");
  EXPECT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  for (const json& result : root["results"]) EXPECT_NE(result["verdict"], "violated");
}

TEST(CommandLine, SeedAndReplicasReachTheCells) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", small_study);
  const auto cells = [&](const std::string& options) {
    std::set<std::string> keys;
    const json root = json::parse(run_program(folder, "verify study.toml --json " + options).out);
    for (const json& result : root["results"]) keys.insert(result["cell"]);
    return keys;
  };
  const auto plain = cells("");
  EXPECT_EQ(plain.size(), 2u);
  EXPECT_EQ(cells("--threads 1 --isa " + std::string(to_string(supported(Isa::v2) ? Isa::v2 : best_isa()))), plain);
  for (const char* options : {"--seed 5", "--replicas 20", "--quick"}) {
    for (const std::string& key : cells(options)) EXPECT_FALSE(plain.contains(key)) << options;
  }
  EXPECT_EQ(json::parse(run_program(folder, "verify study.toml --replicas 20 --json").out)["results"][0]["replicas"], 20);
}

}  // namespace
}  // namespace thalweg

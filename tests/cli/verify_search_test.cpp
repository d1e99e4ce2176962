// thalweg verify with instances searched for, and with claims: what is refused in one line, what is written, and the exit codes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "notebooks-export/render.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

TEST(VerifySearch, RefusesInOneLineWhatItCannotSearch) {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> wrong[] = {
      {"seed-claims --attack", "a study says itself"},        {"theorem-g --grid eps", "name=value"},           {"theorem-g --grid eps=abc", "finite number"},
      {"theorem-g --grid nothing=1", "has this parameter"},   {"theorem-g --grid T=0.5", "whole number"},       {"theorem-g --grid eta=-1", "positive step size"},
      {"theorem-g --problem cosin", "did you mean 'cosine'"}, {"theorem-g --method sgdd", "did you mean 'sgd'"}, {"theorem-g --method signsgd", "does not speak of it"},
      {"theorem-g --noise gaus", "unknown noise"},            {"theorem-g --attack --budget 0", "--budget"},
      {"theorem-g --budget nan", "must be a number from 0.1 to 1e+06"},    {"karimi-2016 --attack", "claims say themselves"},
      {"karimi-2016 theorem-g", "alone"},                     {"karimi-2061", "did you mean 'karimi-2016'"}};
  for (const auto& [arguments, part] : wrong) {
    const Answer answer = run_program(folder, std::string("verify ") + arguments);
    EXPECT_EQ(answer.code, 2) << arguments << ": " << answer.err;
    EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1) << answer.err;
    EXPECT_NE(answer.err.find(part), std::string::npos) << arguments << ": " << answer.err;
  }
}

TEST(VerifySearch, WritesTheTightestInstancesAsAStudyThatGivesTheSameVerdicts) {
  const TemporaryFolder folder;
  const Answer attacked = run_program(folder, "verify r-1-wrong-constant --attack --budget 2 --json --out found");
  ASSERT_EQ(attacked.code, 0) << attacked.err << attacked.out;
  const json first = json::parse(attacked.out);
  ASSERT_EQ(first["searches"].size(), 1U);
  const std::string study = first["searches"][0]["study"];
  const Answer again = run_program(folder, "verify " + study + " --json --out again");
  const json second = json::parse(again.out);
  ASSERT_EQ(first["results"].size(), second["results"].size());
  bool violated = false;
  for (std::size_t i = 0; i < first["results"].size(); ++i) {
    EXPECT_EQ(first["results"][i]["measured"], second["results"][i]["measured"]);
    EXPECT_EQ(first["results"][i]["verdict"], second["results"][i]["verdict"]);
    violated = violated || first["results"][i]["verdict"] == "violated";
  }
  EXPECT_TRUE(violated);
}

TEST(VerifySearch, TakesTheInstancesThatTheCommandLineNames) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify r-3-gd-nonconvex --problem cosine --grid dim=2 --grid T=50,100 --budget 1 --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  ASSERT_GE(root["results"].size(), 2U);
  for (const json& result : root["results"]) {
    EXPECT_EQ(std::string(result["problem"]).substr(0, 13), "cosine(dim=2,") << result["problem"];
    EXPECT_TRUE(result["horizon"] == 50 || result["horizon"] == 100) << result["horizon"];
    EXPECT_NE(result["verdict"], "violated");
  }
}

TEST(VerifySearch, TakesAProblemWrittenAsText) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify r-3-gd-nonconvex --problem 'rotate(quadratic(dim=3), seed=7)' --problem quadratic --budget 1 --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  std::size_t text = 0, family = 0;
  for (const json& result : root["results"]) {
    const std::string problem = result["problem"];
    text += problem.starts_with("rotate(quadratic(dim=3") && problem.ends_with("seed=7)") ? 1U : 0U;
    family += problem.starts_with("quadratic(") ? 1U : 0U;
  }
  EXPECT_GE(text, 1U) << answer.out;
  EXPECT_GE(family, 1U) << answer.out;
  EXPECT_EQ(text + family, root["results"].size());
}

TEST(VerifyClaims, ComeOutAsTheFileExpectsOrTheExitCodeSaysSo) {
  const TemporaryFolder folder;
  const Answer page = run_program(folder, "verify karimi-2016 --out store");
  EXPECT_EQ(page.code, 0) << page.out << page.err;
  EXPECT_NE(page.out.find("2. pl-constant-is-best: contradicted"), std::string::npos) << page.out;
  const json root = json::parse(run_program(folder, "verify karimi-2016 --out store --json").out);
  EXPECT_EQ(root["schema"], "thalweg.claims/1");
  for (const json& claim : root["claims"]) EXPECT_EQ(claim["as_expected"], true) << claim["id"];
  EXPECT_NE(read_file(folder / "store/page.md").find("## 2. pl-constant-is-best: contradicted"), std::string::npos);
  if (drawing_availability().available) {
    EXPECT_EQ(root["claims"][2]["figure"], "store/figures/karimi-2016-gradient-descent-linear.svg");
    EXPECT_NE(page.out.find("Figure: store/figures/karimi-2016-gradient-descent-linear.svg"), std::string::npos) << page.out;
    EXPECT_NE(read_file(folder / "store/figures/karimi-2016-gradient-descent-linear.svg").find("<svg"), std::string::npos);
  }
  EXPECT_EQ(root["claims"][0]["figure"], nullptr) << "it rests on a fact alone";
  EXPECT_EQ(run_program(folder, "verify karimi-2016 --out plain --no-figures").out.find("Figure:"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "plain/page.md"));
  std::string text = run_program(folder, "show karimi-2016").out;
  const std::string expected = "expect  = \"contradicted\"";
  ASSERT_NE(text.find(expected), std::string::npos);
  write_file(folder / "mine.toml", text.replace(text.find(expected), expected.size(), "expect  = \"supported\""));
  const Answer other = run_program(folder, "verify mine.toml --out store");
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.out.find("the file expects supported"), std::string::npos) << other.out;
}

}  // namespace
}  // namespace thalweg

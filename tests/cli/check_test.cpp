// thalweg show --check: all that is wrong with a file, one line each, as text and as JSON; and what verify says of units.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::json;

constexpr const char* sound_card = R"toml(id = "my-bound"
statement = "f - f* is small"
methods = ["sgd"]
requires = ["smooth", "pl"]
metric = "f_gap"
[admissible]
step = "eta <= 1/L"
[bound]
value = "(1 - eta*mu_pl)^T*Delta + L*eta*sigma2/(2*mu_pl)"
[[witness]]
problem = { id = "quadratic", dim = 2 }
method = "sgd"
eta = "0.5/L"
T = 10
)toml";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ShowCheck, SaysThatNothingIsWrong) {
  const TemporaryFolder folder;
  write_file(folder / "mine.toml", sound_card);
  const Answer answer = run_program(folder, "show --check mine.toml");
  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_EQ(answer.out, "mine.toml: nothing is wrong\n");
  EXPECT_EQ(answer.err, "");
  for (const char* id : {"theorem-g", "seed-claims"}) {
    const Answer built_in = run_program(folder, std::string("show --check ") + id);
    EXPECT_EQ(built_in.code, 0) << built_in.out;
    EXPECT_EQ(built_in.out, std::string(id) + ": nothing is wrong\n");
  }
}

TEST(ShowCheck, LeavesOutProblemsWhoseDataAreNotThere) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "show --check seed-claims", "export THALWEG_DATA='" + folder.path().string() + "';");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out, "seed-claims: nothing is wrong\n");
}

TEST(ShowCheck, SaysEverythingAtOnceOneLineEach) {
  const TemporaryFolder folder;
  std::string text = replaced(sound_card, "statement", "statment");  // 2:1, and it is missing
  text = replaced(text, "1/L\"", "1/LL\"");                          // 7:18
  text = replaced(text, "sigma2", "sigma1");                         // 9:34
  text = replaced(text, "dim = 2", "dimm = 2");                      // 11:38
  write_file(folder / "mine.toml", text);
  const Answer answer = run_program(folder, "show --check mine.toml");
  EXPECT_EQ(answer.code, 2);
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(std::count(answer.out.begin(), answer.out.end(), '\n'), 5) << answer.out;
  for (const char* line : {"mine.toml:1:1: statement: is missing", "mine.toml:2:1: statment: unknown key; did you mean 'statement'?",
                           "mine.toml:7:18: my-bound: [admissible] step = 'LL': unknown name; did you mean 'L'?", "mine.toml:9:34: my-bound: [bound] value = ",
                           "mine.toml:11:38: dimm = 2: unknown parameter of 'quadratic'; did you mean 'dim'?"})
    EXPECT_NE(("\n" + answer.out).find("\n" + std::string(line)), std::string::npos) << line << "\nis not in\n" << answer.out;
}

TEST(ShowCheck, HasTheSameAsJson) {
  const TemporaryFolder folder;
  write_file(folder / "mine.toml", replaced(sound_card, "1/L\"", "1/LL\""));
  const Answer wrong = run_program(folder, "show --check mine.toml --json");
  EXPECT_EQ(wrong.code, 2);
  const Json one = Json::parse(wrong.out);
  EXPECT_EQ(one["schema"], "thalweg.check/1");
  EXPECT_EQ(one["file"], "mine.toml");
  EXPECT_EQ(one["kind"], "card");
  ASSERT_EQ(one["wrong"].size(), 1U) << wrong.out;
  EXPECT_EQ(one["wrong"][0]["line"], 7);
  EXPECT_EQ(one["wrong"][0]["column"], 18);
  EXPECT_EQ(one["wrong"][0]["field"], "my-bound: [admissible] step");
  EXPECT_EQ(one["wrong"][0]["given"], "'LL'");
  EXPECT_EQ(one["wrong"][0]["text"], "mine.toml:7:18: my-bound: [admissible] step = 'LL': unknown name; did you mean 'L'?");
  const Json none = Json::parse(run_program(folder, "show --check seed-claims --json").out);
  EXPECT_EQ(none["kind"], "study");
  EXPECT_TRUE(none["wrong"].empty());
  const Json nowhere = Json::parse(run_program(folder, "show --check nowhere.toml --json").out);
  EXPECT_TRUE(nowhere["kind"].is_null());
  EXPECT_EQ(nowhere["wrong"][0]["allowed"], "cannot be read");
  EXPECT_TRUE(nowhere["wrong"][0]["line"].is_null());
}

TEST(ShowCheck, OfUnitsIsANoteToAVerdict) {
  const TemporaryFolder folder;
  write_file(folder / "mine.toml", replaced(sound_card, "sigma2", "sigma1"));
  const Answer answer = run_program(folder, "verify mine.toml --out store");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.err.find("note: mine.toml:9:34: my-bound: [bound] value = "), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("units differ"), std::string::npos) << answer.err;
  write_file(folder / "mine.toml", sound_card);
  EXPECT_EQ(run_program(folder, "verify mine.toml --out store").err.find("note:"), std::string::npos);
  EXPECT_EQ(run_program(folder, "show --check mine.toml").code, 0);
  write_file(folder / "mine.toml", "normalised = \"sigma1 stands for a variance here\"\n" + replaced(sound_card, "sigma2", "sigma1"));
  EXPECT_EQ(run_program(folder, "verify mine.toml --out store").err.find("note:"), std::string::npos);
  EXPECT_NE(run_program(folder, "show mine.toml").out.find("units      not checked: sigma1 stands for a variance here"), std::string::npos);
}

}  // namespace
}  // namespace thalweg

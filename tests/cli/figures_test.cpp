// thalweg figures: from a store to pictures, and what it says when it cannot.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "notebooks-export/render.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

std::string study_with(const std::string& methods, const std::string& figure) {
  return "id = \"drawn\"\n[[block]]\nname = \"one\"\nclass = \"nonconvex\"\nproblem = { id = \"cosine\", dim = 2, start = 2.0 }\nnoise = { id = \"two-point\", a = 0.3, p = 0.3 }\n"
         "method = " + methods + "\nset = { beta1 = 0.5, eps = 1.0 }\neta = \"0.7 / sqrt(T)\"\nT = 400\nreplicas = 64\ntheorems = [\"theorem-g\"]\n" + figure;
}

constexpr const char* bounds = "[[figure]]\nid = \"bounds\"\nblocks = [\"one\"]\n";

TEST(Figures, AreDrawnFromTheStoreWithTheirData) {
  if (const Availability now = drawing_availability(); !now.available) GTEST_SKIP() << now.reason;
  TemporaryFolder folder;
  write_file(folder / "study.toml", study_with("[\"amsgrad@seed\", \"adam@seed\"]", bounds));
  ASSERT_EQ(run_program(folder, "run study.toml --out store").code, 0);
  const Answer answer = run_program(folder, "figures store --formats svg,png");
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out, "store/figures/drawn-bounds.json\nstore/figures/drawn-bounds.svg\nstore/figures/drawn-bounds.png\n");
  for (const char* name : {"json", "svg", "png"}) EXPECT_GT(read_file(folder / (std::string("store/figures/drawn-bounds.") + name)).size(), 500u) << name;
  EXPECT_FALSE(std::filesystem::exists(folder / "store/figures/drawn-bounds.pdf"));
  const json spec = json::parse(read_file(folder / "store/figures/drawn-bounds.json"));
  EXPECT_EQ(spec["schema"], "thalweg.figure/1");
  ASSERT_EQ(spec["panels"].size(), 1u);
  std::size_t measured = 0, theory = 0;
  for (const json& series : spec["panels"][0]["series"]) {
    (series["role"] == "measured" ? measured : theory) += 1;
    if (series["role"] != "measured") continue;
    for (std::size_t i = 0; i < series["x"].size(); ++i) {
      EXPECT_LE(series["lower"][i], series["y"][i]);
      EXPECT_GE(series["upper"][i], series["y"][i]);
    }
    EXPECT_EQ(series["x"].back(), 400);
  }
  EXPECT_EQ(measured, 2u);
  EXPECT_EQ(theory, 2u);
  // Elsewhere, and again: the same bytes.
  ASSERT_EQ(run_program(folder, "figures store --formats svg --out other").code, 0);
  EXPECT_EQ(read_file(folder / "other/drawn-bounds.svg"), read_file(folder / "store/figures/drawn-bounds.svg"));
}

TEST(Figures, SayWhatTheStoreLacks) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study_with("\"amsgrad@seed\"", bounds));
  ASSERT_EQ(run_program(folder, "run study.toml --out store --quick").code, 0);
  Answer answer = run_program(folder, "figures store");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("completes it"), std::string::npos) << answer.err;
  write_file(folder / "plain.toml", study_with("\"amsgrad@seed\"", ""));
  ASSERT_EQ(run_program(folder, "run plain.toml --out plain").code, 0);
  answer = run_program(folder, "figures plain");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("[[figure]]"), std::string::npos) << answer.err;
  write_file(folder / "misspelt.toml", study_with("\"amsgrad@seed\"", "[[figure]]\nid = \"bonds\"\nblocks = [\"one\"]\n"));
  ASSERT_EQ(run_program(folder, "run misspelt.toml --out misspelt").code, 0);
  answer = run_program(folder, "figures misspelt");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("did you mean 'bounds'"), std::string::npos) << answer.err;
  answer = run_program(folder, "figures plain --formats svg,gif");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("gif"), std::string::npos) << answer.err;
}

TEST(Figures, WithoutMatplotlibKeepTheDataAndNameThePackage) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study_with("\"amsgrad@seed\"", bounds));
  ASSERT_EQ(run_program(folder, "run study.toml --out store").code, 0);
  const Answer answer = run_program(folder, "figures store", "THALWEG_PYTHON=/bin/false");
  EXPECT_EQ(answer.code, 4);
  EXPECT_NE(answer.err.find("python3-matplotlib"), std::string::npos) << answer.err;
  EXPECT_TRUE(json::accept(read_file(folder / "store/figures/drawn-bounds.json")));
}

TEST(Figures, ABlockWithNothingToShowIsNamed) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", "id = \"drawn\"\n[[block]]\nname = \"one\"\nproblem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 20\n" + std::string(bounds));
  ASSERT_EQ(run_program(folder, "run study.toml --out store").code, 0);
  const Answer answer = run_program(folder, "figures store --formats svg");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("blocks = one: nothing to show"), std::string::npos) << answer.err;
}

}  // namespace
}  // namespace thalweg

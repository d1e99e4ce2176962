// thalweg pages: what stands in docs/methods is what the program writes now; every page says what it must.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lib/optimizers/definition.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

const std::filesystem::path committed = std::filesystem::path(THALWEG_SOURCE_DIR) / "docs/methods";

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all.insert(entry.path().filename().string());
  return all;
}

TEST(Pages, OfTheTreeAreNotStale) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "pages written");
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(names_in(folder / "written"), names_in(committed)) << "write them again: thalweg pages docs/methods";
  for (const std::string& name : names_in(folder / "written"))
    EXPECT_TRUE(read_file(folder / ("written/" + name)) == read_file(committed / name)) << "docs/methods/" << name << " is stale: thalweg pages docs/methods";
}

TEST(Pages, SayEverythingThatADefinitionHolds) {
  const std::string index = read_file(committed / "README.md");
  for (const MethodEntry& entry : methods()) {
    const std::string id(entry.id), page = read_file(committed / (id + ".md"));
    EXPECT_NE(index.find("](" + id + ".md)"), std::string::npos) << id;
    const auto expect = [&](const std::string& word) { EXPECT_NE(page.find(word), std::string::npos) << id << " lacks " << word; };
    for (const NumberField& field : entry.numbers) expect("| `" + std::string(field.name) + "` |");
    for (const ChoiceField& field : entry.choices) expect("| `" + std::string(field.name) + "` |");
    for (const Preset& preset : entry.presets) {
      const Definition definition = define(id + "@" + std::string(preset.id));
      expect(std::string(preset.version));
      expect(text(definition));
      expect(latex(definition));
      if (std::string(preset.source).find('|') == std::string::npos) expect(std::string(preset.source));
    }
    for (std::string_view name : entry.state) expect("`" + std::string(name) + "`");
    for (const Waiver& waiver : entry.waivers) expect(std::string(waiver.reason));
    for (const char* part : {"**A-LR.**", "**Local stability.**", "**Theorems"}) expect(part);
  }
}

TEST(Pages, PicturesAreWholeAndNameEveryMethodOfTheFamily) {
  for (const MethodEntry& entry : methods()) {
    std::string stem = "family-" + std::string(entry.family);
    std::replace(stem.begin(), stem.end(), ' ', '-');
    const std::string picture = read_file(committed / (stem + ".svg"));
    EXPECT_TRUE(picture.starts_with("<svg") && picture.ends_with("</svg>\n")) << stem;
    EXPECT_NE(picture.find(">" + std::string(entry.id) + "</text>"), std::string::npos) << entry.id;
    EXPECT_EQ(picture.find("nan"), std::string::npos) << stem;
  }
}

TEST(Pages, AFolderThatCannotBeMadeIsAnEnvironmentError) {
  const TemporaryFolder folder;
  write_file(folder / "file", "text");
  const Answer answer = run_program(folder, "pages file/below");
  EXPECT_EQ(answer.code, 4);
  EXPECT_NE(answer.err.find("file/below"), std::string::npos) << answer.err;
}

}  // namespace
}  // namespace thalweg

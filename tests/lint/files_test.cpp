// Sizes, names, places and words of the files in the tree.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <regex>

#include "tests/lint/planted_tree.hpp"

namespace thalweg::lint {
namespace {

const fs::path source = THALWEG_SOURCE_DIR;

constexpr std::size_t longest = 800;  // lines

bool is_text(const std::string& file) {
  static const std::set<std::string> suffixes = {".hpp", ".cpp", ".cu", ".cuh", ".py", ".md", ".toml", ".txt", ".cmake", ".json", ".in"};
  return suffixes.contains(fs::path(file).extension().string()) || fs::path(file).filename() == "bootstrap";
}

std::vector<Violation> too_long(const fs::path& root) {
  std::vector<Violation> found;
  for (const std::string& file : files_of(root)) {
    if (!is_cpp(file) && !file.ends_with(".py") && !file.ends_with(".cmake")) continue;
    if (const std::size_t lines = lines_of(root / file).size(); lines > longest)
      found.push_back({file, longest + 1, std::to_string(lines) + " lines; more than " + std::to_string(longest) + " are refused"});
  }
  return found;
}

// Names of sources are snake_case, so that an include line reads the same everywhere.
std::vector<Violation> badly_named(const fs::path& root) {
  static const std::regex snake("[a-z0-9_]+(\\.[a-z]+)");
  std::vector<Violation> found;
  for (const std::string& file : files_of(root))
    if (is_cpp(file) && !std::regex_match(fs::path(file).filename().string(), snake)) found.push_back({file, 1, "a source is named in snake_case"});
  return found;
}

std::vector<Violation> misplaced(const fs::path& root) {
  static const std::set<std::string> folders = {"lib", "analysis", "problems", "tests", "notebooks-export", "docs"};
  static const std::set<std::string> files = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "bootstrap"};
  std::vector<Violation> found;
  for (const std::string& file : files_of(root)) {
    const std::size_t slash = file.find('/');
    if (slash == std::string::npos ? !(file.front() == '.' || files.contains(file)) : !folders.contains(file.substr(0, slash)))
      found.push_back({file, 1, "stands at the top of the tree, where only what docs/architecture.md lists may stand"});
  }
  return found;
}

// Marks of unfinished work, and paths that exist on one machine only. The patterns are put together so that this file does not hold them.
std::vector<Violation> with_refused_words(const fs::path& root) {
  static const std::regex unfinished(std::string("\\b(") + "TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK|W" + "IP)\\b");
  static const std::regex machine(std::string("(^|[\\s\"'`(=])/(ho") + "me|ro" + "ot|wo" + "rk|Us" + "ers|t" + "mp)/[A-Za-z0-9_.-]");
  std::vector<Violation> found;
  for (const std::string& file : files_of(root)) {
    if (!is_text(file)) continue;
    const std::vector<std::string> lines = lines_of(root / file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (std::regex_search(lines[i], unfinished)) found.push_back({file, i + 1, "a mark of unfinished work"});
      if (std::regex_search(lines[i], machine)) found.push_back({file, i + 1, "a path of one machine"});
    }
  }
  return found;
}

TEST(Files, NoneIsTooLong) {
  const auto found = too_long(source);
  EXPECT_TRUE(found.empty()) << report(found);
}

TEST(Files, SourcesAreNamedInSnakeCase) {
  const auto found = badly_named(source);
  EXPECT_TRUE(found.empty()) << report(found);
}

TEST(Files, TheTopOfTheTreeIsAsDesigned) {
  const auto found = misplaced(source);
  EXPECT_TRUE(found.empty()) << report(found);
}

TEST(Files, HoldNoRefusedWords) {
  const auto found = with_refused_words(source);
  EXPECT_TRUE(found.empty()) << report(found);
}

TEST(Files, NothingThatIsBuiltIsTracked) {
  if (!fs::exists(source / ".git")) GTEST_SKIP() << "not a checkout";
  const std::string command = "git -c safe.directory='*' -C '" + source.string() + "' ls-files --cached --ignored --exclude-standard 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 4096> buffer;
  std::string tracked;
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) tracked += buffer.data();
  if (const int status = pclose(pipe); status != 0) GTEST_SKIP() << "git cannot read the checkout: " << tracked;
  EXPECT_EQ(tracked, "");
}

TEST(PlantedFile, ThatIsTooLongIsFound) {
  PlantedTree tree;
  std::string text;
  for (std::size_t i = 0; i < longest; ++i) text += "\n";
  tree.plant("lib/core/full.hpp", text);
  EXPECT_TRUE(too_long(tree.root()).empty());
  tree.plant("lib/core/long.hpp", text + "\n");
  ASSERT_EQ(too_long(tree.root()).size(), 1u);
  EXPECT_EQ(too_long(tree.root())[0].file, "lib/core/long.hpp");
}

TEST(PlantedFile, WithAnotherStyleOfNameIsFound) {
  PlantedTree tree;
  tree.plant("lib/core/pack.hpp", "");
  tree.plant("lib/core/PackOf.hpp", "");
  ASSERT_EQ(badly_named(tree.root()).size(), 1u);
}

TEST(PlantedFile, AtTheTopIsFound) {
  PlantedTree tree;
  for (const char* file : {".clang-format", "README.md", "docs/a.md", "build/release/a.o"}) tree.plant(file, "");
  EXPECT_TRUE(misplaced(tree.root()).empty()) << report(misplaced(tree.root()));
  tree.plant("notes.txt", "");
  tree.plant("scripts/run.py", "");
  EXPECT_EQ(misplaced(tree.root()).size(), 2u);
}

TEST(PlantedFile, WithRefusedWordsIsFoundWithItsLine) {
  PlantedTree tree;
  tree.plant("lib/core/a.hpp", "// share/thalweg and a/tmp/b are fine\n// TO" + std::string("DO\nconst char* p = \"/ho") + "me/someone\";\n");
  const auto found = with_refused_words(tree.root());
  ASSERT_EQ(found.size(), 2u) << report(found);
  EXPECT_EQ(found[0].line, 2u);
  EXPECT_EQ(found[1].line, 3u);
}

}  // namespace
}  // namespace thalweg::lint

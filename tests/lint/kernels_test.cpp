// A kernel object shows the linker one symbol, its table: an inline function compiled for one instruction set can never be taken for another's.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "tests/lint/source_tree.hpp"

namespace thalweg::lint {
namespace {

// The symbols an object offers to others, weak and unique ones too: the last column of nm's lines "address type name".
std::vector<std::string> global_symbols(const fs::path& object) {
  std::FILE* pipe = popen((std::string(THALWEG_NM) + " --extern-only --defined-only '" + object.string() + "' 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer;
  while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  if (pipe == nullptr || pclose(pipe) != 0) return {"nm failed: " + text};
  std::vector<std::string> symbols;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (const auto words = words_of(line); words.size() >= 3) symbols.push_back(words.back());
  return symbols;
}

std::vector<std::string> kernel_names() {
  std::vector<std::string> names;
  for (const std::string& file : files_of(THALWEG_SOURCE_DIR))
    if (file.ends_with("_kernels.cpp")) names.push_back(fs::path(file).stem().string());
  return names;
}

TEST(Kernels, EachObjectDefinesItsTableAndNothingElse) {
  std::istringstream built(THALWEG_BUILT_ISAS);
  std::size_t objects = 0;
  for (std::string isa; std::getline(built, isa, ',');) {
    for (const std::string& name : kernel_names()) {
      for (const char* variant : {"", "unoptimised/"}) {
        const std::string table = "thalweg_" + name + "_" + isa;
        const fs::path object = fs::path(THALWEG_BINARY_DIR) / "kernels" / (variant + table + ".o");
        ASSERT_TRUE(fs::exists(object)) << object << " is not built";
        EXPECT_EQ(global_symbols(object), std::vector<std::string>{table}) << object;
        ++objects;
      }
    }
  }
  EXPECT_GE(objects, 8u);
}

// The same object before its symbols were made local: the test above can fail.
TEST(Kernels, AnObjectThatIsNotIsolatedShowsMore) { EXPECT_GT(global_symbols(THALWEG_PLAIN_KERNEL_OBJECT).size(), 1u); }

}  // namespace
}  // namespace thalweg::lint

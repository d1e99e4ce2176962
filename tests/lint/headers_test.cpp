// Every header compiles alone, and twice. The build compiles one source per header, which includes that header only; this test sees that none
// was left out and that each was compiled.
#include <gtest/gtest.h>

#include "tests/lint/source_tree.hpp"

namespace thalweg::lint {
namespace {

TEST(Headers, EachWasCompiledAlone) {
  std::vector<Violation> missing;
  std::size_t headers = 0;
  const fs::path folder = fs::path(THALWEG_BINARY_DIR) / "headers";
  for (const std::string& file : files_of(THALWEG_SOURCE_DIR)) {
    if (!file.ends_with(".hpp")) continue;
    ++headers;
    const std::vector<std::string> text = lines_of(folder / (file + ".cpp"));
    const std::string include = "#include \"" + file + "\"";
    if (text != std::vector<std::string>{include, include}) missing.push_back({file, 1, "is not compiled alone; configure again"});
  }
  EXPECT_TRUE(missing.empty()) << report(missing);
  EXPECT_GT(headers, 50u);
}

}  // namespace
}  // namespace thalweg::lint

// One second of damaged files; a minute of them in fuzz_slow_test.cpp.
#include <gtest/gtest.h>

#include "tests/problems/data/mutate.hpp"

namespace thalweg::test {
namespace {

TEST(Fuzz, EveryFileOfTheCorpusIsRead) {
  const TextFolder folder;
  for (const CorpusFile& file : corpus()) folder.write(file.name, file.bytes);
  std::size_t read = 0;
  for (const CorpusFile& file : corpus()) {
    if (file.name.find("labels-idx1") != std::string::npos) continue;
    EXPECT_EQ(fault_of(*load_dataset({folder.path() / file.name})), "") << file.name;
    ++read;
  }
  EXPECT_GE(read, 7u);
}

TEST(Fuzz, DamagedFilesAreReadOrRefused) {
  const FuzzCount count = fuzz(1.0, 1);
  EXPECT_EQ(count.wrong, "");
  EXPECT_GT(count.read, 0u);
  EXPECT_GT(count.refused, 0u);
}

}  // namespace
}  // namespace thalweg::test

// Damaged files for a minute, or for as many seconds as THALWEG_FUZZ_SECONDS says.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/problems/data/mutate.hpp"

namespace thalweg::test {
namespace {

TEST(Fuzz, DamagedFilesAreReadOrRefused) {
  const char* chosen = std::getenv("THALWEG_FUZZ_SECONDS");
  const double seconds = chosen != nullptr ? std::atof(chosen) : 60.0;
  const FuzzCount count = fuzz(seconds, 2);
  EXPECT_EQ(count.wrong, "");
  RecordProperty("read", static_cast<int>(count.read));
  RecordProperty("refused", static_cast<int>(count.refused));
  EXPECT_GT(count.read + count.refused, 0u);
}

}  // namespace
}  // namespace thalweg::test

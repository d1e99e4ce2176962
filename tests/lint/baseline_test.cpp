// The program runs on a processor that knows no more than x86-64-v2: nothing outside the kernels was compiled for a later one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace thalweg {
namespace {

TEST(Baseline, TheProgramStartsOnAnOldProcessor) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers reserve more address space than the emulator gives";
#endif
  if (std::system("command -v qemu-x86_64 > /dev/null 2>&1") != 0) GTEST_SKIP() << "qemu-x86_64 is not installed (Debian package qemu-user)";
  const std::string program = std::string(THALWEG_BINARY_DIR) + "/bin/thalweg";
  for (const char* arguments : {"--version", "list methods", "list problems"}) {
    const std::string command = "qemu-x86_64 -cpu Nehalem '" + program + "' " + arguments + " > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
}

}  // namespace
}  // namespace thalweg

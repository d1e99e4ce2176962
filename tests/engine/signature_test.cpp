// The behaviour signature is one number: for code built without optimisation, for an old processor without fused multiply-add under emulation, for
// every instruction set. Programs that print it are built beside this test (tests/engine/signature_main.cpp).
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/engine/mixed_run.hpp"

namespace thalweg {
namespace {

std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "cannot run " + command;
  std::string text;
  std::array<char, 256> buffer;
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  const int status = pclose(pipe);
  return status == 0 ? text : text + "exit status " + std::to_string(status);
}

std::string expected() {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%016llx\n", static_cast<unsigned long long>(mixed_digest({.threads = 1}, 0, 13, 24)));
  return text.data();
}

const std::string folder = std::string(THALWEG_BINARY_DIR) + "/tests/";

TEST(Signature, IsTheSameWithoutOptimisationForEveryInstructionSet) {
  for (Isa isa : {Isa::v2, Isa::v3, Isa::v4}) {
    if (!supported(isa)) continue;
    EXPECT_EQ(output_of("'" + folder + "signature_unoptimised' " + std::string(to_string(isa)) + " 2"), expected()) << to_string(isa);
  }
}

TEST(Signature, IsTheSameOnAProcessorWithoutFusedMultiplyAdd) {
  if (!supported(Isa::v2)) GTEST_SKIP() << "the kernels of that processor are not built";
  if (std::system("command -v qemu-x86_64 > /dev/null 2>&1") != 0) GTEST_SKIP() << "qemu-x86_64 is not installed (Debian package qemu-user)";
  EXPECT_EQ(output_of("qemu-x86_64 -cpu Nehalem '" + folder + "signature' v2 1 2> /dev/null"), expected());
}

}  // namespace
}  // namespace thalweg

// A run that is killed and resumed equals the run that was not: byte for byte in the exported records.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/cli/program.hpp"

extern char** environ;

namespace thalweg {
namespace {

constexpr const char* study = R"toml(id = "resume"
[[block]]
problem = [{ id = "cosine", dim = 20 }, { id = "pl-sine", dim = 20 }]
noise = { id = "gaussian", sigma = 0.3 }
method = ["adam", "sadam", "amsgrad", "samsgrad"]
set = { beta1 = [0.5, 0.9] }
eta = ["0.01", "0.02/sqrt(t)"]
T = 2000
replicas = 64
)toml";

TEST(Resume, KilledAndResumedEqualsUninterrupted) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study);
  const std::string program = std::string(THALWEG_BINARY_DIR) + "/bin/thalweg", file = folder / "study.toml", out = folder / "killed";
  std::size_t kills = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    pid_t child = 0;
    const char* arguments[] = {program.c_str(), "run", file.c_str(), "--out", out.c_str(), "--threads", "2", nullptr};
    ASSERT_EQ(posix_spawn(&child, program.c_str(), nullptr, nullptr, const_cast<char* const*>(arguments), environ), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(60 + 35 * attempt));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
      ++kills;
    } else {
      break;
    }
  }
  EXPECT_GE(kills, 1u) << "the study is too short to be killed";
  ASSERT_EQ(run_program(folder, "run study.toml --out killed").code, 0);
  ASSERT_EQ(run_program(folder, "run study.toml --out whole --threads 1").code, 0);
  const std::string killed = run_program(folder, "export killed").out, whole = run_program(folder, "export whole").out;
  EXPECT_GT(whole.size(), 100000u);
  EXPECT_TRUE(killed == whole);
}

TEST(Resume, ASecondRunSkipsEverything) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", study);
  ASSERT_EQ(run_program(folder, "run study.toml --out store --quick").code, 0);
  const Answer again = run_program(folder, "run study.toml --out store --quick --json");
  EXPECT_NE(again.out.find("\"run\": 0,"), std::string::npos) << again.out;
}

}  // namespace
}  // namespace thalweg

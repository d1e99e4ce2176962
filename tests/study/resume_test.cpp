// A run that is killed and resumed equals the run that was not: byte for byte in the exported records.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <sstream>
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

// Two comparisons that need several rounds of replicas, or are far from the bound.
std::string close_card(double bound) {
  std::ostringstream text;
  text.precision(17);
  text << "id = \"close\"\nstatement = \"E |grad f|^2 <= c\"\nmetric = \"grad_sq\"\n[bound]\nvalue = \"" << bound << "\"\n[trivial]\nvalue = \"1e9\"\n"
       << "[[witness]]\nproblem = [{ id = \"cosine\", dim = 20, start = 1.0 }, { id = \"cosine\", dim = 5, start = 1.0 }]\n"
       << "noise = { id = \"two-point\", a = 0.5, p = 0.5 }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 20000\nreplicas = 32\n";
  return text.str();
}

TEST(Resume, RoundsOfReplicasGoOnWhereTheyWereKilled) {
  TemporaryFolder folder;
  const std::string program = std::string(THALWEG_BINARY_DIR) + "/bin/thalweg", out = folder / "killed";
  write_file(folder / "close.toml", close_card(1e6));
  const Answer pilot = run_program(folder, "verify close.toml --replicas 1000 --json --out pilot");
  ASSERT_EQ(pilot.code, 0) << pilot.err;
  // The bound is 6 % above the mean of the first cell.
  write_file(folder / "close.toml", close_card(1.06 * std::stod(pilot.out.substr(pilot.out.find("\"estimate\": ") + 12))));

  const std::string file = folder / "close.toml";
  std::size_t kills = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    pid_t child = 0;
    const char* arguments[] = {program.c_str(), "verify", file.c_str(), "--out", out.c_str(), "--threads", "2", "--most-replicas", "4096", nullptr};
    ASSERT_EQ(posix_spawn(&child, program.c_str(), nullptr, nullptr, const_cast<char* const*>(arguments), environ), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + 50 * attempt));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) break;
    ++kills;
  }
  EXPECT_GE(kills, 1u) << "the run is too short to be killed";
  const Answer resumed = run_program(folder, "verify close.toml --json --out killed --most-replicas 4096");
  const Answer whole = run_program(folder, "verify close.toml --json --out whole --most-replicas 4096 --threads 1");
  EXPECT_EQ(resumed.code, whole.code) << whole.err;
  EXPECT_TRUE(resumed.out == whole.out);
  bool later_rounds = false;
  for (const char* used : {"\"used\": 4", "\"used\": 5", "\"used\": 6", "\"used\": 7"}) later_rounds = later_rounds || whole.out.find(used) != std::string::npos;
  EXPECT_TRUE(later_rounds) << whole.out;
  EXPECT_TRUE(run_program(folder, "export killed").out == run_program(folder, "export whole").out);
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

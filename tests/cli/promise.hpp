// What --estimate promises, and whether a run keeps it.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.hpp"

namespace thalweg {

using Json = nlohmann::json;

inline std::string study(const std::string& more) {
  return "id = \"mine\"\n[[block]]\nname = \"only\"\nmethod = \"adam\"\neta = 0.01\ntheorems = []\nrecord = [\"f_gap\", \"grad_sq\"]\n" + more;
}

inline Json estimated(const TemporaryFolder& folder, const std::string& text, const std::string& options = "") {
  write_file(folder / "mine.toml", text);
  const Answer answer = run_program(folder, "run mine.toml --estimate --json --threads 2 " + options);
  EXPECT_EQ(answer.code, 0) << answer.err;
  return Json::parse(answer.out);
}

// Peak memory of a run within a tenth of what was promised. The peak is the largest of all programs run so far: the smaller runs go first.
inline void expect_the_promise_kept(const std::string& text) {
  const TemporaryFolder folder;
  const double promised = estimated(folder, text)["memory_bytes"];
  const Answer answer = run_program(folder, "run mine.toml --threads 2");
  ASSERT_EQ(answer.code, 0) << answer.err;
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const double peak = 1024.0 * static_cast<double>(usage.ru_maxrss);
  EXPECT_LT(peak, 1.1 * promised);
  EXPECT_GT(peak, 0.9 * promised);
}

}  // namespace thalweg

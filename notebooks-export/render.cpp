#include "notebooks-export/render.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "lib/core/check.hpp"

extern char** environ;

namespace thalweg {

namespace {

namespace fs = std::filesystem;

struct Said {
  bool ran = false;
  int code = -1;
  std::string text;  // what it wrote to standard error
};

// Runs a program without a shell, its standard error caught, killed after `seconds`.
Said run(const std::vector<std::string>& words, const std::vector<std::pair<std::string, std::string>>& set, int seconds) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  for (const auto& [name, value] : set) {
    std::erase_if(variables, [&](const std::string& variable) { return variable.starts_with(name + "="); });
    variables.push_back(name + "=" + value);
  }
  std::vector<char*> environment;
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);

  std::array<int, 2> pipe_ends{};
  Said said;
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return said;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);
  pid_t child = 0;
  said.ran = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environment.data()) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  if (said.ran) {
    std::jthread watch([&](std::stop_token stop) {
      const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
      while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (!stop.stop_requested()) kill(child, SIGKILL);
    });
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) said.text.append(buffer.data(), static_cast<std::size_t>(count));
    int status = 0;
    waitpid(child, &status, 0);
    watch.request_stop();
    said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  close(pipe_ends[0]);
  return said;
}

// The folder that holds the Python package thalweg: beside an installed program or in the source tree around a built one.
fs::path package_folder() {
  if (const char* share = std::getenv("THALWEG_SHARE"); share != nullptr && *share != '\0' && fs::is_directory(fs::path(share) / "python" / "thalweg"))
    return fs::path(share) / "python";
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (const fs::path folder = program.parent_path().parent_path() / "share/thalweg/python"; fs::is_directory(folder / "thalweg")) return folder;
  for (fs::path above = program.parent_path(); above.has_relative_path(); above = above.parent_path())
    if (fs::is_directory(above / "notebooks-export/python/thalweg")) return above / "notebooks-export/python";
  return {};
}

struct Interpreter {
  std::string program;
  std::string reason;  // when there is none
};

Interpreter interpreter() {
  std::vector<std::string> candidates = {"/usr/bin/python3", "python3"};
  const char* chosen = std::getenv("THALWEG_PYTHON");
  if (chosen != nullptr && *chosen != '\0') candidates = {chosen};
  for (const std::string& candidate : candidates) {
    const Said said = run({candidate, "-c", "import matplotlib"}, {}, 60);
    if (said.ran && said.code == 0) return {candidate, ""};
  }
  return {"", (candidates.size() == 1 ? "THALWEG_PYTHON = " + candidates.front() + " is no Python with matplotlib"
                                      : std::string("no Python with matplotlib is found")) + "; figures need the Debian package python3-matplotlib"};
}

// The last line of what a Python program said: its error, without the way there.
std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

Availability drawing_availability() {
  const Interpreter found = interpreter();
  if (found.program.empty()) return {false, found.reason};
  if (package_folder().empty()) return {false, "the Python package thalweg is not found beside the program"};
  return {true, "matplotlib of " + found.program};
}

std::vector<fs::path> render(const Figure& figure, const fs::path& stem, const std::vector<std::string>& formats) {
  std::error_code failure;
  if (stem.has_parent_path()) fs::create_directories(stem.parent_path(), failure);
  const fs::path spec = stem.string() + ".json";
  std::ofstream out(spec, std::ios::binary);
  out << to_json(figure);
  out.close();
  if (!out) throw EnvironmentError(spec.string() + ": cannot be written");
  std::vector<fs::path> files = {spec};
  const Interpreter found = interpreter();
  if (found.program.empty()) throw EnvironmentError(found.reason + " (the figure's data are in " + spec.string() + ")");
  std::string list;
  for (const std::string& format : formats) {
    list += (list.empty() ? "" : ",") + format;
    files.push_back(stem.string() + "." + format);
  }
  const Said said = run({found.program, "-m", "thalweg.figure", spec.string(), "--formats", list, "--out", stem.string()},
                        {{"PYTHONPATH", package_folder().string()}, {"MPLBACKEND", "Agg"}, {"SOURCE_DATE_EPOCH", "0"}, {"PYTHONDONTWRITEBYTECODE", "1"}}, 300);
  if (!said.ran || said.code != 0) throw EnvironmentError("drawing " + stem.string() + " failed: " + (said.text.empty() ? "no message" : last_line(said.text)));
  return files;
}

}  // namespace thalweg

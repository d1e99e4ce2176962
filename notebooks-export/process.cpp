#include "notebooks-export/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

extern char** environ;

namespace thalweg {

namespace {

constexpr std::size_t kept_bytes = 65536;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) all.emplace_back(*variable);
  for (const auto& [name, value] : variables) {
    std::erase_if(all, [&](const std::string& variable) { return variable.starts_with(name + "="); });
    all.push_back(name + "=" + value);
  }
  return all;
}

// Takes what stands in the pipe without waiting. False once the other end is closed.
bool drain(int pipe_end, std::string& text) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = read(pipe_end, buffer.data(), buffer.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > 2 * kept_bytes) text.erase(0, text.size() - kept_bytes);
  }
}

// Waits for the child itself, not for the pipe to close: a grandchild may keep that open.
void attend(pid_t child, int pipe_end, std::chrono::milliseconds limit, ProcessAnswer& answer) {
  const auto end = std::chrono::steady_clock::now() + limit;
  bool open = true;
  int status = 0;
  for (;;) {
    pollfd waited{open ? pipe_end : -1, POLLIN, 0};
    poll(&waited, 1, 10);
    if (open) open = drain(pipe_end, answer.complaint);
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return;  // someone else collected it: its status is unknown, code stays -1
    if (std::chrono::steady_clock::now() >= end) {
      answer.timed_out = true;
      kill(child, SIGKILL);
      while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      break;
    }
  }
  if (open) drain(pipe_end, answer.complaint);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProcessAnswer run_process(const std::vector<std::string>& words, const std::vector<std::pair<std::string, std::string>>& variables,
                          std::chrono::milliseconds limit) {
  std::vector<std::string> word_texts = words, variable_texts = environment_with(variables);
  const std::vector<char*> arguments = pointers(word_texts), environment = pointers(variable_texts);
  ProcessAnswer answer;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    answer.complaint = std::strerror(errno);
    return answer;
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failure == 0) {
    answer.started = true;
    attend(child, ends[0], limit, answer);
  } else {
    answer.complaint = std::strerror(failure);
  }
  close(ends[0]);
  if (answer.complaint.size() > kept_bytes) answer.complaint.erase(0, answer.complaint.size() - kept_bytes);
  return answer;
}

std::string last_line(const std::string& text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t end = text.find_last_not_of(blank);
  if (end == std::string::npos) return "";
  const std::size_t start = text.find_last_of('\n', end);
  return text.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
}

}  // namespace thalweg

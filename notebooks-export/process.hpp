// Runs another program: no shell, no standard input, its standard error kept, killed when it takes too long.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace thalweg {

struct ProcessAnswer {
  bool started = false;
  bool timed_out = false;
  int code = -1;           // exit status; 128 + signal when a signal ended it
  std::string complaint;   // the end of what it wrote to standard error; why it could not be started
};

// words[0] is the program, looked up on PATH when it holds no slash. `variables` are set in its environment besides the present ones.
ProcessAnswer run_process(const std::vector<std::string>& words, const std::vector<std::pair<std::string, std::string>>& variables,
                          std::chrono::milliseconds limit);

// The last line of a complaint that is not blank: of a Python traceback, the line that says what happened.
std::string last_line(const std::string& text);

}  // namespace thalweg

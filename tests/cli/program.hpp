// Runs the built program and gives back what it said.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace thalweg {

struct Answer {
  int code = -1;
  std::string out, err;
};

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline void write_file(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

// A folder of this test alone, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "thalweg-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// thalweg ARGUMENTS in the folder; `before` is shell text put in front, such as "ulimit -f 1;".
inline Answer run_program(const TemporaryFolder& folder, const std::string& arguments, const std::string& before = "") {
  const std::string err = folder / ".stderr", out = folder / ".stdout";
  const std::string command = "cd '" + folder.path().string() + "' && " + before + " '" + THALWEG_BINARY_DIR + "/bin/thalweg' " + arguments + " > '" + out + "' 2> '" + err + "' < /dev/null";
  const int status = std::system(("bash -c \"" + [&] {
    std::string quoted;
    for (char c : command) {
      if (c == '"' || c == '$' || c == '`' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return quoted;
  }() + "\"").c_str());
  Answer answer;
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  answer.out = read_file(out);
  answer.err = read_file(err);
  return answer;
}

}  // namespace thalweg

#include "notebooks-export/render.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "lib/core/check.hpp"
#include "notebooks-export/process.hpp"

namespace thalweg {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> known_formats = {"svg", "pdf", "png"};

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

// What every call of Python sees. The safe path keeps a json.py or matplotlib.py in the working directory from being imported; a user's own
// PYTHONPATH may be where matplotlib comes from and stays behind the package.
std::vector<std::pair<std::string, std::string>> python_variables(const fs::path& package) {
  const char* before = std::getenv("PYTHONPATH");
  std::string path = package.string();
  if (before != nullptr && *before != '\0') path += (path.empty() ? "" : ":") + std::string(before);
  return {{"PYTHONPATH", path}, {"PYTHONSAFEPATH", "1"}, {"PYTHONDONTWRITEBYTECODE", "1"}, {"MPLBACKEND", "Agg"}, {"SOURCE_DATE_EPOCH", "0"}};
}

struct Interpreter {
  std::string program;
  std::string reason;  // when there is none
};

Interpreter interpreter(const fs::path& package) {
  std::vector<std::string> candidates = {"/usr/bin/python3", "python3"};
  const char* chosen = std::getenv("THALWEG_PYTHON");
  if (chosen != nullptr && *chosen != '\0') candidates = {chosen};
  for (const std::string& candidate : candidates) {
    const ProcessAnswer answer = run_process({candidate, "-c", "import matplotlib"}, python_variables(package), std::chrono::seconds(60));
    if (answer.started && answer.code == 0) return {candidate, ""};
  }
  return {"", (candidates.size() == 1 ? "THALWEG_PYTHON = " + candidates.front() + " is no Python with matplotlib"
                                      : std::string("no Python with matplotlib is found")) + "; figures need the Debian package python3-matplotlib"};
}

void write_spec(const Figure& figure, const fs::path& file) {
  std::error_code ignored;  // a folder that cannot be made shows as a file that cannot be written
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
  errno = 0;
  std::ofstream out(file, std::ios::binary);
  out << to_json(figure);
  out.close();
  if (!out) throw EnvironmentError(file.string() + ": cannot be written" + (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
}

std::string why(const ProcessAnswer& answer) {
  if (answer.timed_out) return "it took longer than allowed";
  const std::string said = last_line(answer.complaint);
  return said.empty() ? "it ended with status " + std::to_string(answer.code) + " and no message" : said;
}

}  // namespace

std::string drawing_interpreter() { return interpreter(package_folder()).program; }

Availability drawing_availability() {
  const fs::path package = package_folder();
  const Interpreter found = interpreter(package);
  if (found.program.empty()) return {false, found.reason};
  if (package.empty()) return {false, "the Python package thalweg is not found beside the program"};
  return {true, "matplotlib of " + found.program};
}

std::vector<fs::path> render(const Figure& figure, const fs::path& stem, const std::vector<std::string>& formats) {
  for (const std::string& format : formats)
    if (std::find(known_formats.begin(), known_formats.end(), format) == known_formats.end())
      throw SpecError({{}, "formats", format, unknown_clause("format", format, known_formats)});
  std::vector<fs::path> files = {stem.string() + ".json"};
  write_spec(figure, files.front());
  if (formats.empty()) return files;
  const fs::path package = package_folder();
  const Interpreter found = interpreter(package);
  const std::string kept = " (the figure's data are in " + files.front().string() + ")";
  if (found.program.empty()) throw EnvironmentError(found.reason + kept);
  if (package.empty()) throw EnvironmentError("the Python package thalweg is not found beside the program" + kept);
  std::string list;
  for (const std::string& format : formats) {
    list += (list.empty() ? "" : ",") + format;
    files.push_back(stem.string() + "." + format);
  }
  // Absolute paths: a name that begins with a dash is no option.
  const ProcessAnswer answer = run_process({found.program, "-m", "thalweg.figure", fs::absolute(files.front()).string(), "--formats", list, "--out", fs::absolute(stem).string()},
                                           python_variables(package), std::chrono::minutes(5));
  if (!answer.started || answer.code != 0) throw EnvironmentError("drawing " + stem.string() + " failed: " + why(answer));
  return files;
}

}  // namespace thalweg

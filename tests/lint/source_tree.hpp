// The source files of a tree and small helpers that the lint tests share.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg::lint {

namespace fs = std::filesystem;

struct Violation {
  std::string file;  // from the root of the tree
  std::size_t line = 0;
  std::string what;
};

inline std::string to_string(const Violation& v) { return v.file + ":" + std::to_string(v.line) + ": " + v.what; }

inline std::string report(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& v : violations) text += "\n  " + to_string(v);
  return text;
}

inline std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// Every file below the root but what no one writes by hand: hidden folders, builds, results, caches. Sorted, relative to the root.
inline std::vector<std::string> files_of(const fs::path& root) {
  static const std::set<std::string> skipped = {"build", "thalweg-results", "__pycache__"};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator at(root), end; at != end; ++at) {
    const std::string name = at->path().filename().string();
    if (at->is_directory() && (name.front() == '.' || skipped.contains(name))) at.disable_recursion_pending();
    if (at->is_regular_file()) files.push_back(fs::relative(at->path(), root).generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline bool is_cpp(std::string_view file) { return file.ends_with(".hpp") || file.ends_with(".cpp") || file.ends_with(".cu") || file.ends_with(".cuh"); }
inline bool is_header(std::string_view file) { return file.ends_with(".hpp") || file.ends_with(".cuh"); }

// Whether `path` is `place` or lies below it.
inline bool within(std::string_view path, std::string_view place) {
  if (place.ends_with('/')) return path.starts_with(place);
  return path == place || (path.starts_with(place) && path[place.size()] == '/');
}

}  // namespace thalweg::lint

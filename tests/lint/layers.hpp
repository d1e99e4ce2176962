// The rules of tests/lint/layers.txt, and what in a tree breaks them.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>

#include "tests/lint/source_tree.hpp"

namespace thalweg::lint {

struct Include {
  std::string header;
  bool quoted = false;
  std::size_t line = 0;
};

struct Rules {
  struct Outside {
    std::string place;
    bool in_headers = false;
    std::vector<std::string> headers;
  };
  struct Named {  // a header or a token with the places it may stand in
    std::string name;
    std::vector<std::string> places;
  };
  std::vector<std::vector<std::string>> layers;
  std::vector<Outside> outside;
  std::vector<Named> singles, tokens;
  std::vector<std::string> device;
};

inline Rules read_rules(const std::vector<std::string>& lines) {
  Rules rules;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> words = words_of(lines[i].substr(0, lines[i].find('#')));
    if (words.empty()) continue;
    const auto from = [&](std::size_t k) { return std::vector<std::string>(words.begin() + static_cast<std::ptrdiff_t>(k), words.end()); };
    if (words[0] == "layer" && words.size() > 1) {
      rules.layers.push_back(from(1));
    } else if (words[0] == "outside" && words.size() > 3 && (words[2] == "any" || words[2] == "cpp")) {
      rules.outside.push_back({words[1], words[2] == "any", from(3)});
    } else if (words[0] == "single" && words.size() > 2) {
      rules.singles.push_back({words[1], from(2)});
    } else if (words[0] == "token" && words.size() > 2) {
      rules.tokens.push_back({words[1], from(2)});
    } else if (words[0] == "device") {
      rules.device = from(1);
    } else {
      throw std::runtime_error("layers.txt:" + std::to_string(i + 1) + ": not a rule: " + lines[i]);
    }
  }
  return rules;
}

inline std::vector<Include> includes_of(const std::vector<std::string>& lines) {
  std::vector<Include> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') continue;
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
    const std::size_t open = line.find_first_of("<\"", at + 7);
    if (open == std::string::npos) continue;
    const std::size_t close = line.find(line[open] == '<' ? '>' : '"', open + 1);
    if (close != std::string::npos) found.push_back({line.substr(open + 1, close - open - 1), line[open] == '"', i + 1});
  }
  return found;
}

// The layer of a file and the folder it belongs to; -1 for a file in no layer.
struct Home {
  int layer = -1;
  std::string folder;
};
inline Home home_of(const Rules& rules, std::string_view file) {
  for (std::size_t i = 0; i < rules.layers.size(); ++i)
    for (const std::string& folder : rules.layers[i])
      if (within(file, folder)) return {static_cast<int>(i), folder};
  return {};
}

inline bool within_any(std::string_view path, const std::vector<std::string>& places) {
  return std::any_of(places.begin(), places.end(), [&](const std::string& place) { return within(path, place); });
}

// Why the file may not include this, or nothing.
inline std::optional<std::string> fault_of(const Rules& rules, const fs::path& root, const std::string& file, const Include& include) {
  if (include.quoted) {
    const Home from = home_of(rules, file), to = home_of(rules, include.header);
    if (to.layer < 0) return "\"" + include.header + "\" is not written from the root of the tree, or lies in no layer";
    if (!fs::exists(root / include.header)) return "there is no file " + include.header;
    if (to.layer > from.layer) return from.folder + " may not include " + to.folder + ", which lies to its right";
    if (to.layer == from.layer && to.folder != from.folder) return from.folder + " may not include " + to.folder + ", which stands beside it";
    return std::nullopt;
  }
  for (const Rules::Named& single : rules.singles)
    if (within(include.header, single.name) && !within_any(file, single.places)) return "<" + include.header + "> belongs to " + single.places.front() + " alone";
  if (include.header.find_first_of("./") == std::string::npos) return std::nullopt;  // the standard library's headers have no suffix
  bool elsewhere = false;
  for (const Rules::Outside& outside : rules.outside) {
    if (!within(file, outside.place) || !within_any(include.header, outside.headers)) continue;
    if (outside.in_headers || !is_header(file)) return std::nullopt;
    elsewhere = true;
  }
  if (elsewhere) return "<" + include.header + "> may be included by source files only, never by a header";
  return "<" + include.header + "> is not among the outside headers of " + home_of(rules, file).folder;
}

inline bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether code (comments and text in quotes aside, by the line) says the word.
inline bool says(const std::string& line, const std::string& word) {
  const std::string code = line.substr(0, line.find("//"));
  for (std::size_t at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
    const bool starts = at == 0 || (!is_word(code[at - 1]) && code[at - 1] != ':');
    const bool ends = at + word.size() == code.size() || !is_word(code[at + word.size()]);
    if (starts && ends && std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '"') % 2 == 0) return true;
  }
  return false;
}

// What a device source reaches through its includes that no device source may.
inline void check_device(const Rules& rules, const fs::path& root, const std::string& file, std::vector<Violation>& found) {
  std::vector<std::string> open = {file};
  std::set<std::string> seen = {file};
  while (!open.empty()) {
    const std::string current = open.back();
    open.pop_back();
    for (const Include& include : includes_of(lines_of(root / current))) {
      if (within_any(include.header, rules.device)) found.push_back({current, include.line, file + " reaches " + include.header + ", which must not meet the device compiler"});
      if (include.quoted && fs::exists(root / include.header) && seen.insert(include.header).second) open.push_back(include.header);
    }
  }
}

inline std::vector<Violation> check_layers(const Rules& rules, const fs::path& root) {
  std::vector<Violation> found;
  for (const std::string& file : files_of(root)) {
    if (!is_cpp(file)) continue;
    if (home_of(rules, file).layer < 0) {
      found.push_back({file, 1, "lies in no layer"});
      continue;
    }
    const std::vector<std::string> lines = lines_of(root / file);
    for (const Include& include : includes_of(lines))
      if (const auto fault = fault_of(rules, root, file, include)) found.push_back({file, include.line, *fault});
    for (const Rules::Named& token : rules.tokens) {
      if (within_any(file, token.places)) continue;
      for (std::size_t i = 0; i < lines.size(); ++i)
        if (says(lines[i], token.name)) found.push_back({file, i + 1, token.name + " has no place here"});
    }
    if (file.ends_with(".cu")) check_device(rules, root, file, found);
  }
  return found;
}

}  // namespace thalweg::lint

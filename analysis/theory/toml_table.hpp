// Reading TOML with errors that a user can act on: every accessor names file, line, column, key, the value given and what is allowed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/theory/findings.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

class TomlTable {
 public:
  // A value that is either a number or text: a number or an expression.
  using Scalar = std::variant<double, std::string>;

  static TomlTable parse(std::string_view text, const std::string& file);
  static TomlTable read(const std::filesystem::path& file);

  bool has(std::string_view key) const;
  std::vector<std::string> keys() const;  // in the order of the file
  // An error for the first key that is not among `known`, with the nearest known one. `where` names the table: "[[block]]".
  void only(std::string_view where, std::span<const std::string_view> known) const;
  // The same of every such key.
  void only(std::string_view where, std::span<const std::string_view> known, Findings& findings) const;

  // Required values; the optional forms return `otherwise` when the key is absent.
  std::string string(std::string_view key) const;
  std::string string(std::string_view key, std::string_view otherwise) const;
  double number(std::string_view key) const;
  double number(std::string_view key, double otherwise) const;
  std::uint64_t count(std::string_view key, std::uint64_t otherwise) const;  // a positive integer
  bool boolean(std::string_view key, bool otherwise) const;

  // A value or a list of values; an absent key is an empty list.
  std::vector<double> numbers(std::string_view key) const;
  std::vector<std::uint64_t> counts(std::string_view key) const;
  std::vector<std::string> strings(std::string_view key) const;
  std::vector<Scalar> scalars(std::string_view key) const;
  // A table or a list of tables. With `name_key` a plain string "x" stands for { name_key = "x" }.
  std::vector<TomlTable> tables(std::string_view key, std::string_view name_key = {}) const;

  Place place(std::string_view key) const;  // of the value
  Place key_place(std::string_view key) const;
  std::vector<Place> places(std::string_view key) const;  // of the elements of a list, or of the value itself
  Place text_place(std::string_view key) const;  // of the first character inside the quotes of a text
  Place place() const;                      // of the table
  std::string given(std::string_view key) const;  // the value as TOML; a long one shortened
  std::string text() const;                       // the table as TOML, keys sorted
  [[noreturn]] void refuse(std::string_view key, std::string allowed) const;

 private:
  struct Node;
  explicit TomlTable(Node node);
  std::shared_ptr<const Node> node_;
};

// The text of a file, at most 4 MiB of it. SpecError for a file that cannot be read, is empty, a folder or longer.
std::string text_of_toml(const std::filesystem::path& file);
// The id of a card, a study or the like: lower-case letters, digits and hyphens.
std::string kebab_case_id(const TomlTable& table);

}  // namespace thalweg

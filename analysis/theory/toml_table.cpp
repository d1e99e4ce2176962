#include "analysis/theory/toml_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace thalweg {

struct TomlTable::Node {
  std::shared_ptr<const toml::table> root;
  const toml::table* table;
  std::string file;
  std::shared_ptr<const std::string> text;
};

TomlTable::TomlTable(Node node) : node_(std::make_shared<const Node>(std::move(node))) {}

namespace {

// A node as TOML, numbers as short as exactness allows.
std::string printed(const toml::node& node, bool inside = true) {
  if (const auto* number = node.as_floating_point()) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof(buffer), number->get()).ptr};
  }
  std::string out;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& element : *list) out += (out.empty() ? "" : ", ") + printed(element);
    return "[" + out + "]";
  }
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      if (!out.empty()) out += inside ? ", " : "\n";
      out += std::string(key.str()) + " = " + printed(value);
    }
    return inside ? "{ " + out + " }" : out;
  }
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return text.str();
}

int line_of(const toml::source_region& source) { return static_cast<int>(source.begin.line); }
int column_of(const toml::source_region& source) { return static_cast<int>(source.begin.column); }

// The elements of a list, or the value itself.
std::vector<const toml::node*> elements(const toml::node& node) {
  std::vector<const toml::node*> all;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& element : *list) all.push_back(&element);
  } else {
    all.push_back(&node);
  }
  return all;
}

constexpr const char* a_number = "must be a finite number";
constexpr const char* a_count = "must be a positive whole number";
constexpr const char* a_string = "must be text in quotes";

std::optional<double> number_in(const toml::node& node) {
  if (!node.is_number()) return std::nullopt;
  const double value = *node.value<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> count_in(const toml::node& node) {
  // 1e5 is a whole number to a reader.
  const auto value = number_in(node);
  if (!value || *value < 1.0 || *value > 9.0e15 || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

// A device or a pipe may go on for ever.
constexpr std::size_t largest_file = std::size_t{4} << 20U;

// A value in an error, which is one line.
std::string shortened(std::string text) {
  constexpr std::size_t longest = 120;
  if (text.size() <= longest) return text;
  std::size_t end = longest - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not inside a character of UTF-8
  return text.substr(0, end) + "...";
}

}  // namespace

TomlTable TomlTable::parse(std::string_view text, const std::string& file) {
  try {
    auto root = std::make_shared<const toml::table>(toml::parse(text, file));
    return TomlTable(Node{root, root.get(), file, std::make_shared<const std::string>(text)});
  } catch (const toml::parse_error& error) {
    throw SpecError({{file, line_of(error.source()), column_of(error.source())}, "", "", "not valid TOML: " + std::string(error.description())});
  }
}

TomlTable TomlTable::read(const std::filesystem::path& file) { return parse(text_of_toml(file), file.string()); }

bool TomlTable::has(std::string_view key) const { return node_->table->contains(key); }

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::pair<toml::source_position, std::string>> found;
  for (const auto& [key, value] : *node_->table) found.emplace_back(key.source().begin, std::string(key.str()));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.first.line != b.first.line ? a.first.line < b.first.line : a.first.column < b.first.column;
  });
  std::vector<std::string> names;
  for (auto& [position, name] : found) names.push_back(std::move(name));
  return names;
}

void TomlTable::only(std::string_view where, std::span<const std::string_view> known, Findings& findings) const {
  for (const std::string& key : keys())
    if (std::find(known.begin(), known.end(), key) == known.end())
      findings.add(SpecError({key_place(key), std::string(where) + (where.empty() ? "" : " ") + shortened(key), "", unknown_clause("key", key, known)}));
}

void TomlTable::only(std::string_view where, std::span<const std::string_view> known) const {
  Findings first;
  only(where, known, first);
}

Place TomlTable::key_place(std::string_view key) const {
  for (const auto& [name, value] : *node_->table)
    if (name.str() == key && line_of(name.source()) > 0) return {node_->file, line_of(name.source()), column_of(name.source())};
  return place(key);
}

std::vector<Place> TomlTable::places(std::string_view key) const {
  std::vector<Place> all;
  if (const toml::node* value = node_->table->get(key))
    for (const toml::node* element : elements(*value)) all.push_back({node_->file, line_of(element->source()), column_of(element->source())});
  return all;
}

Place TomlTable::place(std::string_view key) const {
  const toml::node* value = node_->table->get(key);
  return value == nullptr ? place() : Place{node_->file, line_of(value->source()), column_of(value->source())};
}

Place TomlTable::text_place(std::string_view key) const {
  Place at = place(key);
  // The value in the file, from its opening quote on.
  std::string_view rest = *node_->text;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  for (int line = 1; line < at.line && !rest.empty(); ++line) rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  for (int column = 1; column < at.column && !rest.empty(); ++column) {
    rest.remove_prefix(1);
    while (!rest.empty() && (static_cast<unsigned char>(rest.front()) & 0xC0U) == 0x80U) rest.remove_prefix(1);
  }
  const bool long_text = rest.starts_with("\"\"\"") || rest.starts_with("'''");
  at.column += long_text ? 3 : 1;
  if (long_text && (rest.substr(3).starts_with("\n") || rest.substr(3).starts_with("\r\n"))) at = {at.file, at.line + 1, 1};  // a line end there is no part of it
  return at;
}

Place TomlTable::place() const { return {node_->file, line_of(node_->table->source()), column_of(node_->table->source())}; }

std::string TomlTable::given(std::string_view key) const {
  const toml::node* value = node_->table->get(key);
  return value == nullptr ? "" : shortened(printed(*value));
}

std::string TomlTable::text() const { return printed(*node_->table, false); }

void TomlTable::refuse(std::string_view key, std::string allowed) const {
  if (!has(key)) throw SpecError({place(), std::string(key), "", "is missing: " + allowed});
  throw SpecError({place(key), std::string(key), given(key), std::move(allowed)});
}

std::string TomlTable::string(std::string_view key) const {
  const toml::node* value = node_->table->get(key);
  if (value == nullptr || !value->is_string()) refuse(key, a_string);
  return *value->value<std::string>();
}
std::string TomlTable::string(std::string_view key, std::string_view otherwise) const { return has(key) ? string(key) : std::string(otherwise); }

double TomlTable::number(std::string_view key) const {
  const toml::node* value = node_->table->get(key);
  const auto found = value == nullptr ? std::nullopt : number_in(*value);
  if (!found) refuse(key, a_number);
  return *found;
}
double TomlTable::number(std::string_view key, double otherwise) const { return has(key) ? number(key) : otherwise; }

std::uint64_t TomlTable::count(std::string_view key, std::uint64_t otherwise) const {
  if (!has(key)) return otherwise;
  const auto found = count_in(*node_->table->get(key));
  if (!found) refuse(key, a_count);
  return *found;
}

bool TomlTable::boolean(std::string_view key, bool otherwise) const {
  if (!has(key)) return otherwise;
  const auto found = node_->table->get(key)->as_boolean();
  if (found == nullptr) refuse(key, "must be true or false");
  return found->get();
}

std::vector<double> TomlTable::numbers(std::string_view key) const {
  std::vector<double> all;
  if (!has(key)) return all;
  for (const toml::node* element : elements(*node_->table->get(key))) {
    const auto found = number_in(*element);
    if (!found) refuse(key, std::string(a_number) + " or a list of them");
    all.push_back(*found);
  }
  return all;
}

std::vector<std::uint64_t> TomlTable::counts(std::string_view key) const {
  std::vector<std::uint64_t> all;
  if (!has(key)) return all;
  for (const toml::node* element : elements(*node_->table->get(key))) {
    const auto found = count_in(*element);
    if (!found) refuse(key, std::string(a_count) + " or a list of them");
    all.push_back(*found);
  }
  return all;
}

std::vector<std::string> TomlTable::strings(std::string_view key) const {
  std::vector<std::string> all;
  if (!has(key)) return all;
  for (const toml::node* element : elements(*node_->table->get(key))) {
    if (!element->is_string()) refuse(key, std::string(a_string) + " or a list of them");
    all.push_back(*element->value<std::string>());
  }
  return all;
}

std::vector<TomlTable::Scalar> TomlTable::scalars(std::string_view key) const {
  std::vector<Scalar> all;
  if (!has(key)) return all;
  for (const toml::node* element : elements(*node_->table->get(key))) {
    if (element->is_string()) {
      all.emplace_back(*element->value<std::string>());
    } else if (const auto found = number_in(*element)) {
      all.emplace_back(*found);
    } else {
      refuse(key, "must be a number, an expression in quotes or a list of them");
    }
  }
  return all;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key, std::string_view name_key) const {
  std::vector<TomlTable> all;
  if (!has(key)) return all;
  for (const toml::node* element : elements(*node_->table->get(key))) {
    if (const toml::table* table = element->as_table()) {
      all.push_back(TomlTable(Node{node_->root, table, node_->file, node_->text}));
    } else if (!name_key.empty() && element->is_string()) {
      toml::table made;
      made.insert(name_key, *element->value<std::string>());
      auto owned = std::make_shared<const toml::table>(std::move(made));
      all.push_back(TomlTable(Node{owned, owned.get(), node_->file, node_->text}));
    } else {
      refuse(key, name_key.empty() ? "must be a table or a list of tables" : "must be an id in quotes, a table or a list of them");
    }
  }
  return all;
}

std::string text_of_toml(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) -> SpecError { return SpecError({{file.string(), 0, 0}, "", "", why}); };
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) throw refuse("is a folder, not a file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw refuse("cannot be read");
  std::string text;
  for (std::array<char, 65536> part; in && text.size() <= largest_file;) {
    in.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw refuse("cannot be read");
  if (text.empty()) throw refuse("is empty");
  if (text.size() > largest_file) throw refuse("is longer than 4 MiB: no card, study or claims");
  return text;
}

std::string kebab_case_id(const TomlTable& table) {
  std::string id = table.string("id");
  if (id.empty() || id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    table.refuse("id", "must be kebab-case: lower-case letters, digits and hyphens");
  return id;
}

}  // namespace thalweg

// What the readers of text share: lines, and the numbers in them.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>

#include "problems/data/data_file.hpp"
#include "problems/data/dataset.hpp"

namespace thalweg::lines {

// visit(line, number from 1) without line ends; those of spaces alone are left out.
template <class Visit>
void each(std::string_view text, Visit visit) {
  int number = 0;
  for (std::size_t from = 0; from < text.size();) {
    ++number;
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string_view line = text.substr(from, end - from);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) visit(line, number);
    from = end + 1;
  }
}

inline std::string_view trimmed(std::string_view field) {
  const std::size_t first = field.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return field.substr(first, field.find_last_not_of(" \t") - first + 1);
}

// What stands in an error: short, and without control characters.
inline std::string quoted(std::string_view field) {
  std::string out = "'";
  for (const char c : field.substr(0, 40)) out += static_cast<unsigned char>(c) < 32 || c == 127 ? '?' : c;
  return out + (field.size() > 40 ? "...'" : "'");
}

// The field as a number as far as its form goes, infinities and NaN among them; nothing: another text.
enum class Form { number, out_of_range, other };
inline Form read(std::string_view field, double& value) {
  if (!field.empty() && field.front() == '+' && field.size() > 1 && field[1] != '-') field.remove_prefix(1);
  const auto [end, failure] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (field.empty() || failure == std::errc::invalid_argument || end != field.data() + field.size()) return Form::other;
  return failure == std::errc() ? Form::number : Form::out_of_range;
}

// A number of the data, or a SpecError.
inline double number(std::string_view field, const std::filesystem::path& file, const std::string& what, int line, std::size_t column) {
  double value = 0.0;
  const Form form = read(field, value);
  const int at = static_cast<int>(column);
  if (form == Form::other) malformed(file, what, quoted(field), field.empty() ? "is missing: must be a number" : "must be a number", line, at);
  if (form == Form::out_of_range) malformed(file, what, quoted(field), "is too large or too small for a double", line, at);
  if (!(std::fabs(value) <= largest_datum)) malformed(file, what, quoted(field), "must be a finite number, at most 1e100 in size", line, at);
  return value + 0.0;  // -0 becomes 0
}

}  // namespace thalweg::lines

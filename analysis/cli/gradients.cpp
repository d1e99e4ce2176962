#include "analysis/cli/gradients.hpp"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <string_view>

#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

constexpr std::string_view blank = " \t\r";

std::string_view trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(blank);
  return first == std::string_view::npos ? std::string_view{} : s.substr(first, s.find_last_not_of(blank) - first + 1);
}

// A number as C writes it, NaN and infinity among them; what is too small becomes 0 or subnormal, what is too large infinite.
std::optional<double> number_in(std::string_view cell) {
  if (cell.starts_with('+') && !cell.starts_with("+-")) cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, failure] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (cell.empty() || end != cell.data() + cell.size() || failure == std::errc::invalid_argument) return std::nullopt;
  return failure == std::errc::result_out_of_range ? std::strtod(std::string(cell).c_str(), nullptr) : value;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t from = 0;;) {
    const auto comma = line.find(',', from);
    cells.push_back(trimmed(line.substr(from, comma - from)));
    if (comma == std::string_view::npos) return cells;
    from = comma + 1;
  }
}

class Reader {
 public:
  Reader(std::string name, double limit) : name_(std::move(name)), limit_(limit) {}

  GradientRows read(std::istream& in) {
    for (std::string line; std::getline(in, line);) {
      ++line_;
      std::string_view text = line;
      if (line_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
      if (trimmed(text).empty()) {
        if (empty_ == 0) empty_ = line_;
        continue;
      }
      if (empty_ != 0 && rows_.columns != 0) refuse(empty_, 0, "row", "", "is empty, and rows follow: a gradient of zeros is written 0,0,...");
      enter(cells_of(text));
    }
    if (in.bad()) throw SpecError({{}, "--grads", name_, "cannot be read: " + std::string(std::strerror(errno))});
    if (rows_.columns == 0) throw SpecError({{}, "--grads", name_, "holds no row of numbers: one row a step, one column a coordinate, separated by commas"});
    return std::move(rows_);
  }

 private:
  [[noreturn]] void refuse(int line, std::size_t column, const std::string& field, std::string given, std::string allowed) const {
    throw SpecError({{name_, line, static_cast<int>(column)}, field, std::move(given), std::move(allowed)});
  }

  void enter(const std::vector<std::string_view>& cells) {
    if (rows_.columns == 0 && !header_) {
      header_ = true;
      bool any = false;
      for (std::string_view cell : cells) any = any || number_in(cell).has_value();
      if (!any) {
        header_columns_ = cells.size();
        return;
      }
    }
    const std::size_t expected = rows_.columns != 0 ? rows_.columns : header_columns_;
    if (expected != 0 && cells.size() != expected)
      refuse(line_, 0, "row", std::to_string(cells.size()) + (cells.size() == 1 ? " number" : " numbers"),
             "must have " + std::to_string(expected) + ", as the " + (rows_.columns != 0 ? "rows before it" : "header"));
    rows_.columns = cells.size();
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const std::optional<double> value = number_in(cells[k]);
      const std::string field = "column " + std::to_string(k + 1);
      if (!value) refuse(line_, 0, field, "'" + std::string(cells[k]) + "'", std::string("must be a number") + (cells[k].find(';') != std::string_view::npos || cells[k].find('\t') != std::string_view::npos || cells[k].find(' ') != std::string_view::npos ? "; cells are separated by commas" : ""));
      if (!std::isfinite(*value) || std::fabs(*value) > limit_)
        refuse(line_, 0, field, std::string(cells[k]), "must be a finite number" + std::string(limit_ < 1e300 ? " within the range of a float" : ""));
      rows_.values.push_back(*value);
    }
  }

  std::string name_;
  double limit_;
  GradientRows rows_;
  int line_ = 0, empty_ = 0;
  bool header_ = false;
  std::size_t header_columns_ = 0;
};

}  // namespace

GradientRows read_gradients(const std::string& path, double limit) {
  if (path == "-") return Reader("standard input", limit).read(std::cin);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw SpecError({{}, "--grads", path, "cannot be read: " + std::string(std::strerror(errno))});
  return Reader(path, limit).read(in);
}

}  // namespace thalweg::cli

#include "analysis/report/plain_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

std::string entry_text(const TableEntry& entry) {
  if (std::holds_alternative<std::string>(entry)) return std::get<std::string>(entry);
  if (std::holds_alternative<double>(entry)) return number_text(std::get<double>(entry));
  return estimate_text(std::get<Estimate>(entry));
}

// Signs and digits beyond ASCII take one column.
std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::string room(width - std::min(width, columns_of(text)), ' ');
  return left ? text + room : room + text;
}

nlohmann::ordered_json finite(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr); }

}  // namespace

std::string number_text(double value, int digits) { return std::isfinite(value) ? fmt::format("{:.{}g}", value + 0.0, digits) : "-"; }

std::string estimate_text(const Estimate& estimate, int digits) {
  if (!std::isfinite(estimate.value)) return "-";
  if (!std::isfinite(estimate.lower) || !std::isfinite(estimate.upper)) return number_text(estimate.value, digits) + " [-, -]";
  return fmt::format("{} [{}, {}]", number_text(estimate.value, digits), number_text(estimate.lower, digits), number_text(estimate.upper, digits));
}

std::string to_text(const PlainTable& table) {
  std::vector<std::size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(columns_of(column));
  for (const auto& row : table.rows) {
    THALWEG_EXPECTS(row.size() == widths.size());
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], columns_of(entry_text(row[k])));
  }
  const auto is_text = [&](std::size_t k) {
    return std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return std::holds_alternative<std::string>(row[k]); });
  };
  const auto line = [&](const auto& text_of) {
    std::string out;
    for (std::size_t k = 0; k < widths.size(); ++k) out += (k == 0 ? "" : "  ") + padded(text_of(k), widths[k], is_text(k));
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
  };
  std::string out = table.title.empty() ? "" : table.title + "\n";
  if (!table.columns.empty()) out += line([&](std::size_t k) { return table.columns[k]; });
  for (const auto& row : table.rows) out += line([&](std::size_t k) { return entry_text(row[k]); });
  for (const std::string& sentence : table.sentences) out += sentence + "\n";
  return out;
}

std::string to_json(const PlainTable& table) {
  nlohmann::ordered_json root{{"id", table.id}, {"title", table.title}, {"rows", nlohmann::ordered_json::array()}};
  for (const auto& row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (std::holds_alternative<std::string>(row[k])) {
        object[table.columns[k]] = std::get<std::string>(row[k]);
      } else if (std::holds_alternative<double>(row[k])) {
        object[table.columns[k]] = finite(std::get<double>(row[k]));
      } else {
        const Estimate& estimate = std::get<Estimate>(row[k]);
        object[table.columns[k]] = {{"value", finite(estimate.value)}, {"lower", finite(estimate.lower)}, {"upper", finite(estimate.upper)}};
      }
    }
    root["rows"].push_back(std::move(object));
  }
  root["sentences"] = table.sentences;
  return root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace thalweg

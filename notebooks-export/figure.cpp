#include "notebooks-export/figure.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

using nlohmann::ordered_json;

constexpr const char* schema = "thalweg.figure/1";

const char* name_of(Role role) { return role == Role::measured ? "measured" : role == Role::bound ? "bound" : "vacuous"; }

ordered_json numbers(const std::vector<double>& values) {
  ordered_json all = ordered_json::array();
  for (double value : values) all.push_back(std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr));
  return all;
}

// Reads with the pointer of where it stands.
class Reader {
 public:
  Reader(const ordered_json& node, std::string pointer, const std::string& file) : node_(node), pointer_(std::move(pointer)), file_(file) {}

  [[noreturn]] void fail(const std::string& key, const std::string& allowed) const {
    const bool there = node_.is_object() && node_.contains(key);
    std::string given = there ? node_.at(key).dump() : "";
    if (given.size() > 60) given = given.substr(0, 57) + "...";
    throw SpecError({{file_, 0, 0}, pointer_ + "/" + key, given, there ? allowed : "is missing: " + allowed});
  }
  const ordered_json& at(const std::string& key, const std::string& allowed) const {
    if (!node_.is_object()) throw SpecError({{file_, 0, 0}, pointer_.empty() ? "/" : pointer_, "", "must be an object"});
    if (!node_.contains(key)) fail(key, allowed);
    return node_.at(key);
  }
  std::string text(const std::string& key) const {
    const ordered_json& value = at(key, "must be text");
    if (!value.is_string()) fail(key, "must be text");
    return value.get<std::string>();
  }
  double number(const std::string& key) const {
    const ordered_json& value = at(key, "must be a number");
    if (!value.is_number()) fail(key, "must be a number");
    return value.get<double>();
  }
  bool truth(const std::string& key) const {
    const ordered_json& value = at(key, "must be true or false");
    if (!value.is_boolean()) fail(key, "must be true or false");
    return value.get<bool>();
  }
  std::vector<double> list(const std::string& key) const {
    const ordered_json& value = at(key, "must be a list of numbers or nulls");
    std::vector<double> all;
    if (!value.is_array()) fail(key, "must be a list of numbers or nulls");
    for (const auto& element : value) {
      if (!element.is_number() && !element.is_null()) fail(key, "must be a list of numbers or nulls");
      all.push_back(element.is_null() ? std::numeric_limits<double>::quiet_NaN() : element.get<double>());
    }
    return all;
  }
  std::vector<Reader> readers(const std::string& key) const {
    const ordered_json& value = at(key, "must be a list of objects");
    if (!value.is_array()) fail(key, "must be a list of objects");
    std::vector<Reader> all;
    for (std::size_t i = 0; i < value.size(); ++i) all.emplace_back(value[i], pointer_ + "/" + key + "/" + std::to_string(i), file_);
    return all;
  }
  bool has(const std::string& key) const { return node_.is_object() && node_.contains(key) && !node_.at(key).is_null(); }

 private:
  const ordered_json& node_;
  std::string pointer_;
  const std::string& file_;
};

Series read_series(const Reader& reader) {
  Series series;
  series.method = reader.text("method");
  series.label = reader.text("label");
  const std::string role = reader.text("role");
  if (role != "measured" && role != "bound" && role != "vacuous") reader.fail("role", "must be measured, bound or vacuous");
  series.role = role == "measured" ? Role::measured : role == "bound" ? Role::bound : Role::vacuous;
  series.x = reader.list("x");
  series.y = reader.list("y");
  series.lower = reader.list("lower");
  series.upper = reader.list("upper");
  if (series.y.size() != series.x.size()) reader.fail("y", "must be as long as x");
  if (!series.lower.empty() && series.lower.size() != series.x.size()) reader.fail("lower", "must be empty or as long as x");
  if (series.upper.size() != series.lower.size()) reader.fail("upper", "must be as long as lower");
  return series;
}

}  // namespace

std::string to_json(const Figure& figure) {
  ordered_json root{{"schema", schema}, {"id", figure.id}, {"title", figure.title}, {"width", figure.width}, {"height", figure.height},
                    {"study_hash", figure.study_hash}, {"store_hash", figure.store_hash}, {"code", figure.code}, {"panels", ordered_json::array()}};
  if (figure.columns > 0) root["columns"] = figure.columns;
  for (const Panel& panel : figure.panels) {
    ordered_json row{{"title", panel.title}, {"x_label", panel.x_label}, {"y_label", panel.y_label}, {"log_x", panel.log_x}, {"log_y", panel.log_y}};
    const bool limited = panel.y_limits && std::isfinite(panel.y_limits->first) && std::isfinite(panel.y_limits->second);
    row["y_limits"] = limited ? ordered_json::array({panel.y_limits->first, panel.y_limits->second}) : ordered_json(nullptr);
    row["trivial"] = panel.trivial ? ordered_json(*panel.trivial) : ordered_json(nullptr);
    row["series"] = ordered_json::array();
    for (const Series& series : panel.series)
      row["series"].push_back({{"method", series.method}, {"label", series.label}, {"role", name_of(series.role)}, {"x", numbers(series.x)}, {"y", numbers(series.y)},
                               {"lower", numbers(series.lower)}, {"upper", numbers(series.upper)}});
    root["panels"].push_back(std::move(row));
  }
  // An id or a label may come from a file name, which need not be UTF-8.
  return root.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Figure figure_from_json(const std::string& json, const std::string& file) {
  ordered_json root;
  try {
    root = ordered_json::parse(json);
  } catch (const nlohmann::json::exception& error) {  // a number beyond double's range is no parse_error
    throw SpecError({{file, 0, 0}, "", "", "not valid JSON: " + std::string(error.what())});
  }
  const Reader reader(root, "", file);
  if (reader.text("schema") != schema) reader.fail("schema", std::string("must be ") + schema);
  Figure figure;
  figure.id = reader.text("id");
  figure.title = reader.text("title");
  figure.width = reader.number("width");
  figure.height = reader.number("height");
  if (!(figure.width > 0.5 && figure.width < 50.0)) reader.fail("width", "must lie between 0.5 and 50 inches");
  if (!(figure.height > 0.5 && figure.height < 50.0)) reader.fail("height", "must lie between 0.5 and 50 inches");
  if (reader.has("columns")) {
    const double columns = reader.number("columns");
    if (!(columns >= 1.0 && columns <= 100.0 && columns == std::floor(columns))) reader.fail("columns", "must be a whole number from 1 to 100");
    figure.columns = static_cast<std::size_t>(columns);
  }
  figure.study_hash = reader.text("study_hash");
  figure.store_hash = reader.text("store_hash");
  figure.code = reader.text("code");
  for (const Reader& row : reader.readers("panels")) {
    Panel panel;
    panel.title = row.text("title");
    panel.x_label = row.text("x_label");
    panel.y_label = row.text("y_label");
    panel.log_x = row.truth("log_x");
    panel.log_y = row.truth("log_y");
    if (row.has("y_limits")) {
      const std::vector<double> ends = row.list("y_limits");
      if (ends.size() != 2 || !(ends[0] < ends[1])) row.fail("y_limits", "must be two increasing numbers");
      if (panel.log_y && !(ends[0] > 0.0)) row.fail("y_limits", "must be positive on a logarithmic axis");
      panel.y_limits = {ends[0], ends[1]};
    }
    if (row.has("trivial")) panel.trivial = row.number("trivial");
    for (const Reader& series : row.readers("series")) panel.series.push_back(read_series(series));
    figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty()) reader.fail("panels", "must hold at least one panel");
  return figure;
}

}  // namespace thalweg

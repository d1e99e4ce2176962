#include "problems/data/csv.hpp"

#include <algorithm>
#include <vector>

#include "problems/data/lines.hpp"

namespace thalweg {

namespace {

struct Field {
  std::string_view text;
  std::size_t column;  // of its first character, from 1
};

void split(std::string_view line, char separator, std::vector<Field>& fields) {
  fields.clear();
  for (std::size_t from = 0;;) {
    const std::size_t end = std::min(line.find(separator, from), line.size());
    const std::string_view raw = line.substr(from, end - from), text = lines::trimmed(raw);
    fields.push_back({text, (text.empty() ? from : static_cast<std::size_t>(text.data() - line.data())) + 1});
    if (end == line.size()) return;
    from = end + 1;
  }
}

char separator_of(std::string_view first_line) {
  for (const char separator : {',', ';', '\t'})
    if (first_line.find(separator) != std::string_view::npos) return separator;
  return ',';
}

// A header has no number in it; a first line with some is data.
bool is_header(const std::vector<Field>& fields) {
  return std::none_of(fields.begin(), fields.end(), [](const Field& field) {
    double ignored = 0.0;
    return field.text.empty() || lines::read(field.text, ignored) != lines::Form::other;
  });
}

}  // namespace

Dataset parse_csv(std::string_view text, const std::filesystem::path& name, std::size_t label_column) {
  Dataset data;
  std::vector<Field> fields;
  std::vector<std::string> titles;
  std::size_t columns = 0, target = 0;
  char separator = ',';
  const auto title = [&](std::size_t k) {
    return "column " + std::to_string(k + 1) + (titles.empty() ? "" : " (" + titles[k] + ")");
  };
  lines::each(text, [&](std::string_view line, int number) {
    const bool first = columns == 0;
    if (first) separator = separator_of(line);
    split(line, separator, fields);
    if (first) {
      columns = fields.size();
      if (columns < 2) malformed(name, "columns", std::to_string(columns), "must be at least two, separated by commas: features and a target", number, 1);
      if (label_column > columns) malformed(name, "label", std::to_string(label_column), "must be a column from 1 to " + std::to_string(columns) + ", or 0 for the last", number, 1);
      target = label_column == 0 ? columns - 1 : label_column - 1;
      data.features = columns - 1;
      if (is_header(fields)) {
        for (const Field& field : fields) titles.push_back(lines::quoted(field.text));
        return;
      }
    }
    if (fields.size() != columns)
      malformed(name, "columns", std::to_string(fields.size()), "must be " + std::to_string(columns) + ", as in the first line", number,
                static_cast<int>(fields.size() > columns ? fields[columns].column : line.size() + 1));
    if (data.design.size() + data.features > largest_design)
      malformed(name, "rows", std::to_string(data.samples + 1), "more than " + std::to_string(largest_design) + " numbers", number, 1);
    for (std::size_t k = 0; k < columns; ++k) {
      const double value = lines::number(fields[k].text, name, title(k), number, fields[k].column);
      (k == target ? data.targets : data.design).push_back(value);
    }
    ++data.samples;
  });
  if (data.samples == 0) malformed(name, "", "", titles.empty() ? "is empty: must hold at least one row of numbers" : "has a header and no row of numbers");
  return data;
}

}  // namespace thalweg

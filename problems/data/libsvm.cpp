#include "problems/data/libsvm.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "problems/data/lines.hpp"

namespace thalweg {

namespace {

struct Entry {
  std::size_t feature;  // from 0
  double value;
};

// The item from `at` on up to the next space; at is moved past it.
std::string_view next_item(std::string_view line, std::size_t& at) {
  at = std::min(line.find_first_not_of(" \t", at), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
  const std::string_view item = line.substr(at, end - at);
  at = end;
  return item;
}

std::size_t index_of(std::string_view item, std::size_t colon, std::size_t before, const std::filesystem::path& name, int line, std::size_t column) {
  const std::string_view digits = item.substr(0, colon);
  std::uint64_t index = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  const int at = static_cast<int>(column);
  if (digits.empty() || failure == std::errc::invalid_argument || end != digits.data() + digits.size())
    malformed(name, "index", lines::quoted(digits), "must be an integer from 1", line, at);
  if (failure != std::errc() || index > largest_design)
    malformed(name, "index", lines::quoted(digits), "the rows are kept dense, and may have at most " + std::to_string(largest_design) + " numbers in all", line, at);
  if (index == 0) malformed(name, "index", "0", "indices begin at 1", line, at);
  if (index <= before) malformed(name, "index", std::to_string(index), "must be above the one before it, " + std::to_string(before), line, at);
  return static_cast<std::size_t>(index);
}

}  // namespace

Dataset parse_libsvm(std::string_view text, const std::filesystem::path& name) {
  Dataset data;
  std::vector<Entry> entries;
  std::vector<std::size_t> ends;  // of each row among the entries
  int line_of_largest = 0;
  lines::each(text, [&](std::string_view line, int number) {
    line = line.substr(0, line.find('#'));
    std::size_t at = 0;
    const std::string_view target = next_item(line, at);
    if (target.empty()) return;  // a comment
    const auto column_of = [&](std::string_view item) { return static_cast<std::size_t>(item.data() - line.data()) + 1; };
    data.targets.push_back(lines::number(target, name, "target", number, column_of(target)));
    std::size_t before = 0;
    for (std::string_view item = next_item(line, at); !item.empty(); item = next_item(line, at)) {
      const std::size_t colon = item.find(':');
      if (colon == std::string_view::npos) malformed(name, "feature", lines::quoted(item), "must be index:value", number, static_cast<int>(column_of(item)));
      if (entries.size() == largest_design) malformed(name, "rows", std::to_string(data.targets.size()), "more than " + std::to_string(largest_design) + " numbers", number, 1);
      before = index_of(item, colon, before, name, number, column_of(item));
      entries.push_back({before - 1, lines::number(item.substr(colon + 1), name, "value of index " + std::to_string(before), number, column_of(item) + colon + 1)});
    }
    if (before > data.features) data.features = before, line_of_largest = number;
    ends.push_back(entries.size());
  });
  data.samples = data.targets.size();
  if (data.samples == 0) malformed(name, "", "", "is empty: must hold at least one row of numbers");
  if (data.features == 0) malformed(name, "features", "0", "no row has an index:value");
  if (data.features > largest_design / data.samples)
    malformed(name, "index", std::to_string(data.features),
              "the rows are kept dense, and " + std::to_string(data.samples) + " rows of so many features are more than " + std::to_string(largest_design) + " numbers", line_of_largest);
  data.design.assign(data.samples * data.features, 0.0);
  std::size_t next = 0;
  for (std::size_t i = 0; i < data.samples; ++i)
    for (; next < ends[i]; ++next) data.design[i * data.features + entries[next].feature] = entries[next].value;
  return data;
}

}  // namespace thalweg

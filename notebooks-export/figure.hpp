// A figure as a value: panels of series with their meaning (measured, bound, vacuous bound), and provenance. Written as plain JSON
// (schema thalweg.figure/1) and drawn by notebooks-export/python/thalweg/figure.py. Numbers read back to the same bits; NaN and infinities are null,
// and so are limits of an axis that are not both finite.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace thalweg {

enum class Role { measured, bound, vacuous };

// One curve. `method` decides the colour, the same in every panel; `role` the line. lower and upper (or empty) are a band about y.
struct Series {
  std::string method;
  std::string label;              // for a bound: the theorem, written at the curve's end
  Role role = Role::measured;
  std::vector<double> x, y, lower, upper;
};

struct Panel {
  std::string title, x_label, y_label;   // labels may hold mathematics between dollar signs
  bool log_x = true, log_y = true;
  std::optional<std::pair<double, double>> y_limits;
  std::optional<double> trivial;         // a thin line: where a bound stops saying anything
  std::vector<Series> series;
};

struct Figure {
  std::string id, title;
  double width = 7.0, height = 2.9;      // inches; 3.4 is a column, 7.0 a page
  std::vector<Panel> panels;             // side by side
  std::size_t columns = 0;               // not 0: rows of so many panels; the height is that of all rows
  std::string study_hash, store_hash, code;  // provenance, in the files' metadata
};

std::string to_json(const Figure& figure);
// SpecError names the JSON pointer of what is wrong.
Figure figure_from_json(const std::string& json, const std::string& file);

}  // namespace thalweg

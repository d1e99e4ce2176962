#include "analysis/report/contour_lines.hpp"

#include <cmath>
#include <limits>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

// The edge to the right of corner (i, j) has the number 2 k, the one above it 2 k + 1, k the place of the corner.
class Crossings {
 public:
  Crossings(const Grid& grid, double level) : grid_(grid), level_(level), neighbours_(2 * grid.values.size(), {none, none}) {
    for (std::size_t j = 0; j < grid.rows; ++j)
      for (std::size_t i = 0; i < grid.columns; ++i) add_cell(i, j);
  }

  std::vector<GridLine> lines() const {
    std::vector<GridLine> all;
    std::vector<bool> seen(neighbours_.size(), false);
    for (const bool open : {true, false})  // lines with ends first: what is left is closed
      for (std::size_t edge = 0; edge < neighbours_.size(); ++edge)
        if (!seen[edge] && neighbours_[edge][0] != none && (!open || neighbours_[edge][1] == none)) all.push_back(line_from(edge, seen));
    return all;
  }

 private:
  std::size_t corner(std::size_t i, std::size_t j) const { return j * (grid_.columns + 1) + i; }

  void add_cell(std::size_t i, std::size_t j) {
    const std::array<double, 4> f = {grid_.at(i, j), grid_.at(i + 1, j), grid_.at(i + 1, j + 1), grid_.at(i, j + 1)};
    for (double value : f)
      if (!std::isfinite(value)) return;
    const std::array<std::size_t, 4> edges = {2 * corner(i, j), 2 * corner(i + 1, j) + 1, 2 * corner(i, j + 1), 2 * corner(i, j) + 1};  // below, right, above, left
    std::array<std::size_t, 4> crossed;
    std::size_t count = 0;
    for (std::size_t k = 0; k < 4; ++k)
      if ((f[k] < level_) != (f[(k + 1) % 4] < level_)) crossed[count++] = edges[k];
    if (count == 2) join(crossed[0], crossed[1]);
    if (count != 4) return;
    const bool middle = 0.25 * ((f[0] + f[1]) + (f[2] + f[3])) < level_;
    const bool first_with_third = middle == (f[0] < level_);
    join(edges[0], edges[first_with_third ? 1 : 3]);
    join(edges[2], edges[first_with_third ? 3 : 1]);
  }

  void join(std::size_t a, std::size_t b) {
    neighbours_[a][neighbours_[a][0] == none ? 0 : 1] = b;
    neighbours_[b][neighbours_[b][0] == none ? 0 : 1] = a;
  }

  GridLine line_from(std::size_t first, std::vector<bool>& seen) const {
    GridLine line;
    std::size_t edge = first, last = first;
    while (edge != none) {
      seen[edge] = true;
      line.push_back(point_on(edge));
      last = edge;
      const auto& next = neighbours_[edge];
      edge = next[0] != none && !seen[next[0]] ? next[0] : next[1] != none && !seen[next[1]] ? next[1] : none;
    }
    if (last != first && line.size() > 2 && (neighbours_[last][0] == first || neighbours_[last][1] == first)) line.push_back(line.front());
    return line;
  }

  std::array<double, 2> point_on(std::size_t edge) const {
    const std::size_t k = edge / 2, i = k % (grid_.columns + 1), j = k / (grid_.columns + 1);
    const bool upwards = edge % 2 == 1;
    const double from = grid_.values[k], to = grid_.values[upwards ? k + grid_.columns + 1 : k + 1];
    const double s = (level_ - from) / (to - from), x = static_cast<double>(i), y = static_cast<double>(j);
    return upwards ? std::array<double, 2>{x, y + s} : std::array<double, 2>{x + s, y};
  }

  const Grid& grid_;
  double level_;
  std::vector<std::array<std::size_t, 2>> neighbours_;
};

}  // namespace

std::vector<GridLine> contour_lines(const Grid& grid, double level) {
  THALWEG_EXPECTS(grid.values.size() == (grid.columns + 1) * (grid.rows + 1));
  return Crossings(grid, level).lines();
}

}  // namespace thalweg

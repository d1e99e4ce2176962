// Lines on which a function that is known on a grid has one value: marching squares, neighbouring pieces joined.
// Source: W. E. Lorensen, H. E. Cline, "Marching cubes", Computer Graphics 21, 1987, in two dimensions; where a cell has four crossings the mean of its corners
// decides which are joined.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace thalweg {

// columns x rows cells, values at their corners, row after row from the lowest; cells with a corner that is not finite have no lines.
struct Grid {
  std::size_t columns = 0, rows = 0;
  std::vector<double> values;  // (columns + 1) (rows + 1)

  double at(std::size_t i, std::size_t j) const { return values[j * (columns + 1) + i]; }
};

// Points in units of cells, from the corner (0, 0); a closed line ends where it begins.
using GridLine = std::vector<std::array<double, 2>>;
std::vector<GridLine> contour_lines(const Grid& grid, double level);

}  // namespace thalweg

// A sequence of gradients from a CSV file: one row a step, one column a coordinate, with or without a header line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace thalweg::cli {

struct GradientRows {
  std::size_t columns = 0;
  std::vector<double> values;  // row after row

  std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  const double* row(std::size_t i) const { return values.data() + i * columns; }
};

// "-": standard input. SpecError names file, line, column and cell: a row of another length than the first, a cell that is no finite number, an
// empty file. The first line is a header when none of its cells is a number. `limit`: the largest absolute value that the precision of the run holds.
GradientRows read_gradients(const std::string& path, double limit);

}  // namespace thalweg::cli

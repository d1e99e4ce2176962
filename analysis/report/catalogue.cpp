#include "analysis/report/catalogue.hpp"

#include <array>

namespace thalweg {

FigureKind bounds_figure();

// One line a figure kind; each stands in a file of its own.
std::span<const FigureKind> figure_kinds() {
  static const std::array kinds = {bounds_figure()};
  return kinds;
}

}  // namespace thalweg

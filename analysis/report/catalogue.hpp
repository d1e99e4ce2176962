// The figure kinds a study may ask for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/study/store.hpp"
#include "analysis/study/study.hpp"
#include "lib/core/card.hpp"
#include "notebooks-export/figure.hpp"

namespace thalweg {

struct FigureKind : Entry {
  // Builds the figure a study asks for from the records of its cells.
  Figure (*build)(const FigureRequest&, const Study&, const std::vector<Cell>&, const Store&);
};

std::span<const FigureKind> figure_kinds();

}  // namespace thalweg

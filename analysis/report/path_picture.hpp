// A picture of a family: the first steps of each of its methods on a valley with contours, one small panel a method, as SVG.
// The function is f(x, y) = (1 - x)^2 + 10 (y - x^2)^2 (after Rosenbrock 1960), with exact gradients, from (-1.2, 1). Each method has its paper's fields and, of
// the step sizes 10^(k/4), the one with the least sum of f along the way; one that goes astray with all of them has another eps, which its panel names. Where
// gradients of samples are kept, f is its only sample.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lib/optimizers/definition.hpp"

namespace thalweg {

struct Path {
  double eta = 0.0;
  std::vector<std::array<double, 2>> points;  // the start and every x after a step
};
// The path with the best of the step sizes; no points where every one goes astray.
Path best_path(const Definition& definition);

// The same text on every machine.
std::string path_picture(std::string_view family);

}  // namespace thalweg

// The picture of a problem, as SVG: contours and the way of gradient descent where it has two coordinates; beside them f - f*, the curvature and the
// Polyak-Lojasiewicz ratio along a line, with the constants that are declared for them.
#pragma once

#include <string>

#include "problems/problem.hpp"

namespace thalweg {

// The same text on every machine.
std::string problem_picture(const Problem& problem);

}  // namespace thalweg

// What a picture of a problem shows, as numbers: an instance with two coordinates where the family has one, a window, a section along a line, the way of gradient
// descent. Every number comes from Problem::value, gradient and hessian_product, so that it is the same on every machine.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg {

// The default instance where it has two coordinates; else that with dim = 2, or with the whole numbers among its parameters as small as brings it to two; else the
// default one.
Problem pictured_instance(const Family& family);

bool infimum_known(const Facts& facts);  // values are then f - f*

// The line x(s) = origin + s direction, |direction| = 1: from a minimiser (s = 0) to the start, along the first coordinate where the two are one; without a
// known minimiser from the start (s = 0) along -grad f.
struct Section {
  std::vector<double> origin, direction;
  bool from_minimiser = false;
  double start = 0.0;              // where the start lies
  std::vector<double> s;
  std::vector<double> value, curvature, ratio;  // f - f* or f; direction' H direction; |grad f|^2 / (2 (f - f*)), NaN where f - f* is not positive
  std::vector<bool> in_region;     // all, where the region is everything

  std::vector<double> at(double s) const;
};
Section section_of(const Problem& problem);

struct Descent {
  double step = 0.0;               // 1 / L; 0: found by backtracking at each step
  std::vector<std::array<double, 2>> points;  // the start and every x after a step
};
// Gradient descent in two coordinates from the start, with the step 1 / L where L is known everywhere; on the box, where f has an infimum there alone.
Descent descend(const Problem& problem);

// What is shown of the plane: the region, or a part about minimiser and start where the region is everything or far larger than that.
struct Window {
  double left, right, bottom, top;
};
Window window_of(const Problem& problem, const Descent& descent);

}  // namespace thalweg

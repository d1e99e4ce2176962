// A problem with a box of its own: the same function, to whose box a boxed run projects its iterates (it clips each coordinate).
//
// Constants that hold everywhere hold on the box. The box is the new region: bounds of the gradient that held on a larger one are kept as upper bounds, others are
// dropped and enclosed anew. The minimiser and f* stay those of the function on all of R^d; a start outside is moved to the nearest point of the box.
// Source: definition; Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 2.2.3.
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Restrict {
  static constexpr Entry entry{"restrict", "f with a box", "Nesterov 2004, section 2.2.3"};
  static constexpr std::string_view rules = "every constant stays; region and box become this one";
  static constexpr std::size_t operands = 1;

  static std::vector<Parameter> parameters() {
    return {{"lower", {-1.0}, -1e100, 1e100, false, "lower ends", Shape::per_coordinate}, {"upper", {1.0}, -1e100, 1e100, false, "upper ends", Shape::per_coordinate}};
  }
  // The problem itself with other facts: its kernels stay.
  static void apply(const Parameters& values, Problem& problem);
};

}  // namespace thalweg

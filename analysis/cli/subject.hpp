// What certify and falsify ask about: a problem, and a region of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/cli/verbs.hpp"
#include "problems/problem.hpp"

namespace thalweg::cli {

// --dim is the parameter of that name; given twice with two values it is refused.
Problem subject(const SubjectOptions& options);
// "HALF_WIDTH" (the cube about 0) or "lower:upper", each a number or a,b,...; "": everything.
Box region_of(const std::string& text, std::size_t dim);

// "all of R^d", or "[-4, 4]^2", or the sides.
std::string words(const Box& region);
// "(1, 2, ..., 3)": at most 8 numbers.
std::string words(const std::vector<double>& x);

}  // namespace thalweg::cli

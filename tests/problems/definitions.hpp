// What each synthetic family is, transcribed from its definition in 800-digit arithmetic, and the instances that behaviours are tested on.
// A new family adds one entry to the file of its kind (tests/problems/definitions_*.hpp).
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <functional>
#include <string>
#include <vector>

#include "problems/build.hpp"
#include "problems/problem.hpp"

namespace thalweg::test {

using Big = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<800>, boost::multiprecision::et_off>;
using Point = std::vector<Big>;

struct FamilyDefinition {
  std::string id;
  std::vector<Parameters> cases;  // several coordinates with uneven parameters, one coordinate, other regimes
  std::function<Big(const Problem&, const Point&)> value;  // f - f*
  // How errors are measured: value - that of the formula's own condition: relative to this, where it is more than |f - f*|. None: relative to f - f*.
  std::function<Big(const Problem&, const Point&)> value_scale = nullptr;
  // The gradient's: relative to the largest |g| and to this. None: every coordinate is relatively accurate.
  std::function<double(const Problem&, const std::vector<double>&)> gradient_scale = nullptr;
  bool kinked = false;         // second derivatives jump, so that differences of gradients are no products
  double reach = 20.0;         // size of the points looked at
  // Where f itself has a kink and the gradient is one of many. None: nowhere, or at x_j = 0 alone.
  std::function<bool(const Problem&, const std::vector<double>&)> kink_at = nullptr;
};

// A number, or one for each coordinate.
inline std::vector<double> values_of(const Problem& p, const char* name) { return spread(p.parameters, name, p.dim()).values(); }
inline Big of(const Problem& p, const char* name) { return Big(number(p.parameters, name)); }

}  // namespace thalweg::test

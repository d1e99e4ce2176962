// A problem moved by a vector:  F(x) = f(x - s).
//
// Curvatures, slopes and values are those of f at another point: every constant stays, the region and the box move along. The minimiser is m + s where that sum
// is exact in every coordinate; elsewhere no point in doubles is one, and none is stated.
// Source: definition.
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Shift {
  static constexpr Entry entry{"shift", "f(x - s)", "definition"};
  static constexpr std::string_view rules = "every constant stays; region, box, start and minimiser move by s (the minimiser where the sums are exact)";
  static constexpr std::size_t operands = 1;

  struct Map {
    Coefficients by;
    template <class R, class J>
    R argument(J j, R x) const {
      return x - R(by[j]);
    }
    template <class R, class J>
    R factor(J) const {
      return R(1.0);
    }
  };

  static std::vector<Parameter> parameters() { return {{"by", {1.0}, -1e100, 1e100, false, "s: the vector", Shape::per_coordinate}}; }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

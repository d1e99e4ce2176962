// A problem times a positive number:  F(x) = c f(x).
//
// Values, gradients and Hessians are multiplied: L, L_j, mu, G_j, f*, growth and Hessian's constant by c; mu_pl too, (1/2) c^2 |g|^2 >= c mu_pl c (f - f*);
// variances by c^2.
// Source: definition.
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Scale {
  static constexpr Entry entry{"scale", "c f(x)", "definition"};
  static constexpr std::string_view rules = "every constant by c, variances by c^2; minimisers, region, box and start stay";
  static constexpr std::size_t operands = 1;

  struct Map {
    double c;
    double factor() const { return c; }
  };

  static std::vector<Parameter> parameters() { return {{"by", {2.0}, 1e-100, 1e100, false, "c"}}; }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

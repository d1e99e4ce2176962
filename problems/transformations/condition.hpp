// A problem with every coordinate stretched:  F(x) = f(D x),  D diagonal and positive.
//
// The Hessian is D H(D x) D, the gradient D grad f(D x): L_j becomes d_j^2 L_j and G_j becomes d_j G_j, exactly; the spectrum lies between d_min^2 and d_max^2
// times that of f. A quadratic or alike terms in every coordinate give L, mu and mu_pl exactly. The region, the box and the start are those whose images are
// f's.
// Source: Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 1.2.4 (change of metric).
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Condition {
  static constexpr Entry entry{"condition", "f(D x), D diagonal", "Nesterov 2004, section 1.2.4"};
  static constexpr std::string_view rules = "L_j by d_j^2, G_j by d_j, the others between d_min^2 and d_max^2 (M between the cubes); f*, region, box and start are mapped";
  static constexpr std::size_t operands = 1;

  struct Map {
    Coefficients d;
    template <class R, class J>
    R argument(J j, R x) const {
      return R(d[j]) * x;
    }
    template <class R, class J>
    R factor(J j) const {
      return R(d[j]);
    }
  };

  static std::vector<Parameter> parameters() {
    return {{"least", {1.0}, 1e-50, 1e50, false, "d of the first coordinate"},
            {"most", {10.0}, 1e-50, 1e50, false, "d of the last coordinate; the others lie between in geometric progression"},
            {"by", {}, 1e-50, 1e50, false, "every d_j, in place of the progression", Shape::per_coordinate}};
  }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

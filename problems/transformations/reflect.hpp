// A problem in coordinates that one reflection couples:  F(x) = f(H x),  H = I - r 1 1'  (problems/families/reflection.hpp).
//
// H is orthogonal exactly where d is a power of two, and up to rounding of r elsewhere. `rotated-quadratic` is reflect(quadratic), `rotated-pl-sine`
// reflect(pl-sine).
// Source: A. S. Householder, "Unitary triangularization of a nonsymmetric matrix", J. ACM 5, 1958.
#pragma once

#include "problems/families/reflection.hpp"
#include "problems/transformation.hpp"

namespace thalweg {

struct Reflect {
  static constexpr Entry entry{"reflect", "f(H x), H a reflection across the diagonal", "Householder 1958"};
  static constexpr std::string_view rules = "as of rotate; exactly where d is a power of two";
  static constexpr std::size_t operands = 1;

  struct Map {
    Reflection H;
    template <class R>
    void argument(View<const R> x, View<R> y) const {
      for (std::size_t j = 0; j < x.size(); ++j) y[j] = x[j];
      H.apply(y);
    }
    template <class R>
    void back(View<const R> h, View<R> g) const {
      argument<R>(h, g);
    }
  };

  static std::vector<Parameter> parameters() { return {}; }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg

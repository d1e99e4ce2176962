// Sum of even powers:  f(x) = sum_j a_j x_j^k / k,  f' = a x^(k-1),  k = 4, 6, 8, ...
//
// Convex, with a degenerate minimum: the Hessian vanishes there and no rate is linear. Not smooth everywhere; on |x| <= r the constant is
// a (k - 1) r^(k-2). Kurdyka-Lojasiewicz exponent 1 - 1/k: |f'| = a |x|^(k-1) = a (k f / a)^(1 - 1/k).
// Source: definition.
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Power {
  static constexpr Entry entry{"power", "Sum of even powers", "definition: sum of a_j x_j^k / k"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j x_j^k / k";

  Coefficients scale;
  double exponent;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    const R square = m::sqr(x);
    R power = square;
    for (double k = 4.0; k <= exponent; k += 2.0) power = power * square;
    return R(scale[j]) * power / R(exponent);
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    const R square = m::sqr(x);
    R power = x;
    for (double k = 4.0; k <= exponent; k += 2.0) power = power * square;
    return R(scale[j]) * power;
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10), scale_parameter("a_j: weight of each term"), {"exponent", {4.0}, 4.0, 16.0, true, "k, even"},
            start_parameter(1.0), region_parameter(2.0), box_parameter(4.0)};
  }

  static Built<Power> build(const Parameters& values) {
    const double k = number(values, "exponent");
    if (static_cast<int>(k) % 2 != 0) throw SpecError({Place{}, "exponent", written(k), "must be even"});
    TermFacts term;
    term.convex = true;
    term.mu = term.at_min = exact(0.0, "degenerate");
    term.kl_exponent = quotient(k - 1.0, k, "1 - 1/k");
    return scaled_sum<Power>(values, term, k);
  }
};

}  // namespace thalweg

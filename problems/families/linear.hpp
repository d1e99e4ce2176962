// Linear function on a box:  f(x) = sum_j a_j (x_j + side / 2) on |x_j| <= side / 2,  gradient a.
//
// The only minimiser is the lower corner; f* = 0 there; L = 0. Without the box there is no infimum: run it boxed. With two-point noise, whose rare value is
// large and of the other sign, it is the stochastic counterexample to Adam's convergence.
// Source: S. J. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, Theorem 3 (a linear function of one variable on [-1, 1]).
#pragma once

#include "problems/families/separable.hpp"

namespace thalweg {

struct Linear {
  static constexpr Entry entry{"linear", "Linear function on a box", "Reddi, Kale & Kumar 2018, section 3 (stochastic setting)"};
  static constexpr std::string_view formula = "f(x) = sum_j a_j (x_j + side / 2) on |x_j| <= side / 2";

  Coefficients scale;
  double half;

  std::size_t dim() const { return scale.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(scale[j]) * (x + R(half));
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R) const {
    return R(scale[j]);
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(1), scale_parameter("a_j: weight of each term"), start_parameter(0.0), box_parameter(2.0)};
  }

  static Built<Linear> build(const Parameters& values) {
    const double half = 0.5 * number(values, "box");
    TermFacts term;
    term.convex = true;
    term.minimiser = -half;
    term.L = term.mu = term.at_min = exact(0.0);
    term.slope = exact(1.0);
    term.kl_exponent = exact(0.0, "sharp on the box");
    Built<Linear> built = scaled_sum<Linear>(values, term, half);
    built.facts.on_box = true;
    return built;
  }
};

}  // namespace thalweg

// Booth's function:  f(x, y) = (x + 2 y - 7)^2 + (2 x + y - 5)^2.
//
// A quadratic with the minimiser (1, 3) and the Hessian [[10, 8], [8, 10]]: eigenvalues 2 along (1, -1) and 18 along (1, 1).
// Source: A. D. Booth, Numerical Methods, 1957; M. Jamil, X.-S. Yang, "A literature survey of benchmark functions", arXiv:1308.4008, function 17.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct Booth {
  static constexpr Entry entry{"booth", "Booth's function", "Booth 1957; Jamil & Yang 2013, function 17"};
  static constexpr std::string_view formula = "f(x, y) = (x + 2 y - 7)^2 + (2 x + y - 5)^2";

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return m::sqr(first(x)) + m::sqr(second(x));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R a = R(2.0) * first(x), b = R(2.0) * second(x);
    g[0] = a + (b + b);
    g[1] = (a + a) + b;
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: 0, 0"), region_parameter(10.0), box_parameter(20.0)}; }
  static Built<Booth> build(const Parameters& values) {
    Facts facts = facts_with_minimiser({1.0, 3.0}, number(values, "region"));
    facts.smooth = facts.convex = facts.quadratic = facts.pl = facts.minimiser_unique = true;
    facts.L = facts.hess_at_min = exact(18.0);
    facts.mu = facts.mu_pl = exact(2.0);
    facts.L_j = {2, exact(10.0)};
    return {Booth{}, nullptr, facts, start_or(values, {0.0}, 2), box_of_side(2, number(values, "box"))};
  }

 private:
  template <class R>
  THALWEG_HD static R first(View<const R> x) {
    return (x[0] - R(1.0)) + R(2.0) * (x[1] - R(3.0));
  }
  template <class R>
  THALWEG_HD static R second(View<const R> x) {
    return R(2.0) * (x[0] - R(1.0)) + (x[1] - R(3.0));
  }
};

}  // namespace thalweg

// Largest coordinate:  f(x) = a max_j |x_j|,  subgradient a sign(x_k) e_k with k the first coordinate that is largest in absolute value (0 at 0).
//
// Convex, coupled, with kinks: |f(x) - f(y)| <= a |x - y|, and every partial derivative is at most a. Sharp: f >= a |x| / sqrt(d). From x = r (1, ..., 1) a
// subgradient method with steps r / a zeroes one coordinate a step: the largest stays r for d - 1 steps, as slow as a Lipschitz function can be.
// Source: A. S. Nemirovski, D. B. Yudin, Problem Complexity and Method Efficiency in Optimization, 1983 (the resisting function of their lower bound).
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct MaxNorm {
  static constexpr Entry entry{"max-norm", "Largest coordinate", "Nemirovski & Yudin 1983"};
  static constexpr std::string_view formula = "f(x) = a max_j |x_j|";

  std::size_t size;
  double scale;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return R(scale) * largest<R>(x);
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R most = largest<R>(x);
    R open = R(1.0);  // until the first largest coordinate is met
    for (std::size_t j = 0; j < size; ++j) {
      const auto met = m::abs(x[j]) >= most;
      g[j] = m::select(met, open * R(scale) * m::sign(x[j]), R(0.0));
      open = m::select(met, R(0.0), open);
    }
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(8, most_listed_coordinates), {"scale", {1.0}, 1e-100, 1e100, false, "a: the slope"}, start_parameter(1.0), box_parameter(6.0)};
  }

  static Built<MaxNorm> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const double a = number(values, "scale");
    Facts facts = facts_with_minimiser_zero(n);
    facts.convex = facts.minimiser_unique = true;
    facts.smooth = facts.differentiable = false;
    facts.mu = exact(0.0, "linear");
    facts.lipschitz = exact(a);
    facts.gradient_bound = {n, exact(a)};
    facts.kl_exponent = exact(0.0, "sharp");
    return {MaxNorm{n, a}, nullptr, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
  }

 private:
  template <class R>
  THALWEG_HD R largest(View<const R> x) const {
    R most = R(0.0);
    for (std::size_t j = 0; j < size; ++j) most = m::max(m::abs(x[j]), most);  // of equals the first, as the gradient has it
    return most;
  }
};

}  // namespace thalweg

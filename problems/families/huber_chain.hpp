// Chain of Huber functions of the differences of neighbours, anchored at 0:  f(x) = sum_{j=1}^d h(x_j - x_{j-1}),  x_0 = 0,
//   h(u) = (L/2) u^2 for |u| <= tau,  L tau |u| - (L/2) tau^2 beyond.
//
// Convex, coupled, not strongly convex. The Hessian is D' diag(h'') D with the difference matrix D and h'' in {0, L}; where every |u| < tau
// it is L D'D, whose largest eigenvalue is 4 L cos^2(pi / (2 d + 1)): the smallest Lipschitz constant of the gradient. L_j = 2 L (the last
// one L), |grad_j f| <= 2 L tau (the last one L tau). The minimiser 0 is unique: all differences vanish only there.
// Source: definition; the
// eigenvalues of D'D: G. Strang, SIAM Review 41, 1999 (second differences, one end fixed, one free).
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct HuberChain {
  static constexpr Entry entry{"huber-chain", "Chain of Huber functions of differences", "Huber 1964, of first differences"};
  static constexpr std::string_view formula = "f(x) = sum_j h(x_j - x_{j-1}),  x_0 = 0,  h(u) = (L/2) u^2 for |u| <= tau,  L tau |u| - (L/2) tau^2 beyond";

  std::size_t size;
  double L;
  double tau;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R t = R(tau);
    Sum<R> sum;
    R before = R(0.0);
    for (std::size_t j = 0; j < size; ++j) {
      const R u = x[j] - before;
      const R a = m::abs(u);
      sum.add(R(L) * m::select(a <= t, R(0.5) * m::sqr(u), t * (a - R(0.5) * t)));
      before = x[j];
    }
    return sum.total();
  }
  // grad_j = h'(x_j - x_{j-1}) - h'(x_{j+1} - x_j), the second term absent at the free end.
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    R pull = link(x[0]);
    for (std::size_t j = 0; j + 1 < size; ++j) {
      const R next = link(x[j + 1] - x[j]);
      g[j] = pull - next;
      pull = next;
    }
    g[size - 1] = pull;
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(8, most_listed_coordinates),
            {"L", {1.0}, 1e-100, 1e100, false, "curvature of a link in the middle"},
            {"tau", {1.0}, 1e-100, 1e100, false, "where a link becomes linear"},
            start_parameter(2.0),
            box_parameter(6.0)};
  }

  static Built<HuberChain> build(const Parameters& values);

 private:
  template <class R>
  THALWEG_HD R link(const R& u) const {
    const R t = R(tau);
    return R(L) * m::min(m::max(u, -t), t);
  }
};

}  // namespace thalweg

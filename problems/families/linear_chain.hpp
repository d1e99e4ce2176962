// A deep linear network of width one:  f(w) = (w_1 w_2 ... w_d - 1)^2 / 2.
//
// With P the product and P_j the product without w_j: grad_j f = (P - 1) P_j, |grad f|^2 = 2 f sum P_j^2. The minimisers are the points with P = 1, of curvature
// sum_j P_j^2 = sum 1 / w_j^2 (d at (1, ..., 1), which is the least: the P_j have the product 1); saddles where two factors vanish, degenerate for d > 2. The
// products without one factor are made from both ends: 2 d multiplications. Not smooth everywhere.
// Source: A. M. Saxe, J. L. McClelland, S. Ganguli, arXiv:1312.6120; d = 2 is `hyperbola`.
#pragma once

#include "problems/build.hpp"

namespace thalweg {

struct LinearChain {
  static constexpr Entry entry{"linear-chain", "Deep linear network of width one", "Saxe, McClelland & Ganguli 2014"};
  static constexpr std::string_view formula = "f(w) = (w_1 w_2 ... w_d - 1)^2 / 2";

  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return R(0.5) * m::sqr(product(x) - R(1.0));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    R before = R(1.0);
    for (std::size_t j = 0; j < size; ++j) {
      g[j] = before;
      before = before * x[j];
    }
    R after = before - R(1.0);
    for (std::size_t j = size; j-- > 0;) {
      g[j] = g[j] * after;
      after = after * x[j];
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {4}, 2, 4096, true, "number of coordinates: the depth"}, start_parameter(1.5), region_parameter(2.0)};
  }
  static Built<LinearChain> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    Facts facts = facts_with_minimiser(PerCoordinate<double>(n, 1.0), number(values, "region"));
    facts.minimisers = "all points with w_1 w_2 ... w_d = 1";
    facts.hess_at_min = exact(static_cast<double>(n), "sum 1 / w_j^2, at (1, ..., 1)");
    facts.kl_exponent = exact(0.5, "|grad f|^2 = 2 f sum P_j^2");
    return {LinearChain{n}, nullptr, facts, spread(values, "start", n), {}};
  }

 private:
  template <class R>
  THALWEG_HD R product(View<const R> x) const {
    R all = R(1.0);
    for (std::size_t j = 0; j < size; ++j) all = all * x[j];
    return all;
  }
};

}  // namespace thalweg

// Log-sum-exp of an even set of rows, with a quadratic:  f(x) = log(sum_i w_i cosh(a_i . x) / W) + (mu / 2) |x|^2,  W = sum_i w_i,
// that is log sum_i (w_i / 2)(exp(a_i . x) + exp(-a_i . x)) less its minimum log W, which it takes at 0.
//
// a_i are `rows` planted normal vectors, w_i = 2^-(i mod 3): offsets b_i = -(i mod 3) log 2. Convex and smooth. With the softmax weights p of the 2 `rows`
// exponents, grad f = sum p_k a_k + mu x and H = Cov_p(a) + mu I:
//   H(0) = sum_i w_i a_i a_i' / W + mu I;  v'H v <= max_i (a_i . v)^2 + mu |v|^2, so that L lies in [lambda_max(H(0)), max_i |a_i|^2 + mu];
//   along a ray on which one row is the largest p tends to a point: inf lambda_min(H) = mu exactly;
//   |grad_j f| <= max_i |a_ij|, which is approached along axis j, where mu = 0.
// Values: with s_i = a_i . x and S = max |s_i|,  log1p(sum w_i t_i^2 / (2 (1 + t_i)) / W), t_i = expm1(-|s_i|), where S < 1, else S + log(sum w_i exp(-S) cosh(s_i) / W).
// Source: S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 3.1.5 (convexity, the Hessian).
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct LogSumExp {
  static constexpr Entry entry{"log-sum-exp", "Log-sum-exp of an even set of rows", "Boyd & Vandenberghe 2004, section 3.1.5"};
  static constexpr std::string_view formula = "f(x) = log(sum_i w_i cosh(a_i . x) / sum_i w_i) + (mu / 2) |x|^2";

  View<const double> row;     // a_ij, row after row
  View<const double> weight;  // w_i
  std::size_t size;
  double total;  // W
  double mu;

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    const R S = largest(x), one = R(1.0);
    Sum<R> near, far, square;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const R s = m::abs(exponent(i, x)), t = m::expm1(-m::min(s, one)), beyond = m::exp(s - S);
      near.add(R(0.5 * weight[i]) * (m::sqr(t) / (one + t)));  // w_i (cosh(s_i) - 1)
      far.add(R(0.5 * weight[i]) * (beyond + m::exp(-(s + S))));
    }
    for (std::size_t j = 0; j < size; ++j) square.add(m::sqr(x[j]));
    const R log_mean = m::select(S < one, m::log1p(near.total() / R(total)), S + m::log(far.total() / R(total)));
    return log_mean + R(0.5 * mu) * square.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R S = largest(x);
    for (std::size_t j = 0; j < size; ++j) g[j] = R(0.0);
    Sum<R> both;  // of exp(s_i - S) + exp(-s_i - S), weighted
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const R s = exponent(i, x), a = m::abs(s), fall = m::expm1(R(-2.0) * a), beyond = R(weight[i]) * m::exp(a - S);
      both.add(beyond * (R(2.0) + fall));
      const R odd = beyond * -fall, difference = m::select(s < R(0.0), -odd, odd);  // 2 exp(-S) sinh(s_i), weighted
      for (std::size_t j = 0; j < size; ++j) g[j] = g[j] + R(row[i * size + j]) * difference;
    }
    const R whole = both.total();
    for (std::size_t j = 0; j < size; ++j) g[j] = g[j] / whole + R(mu) * x[j];
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(4, 4096),
            {"rows", {8}, 1, 4096, true, "number of pairs of rows a_i, -a_i"},
            {"mu", {0.0}, 0.0, 1e100, false, "strong convexity: the weight of |x|^2 / 2"},
            seed_parameter(),
            start_parameter(2.0),
            region_parameter(3.0),
            box_parameter(6.0)};
  }

  static Built<LogSumExp> build(const Parameters& values);

 private:
  template <class R>
  THALWEG_HD R exponent(std::size_t i, View<const R> x) const {
    R s = R(row[i * size]) * x[0];
    for (std::size_t j = 1; j < size; ++j) s = s + R(row[i * size + j]) * x[j];
    return s;
  }
  template <class R>
  THALWEG_HD R largest(View<const R> x) const {
    R most = R(0.0);
    for (std::size_t i = 0; i < weight.size(); ++i) most = m::max(most, m::abs(exponent(i, x)));
    return most;
  }
};

}  // namespace thalweg

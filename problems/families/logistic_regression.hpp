// Binary logistic regression, full batch or mini-batch:  f(x) = (1/n) sum_i log(1 + exp(-s_i a_i . x)) + (lambda/2) |x|^2,  s_i = 1 or -1.
//
// With lambda > 0 the minimiser is found by Newton's method (up to 64 features) and values are f - f*, in the form of linear_model.hpp: with z = a_i . x*,
// p = sigmoid(z), q = 1 - p the brackets are, for t <= 0 (for t > 0 the same of -t with p and q exchanged, the slope with the other sign),
//   value  log(q + p e^t) - p t = p (e^t - 1 - t) + [log(1 + u) - u],  u = p (e^t - 1)
//   slope  sigmoid(z + t) - sigmoid(z) = p q (e^t - 1) / (q + p e^t)
// of which the first uses series where t is small. Elsewhere they are f, whose lower bound is 0.
// The formula and its oracle: linear_model.hpp; the data: data_design.hpp; facts and their proofs: logistic_regression.cpp.
// Source: C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2.
#pragma once

#include "problems/families/data_design.hpp"

namespace thalweg {

struct LogisticLoss {
  static constexpr Entry entry{"logistic-regression", "Binary logistic regression", "Bishop 2006, section 4.3.2"};
  static constexpr std::string_view formula = "f(x) = (1/n) sum_i log(1 + exp(-s_i a_i . x)) + (lambda/2) |x|^2,  s_i = 1 or -1";

  const double* sign;         // s_i
  const double *p, *q, *pull;  // at the minimiser: p, 1 - p and p - [s_i = 1]
  bool centred;

  template <class R>
  R value(std::size_t i, const R& t) const {
    if (!centred) return m::softplus(R(-sign[i]) * t);
    const auto right = t > R(0.0);
    const R falling = m::select(right, -t, t), P = m::select(right, R(q[i]), R(p[i])), Q = m::select(right, R(p[i]), R(q[i]));
    const R u = P * m::expm1(falling);
    return m::select(falling > R(-0.5), P * exp_rest(falling) + log_rest(u), m::log(Q + P * m::exp(falling)) - P * falling);
  }
  template <class R>
  R slope(std::size_t i, const R& t) const {
    if (!centred) return R(-sign[i]) * m::sigmoid(R(-sign[i]) * t);
    const auto right = t > R(0.0);
    const R falling = m::select(right, -t, t), P = m::select(right, R(q[i]), R(p[i])), Q = m::select(right, R(p[i]), R(q[i]));
    const R change = P * Q * m::expm1(falling) / (Q + P * m::exp(falling));
    return m::select(right, -change, change);
  }
  double at_centre(std::size_t i) const { return centred ? pull[i] : 0.0; }

  static std::vector<Parameter> parameters() {
    return data_parameters(Task::classification, {{"lambda", {0.0}, 0.0, 1e100, false, "weight of |x|^2 / 2"}});
  }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { complete_data(values, given, texts); }
  static Built<LinearModel<LogisticLoss>> build(const Parameters& values, const Texts& texts);

 private:
  // e^t - 1 - t for -1/2 <= t <= 0: t^2 (1/2 + t/6 + ...); the next term is below 2^-55 of it.
  template <class R>
  static R exp_rest(const R& t) {
    R sum(0.0);
    for (double k = 16.0; k > 2.5; k -= 1.0) sum = (sum + R(1.0)) * t / R(k);
    return m::sqr(t) * R(0.5) * (R(1.0) + sum);
  }
  // log(1 + u) - u for -0.4 <= u <= 0, by log(1 + u) = 2 artanh(w), w = u / (2 + u), 2 w - u = -u w.
  template <class R>
  static R log_rest(const R& u) {
    const R w = u / (R(2.0) + u), w2 = m::sqr(w);
    R sum(0.0);
    for (double k = 29.0; k > 2.0; k -= 2.0) sum = sum * w2 + R(1.0) / R(k);
    return R(2.0) * w * w2 * sum - u * w;
  }
};

}  // namespace thalweg

// Where Adam, Sadam and their relatives without a running maximum stall under skewed noise (docs/theory.md 2.9), and how that is measured.
//
// Proposition N: beta1 = beta2 = 0, noise a with probability p, -b otherwise, p a = (1 - p) b. With psi(s) = s / D(s) the mean update where the gradient is u,
//   h(u) = p psi(u + a) - (1 - p) psi(b - u),
// increases from h(0) < 0 to h(b) > 0 when p < 1/2; the iterates settle where f' = u*, its zero.
//
// Stall law, first order in 1 - beta2: with s^2 = E xi^2 and mu3 = E xi^3
//   u* = kappa mu3 D'(s) / (2 s D(s)),   kappa = (1 - beta1) (1 - beta2) / (1 - beta1 beta2).
//
// Measured floor: of a run with the step h the tail mean of |f'|^2 is u*^2 + c1 h + c2 h^2 + ...; from h, h/2 and h/4 Richardson's combination
// (E(h) - 6 E(h/2) + 8 E(h/4)) / 3 is free of both.
//
// Measured law: on f = u sum_j x_j the gradient is u for ever, and the fall of f is u times the sum of all updates, so that (fall over the second half of a
// run) / (u eta steps coordinates) has mean h(u). The same run of ema-momentum, m_t in the place of A_t m_t, has mean u exactly: times A_0 = 1 / D(s) it is
// a control variate that leaves E m_t (A_t - A_0), whose spread is smaller by a factor sqrt(1 - beta2). h is measured at 0.8 and 1.2 times the law's u* and
// its zero taken on the line through both; over that range h is straight to about (u* / s)^2.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"
#include "analysis/study/laboratory.hpp"

namespace thalweg {

// u* of Proposition N for any denominator with D(s) >= s; 0 < p < 1/2.
double stall_gradient(const Definition& definition, double a, double p, double b);

// u* of the stall law.
double stall_law(const Definition& definition, double deviation, double third_moment);

// Per replica, the mean over the steps after the last recorded one that is not beyond half the run, of a metric that is a mean since the start.
std::vector<double> tail_mean(const Recorded& recorded, Metric metric);

// Richardson's combination, replica by replica, of values at the steps h, h/2, h/4.
std::vector<double> extrapolated(std::span<const double> at_h, std::span<const double> at_half, std::span<const double> at_quarter);

// A study of the law: every definition with every beta1 and beta2, two noises of unit variance.
std::string stall_law_study();

struct StallRoot {
  std::string definition;      // "adam, eps = 0.1"
  double p = 0.0, beta1 = 0.0, beta2 = 0.0;
  double predicted = 0.0;
  double measured = 0.0, error = 0.0;   // standard error
  double deviation() const { return measured / predicted - 1.0; }
  double deviation_error() const { return error / predicted; }
  // Within 5 % or three standard errors, whichever is larger.
  bool agrees() const;
};
std::vector<StallRoot> stall_roots(const std::vector<Recorded>& records);

// Weighted least squares y = sum_k c_k x^(first + k), k = 0 ... terms - 1, weights 1 / error^2: coefficients and standard errors.
struct PolynomialFit {
  std::vector<double> coefficients, errors;
};
PolynomialFit fit_polynomial(std::span<const double> x, std::span<const double> y, std::span<const double> error, int first, int terms);

}  // namespace thalweg

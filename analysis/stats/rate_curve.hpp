// Weighted least squares of the laws of analysis/stats/rate_fit.hpp, on a window of steps whose weights are given.
//
//   power               log y = c + p log t                              2 parameters
//   log-corrected       log y = c + p log t + log log t                  2 (the power of the logarithm is fixed at one: over a few decades it cannot be told from p)
//   geometric           log y = c + s t                                  2
//   geometric to floor  y = F + C exp(s t)                               3: F and C linear for each s, s by a search
//   broken power        log y = c + p1 min(log t/b, 0) + p2 max(log t/b, 0)   4: linear for each break b, b by a search
// The misfit is that of logarithms; for the floor's law that of y, relative to the mean.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/stats/moments.hpp"
#include "analysis/stats/rate_fit.hpp"

namespace thalweg {

// The window: times, means over replicas and their weights.
struct RateWindow {
  std::size_t begin = 0, end = 0;  // of the series' times
  std::vector<double> times, means, weights;
};
// 1 / (variance of log mean + the square of the curve's own departure from the law).
double weight_of(double mean, double variance_of_mean);
// Fills in times, means and weights from begin to end; at[i]: moments over replicas.
void weigh(const Series& series, std::span<const Moments> at, RateWindow& window);

struct RateCurve {
  double exponent = 0.0, constant = 0.0;        // constant: c, or C with its sign
  double floor = 0.0;                           // F
  double first_exponent = 0.0, break_at = 0.0;  // p1 and b
  double start = 0.0;                           // geometric to floor: the step that exp(s (t - start)) is measured from
  double squares = 0.0;                         // weighted, of the misfit
};

// near < 0: an exponent near which the floor's law is searched; 0: everywhere.
RateCurve fit_curve(RateModel model, const RateWindow& window, std::span<const double> y, double near = 0.0);
// The curve at t; for the floor's law it may be negative.
double predicted(RateModel model, const RateCurve& curve, double t);
std::size_t parameters_of(RateModel model);

struct Line {
  double intercept = 0.0, slope = 0.0;
};
Line weighted_line(std::span<const double> x, std::span<const double> y, std::span<const double> weight);

}  // namespace thalweg

// How the mean of a measured quantity y moves with a parameter p > 0, from replicas that share their random numbers over p: exponents d log E y / d log p.
//
// Between two values p < q, with a_r and b_r the values of replica r there,
//   e = log(mean b / mean a) / log(q / p),    linearised per replica: (b_r / mean b - a_r / mean a) / log(q / p),
// whose mean is 0 and whose spread is that of e to first order (delta method). Pairing removes what the replicas have in common; the interval is that of
// interval_estimate.hpp for an unknown range: asymptotic. One replica stands for a run without randomness: the value, certain up to rounding.
//
// Over a whole range: the least-squares slope of log mean y against log p. Whole replicas are resampled (cluster bootstrap: Efron and Tibshirani, "An
// introduction to the bootstrap", 1993, chapters 12, 22), the standard error times sqrt(R / (R - 1)) and Student's quantile with R - 1 degrees: asymptotic.
#pragma once

#include <cstdint>
#include <span>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {

// log_ratio = log(q / p), not 0.
Estimate exponent_between(std::span<const double> a, std::span<const double> b, double log_ratio, double level);

// Of the logarithm of a ratio of means, log(mean b / mean a): the same with log_ratio = 1.
inline Estimate log_ratio_of_means(std::span<const double> a, std::span<const double> b, double level) { return exponent_between(a, b, 1.0, level); }

// (log mean a - log mean b) / (log mean a - log mean c): which part of the way from a to c, in logarithms, b has gone. doubt: a and c are not told apart.
Estimate share_of_way(std::span<const double> a, std::span<const double> b, std::span<const double> c, double level);

// p increases; values[r * p.size() + i] is y of replica r at p_i. Fewer than six values of p, or less than half a decade: between the ends.
struct SweptExponent {
  Estimate exponent;
  bool from_ends = false;
  std::size_t points = 0;
};
SweptExponent exponent_over(std::span<const double> p, std::span<const double> values, double level, std::uint64_t seed = 1);

}  // namespace thalweg

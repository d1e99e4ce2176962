// Quantiles of the laws that intervals are made of. Upper quantiles take the tail probability itself, so that 1e-12 keeps all its digits.
#pragma once

namespace thalweg {

// q with P(Z > q) = tail, 0 < tail < 1.
double normal_upper_quantile(double tail);
double student_upper_quantile(double tail, double degrees);
double fisher_upper_quantile(double tail, double numerator_degrees, double denominator_degrees);

}  // namespace thalweg

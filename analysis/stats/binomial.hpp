// Exact binomial tails and limits: X ~ Binomial(n, p).
//   P(X >= k) = I_p(k, n - k + 1), the regularised incomplete beta function.
// Limits by Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934.
#pragma once

#include <cstdint>

namespace thalweg {

double binomial_upper_tail(std::uint64_t successes, std::uint64_t trials, double p);  // P(X >= successes)
double binomial_lower_tail(std::uint64_t successes, std::uint64_t trials, double p);  // P(X <= successes)

// The least p not rejected by the upper tail at `tail`, and the greatest not rejected by the lower one. 0 and 1 at the ends.
double proportion_lower_limit(std::uint64_t successes, std::uint64_t trials, double tail);
double proportion_upper_limit(std::uint64_t successes, std::uint64_t trials, double tail);

}  // namespace thalweg

// Two-sided confidence intervals for the mean of independent, identically distributed replicas. `level` is the error probability alpha: the
// interval misses the mean with probability at most alpha, each end with at most alpha / 2.
//
// Range [a, b] known (finite-sample, no other assumption): betting.
//   z_i = (x_i - a) / (b - a). For a candidate mean m the capital of a gambler who bets that the mean is larger,
//     K_t(m) = sum over k of w_k prod_{i <= t} (1 + lambda_{k,i}(m) (z_i - m)),
//   is a nonnegative martingale when m is the mean, so P(max_t K_t(m) >= 2 / alpha) <= alpha / 2 (Ville). The lower end is the infimum of
//   the m for which the capital never reached 2 / alpha; K falls as m grows, so it is found by bisection and reported from the rejected
//   side. The upper end is the same for 1 - z. Bets: lambda_0 = min(predictable plug-in, 3/4 / m) with
//     plug-in_t = sqrt(2 log(2 / alpha) / (variance_{t-1} t log(1 + t)));
//   the others are constant, lambda_k = gamma_k / m, gamma_k from 1 down to 1/1024 by halves: near 1 is best for values close to an end of
//   the range. No bet looks at n, so that replicas may be added until a verdict is reached, and the interval is that of the running
//   intersection over time. It depends on the order of the values: keep the order of the replicas.
//   Source: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86, 2024 (arXiv:2010.09686).
//
// Range known, closed form: empirical Bernstein, with V the unbiased variance
//   mean +- (sqrt(2 V log(4 / alpha) / n) + 7 (b - a) log(4 / alpha) / (3 (n - 1))).
//   Source: Maurer and Pontil, "Empirical Bernstein bounds and sample variance penalization", COLT 2009 (arXiv:0907.3740), Theorem 4.
//
// Range unknown: no distribution-free interval of finite length exists (Bahadur and Savage, Ann. Math. Stat. 27, 1956). Student's t,
//   the skewness removed by Hall's monotone transformation, marked asymptotic: with a = skewness / (3 sqrt n), T = sqrt(n) (mean - mu) / s,
//     g(T) = ((1 + a T)^3 - 1) / (3 a) + a / 2   is nearly normal,   g^{-1}(y) = (cbrt(1 + 3 a (y - a / 2)) - 1) / a,
//   the ends are mean - s / sqrt(n) g^{-1}(+-q), q Student's quantile with n - 1 degrees. The wider of this and Student's own end counts on
//   each side. Sources: P. Hall, "On the removal of skewness by transformation", JRSS B 54, 1992; N. J. Johnson, "Modified t tests and
//   confidence intervals for asymmetrical populations", JASA 73, 1978.
//   The tails are looked at first: Hill's estimate xi of 1 / (tail exponent) from the k = floor(sqrt n) largest |x - median|, standard
//   error xi / sqrt k (B. M. Hill, Ann. Stat. 3, 1975). xi - 1.645 standard errors > 1/2 says that the variance may be infinite. Then, when
//   at most k of 16 or more values differ from the median, for fewer than two values, and for values that are not finite, the interval is
//   the whole line and `doubt` says why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace thalweg {

struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  double level = 0.0;          // error probability, both sides together; 0: certain
  std::string how;             // the method in a few words
  bool finite_sample = false;  // false: asymptotic, or nothing is known
  std::size_t count = 0;       // replicas
  std::string doubt;           // not empty: why the ends are infinite, or the whole range, in a clause
};

// Every replica's value lies in [lower, upper], from facts.
struct Range {
  double lower, upper;
};

// Known range: betting. A value outside the range by more than rounding (1e-9 of its length) makes the range a false claim: no interval,
// and the doubt says so. No values: the range itself.
Estimate betting_interval(std::span<const double> values, Range range, double level);
Estimate empirical_bernstein_interval(std::span<const double> values, Range range, double level);

// Unknown range: asymptotic.
Estimate skewness_corrected_interval(std::span<const double> values, double level);

// One run without randomness: value +- rounding, and one unit in the last place for this addition itself.
Estimate deterministic_estimate(double value, double rounding);

// The one to use for replicas: betting when the range is known and finite, else the asymptotic interval.
Estimate estimate_mean(std::span<const double> values, std::optional<Range> range, double level);

// One of `looks` looks at the same comparison as replicas are added, `level` for all of them together. Betting intervals hold at every number of
// replicas at once and keep the level; an asymptotic one gets an even share (alpha spending over a number of looks that is fixed beforehand:
// P. Armitage, C. K. McPherson, B. C. Rowe, "Repeated significance tests on accumulating data", JRSS A 132, 1969; here by the union bound).
double level_of_a_look(std::optional<Range> range, double level, std::size_t looks);
Estimate estimate_at_a_look(std::span<const double> values, std::optional<Range> range, double level, std::size_t looks);

// Level of each of `comparisons` simultaneous intervals: all cover with probability at least 1 - total (Bonferroni).
double simultaneous_level(double total, std::size_t comparisons);

// a_i - b_i, replica by replica: paired comparisons, and functionals less a bound that is itself random. Range of the differences.
std::vector<double> paired_differences(std::span<const double> a, std::span<const double> b);
Range difference_range(Range a, Range b);

// Hill's estimate and its standard error. No value: fewer than 16 values, one not finite, or at most `used` of them differ from the median.
struct TailIndex {
  double xi, error;
  std::size_t used;  // the k largest deviations from the median
};
std::optional<TailIndex> tail_index(std::span<const double> values);

// About how many replicas would separate the mean from the bound, were mean and spread as estimated: the least n whose half-width
// (Student's, or empirical Bernstein's when the range is known: an over-estimate of what betting needs) is below |mean - bound|. No value:
// the gap is zero or not finite, or more than 1e15 would be needed.
std::optional<std::uint64_t> replicas_needed(double mean, double variance, std::optional<Range> range, double level, double bound);
std::optional<std::uint64_t> replicas_needed(std::span<const double> values, std::optional<Range> range, double level, double bound);

}  // namespace thalweg

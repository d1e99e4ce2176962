// How often the intervals err, measured on synthetic cells whose mean is known: is the promise of interval_estimate.hpp kept, how far off are the
// asymptotic intervals at a given number of replicas, and how many replicas does it take to see a violation.
//
// A cell is n independent values of a law. Draws are counter-based (lib/core/draw.hpp): repetition r of a law with a seed has the same values for any
// number of threads, and for every kind of interval.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {

enum class LawKind { two_point, uniform, normal, exponential, student3, lognormal };

struct Law {
  std::string_view name;
  LawKind kind;
  double p;                    // of two_point: values 1 with probability p, else 0
  double mean, deviation;      // of the law
  std::optional<Range> range;  // where it is bounded
};

// Two-point (p = 0.5), uniform on [0, 1], normal (mean 1, deviation 1), exponential (mean 1), Student's t with 3 degrees moved to mean 1, lognormal
// (exp of a standard normal); then two skewed two-point laws, p = 0.05 and 0.9.
std::span<const Law> laws();

// Values 0 ... out.size() - 1 of one repetition.
void draw_values(const Law& law, std::uint64_t seed, std::uint64_t repetition, std::span<double> out);

enum class IntervalKind {
  betting,              // the law's range known
  empirical_bernstein,  // the law's range known
  skewness_corrected,
  betting_in_rounds,    // looked at after n, 2 n, 4 n and 8 n values
  skewness_in_rounds,
};
std::string_view to_string(IntervalKind kind);
bool speaks_of(IntervalKind kind, const Law& law);

// Against a bound equal to the mean. In rounds an error at any look counts.
struct ErrorRates {
  std::uint64_t repetitions = 0;
  std::uint64_t violated = 0;  // the lower end lies above the mean: the verdict "violated" is false
  std::uint64_t holds = 0;     // the upper end lies below the mean: "holds" is false for a mean just above the bound
  std::uint64_t missed = 0;    // either: the interval does not cover
  std::uint64_t doubtful = 0;  // no interval, by its own doubt
  double width = 0.0;          // mean over the others; of the last look
};
ErrorRates error_rates(const Law& law, IntervalKind kind, std::size_t replicas, double level, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads);

// The bound is mean / (1 + violation). How many replicas until the verdict is "violated" in half and in nine tenths of the repetitions. Betting: the
// number at which each repetition is first decided, replicas being added one by one. Asymptotic: the least of n_k = floor(16 * 2^(k / 2)) at which
// that share is decided, each looked at alone at the whole level. No value: not with `most` replicas.
struct Power {
  std::optional<std::size_t> half, nine_tenths;
};
Power replicas_to_see(const Law& law, double violation, IntervalKind kind, double level, std::size_t most, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads);

}  // namespace thalweg

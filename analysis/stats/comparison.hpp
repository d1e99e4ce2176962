// Which method is better? Paired differences over common random numbers, performance and data profiles, expected run times to a target.
//
// Replica r of every method sees the same draws (they are functions of seed, problem, replica and step, never of the method), so values are compared
// replica by replica; what the replicas share cancels.
//
// Performance profile (E. D. Dolan and J. J. More, "Benchmarking optimization software with performance profiles", Math. Program. 91, 2002): with the
// cost t_{p,s} of method s on instance p (infinite: not solved) and r_{p,s} = t_{p,s} / min_s t_{p,s},
//   rho_s(tau) = share of the instances with r_{p,s} <= tau.
// Data profile (J. J. More and S. M. Wild, "Benchmarking derivative-free optimization algorithms", SIAM J. Optim. 20, 2009): with the dimension n_p,
//   d_s(kappa) = share of the instances with t_{p,s} / (n_p + 1) <= kappa;
// kappa counts groups of n_p + 1 evaluations, in which a simplex gradient would be had. An instance that no method solves counts in neither numerator.
// Expected run time (N. Hansen, A. Auger, R. Ros, O. Mersmann, T. Tusar, D. Brockhoff, "COCO: a platform for comparing continuous optimizers in a
// black-box setting", Optim. Methods Softw. 36, 2021): over the runs of one method on one problem
//   ERT = (sum of the costs of all runs, those that fail with all they spent) / (number of runs that reach the target),
// the expected cost of restarting until the target is reached. Its interval: cluster bootstrap over runs (asymptotic), in logarithms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"

namespace thalweg {

enum class Better { first, second, undecided, equal };  // equal: the same number in every replica

// Lower values are better. level: error probability of this one comparison.
struct PairedComparison {
  Estimate difference;  // of first less second
  Better better = Better::undecided;
};
// Of random runs. One replica says nothing of a mean: its interval is the whole line, unless the numbers are equal.
PairedComparison compare_paired(std::span<const double> first, std::span<const double> second, double level);
// Of two runs without randomness: their numbers as they are, up to rounding.
PairedComparison compare_certain(double first, double second);

constexpr double not_solved = std::numeric_limits<double>::infinity();

// cost[instance][method] to points of a profile: the ratios (or groups of evaluations) at which it steps, ascending, and the share up to and with each.
struct ShareCurve {
  std::vector<double> at, share;
  double operator()(double x) const;  // the share at x
};
std::vector<ShareCurve> performance_profiles(const std::vector<std::vector<double>>& cost);
std::vector<ShareCurve> data_profiles(const std::vector<std::vector<double>>& cost, std::span<const std::size_t> dimension);

struct RunTime {
  std::size_t runs = 0, reached = 0;
  double expected = not_solved;
  double lower = 0.0, upper = not_solved;  // 0 and infinity: nothing is known (fewer than two runs reach the target, or none in a resample)
};
// cost[r]: of run r when it reaches the target, else not_solved; spent[r]: what run r spent in all.
RunTime expected_run_time(std::span<const double> cost, std::span<const double> spent, double level, std::uint64_t seed = 1, std::size_t resamples = 1000);

}  // namespace thalweg

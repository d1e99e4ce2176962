// What the engine can record along a run, per replica, at chosen steps t (after t updates, when x_{t+1} stands).
// A metric nobody asks for costs nothing. Norms are Euclidean; A_t is the A-LR of step t, H_t = 1 / A_t, m_t the rule's numerator.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace thalweg {

enum class Metric : std::uint8_t {
  f_gap,               // f(x_{t+1}) - f*   (f - the declared lower bound of f* where only that is known)
  grad_sq,             // |grad f(x_{t+1})|^2
  dist_sq,             // |x_{t+1} - x*|^2
  mean_grad_sq,        // (1/t) sum_{s <= t} |grad f(x_s)|^2
  min_grad_sq,         // min_{s <= t+1} |grad f(x_s)|^2
  weighted_grad_sq,    // sum_{s <= t} w_s |grad f(x_s)|^2 / sum_{s <= t} w_s, weights of the batch
  mean_f_gap,          // (1/t) sum_{s <= t} (f(x_s) - f*)
  sampled_grad_sq,     // unbiased estimate of mean_grad_sq at the last step: mean over a few steps drawn uniformly from a stream of their own
  rate_min,            // min_j A_{t,j}
  rate_max,            // max_j A_{t,j}
  v1,                  // sum_{s <= t} |A_{s-1} - A_s|_1, A_0 = the batch's initial rate
  v2,                  // sum_{s <= t} |A_{s-1} - A_s|_2^2
  h_sum,               // sum_j H_{t,j}
  h_increase,          // sum_{s <= t} |(H_s - H_{s-1})_+|_1, H_0 = 1 / A_0
  m_norm_sum,          // sum_{s <= t} |m_s|^2 in the A_s-norm
  m_l1,                // |m_t|_1
  mean_grad_l1,        // (1/t) sum_{s <= t} |grad f(x_s)|_1
  mean_grad_norm,      // (1/t) sum_{s <= t} |grad f(x_s)|
  weighted_grad_sum,   // sum_{s <= t} w_s sum_j grad_j f(x_s) / sum_{s <= t} w_s: with its sign
  min_f_gap,           // min_{s <= t+1} f(x_s) - f*
  f_gap_average,       // f - f* at sum_{s <= t} w_s x_s / sum_{s <= t} w_s; without weights at the plain average
  f_gap_z,             // f(z_{t+1}) - f*, z_{t+1} = x_{t+1} + c (x_{t+1} - x_t), c of the batch
  x_inf,               // |x_{t+1}|_inf
  step_ratio,          // |x_{t+1} - x*| / |x_t - x*|
  weighted_dist_sq,    // sum_{s <= t} w_s |x_{s+1} - x*|^2 / sum_{s <= t} w_s: the stationary spread, where the weights leave out the beginning
  period_two,          // |x_{t+1} - x_{t-1}| / |x_{t+1} - x_t|, x_0 = x_1: 0 on a two-cycle, 2 on a straight way
  regret,              // sum_{s <= t} <g_s, x_s - x*>, g_s the sampled gradient
  mean_regret,         // regret / t
  g_norms,             // sum_j sqrt(sum_{s <= t} g_{s,j}^2)
  h_over_eta,          // sum_{s <= t} (1 / eta_s) sum_j H_{s,j}
  f_passage,           // the first s <= t+1 with f(x_s) - f* <= the level of the batch; infinity: none
  grad_passage,        // the first s <= t+1 with |grad f(x_s)|^2 <= the level of the batch; infinity: none
  noise_sq,            // mean over the recorded steps s <= t of |g_s - grad f(x_s)|^2, g_s the sampled gradient
  count
};
// Where a method asks the oracle several times a step, x_s and g_s of f_gap_average, f_gap_z, period_two, regret, g_norms and noise_sq are the point and the
// gradient of the step's first call.

constexpr std::size_t metric_count = static_cast<std::size_t>(Metric::count);

constexpr std::array<std::string_view, metric_count> metric_names = {
    "f_gap", "grad_sq", "dist_sq", "mean_grad_sq", "min_grad_sq", "weighted_grad_sq", "mean_f_gap", "sampled_grad_sq", "rate_min",
    "rate_max", "v1", "v2", "h_sum", "h_increase", "m_norm_sum", "m_l1", "mean_grad_l1", "mean_grad_norm", "weighted_grad_sum", "min_f_gap", "f_gap_average",
    "f_gap_z", "x_inf", "step_ratio", "weighted_dist_sq", "period_two", "regret", "mean_regret", "g_norms", "h_over_eta", "f_passage", "grad_passage", "noise_sq"};

constexpr std::string_view to_string(Metric metric) { return metric_names[static_cast<std::size_t>(metric)]; }

// What of the batch a metric cannot do without.
constexpr bool needs_minimiser(Metric metric) {
  return metric == Metric::dist_sq || metric == Metric::step_ratio || metric == Metric::weighted_dist_sq || metric == Metric::regret || metric == Metric::mean_regret;
}
constexpr bool needs_weights(Metric metric) { return metric == Metric::weighted_grad_sq || metric == Metric::weighted_grad_sum || metric == Metric::weighted_dist_sq; }

// A set of metrics.
class MetricSet {
 public:
  constexpr MetricSet() = default;
  template <class... M>
  constexpr explicit MetricSet(M... metrics) { (insert(metrics), ...); }
  constexpr void insert(Metric metric) { bits_ |= bit(metric); }
  constexpr void insert(MetricSet other) { bits_ |= other.bits_; }
  constexpr bool contains(Metric metric) const { return (bits_ & bit(metric)) != 0; }
  template <class... M>
  constexpr bool any(M... metrics) const { return (contains(metrics) || ...); }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(MetricSet, MetricSet) = default;

 private:
  static_assert(metric_count <= 64);
  static constexpr std::uint64_t bit(Metric metric) { return std::uint64_t{1} << static_cast<unsigned>(metric); }
  std::uint64_t bits_ = 0;
};

}  // namespace thalweg

// What is recorded along a run, for a set of replicas: which measurements a step needs, and what becomes of them. An engine asks what is due,
// measures it for each of its lanes, and hands the readings over, step after step; the recorder keeps sums over time, notes outcomes and failed
// assumptions and fills the columns of its replicas. It is the same for every engine and layout.
//
// Sums over time are compensated (Neumaier 1974) in double: error 2 ulp of the sum whatever the number of steps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lib/core/host_device.hpp"
#include "lib/engine/batch.hpp"

namespace thalweg {

// A measurement at step t. x_t is where the step starts, x_{t+1} where it ends.
enum class Measure : unsigned {
  value_before,     // f(x_t)
  gradient_before,  // |grad f(x_t)|^2, the exact gradient
  gradient_size,    // |grad f(x_t)|_1
  gradient_sum,     // sum_j grad_j f(x_t)
  samples,          // whether some |g_j| exceeds the audit's bound
  regret,           // <g_t, x_t - x*>
  sample_squares,   // g_{t,j}^2 is added up, for each coordinate
  sample_norms,     // the sum over coordinates of the roots of these
  region_x,         // whether x_t is outside the audit's region
  region_z,         // the same for z_t
  points,           // x_t is kept, as the last of two
  average,          // x_t enters the average
  rates,            // A_t and m_t are needed at all
  path,             // of A_{t-1} and A_t
  momentum,         // of m_t and A_t
  extremes,         // of A_t
  percentiles,      // of A_t
  value_after,      // f(x_{t+1})
  gradient_after,   // |grad f(x_{t+1})|^2
  distance,         // |x_{t+1} - x*|^2
  largest,          // |x_{t+1}|_inf
  value_ahead,      // f(z_{t+1})
  value_average,    // f of the average
  moved,            // |x_{t+1} - x_t|^2
  moved_in_two,     // |x_{t+1} - x_{t-1}|^2
  exact,            // grad f(x_t) is kept to the end of the step
  noise,            // |g_t - grad f(x_t)|^2
  turned,           // |grad f(x_{t+1}) - grad f(x_t)|^2
  rises,            // whether some A_{t,j} is above that of the step at which this was asked before
  count
};

class Due {
 public:
  THALWEG_HD void insert(Measure measure) { bits_ |= bit(measure); }
  THALWEG_HD bool has(Measure measure) const { return (bits_ & bit(measure)) != 0; }
  template <class... M>
  THALWEG_HD bool any(M... measures) const { return (has(measures) || ...); }
  THALWEG_HD bool nothing() const { return bits_ == 0; }

 private:
  THALWEG_HD static std::uint32_t bit(Measure measure) { return std::uint32_t{1} << static_cast<unsigned>(measure); }
  std::uint32_t bits_ = 0;
};

// The numbers of the measurements, one a replica.
enum class Quantity : std::size_t {
  value_before, gradient_before, gradient_size, gradient_sum, exceeds, regret, sample_norms, leaves_x, leaves_z, change, change_sq, h_increase, m_norm, m_l1, h_sum,
  rate_min, rate_max, value_after, gradient_after, distance, largest, value_ahead, value_average, moved, moved_in_two, noise, turned, rises,
  departure,  // 0: every |x_j| within the limit after the step; 1: not, but finite; 2: not finite
  count
};
constexpr std::size_t quantity_count = static_cast<std::size_t>(Quantity::count);

class Readings {
 public:
  explicit Readings(std::size_t lanes) : lanes_(lanes), values_(quantity_count * lanes, 0.0) {}
  double* of(Quantity quantity) { return values_.data() + static_cast<std::size_t>(quantity) * lanes_; }
  const double* of(Quantity quantity) const { return values_.data() + static_cast<std::size_t>(quantity) * lanes_; }

 private:
  std::size_t lanes_;
  std::vector<double> values_;
};

class TimeSum {
 public:
  explicit TimeSum(std::size_t lanes) : sum_(lanes, 0.0), carry_(lanes, 0.0) {}
  void add(std::size_t lane, double value);
  double total(std::size_t lane) const { return sum_[lane] + carry_[lane]; }

 private:
  std::vector<double> sum_, carry_;
};

// A Trajectories with the columns that the batch asks for, empty.
Trajectories prepared(const Batch& batch, bool rated);
std::size_t record_bytes(const Batch& batch, bool rated);  // of its columns

// Of each step, what its iterate adds to the average: w_t / sum_{s <= t} w_s. Empty where nobody asks for the average.
std::vector<double> average_shares(const Batch& batch);

// What may be due at some step, of some replica.
Due ever_due(const Batch& batch, bool rated);

class Recorder {
 public:
  // What it and its lane's readings keep of each lane, in doubles.
  static std::size_t values_of_lane(const Batch& batch);
  // Replicas first ... first + lanes - 1 of the batch, counted from 0; those at or beyond batch.replicas are measured and dropped.
  Recorder(const Batch& batch, bool rated, std::size_t first, std::size_t lanes, Trajectories& out);

  Due due(std::uint64_t t) const;  // t = 1 ... T, and T + 1: the region at the end alone

  // sampled_grad_sq: the lanes whose exact gradient is due at x_t, once for each time it was drawn.
  struct SampledStep {
    std::uint64_t step;
    std::size_t lane;
  };
  std::span<const SampledStep> sampled(std::uint64_t t) const;
  std::span<const SampledStep> sampled_steps() const { return sampled_steps_; }  // all, by step
  void enter_sampled(std::size_t lane, double grad_sq);

  // The readings of step t, in the order of steps. Where some |x_j| left the limit its departure is noted before the rest is absorbed.
  void note_departures(std::uint64_t t, const Readings& readings);
  void absorb(std::uint64_t t, Due due, const Readings& readings);
  void enter_percentiles(std::uint64_t t, std::size_t lane, const std::array<double, rate_percentiles.size()>& values);
  // The outcomes; coordinate j of a lane's last iterate and A-LR come through these.
  void finish();
  void keep_x(std::size_t lane, std::size_t j, double x);
  void keep_rate(std::size_t lane, std::size_t j, double rate);
  bool drops(std::size_t lane) const { return first_ + lane >= out_.replicas; }

 private:
  bool wants(Metric metric) const { return batch_.metrics.contains(metric); }
  bool recorded(std::uint64_t t) const;
  std::size_t lanes_for(Metric metric) const { return wants(metric) ? lanes_ : 0; }
  void watch(std::uint64_t t, Due due, const Readings& readings);
  void watch_constants(std::uint64_t t, Due due, const Readings& readings);
  void add_up(std::uint64_t t, Due due, const Readings& readings);
  void record(std::size_t row, std::uint64_t t, const Readings& readings);

  const Batch& batch_;
  const bool rated_;
  const std::size_t first_, lanes_;
  Trajectories& out_;
  TimeSum grad_sq_, weighted_grad_sq_, f_gap_, v1_, v2_, h_increase_, m_norm_;
  TimeSum grad_l1_, grad_norm_, weighted_grad_sum_, weighted_dist_sq_, regret_, h_over_eta_, noise_;
  double weight_total_ = 0.0;
  std::vector<double> min_grad_sq_, sampled_;
  std::vector<double> min_f_gap_, distance_, f_passage_, grad_passage_;  // distance_: |x_t - x*|^2, of the step before
  std::vector<SampledStep> sampled_steps_;  // ordered by step
  std::vector<Outcome> outcome_;
  std::vector<AuditFailure> audit_;
};

}  // namespace thalweg

// One tile of replicas from the first step to the last: the only driver loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib/engine/batch.hpp"
#include "lib/engine/cpu/tables.hpp"

namespace thalweg::cpu {

// The kernels one run uses, all of one instruction set.
struct Kernels {
  std::size_t lanes = 0;
  const RuleKernel* rule = nullptr;
  const ObjectiveKernel* objective = nullptr;
  const NoiseKernel* noise = nullptr;  // null: none
  const MetricKernel* metric = nullptr;
};

// Memory for `count` doubles, aligned to a cache line and zeroed.
class Aligned {
 public:
  explicit Aligned(std::size_t count = 0);
  ~Aligned();
  Aligned(Aligned&& other) noexcept;
  Aligned& operator=(Aligned&& other) noexcept;
  double* data() { return data_; }
  const double* data() const { return data_; }
  double& operator[](std::size_t i) { return data_[i]; }

 private:
  double* data_ = nullptr;
};

// sum over time per lane, compensated (Neumaier 1974): error 2 ulp of the sum whatever the number of steps.
class TimeSum {
 public:
  explicit TimeSum(std::size_t lanes) : sum_(lanes, 0.0), carry_(lanes, 0.0) {}
  void add(std::size_t lane, double value);
  double total(std::size_t lane) const { return sum_[lane] + carry_[lane]; }

 private:
  std::vector<double> sum_, carry_;
};

class Tile {
 public:
  // Replicas first .. first + groups W - 1 of the batch (counted from 0; those at or beyond batch.replicas are run and dropped).
  Tile(const Batch& batch, const Kernels& kernels, std::size_t first, std::size_t groups);
  // Runs all steps; writes the columns of its replicas.
  void run(Trajectories& out);

 private:
  void draw_sampled_steps();
  void measure_before(std::uint64_t t);             // needs x_t
  void measure_gradient(const double* gradient, std::uint64_t t);  // needs grad f(x_t)
  void sample_due(std::uint64_t t);
  void watch_samples(std::uint64_t t);
  void watch_region(std::uint64_t t);
  void measure_rates(std::uint64_t t);
  void note_departures(std::uint64_t t);
  void record(std::size_t row, std::uint64_t t, Trajectories& out);
  void record_percentiles(std::size_t row, Trajectories& out) const;
  bool wants(Metric metric) const { return batch_.metrics.contains(metric); }
  std::size_t lane_count() const { return shape_.groups * kernels_.lanes; }
  std::size_t offset(std::size_t lane) const;  // of coordinate 0 of a lane in an array over the tile

  const Batch& batch_;
  const Kernels kernels_;
  const std::size_t first_;
  const TileShape shape_;
  DrawKey key_;
  std::vector<std::uint64_t> replica_;
  std::vector<std::byte> step_;
  Aligned x_, gradient_, slots_, scratch_, previous_x_, rate_, numerator_, previous_rate_;
  std::vector<double> lane_a_, lane_b_, lane_c_;
  TimeSum grad_sq_, weighted_grad_sq_, f_gap_, v1_, v2_, h_increase_, m_norm_;
  double weight_total_ = 0.0;
  std::vector<double> min_grad_sq_, sampled_, m_l1_, h_sum_;
  struct Due {
    std::uint64_t step;
    std::size_t lane;
  };
  std::vector<Due> due_;  // sampled_grad_sq: ordered by step
  std::size_t next_due_ = 0;
  std::vector<Outcome> outcome_;
  std::vector<AuditFailure> audit_;
  bool momentum_watch_ = false;
  bool needs_rates_ = false, needs_path_ = false, needs_gradient_ = false, needs_value_ = false;
};

}  // namespace thalweg::cpu

#include "lib/engine/engine.hpp"

#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <bit>
#include <thread>

#include "lib/core/check.hpp"
#include "lib/engine/cpu/tile.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

const cpu::RuleTable& rule_table(Isa isa) {
  switch (isa) {
    case Isa::v2: return thalweg_rule_kernels_v2;
    case Isa::v3: return thalweg_rule_kernels_v3;
    default: return thalweg_rule_kernels_v4;
  }
}

const cpu::MetricKernel& metric_kernel(Isa isa) {
  switch (isa) {
    case Isa::v2: return thalweg_metric_kernels_v2;
    case Isa::v3: return thalweg_metric_kernels_v3;
    default: return thalweg_metric_kernels_v4;
  }
}

void check(const Batch& batch) {
  const std::size_t dim = batch.objective.dim;
  THALWEG_EXPECTS(dim > 0 && batch.start.size() == dim && batch.replicas > 0 && !batch.eta.empty());
  THALWEG_EXPECTS(batch.box.everything() || (batch.box.lower.size() == dim && batch.box.upper.size() == dim));
  THALWEG_EXPECTS(std::is_sorted(batch.record_steps.begin(), batch.record_steps.end()));
  THALWEG_EXPECTS(batch.record_steps.empty() || (batch.record_steps.front() >= 1 && batch.record_steps.back() <= batch.eta.size()));
  THALWEG_EXPECTS(!batch.metrics.contains(Metric::weighted_grad_sq) || batch.weights.size() == batch.eta.size());
  THALWEG_EXPECTS(!batch.metrics.contains(Metric::dist_sq) || batch.minimiser.size() == dim);
}

class CpuEngine final : public Engine {
 public:
  explicit CpuEngine(const CpuOptions& options)
      : isa_(options.isa.value_or(best_isa())),
        threads_(options.threads > 0 ? options.threads : std::max<std::size_t>(1, std::thread::hardware_concurrency())) {}

  Availability availability() const override {
    if (!supported(isa_)) return {false, "this processor does not run x86-64-" + std::string(to_string(isa_)) + "; the best it runs is " + std::string(to_string(best_isa()))};
    std::string text = "x86-64-" + std::string(to_string(isa_)) + ", " + std::to_string(threads_) + (threads_ == 1 ? " thread" : " threads");
    if (isa_ == Isa::v2) text += "; v2 has no fused multiply-add instruction: the same bits, about 20 times slower";
    return {true, text};
  }

  Trajectories run(const Batch& batch) const override {
    check(batch);
    if (const Availability now = availability(); !now.available) throw EnvironmentError(now.reason);
    const auto index = static_cast<std::size_t>(isa_);
    cpu::Kernels kernels;
    kernels.lanes = lanes_of(isa_);
    THALWEG_EXPECTS(batch.rule.rule < rule_table(isa_).size);
    kernels.rule = &rule_table(isa_).rows[batch.rule.rule];
    THALWEG_EXPECTS(batch.rule.hyper.size() >= kernels.rule->hyper_bytes);
    kernels.objective = batch.objective.kernel[index];
    kernels.noise = batch.noise.kernel[index];
    kernels.metric = &metric_kernel(isa_);

    Trajectories out = prepared(batch, kernels.rule->rated);
    const std::size_t groups = (batch.replicas + kernels.lanes - 1) / kernels.lanes;
    const std::size_t tile_groups = batch.tile_groups > 0 ? batch.tile_groups : chosen_tile(batch, kernels, groups);
    const std::size_t tiles = (groups + tile_groups - 1) / tile_groups;
    const auto run_tile = [&](std::size_t tile) {
      const std::size_t first = tile * tile_groups;
      cpu::Tile(batch, kernels, first * kernels.lanes, std::min(tile_groups, groups - first)).run(out);
    };
    run_in_parallel(threads_, tiles, run_tile);
    return out;
  }

 private:
  // As many groups as fit the first-level cache with all their arrays, at least one; enough tiles for every thread.
  std::size_t chosen_tile(const Batch& batch, const cpu::Kernels& kernels, std::size_t groups) const {
    constexpr std::size_t cache_bytes = 32 * 1024;
    const std::size_t group_bytes = batch.objective.dim * kernels.lanes * sizeof(double) * (2 + kernels.rule->slots);
    const std::size_t fitting = std::max<std::size_t>(1, cache_bytes / group_bytes);
    return std::clamp<std::size_t>((groups + threads_ - 1) / threads_, 1, fitting);
  }

  static Trajectories prepared(const Batch& batch, bool rated) {
    Trajectories out;
    out.replicas = batch.replicas;
    out.steps = batch.record_steps;
    for (std::size_t k = 0; k < metric_count; ++k)
      if (batch.metrics.contains(static_cast<Metric>(k))) out.series[k].resize(batch.record_steps.size() * batch.replicas);
    out.percentiles.resize(batch.percentile_steps.size() * rate_percentiles.size() * batch.replicas);
    out.outcomes.resize(batch.replicas);
    if (batch.audit) out.audits.resize(batch.replicas);
    if (batch.keep_final) out.final_x.resize(batch.replicas * batch.objective.dim);
    if (batch.keep_final && rated) out.final_rate.resize(batch.replicas * batch.objective.dim);
    return out;
  }

  Isa isa_;
  std::size_t threads_;
  // More threads than the machine has cores are honoured when asked for.
  tbb::global_control limit_{tbb::global_control::max_allowed_parallelism, threads_};
};

// FNV-1a over 64-bit words.
class Digest {
 public:
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte) {
      state_ ^= (word >> (8 * byte)) & 0xff;
      state_ *= 0x100000001b3ULL;
    }
  }
  void add(const std::vector<double>& values) {
    add(values.size());
    for (double value : values) add(std::bit_cast<std::uint64_t>(value));
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::unique_ptr<Engine> cpu_engine(const CpuOptions& options) { return std::make_unique<CpuEngine>(options); }

std::uint64_t digest(const Trajectories& trajectories) {
  Digest digest;
  digest.add(trajectories.replicas);
  for (std::uint64_t step : trajectories.steps) digest.add(step);
  for (const auto& series : trajectories.series) digest.add(series);
  digest.add(trajectories.percentiles);
  for (const Outcome& outcome : trajectories.outcomes) {
    digest.add(static_cast<std::uint64_t>(outcome.ending));
    digest.add(outcome.step);
  }
  for (const AuditFailure& audit : trajectories.audits)
    for (std::uint64_t step : {audit.sample_bound, audit.region_x, audit.region_z}) digest.add(step);
  digest.add(trajectories.final_x);
  digest.add(trajectories.final_rate);
  return digest.value();
}

}  // namespace thalweg

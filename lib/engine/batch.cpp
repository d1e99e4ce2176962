#include "lib/engine/batch.hpp"

#include <algorithm>
#include <bit>

#include "lib/core/check.hpp"

namespace thalweg {

void check(const Batch& batch) {
  const std::size_t dim = batch.objective.dim;
  THALWEG_EXPECTS(dim > 0 && batch.start.size() == dim && batch.replicas > 0 && !batch.eta.empty());
  THALWEG_EXPECTS(batch.box.everything() || (batch.box.lower.size() == dim && batch.box.upper.size() == dim));
  THALWEG_EXPECTS(std::is_sorted(batch.record_steps.begin(), batch.record_steps.end()));
  THALWEG_EXPECTS(batch.record_steps.empty() || (batch.record_steps.front() >= 1 && batch.record_steps.back() <= batch.eta.size()));
  THALWEG_EXPECTS(batch.weights.empty() || batch.weights.size() == batch.eta.size());
  for (std::size_t k = 0; k < metric_count; ++k) {
    const auto metric = static_cast<Metric>(k);
    THALWEG_EXPECTS(!batch.metrics.contains(metric) || !needs_weights(metric) || !batch.weights.empty());
    THALWEG_EXPECTS(!batch.metrics.contains(metric) || !needs_minimiser(metric) || batch.minimiser.size() == dim);
  }
}

namespace {

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
    for (const AuditEntry& entry : audit_entries) digest.add(audit.*entry.step);
  digest.add(trajectories.final_x);
  digest.add(trajectories.final_rate);
  return digest.value();
}

}  // namespace thalweg

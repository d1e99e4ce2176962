// Two records compared bit by bit, with a word on where they first differ; and batches that record everything.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/engine/mixed_run.hpp"

namespace thalweg {

inline testing::AssertionResult same_values(const char* what, const std::vector<double>& a, const std::vector<double>& b, std::size_t row) {
  if (a.size() != b.size()) return testing::AssertionFailure() << what << ": " << a.size() << " and " << b.size() << " values";
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i]))
      return testing::AssertionFailure() << what << "[" << i / row << "][" << i % row << "]: " << a[i] << " and " << b[i];
  return testing::AssertionSuccess();
}

inline testing::AssertionResult same_bits(const Trajectories& a, const Trajectories& b) {
  if (a.replicas != b.replicas || a.steps != b.steps) return testing::AssertionFailure() << "other replicas or steps";
  const std::size_t replicas = a.replicas;
  for (std::size_t k = 0; k < metric_count; ++k)
    if (const auto same = same_values(std::string(metric_names[k]).c_str(), a.series[k], b.series[k], replicas); !same) return same;
  if (const auto same = same_values("percentiles", a.percentiles, b.percentiles, replicas); !same) return same;
  if (const auto same = same_values("final x", a.final_x, b.final_x, std::max<std::size_t>(1, a.final_x.size() / replicas)); !same) return same;
  if (const auto same = same_values("final rate", a.final_rate, b.final_rate, std::max<std::size_t>(1, a.final_rate.size() / replicas)); !same)
    return same;
  for (std::size_t r = 0; r < replicas; ++r) {
    if (a.outcomes[r].ending != b.outcomes[r].ending || a.outcomes[r].step != b.outcomes[r].step)
      return testing::AssertionFailure() << "outcome of replica " << r << ": " << to_string(a.outcomes[r].ending) << " at " << a.outcomes[r].step
                                         << " and " << to_string(b.outcomes[r].ending) << " at " << b.outcomes[r].step;
  }
  if (a.audits.size() != b.audits.size()) return testing::AssertionFailure() << "audits of one alone";
  for (std::size_t r = 0; r < a.audits.size(); ++r) {
    const AuditFailure &p = a.audits[r], &q = b.audits[r];
    for (const AuditEntry& entry : audit_entries)
      if (p.*entry.step != q.*entry.step) return testing::AssertionFailure() << "audit " << entry.name << " of replica " << r << ": " << p.*entry.step << " and " << q.*entry.step;
  }
  if (digest(a) != digest(b)) return testing::AssertionFailure() << "the digests differ and nothing else does";
  return testing::AssertionSuccess();
}

// All metrics, audits that fail on the way, percentiles, last iterates.
inline Batch full_batch(const MixedCase& mixed, std::size_t replicas, std::uint64_t steps, Precision precision, Layout layout) {
  Batch batch = mixed_batch(mixed, replicas, steps);
  batch.record_steps.clear();
  for (std::uint64_t t : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{5}, std::uint64_t{63}, std::uint64_t{64}, std::uint64_t{65}, steps})
    if (t <= steps && (batch.record_steps.empty() || batch.record_steps.back() < t)) batch.record_steps.push_back(t);
  batch.percentile_steps = {batch.record_steps.back()};
  if (batch.record_steps.size() > 2) batch.percentile_steps.insert(batch.percentile_steps.begin(), batch.record_steps[1]);
  batch.precision = precision;
  batch.layout = layout;
  batch.first_replica = 2;
  return batch;
}

constexpr Precision every_precision[] = {Precision::f64, Precision::f32, Precision::mixed};

}  // namespace thalweg

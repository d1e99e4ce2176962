#include "lib/engine/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/draw.hpp"

namespace thalweg {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double canonical(double value) { return value == value ? value : nan; }

}  // namespace

void TimeSum::add(std::size_t lane, double value) {
  const double sum = sum_[lane], next = sum + value;
  carry_[lane] += std::fabs(sum) >= std::fabs(value) ? (sum - next) + value : (value - next) + sum;
  sum_[lane] = next;
}

Trajectories prepared(const Batch& batch, bool rated) {
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

std::size_t record_bytes(const Batch& batch, bool rated) {
  std::size_t values = batch.percentile_steps.size() * rate_percentiles.size() + (batch.keep_final ? batch.objective.dim * (rated ? 2 : 1) : 0);
  for (std::size_t k = 0; k < metric_count; ++k) values += batch.metrics.contains(static_cast<Metric>(k)) ? batch.record_steps.size() : 0;
  return batch.replicas * (values * sizeof(double) + sizeof(Outcome) + (batch.audit ? sizeof(AuditFailure) : 0));
}

Recorder::Recorder(const Batch& batch, bool rated, std::size_t first, std::size_t lanes, Trajectories& out)
    : batch_(batch),
      rated_(rated),
      first_(first),
      lanes_(lanes),
      out_(out),
      grad_sq_(lanes),
      weighted_grad_sq_(lanes),
      f_gap_(lanes),
      v1_(lanes),
      v2_(lanes),
      h_increase_(lanes),
      m_norm_(lanes),
      min_grad_sq_(lanes, std::numeric_limits<double>::infinity()),
      sampled_(lanes, 0.0),
      outcome_(lanes),
      audit_(lanes) {
  if (!wants(Metric::sampled_grad_sq)) return;
  // The steps come from a stream of their own: asking for this metric changes no other draw.
  const DrawKey key = draw_key(batch.seed, batch.instance);
  const auto horizon = static_cast<std::uint32_t>(batch.eta.size());
  for (std::size_t l = 0; l < lanes; ++l)
    for (std::size_t k = 0; k < batch.sampled_steps; ++k)
      sampled_steps_.push_back({1 + draw_index(key, Stream::random_iterate, batch.first_replica + first + l, 0, k, horizon), l});
  std::stable_sort(sampled_steps_.begin(), sampled_steps_.end(), [](const SampledStep& a, const SampledStep& b) { return a.step < b.step; });
}

Due Recorder::due(std::uint64_t t) const {
  Due due;
  const std::uint64_t horizon = batch_.eta.size();
  if (batch_.audit && !batch_.audit->region.everything()) {
    due.insert(Measure::region_x);
    if (batch_.audit->momentum != 0.0) due.insert(Measure::region_z);
  }
  if (t > horizon) return due;
  if (wants(Metric::mean_f_gap)) due.insert(Measure::value_before);
  if (batch_.metrics.any(Metric::mean_grad_sq, Metric::min_grad_sq, Metric::weighted_grad_sq)) due.insert(Measure::gradient_before);
  if (batch_.audit && !batch_.audit->sample_bound.empty()) due.insert(Measure::samples);
  if (batch_.metrics.any(Metric::v1, Metric::v2, Metric::h_increase)) due.insert(Measure::path);
  if (wants(Metric::m_norm_sum)) due.insert(Measure::momentum);
  if (std::binary_search(batch_.record_steps.begin(), batch_.record_steps.end(), t)) {
    if (batch_.metrics.any(Metric::m_l1, Metric::h_sum)) due.insert(Measure::momentum);
    if (batch_.metrics.any(Metric::rate_min, Metric::rate_max)) due.insert(Measure::extremes);
    if (wants(Metric::f_gap)) due.insert(Measure::value_after);
    if (batch_.metrics.any(Metric::grad_sq, Metric::min_grad_sq)) due.insert(Measure::gradient_after);
    if (wants(Metric::dist_sq)) due.insert(Measure::distance);
  }
  if (std::binary_search(batch_.percentile_steps.begin(), batch_.percentile_steps.end(), t)) due.insert(Measure::percentiles);
  const bool kept = t == horizon && batch_.keep_final && rated_;
  if (kept || due.any(Measure::path, Measure::momentum, Measure::extremes, Measure::percentiles)) due.insert(Measure::rates);
  return due;
}

Due ever_due(const Batch& batch, bool rated) {
  Trajectories none;
  none.replicas = batch.replicas;
  const Recorder recorder(batch, rated, 0, 0, none);
  Due all;
  const auto add = [&](std::uint64_t t) {
    const Due now = recorder.due(t);
    for (unsigned k = 0; k < static_cast<unsigned>(Measure::count); ++k)
      if (now.has(static_cast<Measure>(k))) all.insert(static_cast<Measure>(k));
  };
  add(1);
  add(batch.eta.size());
  if (!batch.record_steps.empty()) add(batch.record_steps.front());
  if (!batch.percentile_steps.empty()) add(batch.percentile_steps.front());
  if (batch.metrics.contains(Metric::sampled_grad_sq)) all.insert(Measure::gradient_before);
  return all;
}

std::span<const Recorder::SampledStep> Recorder::sampled(std::uint64_t t) const {
  if (sampled_steps_.empty()) return {};
  const auto [begin, end] = std::equal_range(sampled_steps_.begin(), sampled_steps_.end(), SampledStep{t, 0},
                                             [](const SampledStep& a, const SampledStep& b) { return a.step < b.step; });
  return {begin, end};
}

void Recorder::enter_sampled(std::size_t lane, double grad_sq) { sampled_[lane] += grad_sq / static_cast<double>(batch_.sampled_steps); }

// Failed assumptions; each lane keeps its first.
void Recorder::watch(std::uint64_t t, Due now, const Readings& readings) {
  const auto note = [&](Measure measure, Quantity quantity, std::uint64_t AuditFailure::*failure) {
    if (!now.has(measure)) return;
    const double* failed = readings.of(quantity);
    for (std::size_t l = 0; l < lanes_; ++l)
      if (failed[l] != 0.0 && audit_[l].*failure == 0) audit_[l].*failure = t;
  };
  note(Measure::samples, Quantity::exceeds, &AuditFailure::sample_bound);
  note(Measure::region_x, Quantity::leaves_x, &AuditFailure::region_x);
  note(Measure::region_z, Quantity::leaves_z, &AuditFailure::region_z);
}

void Recorder::note_departures(std::uint64_t t, const Readings& readings) {
  const double* departure = readings.of(Quantity::departure);
  for (std::size_t l = 0; l < lanes_; ++l)
    if (departure[l] != 0.0 && outcome_[l].ending == Ending::finished)
      outcome_[l] = {departure[l] == 1.0 ? Ending::diverged : Ending::non_finite, t};
}

void Recorder::add_up(std::uint64_t t, Due due, const Readings& readings) {
  const auto each = [&](auto&& enter) {
    for (std::size_t l = 0; l < lanes_; ++l) enter(l);
  };
  if (due.has(Measure::value_before)) each([&](std::size_t l) { f_gap_.add(l, readings.of(Quantity::value_before)[l] - batch_.f_offset); });
  if (due.has(Measure::gradient_before)) {
    const double* squares = readings.of(Quantity::gradient_before);
    const bool weighted = wants(Metric::weighted_grad_sq);
    if (weighted) weight_total_ += batch_.weights[t - 1];
    each([&](std::size_t l) {
      grad_sq_.add(l, squares[l]);
      min_grad_sq_[l] = std::min(min_grad_sq_[l], squares[l]);
      if (weighted) weighted_grad_sq_.add(l, batch_.weights[t - 1] * squares[l]);
    });
  }
  if (due.has(Measure::path)) {
    each([&](std::size_t l) {
      v1_.add(l, readings.of(Quantity::change)[l]);
      v2_.add(l, readings.of(Quantity::change_sq)[l]);
      h_increase_.add(l, readings.of(Quantity::h_increase)[l]);
    });
  }
  if (due.has(Measure::momentum)) each([&](std::size_t l) { m_norm_.add(l, readings.of(Quantity::m_norm)[l]); });
}

void Recorder::absorb(std::uint64_t t, Due due, const Readings& readings) {
  if (due.any(Measure::samples, Measure::region_x, Measure::region_z)) watch(t, due, readings);
  if (t > batch_.eta.size()) return;
  if (due.any(Measure::value_before, Measure::gradient_before, Measure::path, Measure::momentum)) add_up(t, due, readings);
  const auto row = std::lower_bound(batch_.record_steps.begin(), batch_.record_steps.end(), t);
  if (row != batch_.record_steps.end() && *row == t) record(static_cast<std::size_t>(row - batch_.record_steps.begin()), t, readings);
}

void Recorder::record(std::size_t row, std::uint64_t t, const Readings& readings) {
  const auto put = [&](Metric metric, auto&& value_of_lane) {
    if (!wants(metric)) return;
    double* column = out_.series[static_cast<std::size_t>(metric)].data() + row * out_.replicas;
    for (std::size_t l = 0; l < lanes_ && !drops(l); ++l)
      column[first_ + l] = outcome_[l].ending == Ending::finished ? canonical(value_of_lane(l)) : nan;
  };
  const auto read = [&](Metric metric, Quantity quantity) {
    put(metric, [&, values = readings.of(quantity)](std::size_t l) { return values[l]; });
  };
  const double count = static_cast<double>(t);
  put(Metric::f_gap, [&](std::size_t l) { return readings.of(Quantity::value_after)[l] - batch_.f_offset; });
  read(Metric::grad_sq, Quantity::gradient_after);
  put(Metric::min_grad_sq, [&](std::size_t l) { return std::min(readings.of(Quantity::gradient_after)[l], min_grad_sq_[l]); });
  read(Metric::dist_sq, Quantity::distance);
  read(Metric::rate_min, Quantity::rate_min);
  read(Metric::rate_max, Quantity::rate_max);
  read(Metric::h_sum, Quantity::h_sum);
  read(Metric::m_l1, Quantity::m_l1);
  put(Metric::mean_grad_sq, [&](std::size_t l) { return grad_sq_.total(l) / count; });
  put(Metric::weighted_grad_sq, [&](std::size_t l) { return weighted_grad_sq_.total(l) / weight_total_; });
  put(Metric::mean_f_gap, [&](std::size_t l) { return f_gap_.total(l) / count; });
  put(Metric::sampled_grad_sq, [&](std::size_t l) { return t == batch_.eta.size() ? sampled_[l] : nan; });
  put(Metric::v1, [&](std::size_t l) { return v1_.total(l); });
  put(Metric::v2, [&](std::size_t l) { return v2_.total(l); });
  put(Metric::h_increase, [&](std::size_t l) { return h_increase_.total(l); });
  put(Metric::m_norm_sum, [&](std::size_t l) { return m_norm_.total(l); });
}

void Recorder::enter_percentiles(std::uint64_t t, std::size_t lane, const std::array<double, rate_percentiles.size()>& values) {
  if (drops(lane)) return;
  const auto row = std::lower_bound(batch_.percentile_steps.begin(), batch_.percentile_steps.end(), t) - batch_.percentile_steps.begin();
  for (std::size_t k = 0; k < values.size(); ++k) {
    double& out = out_.percentiles[(static_cast<std::size_t>(row) * values.size() + k) * out_.replicas + first_ + lane];
    out = outcome_[lane].ending == Ending::finished ? canonical(values[k]) : nan;
  }
}

void Recorder::finish() {
  for (std::size_t l = 0; l < lanes_ && !drops(l); ++l) {
    if (outcome_[l].ending == Ending::finished) outcome_[l].step = batch_.eta.size();
    out_.outcomes[first_ + l] = outcome_[l];
    if (batch_.audit) out_.audits[first_ + l] = audit_[l];
  }
}

void Recorder::keep_x(std::size_t lane, std::size_t j, double x) { out_.final_x[(first_ + lane) * batch_.objective.dim + j] = canonical(x); }
void Recorder::keep_rate(std::size_t lane, std::size_t j, double rate) {
  out_.final_rate[(first_ + lane) * batch_.objective.dim + j] = canonical(rate);
}

}  // namespace thalweg

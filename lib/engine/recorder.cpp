#include "lib/engine/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/draw.hpp"
#include "lib/core/sum.hpp"

namespace thalweg {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double canonical(double value) { return value == value ? value : nan; }

constexpr double infinity = std::numeric_limits<double>::infinity();

bool weighted(const Batch& batch) { return batch.metrics.any(Metric::weighted_grad_sq, Metric::weighted_grad_sum, Metric::weighted_dist_sq); }

// |x_1 - x*|^2, x_1 in the precision of the run.
double distance_of_start(const Batch& batch) {
  Sum<double> sum;
  for (std::size_t j = 0; j < batch.objective.dim; ++j) {
    const double x = batch.precision == Precision::f64 ? batch.start[j] : static_cast<double>(static_cast<float>(batch.start[j]));
    sum.add(m::sqr(x - batch.minimiser[j]));
  }
  return sum.total();
}

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

std::vector<double> average_shares(const Batch& batch) {
  if (!batch.metrics.contains(Metric::f_gap_average)) return {};
  std::vector<double> shares(batch.eta.size());
  double total = 0.0;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    const double weight = batch.weights.empty() ? 1.0 : batch.weights[k];
    total += weight;
    shares[k] = total > 0.0 ? weight / total : 0.0;
  }
  return shares;
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
      grad_l1_(lanes_for(Metric::mean_grad_l1)),
      grad_norm_(lanes_for(Metric::mean_grad_norm)),
      weighted_grad_sum_(lanes_for(Metric::weighted_grad_sum)),
      weighted_dist_sq_(lanes_for(Metric::weighted_dist_sq)),
      regret_(batch.metrics.any(Metric::regret, Metric::mean_regret) ? lanes : 0),
      h_over_eta_(lanes_for(Metric::h_over_eta)),
      noise_(lanes_for(Metric::noise_sq)),
      min_grad_sq_(lanes, infinity),
      sampled_(lanes, 0.0),
      min_f_gap_(lanes_for(Metric::min_f_gap), infinity),
      f_passage_(lanes_for(Metric::f_passage), infinity),
      grad_passage_(lanes_for(Metric::grad_passage), infinity),
      outcome_(lanes),
      audit_(lanes) {
  if (wants(Metric::step_ratio) && lanes > 0) distance_.assign(lanes, distance_of_start(batch));
  if (!wants(Metric::sampled_grad_sq)) return;
  // The steps come from a stream of their own: asking for this metric changes no other draw.
  const DrawKey key = draw_key(batch.seed, batch.instance);
  const auto horizon = static_cast<std::uint32_t>(batch.eta.size());
  for (std::size_t l = 0; l < lanes; ++l)
    for (std::size_t k = 0; k < batch.sampled_steps; ++k)
      sampled_steps_.push_back({1 + draw_index(key, Stream::random_iterate, batch.first_replica + first + l, 0, k, horizon), l});
  std::stable_sort(sampled_steps_.begin(), sampled_steps_.end(), [](const SampledStep& a, const SampledStep& b) { return a.step < b.step; });
}

std::size_t Recorder::values_of_lane(const Batch& batch) {
  std::size_t values = quantity_count + 25;
  for (Metric kept : {Metric::mean_grad_l1, Metric::mean_grad_norm, Metric::weighted_grad_sum, Metric::weighted_dist_sq, Metric::regret, Metric::mean_regret, Metric::h_over_eta,
                      Metric::min_f_gap, Metric::step_ratio, Metric::f_passage, Metric::grad_passage, Metric::noise_sq})
    values += batch.metrics.contains(kept) ? 2 : 0;
  return values;
}

bool Recorder::recorded(std::uint64_t t) const { return std::binary_search(batch_.record_steps.begin(), batch_.record_steps.end(), t); }

Due Recorder::due(std::uint64_t t) const {
  Due due;
  const std::uint64_t horizon = batch_.eta.size();
  if (batch_.audit && !batch_.audit->region.everything()) {
    due.insert(Measure::region_x);
    if (batch_.audit->momentum != 0.0) due.insert(Measure::region_z);
  }
  if (t > horizon) return due;
  const bool now = recorded(t);
  const auto when = [&](bool wanted, Measure measure) {
    if (wanted) due.insert(measure);
  };
  const auto any = [&](auto... metrics) { return batch_.metrics.any(metrics...); };
  // Sums over time need every step.
  when(any(Metric::mean_f_gap, Metric::min_f_gap, Metric::f_passage), Measure::value_before);
  when(any(Metric::mean_grad_sq, Metric::min_grad_sq, Metric::weighted_grad_sq, Metric::mean_grad_norm, Metric::grad_passage), Measure::gradient_before);
  when(any(Metric::mean_grad_l1), Measure::gradient_size);
  when(any(Metric::weighted_grad_sum), Measure::gradient_sum);
  when(batch_.audit && !batch_.audit->sample_bound.empty(), Measure::samples);
  when(any(Metric::regret, Metric::mean_regret), Measure::regret);
  when(any(Metric::g_norms), Measure::sample_squares);
  when(any(Metric::f_gap_average), Measure::average);
  when(any(Metric::v1, Metric::v2, Metric::h_increase), Measure::path);
  when(any(Metric::m_norm_sum, Metric::h_over_eta), Measure::momentum);
  when(any(Metric::weighted_dist_sq), Measure::distance);
  // x_t and x_{t-1}, and the distance of x_t.
  const bool next = recorded(t + 1);
  const bool watched = batch_.audit && (now || batch_.audit->every_step), turns = watched && batch_.audit->smoothness;
  when(due.has(Measure::region_z) || turns || (now && any(Metric::f_gap_z)) || ((now || next) && any(Metric::period_two)), Measure::points);
  when((now || next) && any(Metric::step_ratio), Measure::distance);
  if (now) {
    when(any(Metric::m_l1, Metric::h_sum), Measure::momentum);
    when(any(Metric::rate_min, Metric::rate_max), Measure::extremes);
    when(any(Metric::f_gap, Metric::min_f_gap, Metric::f_passage), Measure::value_after);
    when(any(Metric::grad_sq, Metric::min_grad_sq, Metric::grad_passage), Measure::gradient_after);
    when(any(Metric::dist_sq), Measure::distance);
    when(any(Metric::x_inf), Measure::largest);
    when(any(Metric::f_gap_z), Measure::value_ahead);
    when(any(Metric::f_gap_average), Measure::value_average);
    when(any(Metric::g_norms), Measure::sample_norms);
    when(any(Metric::period_two), Measure::moved);
    when(any(Metric::period_two), Measure::moved_in_two);
  }
  when(std::binary_search(batch_.percentile_steps.begin(), batch_.percentile_steps.end(), t), Measure::percentiles);
  // What the assumptions are watched by; |x_{t+1}|_inf tells what the gradients are rounded to.
  for (Measure needed : {Measure::turned, Measure::moved, Measure::largest, Measure::gradient_before}) when(turns, needed);
  for (Measure needed : {Measure::value_before, Measure::gradient_before}) when(watched && batch_.audit->growth, needed);
  when(watched && batch_.audit->monotone_rate && rated_, Measure::rises);
  when(now && any(Metric::noise_sq), Measure::noise);
  when(due.any(Measure::turned, Measure::noise), Measure::exact);
  const bool kept = t == horizon && batch_.keep_final && rated_;
  when(kept || due.any(Measure::path, Measure::momentum, Measure::extremes, Measure::percentiles, Measure::rises), Measure::rates);
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
  note(Measure::rises, Quantity::rises, &AuditFailure::rate);
  if (batch_.audit->smoothness || batch_.audit->growth) watch_constants(t, now, readings);
}

// L and mu_pl at this step. A comparison with NaN, that of a replica which is gone, is no failure. Gradients are rounded to some 1e-11 of |grad f| + L |x|, far
// more than the sums that make them lose.
void Recorder::watch_constants(std::uint64_t t, Due now, const Readings& readings) {
  const auto note = [&](std::uint64_t AuditFailure::*failure, auto&& fails) {
    for (std::size_t l = 0; l < lanes_; ++l)
      if (audit_[l].*failure == 0 && outcome_[l].ending == Ending::finished && fails(l)) audit_[l].*failure = t;
  };
  constexpr double sharp = 1e-9, rounded = 1e-11;
  const auto root = [&](Quantity quantity, std::size_t l) { return std::sqrt(readings.of(quantity)[l]); };
  if (now.has(Measure::turned)) {
    const double L = *batch_.audit->smoothness, width = std::sqrt(static_cast<double>(batch_.objective.dim));
    note(&AuditFailure::smoothness, [&](std::size_t l) {
      const double room = rounded * (root(Quantity::gradient_before, l) + L * width * readings.of(Quantity::largest)[l]);
      return root(Quantity::turned, l) > (1.0 + sharp) * L * root(Quantity::moved, l) + room;
    });
  }
  if (batch_.audit->growth && now.has(Measure::value_before) && now.has(Measure::gradient_before)) {
    const Audit::Growth& growth = *batch_.audit->growth;
    note(&AuditFailure::growth, [&](std::size_t l) {
      const double gap = readings.of(Quantity::value_before)[l] - batch_.f_offset - growth.value_error;
      return 0.5 * m::sqr(root(Quantity::gradient_before, l) + growth.slope_error) < (1.0 - sharp) * growth.mu_pl * gap;
    });
  }
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
  const auto sum_up = [&](Measure measure, Quantity quantity, TimeSum& sum, double factor) {
    if (due.has(measure)) each([&, values = readings.of(quantity)](std::size_t l) { sum.add(l, factor * values[l]); });
  };
  const double weight = weighted(batch_) ? batch_.weights[t - 1] : 0.0;
  weight_total_ += weight;
  if (due.has(Measure::value_before)) {
    const bool least = wants(Metric::min_f_gap), passage = wants(Metric::f_passage);
    each([&](std::size_t l) {
      const double gap = readings.of(Quantity::value_before)[l] - batch_.f_offset;
      f_gap_.add(l, gap);
      if (least) min_f_gap_[l] = std::min(min_f_gap_[l], gap);
      if (passage && f_passage_[l] == infinity && gap <= batch_.f_level) f_passage_[l] = static_cast<double>(t);
    });
  }
  sum_up(Measure::gradient_size, Quantity::gradient_size, grad_l1_, 1.0);
  sum_up(Measure::gradient_sum, Quantity::gradient_sum, weighted_grad_sum_, weight);
  sum_up(Measure::regret, Quantity::regret, regret_, 1.0);
  if (wants(Metric::weighted_dist_sq)) sum_up(Measure::distance, Quantity::distance, weighted_dist_sq_, weight);
  if (due.has(Measure::gradient_before)) {
    const double* squares = readings.of(Quantity::gradient_before);
    const bool weighted = wants(Metric::weighted_grad_sq), norm = wants(Metric::mean_grad_norm), passage = wants(Metric::grad_passage);
    each([&](std::size_t l) {
      grad_sq_.add(l, squares[l]);
      min_grad_sq_[l] = std::min(min_grad_sq_[l], squares[l]);
      if (weighted) weighted_grad_sq_.add(l, batch_.weights[t - 1] * squares[l]);
      if (norm) grad_norm_.add(l, std::sqrt(squares[l]));
      if (passage && grad_passage_[l] == infinity && squares[l] <= batch_.grad_level) grad_passage_[l] = static_cast<double>(t);
    });
  }
  if (due.has(Measure::path)) {
    each([&](std::size_t l) {
      v1_.add(l, readings.of(Quantity::change)[l]);
      v2_.add(l, readings.of(Quantity::change_sq)[l]);
      h_increase_.add(l, readings.of(Quantity::h_increase)[l]);
    });
  }
  sum_up(Measure::momentum, Quantity::m_norm, m_norm_, 1.0);
  sum_up(Measure::noise, Quantity::noise, noise_, 1.0);
  if (wants(Metric::h_over_eta)) sum_up(Measure::momentum, Quantity::h_sum, h_over_eta_, 1.0 / batch_.eta[t - 1]);
}

void Recorder::absorb(std::uint64_t t, Due due, const Readings& readings) {
  if (batch_.audit) watch(t, due, readings);
  if (t > batch_.eta.size()) return;
  if (due.any(Measure::value_before, Measure::gradient_before, Measure::gradient_size, Measure::gradient_sum, Measure::regret, Measure::path, Measure::momentum, Measure::distance,
              Measure::noise))
    add_up(t, due, readings);
  const auto row = std::lower_bound(batch_.record_steps.begin(), batch_.record_steps.end(), t);
  if (row != batch_.record_steps.end() && *row == t) record(static_cast<std::size_t>(row - batch_.record_steps.begin()), t, readings);
  if (wants(Metric::step_ratio) && due.has(Measure::distance)) std::copy_n(readings.of(Quantity::distance), lanes_, distance_.begin());
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
  read(Metric::x_inf, Quantity::largest);
  read(Metric::g_norms, Quantity::sample_norms);
  put(Metric::f_gap_z, [&](std::size_t l) { return readings.of(Quantity::value_ahead)[l] - batch_.f_offset; });
  put(Metric::f_gap_average, [&](std::size_t l) { return readings.of(Quantity::value_average)[l] - batch_.f_offset; });
  put(Metric::mean_grad_l1, [&](std::size_t l) { return grad_l1_.total(l) / count; });
  put(Metric::mean_grad_norm, [&](std::size_t l) { return grad_norm_.total(l) / count; });
  put(Metric::weighted_grad_sum, [&](std::size_t l) { return weighted_grad_sum_.total(l) / weight_total_; });
  put(Metric::weighted_dist_sq, [&](std::size_t l) { return weighted_dist_sq_.total(l) / weight_total_; });
  put(Metric::step_ratio, [&](std::size_t l) { return std::sqrt(readings.of(Quantity::distance)[l]) / std::sqrt(distance_[l]); });
  put(Metric::period_two, [&](std::size_t l) { return std::sqrt(readings.of(Quantity::moved_in_two)[l]) / std::sqrt(readings.of(Quantity::moved)[l]); });
  put(Metric::regret, [&](std::size_t l) { return regret_.total(l); });
  put(Metric::mean_regret, [&](std::size_t l) { return regret_.total(l) / count; });
  put(Metric::h_over_eta, [&](std::size_t l) { return h_over_eta_.total(l); });
  put(Metric::noise_sq, [&](std::size_t l) { return noise_.total(l) / static_cast<double>(row + 1); });
  put(Metric::min_f_gap, [&](std::size_t l) { return std::min(readings.of(Quantity::value_after)[l] - batch_.f_offset, min_f_gap_[l]); });
  const auto passage = [&](double found, bool at_the_end) { return found < infinity || !at_the_end ? found : count + 1.0; };
  put(Metric::f_passage, [&](std::size_t l) { return passage(f_passage_[l], readings.of(Quantity::value_after)[l] - batch_.f_offset <= batch_.f_level); });
  put(Metric::grad_passage, [&](std::size_t l) { return passage(grad_passage_[l], readings.of(Quantity::gradient_after)[l] <= batch_.grad_level); });
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

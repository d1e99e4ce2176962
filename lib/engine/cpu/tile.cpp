#include "lib/engine/cpu/tile.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"
#include "lib/core/sum.hpp"

namespace thalweg::cpu {

namespace {

constexpr std::size_t cache_line = 64;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double canonical(double value) { return value == value ? value : nan; }

}  // namespace

Aligned::Aligned(std::size_t count) {
  if (count == 0) return;
  data_ = static_cast<double*>(::operator new(count * sizeof(double), std::align_val_t{cache_line}));
  std::fill_n(data_, count, 0.0);
}
Aligned::~Aligned() {
  if (data_ != nullptr) ::operator delete(data_, std::align_val_t{cache_line});
}
Aligned::Aligned(Aligned&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
Aligned& Aligned::operator=(Aligned&& other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}

void TimeSum::add(std::size_t lane, double value) {
  const double sum = sum_[lane], next = sum + value;
  carry_[lane] += std::fabs(sum) >= std::fabs(value) ? (sum - next) + value : (value - next) + sum;
  sum_[lane] = next;
}

Tile::Tile(const Batch& batch, const Kernels& kernels, std::size_t first, std::size_t groups)
    : batch_(batch),
      kernels_(kernels),
      first_(first),
      shape_{batch.objective.dim, groups},
      key_(draw_key(batch.seed, batch.instance)),
      step_(kernels.rule->step_bytes),
      grad_sq_(lane_count()),
      weighted_grad_sq_(lane_count()),
      f_gap_(lane_count()),
      v1_(lane_count()),
      v2_(lane_count()),
      h_increase_(lane_count()),
      m_norm_(lane_count()) {
  const std::size_t lanes = lane_count(), values = lanes * shape_.dim;
  x_ = Aligned(values);
  gradient_ = Aligned(values);
  slots_ = Aligned(values * kernels.rule->slots);
  scratch_ = Aligned(values);
  for (std::size_t l = 0; l < lanes; ++l) {
    replica_.push_back(batch.first_replica + first + l);
    for (std::size_t j = 0; j < shape_.dim; ++j) x_[offset(l) + j * kernels_.lanes] = batch.start[j];
  }
  kernels.rule->initial(batch.rule.hyper.data(), slots_.data(), shape_);

  needs_path_ = batch.metrics.any(Metric::v1, Metric::v2, Metric::h_increase);
  needs_rates_ = needs_path_ || batch.metrics.any(Metric::rate_min, Metric::rate_max, Metric::h_sum, Metric::m_norm_sum, Metric::m_l1) ||
                 !batch.percentile_steps.empty() || (batch.keep_final && kernels.rule->rated);
  needs_gradient_ = batch.metrics.any(Metric::mean_grad_sq, Metric::min_grad_sq, Metric::weighted_grad_sq);
  needs_value_ = batch.metrics.contains(Metric::mean_f_gap);
  if (needs_rates_) {
    rate_ = Aligned(values);
    numerator_ = Aligned(values);
  }
  if (needs_path_) {
    previous_rate_ = Aligned(values);
    std::fill_n(previous_rate_.data(), values, batch.initial_rate);
  }
  if (batch.audit && !batch.audit->region.everything()) {
    momentum_watch_ = true;
    previous_x_ = Aligned(values);
    std::memcpy(previous_x_.data(), x_.data(), values * sizeof(double));
  }
  for (auto* lane : {&lane_a_, &lane_b_, &lane_c_}) lane->assign(lanes, 0.0);
  min_grad_sq_.assign(lanes, std::numeric_limits<double>::infinity());
  for (auto* lane : {&sampled_, &m_l1_, &h_sum_}) lane->assign(lanes, 0.0);
  outcome_.resize(lanes);
  audit_.resize(lanes);
  if (wants(Metric::sampled_grad_sq)) draw_sampled_steps();
}

std::size_t Tile::offset(std::size_t lane) const {
  return (lane / kernels_.lanes) * shape_.dim * kernels_.lanes + lane % kernels_.lanes;
}

// The steps come from a stream of their own: asking for this metric changes no other draw.
void Tile::draw_sampled_steps() {
  const auto horizon = static_cast<std::uint32_t>(batch_.eta.size());
  for (std::size_t l = 0; l < lane_count(); ++l)
    for (std::size_t k = 0; k < batch_.sampled_steps; ++k)
      due_.push_back({1 + draw_index(key_, Stream::random_iterate, replica_[l], 0, k, horizon), l});
  std::stable_sort(due_.begin(), due_.end(), [](const Due& a, const Due& b) { return a.step < b.step; });
}

void Tile::sample_due(std::uint64_t t) {
  std::vector<double> point, slope;
  for (; next_due_ < due_.size() && due_[next_due_].step == t; ++next_due_) {
    const std::size_t lane = due_[next_due_].lane;
    point.resize(shape_.dim);
    slope.resize(shape_.dim);
    for (std::size_t j = 0; j < shape_.dim; ++j) point[j] = x_[offset(lane) + j * kernels_.lanes];
    kernels_.objective->point_gradient(batch_.objective.functor.get(), point.data(), slope.data());
    Sum<double> sum;
    for (double g : slope) sum.add(g * g);
    sampled_[lane] += sum.total() / static_cast<double>(batch_.sampled_steps);
  }
}

void Tile::measure_before(std::uint64_t t) {
  if (momentum_watch_) watch_region(t);
  if (needs_value_) {
    kernels_.objective->value(batch_.objective.functor.get(), x_.data(), lane_a_.data(), shape_);
    for (std::size_t l = 0; l < lane_count(); ++l) f_gap_.add(l, lane_a_[l] - batch_.f_offset);
  }
  if (next_due_ < due_.size()) sample_due(t);
}

void Tile::measure_gradient(const double* gradient, std::uint64_t t) {
  kernels_.metric->sum_of_squares(gradient, lane_a_.data(), shape_);
  const bool weighted = wants(Metric::weighted_grad_sq);
  if (weighted) weight_total_ += batch_.weights[t - 1];
  for (std::size_t l = 0; l < lane_count(); ++l) {
    grad_sq_.add(l, lane_a_[l]);
    if (weighted) weighted_grad_sq_.add(l, batch_.weights[t - 1] * lane_a_[l]);
    if (!(lane_a_[l] >= min_grad_sq_[l])) min_grad_sq_[l] = lane_a_[l];
  }
}

void Tile::watch_samples(std::uint64_t t) {
  if (!kernels_.metric->exceeds(gradient_.data(), batch_.audit->sample_bound.data(), lane_a_.data(), shape_)) return;
  for (std::size_t l = 0; l < lane_count(); ++l)
    if (lane_a_[l] != 0.0 && audit_[l].sample_bound == 0) audit_[l].sample_bound = t;
}

// x_t and z_t against the region.
void Tile::watch_region(std::uint64_t t) {
  const Audit& audit = *batch_.audit;
  const double *lower = audit.region.lower.data(), *upper = audit.region.upper.data();
  if (kernels_.metric->leaves(x_.data(), x_.data(), 0.0, lower, upper, lane_a_.data(), shape_))
    for (std::size_t l = 0; l < lane_count(); ++l)
      if (lane_a_[l] != 0.0 && audit_[l].region_x == 0) audit_[l].region_x = t;
  if (audit.momentum == 0.0) return;
  if (kernels_.metric->leaves(x_.data(), previous_x_.data(), audit.momentum, lower, upper, lane_a_.data(), shape_))
    for (std::size_t l = 0; l < lane_count(); ++l)
      if (lane_a_[l] != 0.0 && audit_[l].region_z == 0) audit_[l].region_z = t;
  std::memcpy(previous_x_.data(), x_.data(), lane_count() * shape_.dim * sizeof(double));
}

void Tile::measure_rates(std::uint64_t) {
  kernels_.rule->rates(step_.data(), gradient_.data(), slots_.data(), rate_.data(), numerator_.data(), shape_);
  if (needs_path_) {
    kernels_.metric->path(rate_.data(), previous_rate_.data(), lane_a_.data(), lane_b_.data(), lane_c_.data(), shape_);
    for (std::size_t l = 0; l < lane_count(); ++l) {
      v1_.add(l, lane_a_[l]);
      v2_.add(l, lane_b_[l]);
      h_increase_.add(l, lane_c_[l]);
    }
  }
  if (batch_.metrics.any(Metric::m_norm_sum, Metric::m_l1, Metric::h_sum)) {
    kernels_.metric->momentum(rate_.data(), numerator_.data(), lane_a_.data(), m_l1_.data(), h_sum_.data(), shape_);
    for (std::size_t l = 0; l < lane_count(); ++l) m_norm_.add(l, lane_a_[l]);
  }
}

// Called when some |x_j| of the tile is not within the limit after step t.
void Tile::note_departures(std::uint64_t t) {
  for (std::size_t l = 0; l < lane_count(); ++l) {
    if (outcome_[l].ending != Ending::finished) continue;
    bool outside = false, finite = true;
    for (std::size_t j = 0; j < shape_.dim; ++j) {
      const double x = x_[offset(l) + j * kernels_.lanes];
      outside = outside || !(std::fabs(x) <= batch_.divergence_limit);
      finite = finite && std::isfinite(x);
    }
    if (outside) outcome_[l] = {finite ? Ending::diverged : Ending::non_finite, t};
  }
}

void Tile::record(std::size_t row, std::uint64_t t, Trajectories& out) {
  const auto put = [&](Metric metric, auto&& value_of_lane) {
    if (!wants(metric)) return;
    double* column = out.series[static_cast<std::size_t>(metric)].data() + row * out.replicas;
    for (std::size_t l = 0; l < lane_count() && first_ + l < out.replicas; ++l)
      column[first_ + l] = outcome_[l].ending == Ending::finished ? canonical(value_of_lane(l)) : nan;
  };
  const double count = static_cast<double>(t);
  const void* f = batch_.objective.functor.get();
  if (wants(Metric::f_gap)) {
    kernels_.objective->value(f, x_.data(), lane_a_.data(), shape_);
    put(Metric::f_gap, [&](std::size_t l) { return lane_a_[l] - batch_.f_offset; });
  }
  if (batch_.metrics.any(Metric::grad_sq, Metric::min_grad_sq)) {
    kernels_.objective->gradient(f, x_.data(), scratch_.data(), shape_);
    kernels_.metric->sum_of_squares(scratch_.data(), lane_a_.data(), shape_);
    put(Metric::grad_sq, [&](std::size_t l) { return lane_a_[l]; });
    put(Metric::min_grad_sq, [&](std::size_t l) { return std::min(lane_a_[l], min_grad_sq_[l]); });
  }
  if (wants(Metric::dist_sq)) {
    kernels_.metric->distance_sq(x_.data(), batch_.minimiser.data(), lane_a_.data(), shape_);
    put(Metric::dist_sq, [&](std::size_t l) { return lane_a_[l]; });
  }
  if (batch_.metrics.any(Metric::rate_min, Metric::rate_max)) {
    kernels_.metric->extremes(rate_.data(), lane_a_.data(), lane_b_.data(), shape_);
    put(Metric::rate_min, [&](std::size_t l) { return lane_a_[l]; });
    put(Metric::rate_max, [&](std::size_t l) { return lane_b_[l]; });
  }
  put(Metric::mean_grad_sq, [&](std::size_t l) { return grad_sq_.total(l) / count; });
  put(Metric::weighted_grad_sq, [&](std::size_t l) { return weighted_grad_sq_.total(l) / weight_total_; });
  put(Metric::mean_f_gap, [&](std::size_t l) { return f_gap_.total(l) / count; });
  put(Metric::sampled_grad_sq, [&](std::size_t l) { return t == batch_.eta.size() ? sampled_[l] : nan; });
  put(Metric::v1, [&](std::size_t l) { return v1_.total(l); });
  put(Metric::v2, [&](std::size_t l) { return v2_.total(l); });
  put(Metric::h_increase, [&](std::size_t l) { return h_increase_.total(l); });
  put(Metric::h_sum, [&](std::size_t l) { return h_sum_[l]; });
  put(Metric::m_norm_sum, [&](std::size_t l) { return m_norm_.total(l); });
  put(Metric::m_l1, [&](std::size_t l) { return m_l1_[l]; });
}

// Exact percentiles over the coordinates, nearest rank.
void Tile::record_percentiles(std::size_t row, Trajectories& out) const {
  std::vector<double> rates(shape_.dim);
  for (std::size_t l = 0; l < lane_count() && first_ + l < out.replicas; ++l) {
    for (std::size_t j = 0; j < shape_.dim; ++j) rates[j] = rate_.data()[offset(l) + j * kernels_.lanes];
    const bool finite = std::all_of(rates.begin(), rates.end(), [](double a) { return a == a; });
    std::sort(rates.begin(), rates.end(), [](double a, double b) { return a < b; });
    for (std::size_t k = 0; k < rate_percentiles.size(); ++k) {
      const double rank = std::ceil(rate_percentiles[k] / 100.0 * static_cast<double>(shape_.dim));
      const std::size_t index = rank < 1.0 ? 0 : static_cast<std::size_t>(rank) - 1;
      const bool shown = finite && outcome_[l].ending == Ending::finished;
      out.percentiles[(row * rate_percentiles.size() + k) * out.replicas + first_ + l] = shown ? rates[index] : nan;
    }
  }
}

void Tile::run(Trajectories& out) {
  const void* f = batch_.objective.functor.get();
  const double* lower = batch_.box.everything() ? nullptr : batch_.box.lower.data();
  const double* upper = batch_.box.everything() ? nullptr : batch_.box.upper.data();
  const bool samples = batch_.audit && !batch_.audit->sample_bound.empty();
  std::size_t row = 0, percentile_row = 0;
  for (std::uint64_t t = 1; t <= batch_.eta.size(); ++t) {
    const bool due = row < batch_.record_steps.size() && batch_.record_steps[row] == t;
    measure_before(t);
    const DrawPoint point{key_, replica_.data(), t};
    if (batch_.objective.sampled) {
      if (needs_gradient_) {
        kernels_.objective->gradient(f, x_.data(), scratch_.data(), shape_);
        measure_gradient(scratch_.data(), t);
      }
      kernels_.objective->sample(f, point, x_.data(), gradient_.data(), shape_);
    } else {
      kernels_.objective->gradient(f, x_.data(), gradient_.data(), shape_);
      if (needs_gradient_) measure_gradient(gradient_.data(), t);
      if (kernels_.noise != nullptr) kernels_.noise->add(batch_.noise.functor.get(), point, gradient_.data(), shape_);
    }
    if (samples) watch_samples(t);
    kernels_.rule->at(batch_.rule.hyper.data(), t, step_.data());
    if (!kernels_.rule->apply(step_.data(), batch_.eta[t - 1], batch_.divergence_limit, lower, upper, gradient_.data(), x_.data(),
                              slots_.data(), shape_))
      note_departures(t);
    const bool last = t == batch_.eta.size();
    if (needs_rates_ && (due || last || needs_path_ || wants(Metric::m_norm_sum))) measure_rates(t);
    if (due) record(row++, t, out);
    if (percentile_row < batch_.percentile_steps.size() && batch_.percentile_steps[percentile_row] == t)
      record_percentiles(percentile_row++, out);
  }
  if (momentum_watch_) watch_region(batch_.eta.size() + 1);
  for (std::size_t l = 0; l < lane_count() && first_ + l < out.replicas; ++l) {
    if (outcome_[l].ending == Ending::finished) outcome_[l].step = batch_.eta.size();
    out.outcomes[first_ + l] = outcome_[l];
    if (batch_.audit) out.audits[first_ + l] = audit_[l];
    if (batch_.keep_final) {
      for (std::size_t j = 0; j < shape_.dim; ++j) out.final_x[(first_ + l) * shape_.dim + j] = canonical(x_[offset(l) + j * kernels_.lanes]);
      if (kernels_.rule->rated)
        for (std::size_t j = 0; j < shape_.dim; ++j) out.final_rate[(first_ + l) * shape_.dim + j] = canonical(rate_[offset(l) + j * kernels_.lanes]);
    }
  }
}

}  // namespace thalweg::cpu

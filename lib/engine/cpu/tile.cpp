#include "lib/engine/cpu/tile.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "lib/core/sum.hpp"
#include "lib/engine/percentile.hpp"
#include "lib/engine/points.hpp"

namespace thalweg::cpu {

template <class T, class M>
Tile<T, M>::Tile(const Batch& batch, const Kernels<T, M>& kernels, std::size_t first, std::size_t groups, Trajectories& out)
    : batch_(batch),
      kernels_(kernels),
      W_(lanes_of<T>(kernels.isa)),
      shape_{batch.objective.dim, groups},
      f_(batch.objective.functor.get()),
      key_(draw_key(batch.seed, batch.instance)),
      recorder_(batch, kernels.rule.rated, first, lane_count(), out),
      readings_(lane_count()),
      watch_(batch.profile) {
  const std::size_t values = lane_count() * shape_.dim;
  x_ = Array<T>(values);
  gradient_ = Array<T>(values);
  slots_ = Array<T>(values * kernels.rule.slots);
  for (std::size_t l = 0; l < lane_count(); ++l) {
    replica_.push_back(batch.first_replica + first + l);
    for (std::size_t j = 0; j < shape_.dim; ++j) x_[offset(l) + j * W_] = static_cast<T>(batch.start[j]);
  }
  kernels.rule.initial(batch.rule.hyper.data(), slots_.data(), shape_);
  whole_ = Array<T>(lane_count() * kernels.rule.given);
  if (kernels.rule.given > kernels.rule.sums) value_.resize(lane_count());
  room_ = Array<T>(kernels.rule.room * shape_.dim * W_);
  if (kernels.rule.reported != not_a_slot) reported_ = Array<T>(values);
  if (kernels.rule.remembers) memory_ = Array<T>(lane_count() * batch.objective.memory);
  past_ = PastPoints<T>(batch.noise.delay, kernels.rule.calls, values);
  if (!batch.box.everything()) clip_ = {batch.box.lower.coefficients(), batch.box.upper.coefficients(), false};

  const Due ever = ever_due(batch, kernels.rule.rated);
  if (ever.any(Measure::gradient_before, Measure::gradient_size, Measure::gradient_sum, Measure::gradient_after, Measure::exact)) scratch_ = Array<M>(values);
  if (ever.has(Measure::exact)) exact_ = Array<M>(values);
  if (ever.has(Measure::rates)) {
    rate_ = Array<T>(values);
    numerator_ = Array<T>(values);
  }
  if (ever.has(Measure::path)) {
    previous_rate_ = Array<T>(values);
    std::fill_n(previous_rate_.data(), values, static_cast<T>(batch.initial_rate));
  }
  if (ever.has(Measure::rises)) {
    watched_rate_ = Array<T>(values);
    std::fill_n(watched_rate_.data(), values, std::numeric_limits<T>::infinity());
  }
  const auto copy_of_x = [&](bool wanted) {
    Array<T> copy(wanted ? values : 0);
    if (wanted) std::memcpy(copy.data(), x_.data(), values * sizeof(T));
    return copy;
  };
  previous_x_ = copy_of_x(ever.has(Measure::points));
  older_x_ = copy_of_x(ever.has(Measure::moved_in_two));
  average_ = copy_of_x(ever.has(Measure::average));
  shares_ = average_shares(batch);
  if (ever.has(Measure::value_ahead)) ahead_ = Array<T>(values);
  if (ever.has(Measure::sample_squares)) squares_ = Array<M>(values);
  if (batch.metrics.contains(Metric::sampled_grad_sq)) {
    point_ = Array<T>(2 * shape_.dim);
    wide_point_ = Array<M>(2 * shape_.dim);
  }
  if constexpr (!std::is_same_v<T, M>) {
    wide_x_ = Array<M>(values);
    wide_a_ = Array<M>(values);
    wide_b_ = Array<M>(values);
  }
}

template <class T, class M>
std::size_t Tile<T, M>::bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t groups) {
  const std::size_t lanes = groups * lanes_of<T>(kernels.isa), values = lanes * batch.objective.dim;
  const Due ever = ever_due(batch, kernels.rule.rated);
  std::size_t narrow = 2 + kernels.rule.slots + (kernels.rule.reported != not_a_slot ? 1U : 0U), wide = 0;
  if (ever.any(Measure::gradient_before, Measure::gradient_size, Measure::gradient_sum, Measure::gradient_after, Measure::exact)) wide += 1;
  if (ever.has(Measure::exact)) wide += 1;
  if (ever.has(Measure::rates)) narrow += 2;
  for (Measure one : {Measure::path, Measure::rises, Measure::points, Measure::moved_in_two, Measure::average, Measure::value_ahead}) narrow += ever.has(one) ? 1U : 0U;
  if (ever.has(Measure::sample_squares)) wide += 1;
  if (!std::is_same_v<T, M>) wide += 3;
  std::size_t one_replica = 0;
  if (batch.metrics.contains(Metric::sampled_grad_sq)) one_replica += Array<T>::bytes(2 * batch.objective.dim) + Array<M>::bytes(2 * batch.objective.dim);
  if (ever.has(Measure::percentiles)) one_replica += batch.objective.dim * (sizeof(double) + sizeof(std::uint32_t));
  const std::size_t arrays = (narrow - kernels.rule.slots) * Array<T>::bytes(values) + Array<T>::bytes(kernels.rule.slots * values) + wide * Array<M>::bytes(values);
  const std::size_t kept = kernels.rule.remembers ? Array<T>::bytes(lanes * batch.objective.memory) : 0;
  return arrays + kept + PastPoints<T>::bytes(batch.noise.delay, kernels.rule.calls, values) + one_replica + Array<T>::bytes(kernels.rule.room * batch.objective.dim * lanes_of<T>(kernels.isa)) + Array<T>::bytes(lanes * kernels.rule.given) + lanes * Recorder::values_of_lane(batch) * sizeof(double) +
         (ever.has(Measure::average) ? batch.eta.size() * sizeof(double) : 0);
}

template <class T, class M>
const M* Tile<T, M>::measured(const T* array, Array<M>& wide) {
  if constexpr (std::is_same_v<T, M>) {
    return array;
  } else {
    kernels_.table.widen_tile(array, wide.data(), shape_);
    return wide.data();
  }
}

template <class T, class M>
void Tile<T, M>::reduce(Reduction reduction, const Operands& operands, Quantity first) {
  double* out[most_results];
  for (std::size_t k = 0; k < results_of(reduction); ++k) out[k] = readings_.of(static_cast<Quantity>(static_cast<std::size_t>(first) + k));
  kernels_.table.template of<M>().replicas[static_cast<std::size_t>(reduction)](operands, wide_shape(), out);
}

template <class T, class M>
void Tile<T, M>::watch_region() {
  if (!due_.has(Measure::region_x)) return;
  const Audit& audit = *batch_.audit;
  const M* x = measured(x_.data(), wide_x_);
  Operands operands{x, x, audit.region.lower.coefficients(), audit.region.upper.coefficients(), 0.0};
  reduce(Reduction::leaves, operands, Quantity::leaves_x);
  if (!due_.has(Measure::region_z)) return;
  operands.b = measured(previous_x_.data(), wide_a_);
  operands.c = audit.momentum;
  reduce(Reduction::leaves, operands, Quantity::leaves_z);
}

template <class T, class M>
void Tile<T, M>::keep_points() {
  if (due_.has(Measure::points)) {
    if (older_x_.size() > 0) std::swap(older_x_, previous_x_);
    std::memcpy(previous_x_.data(), x_.data(), x_.size() * sizeof(T));
  }
  if (due_.has(Measure::average)) move_average(x_.data(), x_.size(), shares_[t_ - 1], average_.data());
}

template <class T, class M>
void Tile<T, M>::measure_sampled() {
  for (const Recorder::SampledStep& asked : recorder_.sampled(t_)) {
    Sum<M> sum;
    const auto add_up = [&](auto* point, const auto& objective) {
      auto* slope = point + shape_.dim;
      for (std::size_t j = 0; j < shape_.dim; ++j) point[j] = x_[offset(asked.lane) + j * W_];
      objective.point_gradient(f_, point, slope);
      for (std::size_t j = 0; j < shape_.dim; ++j) sum.add(static_cast<M>(slope[j]) * static_cast<M>(slope[j]));
    };
    if (!gives_exact(batch_)) add_up(wide_point_.data(), kernels_.measured);
    else add_up(point_.data(), kernels_.objective);  // the gradient of the step, as for gradient_before
    recorder_.enter_sampled(asked.lane, static_cast<double>(sum.total()));
  }
}

template <class T, class M>
void Tile<T, M>::value_before() {
  kernels_.measured.value(f_, measured(x_.data(), wide_x_), readings_.of(Quantity::value_before), wide_shape());
}

template <class T, class M>
void Tile<T, M>::gradient(unsigned call) {
  answered_ = past_.answered(t_, call, x_.data(), 0, x_.size());
  const Asked kind = asked(kernels_.rule, batch_.rule, t_, call);
  if (kind == Asked::nothing) return;
  if (of_memory(kind)) kernels_.objective.recall(f_, kind, draw_point(call), answered_, memory_.data(), gradient_.data(), shape_);
  else if (kind == Asked::sample && batch_.objective.sampled) kernels_.objective.sample(f_, draw_point(call), answered_, gradient_.data(), shape_);
  else kernels_.objective.gradient(f_, answered_, gradient_.data(), shape_);
}

template <class T, class M>
void Tile<T, M>::gradient_before() {
  const bool apart = !gives_exact(batch_);
  if (apart) kernels_.measured.gradient(f_, measured(x_.data(), wide_x_), scratch_.data(), wide_shape());
  const M* exact = apart ? scratch_.data() : measured(gradient_.data(), wide_a_);
  if (due_.has(Measure::gradient_before)) reduce(Reduction::squares, {.a = exact}, Quantity::gradient_before);
  if (due_.has(Measure::gradient_size)) reduce(Reduction::absolute, {.a = exact}, Quantity::gradient_size);
  if (due_.has(Measure::gradient_sum)) reduce(Reduction::total, {.a = exact}, Quantity::gradient_sum);
  if (due_.has(Measure::exact)) std::memcpy(exact_.data(), exact, exact_.size() * sizeof(M));
}

template <class T, class M>
void Tile<T, M>::measure_sample() {
  if (due_.has(Measure::regret))
    reduce(Reduction::inner, {.a = measured(gradient_.data(), wide_a_), .b = measured(x_.data(), wide_x_), .upper = batch_.minimiser.coefficients()}, Quantity::regret);
  if (due_.has(Measure::noise)) reduce(Reduction::difference, {.a = measured(gradient_.data(), wide_a_), .b = exact_.data()}, Quantity::noise);
  if (!due_.has(Measure::sample_squares)) return;
  add_squares(measured(gradient_.data(), wide_a_), gradient_.size(), squares_.data());
  if (due_.has(Measure::sample_norms)) reduce(Reduction::roots, {.a = squares_.data()}, Quantity::sample_norms);
}

template <class T, class M>
void Tile<T, M>::draw(unsigned call) {
  kernels_.noise->add(batch_.noise.functor.get(), draw_point(call), gradient_.data(), shape_);
}

// Whether some |g_j| of any call exceeds its bound; what is kept of samples was one of theirs.
template <class T, class M>
void Tile<T, M>::watch_samples(unsigned call) {
  if (of_memory(asked(kernels_.rule, batch_.rule, t_, call))) return;
  double* exceeds = readings_.of(Quantity::exceeds);
  if (call > 0) exceeded_.assign(exceeds, exceeds + lane_count());
  reduce(Reduction::exceeds, {.a = measured(gradient_.data(), wide_a_), .upper = batch_.audit->sample_bound.coefficients()}, Quantity::exceeds);
  for (std::size_t l = 0; call > 0 && l < lane_count(); ++l) exceeds[l] = std::max(exceeds[l], exceeded_[l]);
}

// f(x) - f*, to a rule that takes it.
template <class T, class M>
void Tile<T, M>::give_value() {
  kernels_.objective.value(f_, answered_, value_.data(), shape_);
  for (std::size_t l = 0; l < lane_count(); ++l)
    whole_[(l / W_ * kernels_.rule.given + kernels_.rule.sums) * W_ + l % W_] = static_cast<T>(value_[l] - batch_.f_offset);
}

template <class T, class M>
void Tile<T, M>::collect(unsigned call) {
  if (kernels_.rule.sums > 0) kernels_.rule.collect(kernels_.steps->at(t_, call, step_), gradient_.data(), x_.data(), slots_.data(), whole_.data(), shape_);
  if (kernels_.rule.given > kernels_.rule.sums) give_value();
  if (kernels_.rule.room > 0) kernels_.rule.map(kernels_.steps->at(t_, call, step_), gradient_.data(), x_.data(), slots_.data(), room_.data(), shape_);
}

template <class T, class M>
bool Tile<T, M>::pass(unsigned call) {
  return kernels_.rule.apply(kernels_.steps->at(t_, call, step_), batch_.eta[t_ - 1], batch_.divergence_limit, clip_, whole_.data(), gradient_.data(), x_.data(),
                             slots_.data(), shape_);
}

template <class T, class M>
void Tile<T, M>::note_departure() {
  reduce(Reduction::departure, {.a = measured(x_.data(), wide_x_), .c = batch_.divergence_limit}, Quantity::departure);
  recorder_.note_departures(t_, readings_);
}

template <class T, class M>
void Tile<T, M>::measure_rates() {
  const std::byte* made = kernels_.steps->at(t_, kernels_.rule.calls - 1, step_);
  kernels_.rule.rates(made, gradient_.data(), slots_.data(), rate_.data(), numerator_.data(), shape_);
  if (!due_.any(Measure::path, Measure::momentum, Measure::extremes, Measure::rises)) return;
  const M* rate = measured(rate_.data(), wide_a_);
  if (due_.has(Measure::momentum)) reduce(Reduction::momentum, {.a = rate, .b = measured(numerator_.data(), wide_b_)}, Quantity::m_norm);
  if (due_.has(Measure::extremes)) reduce(Reduction::extremes, {.a = rate}, Quantity::rate_min);
  if (due_.has(Measure::rises)) {
    reduce(Reduction::rises, {.a = rate, .b = measured(watched_rate_.data(), wide_b_), .c = room_to_rise<T>}, Quantity::rises);
    std::memcpy(watched_rate_.data(), rate_.data(), rate_.size() * sizeof(T));
  }
  if (!due_.has(Measure::path)) return;
  reduce(Reduction::path, {.a = rate, .b = measured(previous_rate_.data(), wide_b_)}, Quantity::change);
  std::memcpy(previous_rate_.data(), rate_.data(), rate_.size() * sizeof(T));
}

// The iterate: x, or the slot that the rule names, brought together.
template <class T, class M>
const T* Tile<T, M>::reported() {
  const std::size_t slot = kernels_.rule.reported, slots = kernels_.rule.slots;
  if (slot == not_a_slot) return x_.data();
  for (std::size_t i = 0; i < shape_.groups * shape_.dim; ++i) std::memcpy(reported_.data() + i * W_, slots_.data() + (i * slots + slot) * W_, W_ * sizeof(T));
  return reported_.data();
}

template <class T, class M>
void Tile<T, M>::measure_after() {
  const M* x = measured(reported(), wide_x_);
  if (due_.has(Measure::value_after)) kernels_.measured.value(f_, x, readings_.of(Quantity::value_after), wide_shape());
  if (due_.has(Measure::gradient_after)) {
    kernels_.measured.gradient(f_, x, scratch_.data(), wide_shape());
    reduce(Reduction::squares, {.a = scratch_.data()}, Quantity::gradient_after);
  }
  if (due_.has(Measure::distance)) reduce(Reduction::distance, {.a = x, .upper = batch_.minimiser.coefficients()}, Quantity::distance);
  if (due_.has(Measure::largest)) reduce(Reduction::largest, {.a = x}, Quantity::largest);
}

template <class T, class M>
void Tile<T, M>::measure_points() {
  const auto value = [&](const T* at, Quantity quantity) { kernels_.measured.value(f_, measured(at, wide_a_), readings_.of(quantity), wide_shape()); };
  if (due_.has(Measure::value_ahead)) {
    look_ahead(x_.data(), previous_x_.data(), x_.size(), batch_.look_ahead, ahead_.data());
    value(ahead_.data(), Quantity::value_ahead);
  }
  if (due_.has(Measure::value_average)) value(average_.data(), Quantity::value_average);
  if (due_.has(Measure::moved)) reduce(Reduction::difference, {.a = measured(x_.data(), wide_x_), .b = measured(previous_x_.data(), wide_a_)}, Quantity::moved);
  if (due_.has(Measure::moved_in_two)) reduce(Reduction::difference, {.a = measured(x_.data(), wide_x_), .b = measured(older_x_.data(), wide_a_)}, Quantity::moved_in_two);
  if (!due_.has(Measure::turned)) return;
  kernels_.measured.gradient(f_, measured(x_.data(), wide_x_), scratch_.data(), wide_shape());
  reduce(Reduction::difference, {.a = scratch_.data(), .b = exact_.data()}, Quantity::turned);
}

template <class T, class M>
void Tile<T, M>::enter_percentiles() {
  std::vector<double> rates(shape_.dim);
  for (std::size_t l = 0; l < lane_count() && !recorder_.drops(l); ++l) {
    for (std::size_t j = 0; j < shape_.dim; ++j) rates[j] = static_cast<double>(rate_[offset(l) + j * W_]);
    recorder_.enter_percentiles(t_, l, percentiles_of_all(rates));
  }
}

template <class T, class M>
void Tile<T, M>::step(std::uint64_t t) {
  t_ = t;
  due_ = recorder_.due(t);
  measure_sampled();
  StepOrder::make(*this, kernels_.rule.calls);
  recorder_.absorb(t, due_, readings_);
  if (due_.has(Measure::percentiles)) enter_percentiles();
  watch_.lap(Part::record);
}

template <class T, class M>
void Tile<T, M>::keep_final() {
  const T* x = reported();
  for (std::size_t l = 0; l < lane_count() && !recorder_.drops(l); ++l)
    for (std::size_t j = 0; j < shape_.dim; ++j) {
      recorder_.keep_x(l, j, static_cast<double>(x[offset(l) + j * W_]));
      if (kernels_.rule.rated) recorder_.keep_rate(l, j, static_cast<double>(rate_[offset(l) + j * W_]));
    }
}

template <class T, class M>
Profile Tile<T, M>::run() {
  watch_.start();
  const std::uint64_t horizon = batch_.eta.size();
  for (std::uint64_t t = 1; t <= horizon; ++t) step(t);
  due_ = recorder_.due(horizon + 1);
  if (!due_.nothing()) {
    watch_region();
    recorder_.absorb(horizon + 1, due_, readings_);
  }
  recorder_.finish();
  if (batch_.keep_final) keep_final();
  return watch_.profile();
}

template class Tile<double, double>;
template class Tile<float, float>;
template class Tile<float, double>;

}  // namespace thalweg::cpu

#include "lib/engine/cpu/piece_step.hpp"

#include <cstring>

#include "lib/engine/points.hpp"

namespace thalweg::cpu {

template <class T, class M>
const M* PieceStep<T, M>::measured(const T* array, Array<M>& wide) const {
  if constexpr (std::is_same_v<T, M>) {
    return array;
  } else {
    kernels_.table.widen(array, wide.data(), piece_.count);
    return wide.data();
  }
}

template <class T, class M>
void PieceStep<T, M>::reduce(Reduction reduction, const Operands& operands, Quantity first) {
  const auto kernel = kernels_.table.template of<M>().block[static_cast<std::size_t>(reduction)];
  const auto at = [](const void* p, std::size_t i) -> const void* { return p == nullptr ? nullptr : static_cast<const M*>(p) + i; };
  for (std::size_t i = 0; i < piece_.count; i += sum_block) {
    const std::size_t j = piece_.first + i;
    M out[most_results];
    Operands here = operands;
    here.a = at(operands.a, i);
    here.b = at(operands.b, i);
    kernel(here, j, std::min(sum_block, piece_.count - i), out);
    for (std::size_t k = 0; k < results_of(reduction); ++k) of_.results_of(t_, next(first, k))[j / sum_block] = out[k];
  }
}

template <class T, class M>
void PieceStep<T, M>::value(const M* x, Quantity quantity) {
  M* to = of_.results_of(t_, quantity);
  if (!of_.plan.separable) {
    to[0] = static_cast<M>(kernels_.measured.point_value(of_.f, x));
    return;
  }
  for (std::size_t i = 0; i < piece_.count; i += sum_block)
    to[(piece_.first + i) / sum_block] = kernels_.measured.terms(of_.f, piece_.first + i, std::min(sum_block, piece_.count - i), x + i);
}

// The exact gradient at x, for measuring.
template <class T, class M>
void PieceStep<T, M>::slopes(const M* x) {
  if (of_.plan.separable) kernels_.measured.slopes(of_.f, piece_.first, piece_.count, x, scratch_.slope.data());
  else kernels_.measured.point_gradient(of_.f, x, scratch_.slope.data());
}

template <class T, class M>
void PieceStep<T, M>::watch_region() {
  if (!due_.has(Measure::region_x)) return;
  const Audit& audit = *of_.batch.audit;
  const M* x = measured(x_, scratch_.wide_x);
  reduce(Reduction::leaves, {x, x, audit.region.lower.coefficients(), audit.region.upper.coefficients(), 0.0}, Quantity::leaves_x);
  if (!due_.has(Measure::region_z)) return;
  reduce(Reduction::leaves, {x, measured(of_.previous_x.data() + piece_.first, scratch_.wide_a), audit.region.lower.coefficients(), audit.region.upper.coefficients(), audit.momentum},
         Quantity::leaves_z);
}

template <class T, class M>
void PieceStep<T, M>::keep_points() {
  if (due_.has(Measure::points)) {
    T* before = of_.previous_x.data() + piece_.first;
    if (of_.older_x.size() > 0) std::memcpy(of_.older_x.data() + piece_.first, before, piece_.count * sizeof(T));
    std::memcpy(before, x_, piece_.count * sizeof(T));
  }
  if (due_.has(Measure::average)) move_average(x_, piece_.count, of_.shares[t_ - 1], of_.average.data() + piece_.first);
}

template <class T, class M>
void PieceStep<T, M>::value_before() {
  value(measured(x_, scratch_.wide_x), Quantity::value_before);
}

template <class T, class M>
void PieceStep<T, M>::gradient(unsigned call) {
  const T* x = answered_ = of_.past.answered(t_, call, x_, piece_.first, piece_.count);
  if (of_.plan.pieces == 1) of_.answered = x;
  const Asked kind = asked(kernels_.rule, of_.batch.rule, t_, call);
  if (kind == Asked::nothing) return;
  if (of_memory(kind)) kernels_.objective.point_recall(of_.f, kind, draw_point(call), x, of_.memory.data(), g_);
  else if (kind == Asked::sample && of_.batch.objective.sampled) kernels_.objective.point_sample(of_.f, draw_point(call), x, g_);
  else if (of_.plan.separable) kernels_.objective.slopes(of_.f, piece_.first, piece_.count, x, g_);
  else kernels_.objective.point_gradient(of_.f, x, g_);
}

template <class T, class M>
void PieceStep<T, M>::gradient_before() {
  const bool apart = !gives_exact(of_.batch);
  if (apart) slopes(measured(x_, scratch_.wide_x));
  const M* exact = apart ? scratch_.slope.data() : measured(g_, scratch_.wide_a);
  if (due_.has(Measure::gradient_before)) reduce(Reduction::squares, {.a = exact}, Quantity::gradient_before);
  if (due_.has(Measure::gradient_size)) reduce(Reduction::absolute, {.a = exact}, Quantity::gradient_size);
  if (due_.has(Measure::gradient_sum)) reduce(Reduction::total, {.a = exact}, Quantity::gradient_sum);
  if (due_.has(Measure::exact)) std::memcpy(exact_, exact, piece_.count * sizeof(M));
}

template <class T, class M>
void PieceStep<T, M>::measure_sample() {
  if (due_.has(Measure::regret))
    reduce(Reduction::inner, {.a = measured(g_, scratch_.wide_a), .b = measured(x_, scratch_.wide_x), .upper = of_.batch.minimiser.coefficients()}, Quantity::regret);
  if (due_.has(Measure::noise)) reduce(Reduction::difference, {.a = measured(g_, scratch_.wide_a), .b = exact_}, Quantity::noise);
  if (!due_.has(Measure::sample_squares)) return;
  M* squares = of_.squares.data() + piece_.first;
  add_squares(measured(g_, scratch_.wide_a), piece_.count, squares);
  if (due_.has(Measure::sample_norms)) reduce(Reduction::roots, {.a = squares}, Quantity::sample_norms);
}

template <class T, class M>
void PieceStep<T, M>::draw(unsigned call) {
  kernels_.noise->add_along(of_.batch.noise.functor.get(), draw_point(call), piece_.first, piece_.count, g_);
}

// Whether some |g_j| of any call exceeds its bound; what is kept of samples was one of theirs.
template <class T, class M>
void PieceStep<T, M>::watch_samples(unsigned call) {
  if (of_memory(asked(kernels_.rule, of_.batch.rule, t_, call))) return;
  M* first = of_.results_of(t_, Quantity::exceeds) + piece_.first / sum_block;
  const std::size_t earlier = call > 0 ? blocks() : 0;
  scratch_.exceeded.assign(first, first + earlier);
  reduce(Reduction::exceeds, {.a = measured(g_, scratch_.wide_a), .upper = of_.batch.audit->sample_bound.coefficients()}, Quantity::exceeds);
  for (std::size_t b = 0; b < earlier; ++b) first[b] = std::max(first[b], scratch_.exceeded[b]);
}

template <class T, class M>
void PieceStep<T, M>::collect(unsigned call) {
  if (kernels_.rule.room > 0) kernels_.rule.map_along(made(call), g_, x_, slots_, of_.room.data(), of_.plan.dim);
  if (!of_.plan.tied) return;
  const RuleKernel<T>& rule = kernels_.rule;
  for (std::size_t i = 0; i < piece_.count; i += sum_block) {
    const std::size_t j = piece_.first + i, count = std::min(sum_block, piece_.count - i);
    T of_block[most_sums + 1] = {};
    if (rule.sums > 0) rule.collect_block(made(call), g_ + i, x_ + i, slots_ + i * rule.slots, count, of_block);
    if (rule.given > rule.sums && of_.plan.separable) of_block[rule.sums] = kernels_.objective.terms(of_.f, j, count, answered_ + i);
    for (std::size_t k = 0; k < rule.given; ++k) of_.block_sums[k * of_.plan.blocks + j / sum_block] = of_block[k];
  }
}

template <class T, class M>
bool PieceStep<T, M>::pass(unsigned call) {
  return kernels_.rule.apply(made(call), of_.batch.eta[t_ - 1], of_.batch.divergence_limit, of_.clip(piece_), of_.whole.data(), g_, x_, slots_, packs());
}

template <class T, class M>
void PieceStep<T, M>::note_departure() {
  M how = M(0);
  const auto kernel = kernels_.table.template of<M>().block[static_cast<std::size_t>(Reduction::departure)];
  kernel({.a = measured(x_, scratch_.wide_x), .c = of_.batch.divergence_limit}, piece_.first, piece_.count, &how);
  double& worst = scratch_.departure[t_ - of_.window_first];
  worst = std::max(worst, static_cast<double>(how));
}

template <class T, class M>
void PieceStep<T, M>::measure_rates() {
  kernels_.rule.rates(made(kernels_.rule.calls - 1), g_, slots_, scratch_.rate.data(), scratch_.numerator.data(), packs());
  const M* rate = measured(scratch_.rate.data(), scratch_.wide_a);
  if (due_.has(Measure::momentum))
    reduce(Reduction::momentum, {.a = rate, .b = measured(scratch_.numerator.data(), scratch_.wide_b)}, Quantity::m_norm);
  if (due_.has(Measure::extremes)) reduce(Reduction::extremes, {.a = rate}, Quantity::rate_min);
  if (due_.has(Measure::path)) {
    T* before = of_.previous_rate.data() + piece_.first;
    reduce(Reduction::path, {.a = rate, .b = measured(before, scratch_.wide_b)}, Quantity::change);
    std::memcpy(before, scratch_.rate.data(), piece_.count * sizeof(T));
  }
  if (due_.has(Measure::rises)) {
    T* before = of_.watched_rate.data() + piece_.first;
    reduce(Reduction::rises, {.a = rate, .b = measured(before, scratch_.wide_b), .c = room_to_rise<T>}, Quantity::rises);
    std::memcpy(before, scratch_.rate.data(), piece_.count * sizeof(T));
  }
  if (due_.has(Measure::percentiles)) collect_percentiles();
  if (of_.final_rate.size() > 0 && t_ == of_.batch.eta.size()) std::memcpy(of_.final_rate.data() + piece_.first, scratch_.rate.data(), piece_.count * sizeof(T));
}

template <class T, class M>
void PieceStep<T, M>::collect_percentiles() {
  const bool exact = of_.plan.dim <= exact_percentiles;
  double* to = exact ? of_.rates.data() + piece_.first : scratch_.rates.data();
  for (std::size_t i = 0; i < piece_.count; ++i) to[i] = static_cast<double>(scratch_.rate[i]);
  if (exact) return;
  PercentileSketch mine;
  mine.add({to, piece_.count});
  const std::lock_guard lock(of_.sketch_lock);
  of_.sketch.merge(mine);
}

template <class T, class M>
const T* PieceStep<T, M>::reported() {
  const std::size_t slot = kernels_.rule.reported, slots = kernels_.rule.slots, W = of_.plan.width;
  if (slot == not_a_slot) return x_;
  for (std::size_t i = 0; i * W < piece_.count; ++i) std::memcpy(scratch_.reported.data() + i * W, slots_ + (i * slots + slot) * W, W * sizeof(T));
  return scratch_.reported.data();
}

template <class T, class M>
void PieceStep<T, M>::measure_after() {
  const M* x = measured(reported(), scratch_.wide_x);
  if (due_.has(Measure::value_after)) value(x, Quantity::value_after);
  if (due_.has(Measure::gradient_after)) {
    slopes(x);
    reduce(Reduction::squares, {.a = scratch_.slope.data()}, Quantity::gradient_after);
  }
  if (due_.has(Measure::distance)) reduce(Reduction::distance, {.a = x, .upper = of_.batch.minimiser.coefficients()}, Quantity::distance);
  if (due_.has(Measure::largest)) reduce(Reduction::largest, {.a = x}, Quantity::largest);
}

template <class T, class M>
void PieceStep<T, M>::measure_points() {
  const auto here = [&](const Array<T>& array) { return array.data() + piece_.first; };
  const auto moved_from = [&](const Array<T>& before, Quantity quantity) {
    reduce(Reduction::difference, {.a = measured(x_, scratch_.wide_x), .b = measured(here(before), scratch_.wide_a)}, quantity);
  };
  if (due_.has(Measure::value_ahead)) {
    look_ahead(x_, here(of_.previous_x), piece_.count, of_.batch.look_ahead, scratch_.ahead.data());
    value(measured(scratch_.ahead.data(), scratch_.wide_a), Quantity::value_ahead);
  }
  if (due_.has(Measure::value_average)) value(measured(here(of_.average), scratch_.wide_a), Quantity::value_average);
  if (due_.has(Measure::moved)) moved_from(of_.previous_x, Quantity::moved);
  if (due_.has(Measure::moved_in_two)) moved_from(of_.older_x, Quantity::moved_in_two);
  if (!due_.has(Measure::turned)) return;
  slopes(measured(x_, scratch_.wide_x));
  reduce(Reduction::difference, {.a = scratch_.slope.data(), .b = exact_}, Quantity::turned);
}

template class PieceStep<double, double>;
template class PieceStep<float, float>;
template class PieceStep<float, double>;

}  // namespace thalweg::cpu

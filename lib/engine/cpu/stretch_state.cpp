#include "lib/engine/cpu/stretch_state.hpp"

#include "lib/core/sum.hpp"
#include "lib/engine/cpu/cache.hpp"

namespace thalweg::cpu {

namespace {

constexpr std::size_t worth_a_worker = std::size_t{1} << 15;  // coordinates, where workers wait for each other at every call

// Block results of the largest window.
template <class T, class M>
std::size_t most_results_bytes(const Batch& batch, const Kernels<T, M>& kernels, const StretchPlan<T, M>& plan) {
  Trajectories none;
  none.replicas = batch.replicas;
  const Recorder recorder(batch, kernels.rule.rated, 0, 0, none);
  const std::size_t column_bytes = plan.blocks * sizeof(M);
  return Windows(batch.eta.size(), column_bytes, window_results_bytes, [&](std::uint64_t t) { return recorder.due(t); }).most_columns() * column_bytes;
}

}  // namespace

template <class T, class M>
StretchPlan<T, M>::StretchPlan(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads)
    : separable(kernels.objective.slopes != nullptr && !batch.objective.sampled), dim(batch.objective.dim), width(lanes_of<T>(kernels.isa)) {
  ever = ever_due(batch, kernels.rule.rated);
  padded = (dim + width - 1) / width * width;
  blocks = (dim + sum_block - 1) / sum_block;
  const std::size_t fitting = cache::piece_bytes / (sizeof(T) * (2 + kernels.rule.slots)) / sum_block;
  // A map of the whole vector makes it one piece, and so does noise whose coordinates depend on each other.
  const bool cut = separable && kernels.rule.room == 0 && (kernels.noise == nullptr || !kernels.noise->whole);
  piece = cut ? sum_block * (batch.tile_groups > 0 ? batch.tile_groups : std::max<std::size_t>(1, fitting)) : blocks * sum_block;
  pieces = (dim + piece - 1) / piece;
  tied = kernels.rule.given > 0;
  workers = std::min(tied ? std::clamp<std::size_t>(dim / worth_a_worker, 1, threads) : threads, pieces);
  reported = kernels.rule.reported != not_a_slot;
}

template <class T, class M>
std::size_t StretchPlan<T, M>::scratch_bytes() const {
  std::size_t narrow = (tied ? 0U : 1U) + (reported ? 1U : 0U), wide = 0;
  if (ever.has(Measure::rates)) narrow += 2;
  if (ever.has(Measure::value_ahead)) narrow += 1;
  if (measures_gradient()) wide += 1;
  if (ever.has(Measure::exact) && !tied) wide += 1;
  if (!std::is_same_v<T, M>) wide += 3;
  std::size_t collected = 0;
  if (ever.has(Measure::percentiles)) collected = padded_piece() * (sizeof(double) + sizeof(std::uint32_t));
  return narrow * Array<T>::bytes(padded_piece()) + wide * Array<M>::bytes(padded_piece()) + collected;
}

template <class T, class M>
StretchScratch<T, M>::StretchScratch(const StretchPlan<T, M>& plan, bool profile) : departure(longest_window, 0.0), watch(profile) {
  const std::size_t n = plan.padded_piece();
  if (!plan.tied) gradient = Array<T>(n);
  if (plan.reported) reported = Array<T>(n);
  if (plan.ever.has(Measure::rates)) {
    rate = Array<T>(n);
    numerator = Array<T>(n);
  }
  if (plan.ever.has(Measure::value_ahead)) ahead = Array<T>(n);
  if (plan.measures_gradient()) slope = Array<M>(n);
  if (plan.ever.has(Measure::exact) && !plan.tied) exact = Array<M>(n);
  if (plan.ever.has(Measure::percentiles)) rates.resize(n);
  if constexpr (!std::is_same_v<T, M>) {
    wide_x = Array<M>(n);
    wide_a = Array<M>(n);
    wide_b = Array<M>(n);
  }
}

template <class T, class M>
StretchState<T, M>::StretchState(const Batch& made_of, const Kernels<T, M>& chosen, std::size_t of_batch, std::size_t threads, Trajectories& out)
    : batch(made_of),
      kernels(chosen),
      plan(made_of, chosen, threads),
      f(batch.objective.functor.get()),
      key(draw_key(batch.seed, batch.instance)),
      replica(batch.first_replica + of_batch),
      x(plan.padded),
      slots(plan.padded * kernels.rule.slots),
      recorder(batch, kernels.rule.rated, of_batch, 1, out) {
  if (plan.ever.has(Measure::points)) previous_x = Array<T>(plan.padded);
  if (plan.ever.has(Measure::moved_in_two)) older_x = Array<T>(plan.padded);
  if (plan.ever.has(Measure::average)) average = Array<T>(plan.padded);
  if (plan.ever.has(Measure::sample_squares)) squares = Array<M>(plan.padded);
  shares = average_shares(batch);
  if (plan.ever.has(Measure::path)) previous_rate = Array<T>(plan.padded);
  if (plan.ever.has(Measure::rises)) watched_rate = Array<T>(plan.padded);
  if (plan.ever.has(Measure::exact) && plan.tied) exact = Array<M>(plan.padded);
  if (batch.keep_final && kernels.rule.rated) final_rate = Array<T>(plan.padded);
  if (plan.tied) {
    gradient = Array<T>(plan.padded);
    whole = Array<T>(kernels.rule.given * plan.width);
    block_sums.resize(kernels.rule.given * plan.blocks);
    stayed.resize(plan.pieces);
  }
  room = Array<T>(kernels.rule.room * plan.padded);
  if (kernels.rule.remembers) memory = Array<T>(batch.objective.memory);
  past = PastPoints<T>(batch.noise.delay, kernels.rule.calls, plan.padded);
  window.reserve(longest_window);
}

template <class T, class M>
std::size_t StretchState<T, M>::bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads) {
  const StretchPlan<T, M> plan(batch, kernels, threads);
  std::size_t arrays = 1;
  for (Measure one : {Measure::points, Measure::moved_in_two, Measure::average, Measure::path, Measure::rises}) arrays += plan.ever.has(one) ? 1U : 0U;
  if (batch.keep_final && kernels.rule.rated) arrays += 1;
  if (plan.tied) arrays += 1;
  const std::size_t exact = plan.ever.has(Measure::percentiles) && plan.dim <= exact_percentiles ? plan.dim * sizeof(double) : 0;
  return arrays * Array<T>::bytes(plan.padded) + Array<T>::bytes(kernels.rule.slots * plan.padded) + Array<T>::bytes(kernels.rule.room * plan.padded) +
         PastPoints<T>::bytes(batch.noise.delay, kernels.rule.calls, plan.padded) + (kernels.rule.remembers ? Array<T>::bytes(batch.objective.memory) : 0) + plan.workers * plan.scratch_bytes() +
         most_results_bytes(batch, kernels, plan) + kernels.rule.given * plan.blocks * sizeof(T) + exact +
         (plan.ever.has(Measure::sample_squares) ? Array<M>::bytes(plan.padded) : 0) + (plan.ever.has(Measure::exact) && plan.tied ? Array<M>::bytes(plan.padded) : 0) + (plan.ever.has(Measure::average) ? batch.eta.size() * sizeof(double) : 0);
}

template <class T, class M>
Due StretchState<T, M>::due(std::uint64_t t) const {
  Due now = recorder.due(t);
  if (!recorder.sampled(t).empty()) now.insert(Measure::gradient_before);
  return now;
}

template struct StretchPlan<double, double>;
template struct StretchPlan<float, float>;
template struct StretchPlan<float, double>;
template struct StretchScratch<double, double>;
template struct StretchScratch<float, float>;
template struct StretchScratch<float, double>;
template struct StretchState<double, double>;
template struct StretchState<float, float>;
template struct StretchState<float, double>;

}  // namespace thalweg::cpu

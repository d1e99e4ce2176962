#include "lib/engine/cpu/stretch.hpp"

#include <cstring>
#include <functional>

#include "lib/core/sum.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg::cpu {

namespace {

constexpr std::size_t cache_bytes = 96 * 1024;           // a piece with its state and gradient: half of a small second-level cache
constexpr std::size_t worth_a_worker = std::size_t{1} << 15;  // coordinates, where workers wait for each other at every call
constexpr std::size_t results_bytes = 64 * 1024 * 1024;  // block results of a window

}  // namespace

template <class T, class M>
Stretch<T, M>::Plan::Plan(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads)
    : separable(kernels.objective.slopes != nullptr && !batch.objective.sampled), dim(batch.objective.dim), width(lanes_of<T>(kernels.isa)) {
  ever = ever_due(batch, kernels.rule.rated);
  padded = (dim + width - 1) / width * width;
  blocks = (dim + sum_block - 1) / sum_block;
  const std::size_t fitting = cache_bytes / (sizeof(T) * (2 + kernels.rule.slots)) / sum_block;
  piece = separable ? sum_block * (batch.tile_groups > 0 ? batch.tile_groups : std::max<std::size_t>(1, fitting)) : blocks * sum_block;
  pieces = (dim + piece - 1) / piece;
  tied = kernels.rule.given > 0;
  workers = std::min(tied ? std::clamp<std::size_t>(dim / worth_a_worker, 1, threads) : threads, pieces);
  reported = kernels.rule.reported != not_a_slot;
}

template <class T, class M>
std::size_t Stretch<T, M>::Plan::scratch_bytes() const {
  std::size_t narrow = (tied ? 0U : 1U) + (reported ? 1U : 0U), wide = 0;
  if (ever.has(Measure::rates)) narrow += 2;
  if (ever.any(Measure::gradient_before, Measure::gradient_after)) wide += 1;
  if (!std::is_same_v<T, M>) wide += 3;
  std::size_t collected = 0;
  if (ever.has(Measure::percentiles)) collected = padded_piece() * (sizeof(double) + sizeof(std::uint32_t));
  return narrow * Array<T>::bytes(padded_piece()) + wide * Array<M>::bytes(padded_piece()) + collected;
}

template <class T, class M>
Stretch<T, M>::Stretch(const Batch& batch, const Kernels<T, M>& kernels, std::size_t replica, std::size_t threads, Trajectories& out)
    : batch_(batch),
      kernels_(kernels),
      plan_(batch, kernels, threads),
      threads_(threads),
      f_(batch.objective.functor.get()),
      key_(draw_key(batch.seed, batch.instance)),
      replica_(batch.first_replica + replica),
      x_(plan_.padded),
      slots_(plan_.padded * kernels.rule.slots),
      recorder_(batch, kernels.rule.rated, replica, 1, out),
      readings_(1) {
  if (plan_.ever.has(Measure::region_z)) previous_x_ = Array<T>(plan_.padded);
  if (plan_.ever.has(Measure::path)) previous_rate_ = Array<T>(plan_.padded);
  if (batch.keep_final && kernels.rule.rated) final_rate_ = Array<T>(plan_.padded);
  if (plan_.tied) {
    gradient_ = Array<T>(plan_.padded);
    whole_ = Array<T>(kernels.rule.given * plan_.width);
    block_sums_.resize(kernels.rule.given * plan_.blocks);
    stayed_.resize(plan_.pieces);
  }
  window_.reserve(longest_window);
  scratch_.reserve(plan_.workers);
  for (std::size_t w = 0; w < plan_.workers; ++w) scratch_.push_back(made_scratch());
}

template <class T, class M>
std::size_t Stretch<T, M>::bytes(const Batch& batch, const Kernels<T, M>& kernels, std::size_t threads) {
  const Plan plan(batch, kernels, threads);
  std::size_t arrays = 1 + kernels.rule.slots;
  if (plan.ever.has(Measure::region_z)) arrays += 1;
  if (plan.ever.has(Measure::path)) arrays += 1;
  if (batch.keep_final && kernels.rule.rated) arrays += 1;
  if (plan.tied) arrays += 1;
  const std::size_t exact = plan.ever.has(Measure::percentiles) && plan.dim <= exact_percentiles ? plan.dim * sizeof(double) : 0;
  return (arrays - kernels.rule.slots) * Array<T>::bytes(plan.padded) + Array<T>::bytes(kernels.rule.slots * plan.padded) +
         plan.workers * plan.scratch_bytes() + most_results_bytes(batch, kernels, plan) + kernels.rule.given * plan.blocks * sizeof(T) + exact;
}

// Block results of the largest window.
template <class T, class M>
std::size_t Stretch<T, M>::most_results_bytes(const Batch& batch, const Kernels<T, M>& kernels, const Plan& plan) {
  Trajectories none;
  none.replicas = batch.replicas;
  const Recorder recorder(batch, kernels.rule.rated, 0, 0, none);
  const std::size_t column_bytes = plan.blocks * sizeof(M);
  return Windows(batch.eta.size(), column_bytes, results_bytes, [&](std::uint64_t t) { return recorder.due(t); }).most_columns() * column_bytes;
}

template <class T, class M>
typename Stretch<T, M>::Scratch Stretch<T, M>::made_scratch() const {
  const std::size_t n = plan_.padded_piece();
  Scratch made{.gradient = Array<T>(plan_.tied ? 0 : n), .reported = {}, .rate = {}, .numerator = {}, .slope = {}, .wide_x = {}, .wide_a = {}, .wide_b = {}, .rates = {},
               .step = {}, .exceeded = {}, .departure = std::vector<double>(longest_window, 0.0), .watch = Stopwatch(batch_.profile)};
  if (kernels_.rule.reported != not_a_slot) made.reported = Array<T>(n);
  if (plan_.ever.has(Measure::rates)) {
    made.rate = Array<T>(n);
    made.numerator = Array<T>(n);
  }
  if (plan_.ever.any(Measure::gradient_before, Measure::gradient_after)) made.slope = Array<M>(n);
  if (plan_.ever.has(Measure::percentiles)) made.rates.resize(n);
  if constexpr (!std::is_same_v<T, M>) {
    made.wide_x = Array<M>(n);
    made.wide_a = Array<M>(n);
    made.wide_b = Array<M>(n);
  }
  return made;
}

// A worker keeps its pieces from the first step to the last: what it touches first is near it.
template <class T, class M>
template <class Visit>
void Stretch<T, M>::each_piece(std::size_t worker, Visit visit) const {
  for (std::size_t p = worker * plan_.pieces / plan_.workers; p < (worker + 1) * plan_.pieces / plan_.workers; ++p)
    visit(Piece{p, p * plan_.piece, std::min(plan_.piece, plan_.dim - p * plan_.piece)});
}

template <class T, class M>
void Stretch<T, M>::prepare(std::size_t worker) {
  each_piece(worker, [&](const Piece& piece) {
    for (std::size_t j = piece.first; j < piece.first + piece.count; ++j) x_[j] = static_cast<T>(batch_.start[j]);
    const std::size_t packs = (piece.count + plan_.width - 1) / plan_.width;
    kernels_.rule.initial(batch_.rule.hyper.data(), slots_.data() + piece.first * kernels_.rule.slots, {packs, 1});
    if (previous_x_.size() > 0) std::memcpy(previous_x_.data() + piece.first, x_.data() + piece.first, piece.count * sizeof(T));
    if (previous_rate_.size() > 0) std::fill_n(previous_rate_.data() + piece.first, piece.count, static_cast<T>(batch_.initial_rate));
  });
}

// ---- a step of a piece

template <class T, class M>
const M* Stretch<T, M>::measured(const Piece& piece, const T* array, Array<M>& wide) const {
  if constexpr (std::is_same_v<T, M>) {
    return array;
  } else {
    kernels_.table.widen(array, wide.data(), piece.count);
    return wide.data();
  }
}

template <class T, class M>
void Stretch<T, M>::reduce(const Piece& piece, Reduction reduction, const Operands& operands, std::uint64_t t, Quantity first) {
  const auto kernel = kernels_.table.template of<M>().block[static_cast<std::size_t>(reduction)];
  const auto at = [](const void* p, std::size_t i) -> const void* { return p == nullptr ? nullptr : static_cast<const M*>(p) + i; };
  for (std::size_t i = 0; i < piece.count; i += sum_block) {
    const std::size_t j = piece.first + i;
    M out[most_results];
    Operands here = operands;
    here.a = at(operands.a, i);
    here.b = at(operands.b, i);
    kernel(here, j, std::min(sum_block, piece.count - i), out);
    for (std::size_t k = 0; k < results_of(reduction); ++k) results(t, next(first, k))[j / sum_block] = out[k];
  }
}

template <class T, class M>
void Stretch<T, M>::value(const Piece& piece, const M* x, std::uint64_t t, Quantity quantity) {
  if (!plan_.separable) {
    results(t, quantity)[0] = static_cast<M>(kernels_.measured.point_value(f_, x));
    return;
  }
  for (std::size_t i = 0; i < piece.count; i += sum_block)
    results(t, quantity)[(piece.first + i) / sum_block] = kernels_.measured.terms(f_, piece.first + i, std::min(sum_block, piece.count - i), x + i);
}

template <class T, class M>
void Stretch<T, M>::gradient(const Piece& piece, const M* x, M* slope) const {
  if (plan_.separable) kernels_.measured.slopes(f_, piece.first, piece.count, x, slope);
  else kernels_.measured.point_gradient(f_, x, slope);
}

template <class T, class M>
void Stretch<T, M>::watch_region(const Piece& piece, Scratch& scratch, std::uint64_t t) {
  const Due now = due(t);
  if (!now.has(Measure::region_x)) return;
  const Audit& audit = *batch_.audit;
  const T* here = x_.data() + piece.first;
  const M* x = measured(piece, here, scratch.wide_x);
  reduce(piece, Reduction::leaves, {x, x, audit.region.lower.coefficients(), audit.region.upper.coefficients(), 0.0}, t, Quantity::leaves_x);
  if (!now.has(Measure::region_z)) return;
  T* before = previous_x_.data() + piece.first;
  reduce(piece, Reduction::leaves, {x, measured(piece, before, scratch.wide_a), audit.region.lower.coefficients(), audit.region.upper.coefficients(), audit.momentum}, t,
         Quantity::leaves_z);
  std::memcpy(before, here, piece.count * sizeof(T));
}

template <class T, class M>
void Stretch<T, M>::oracle(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call) {
  const DrawPoint point{key_, &replica_, kernels_.rule.same_sample ? t : draw_step(t, call)};
  const T* x = x_.data() + piece.first;
  T* g = gradient_of(piece, scratch);
  const bool before = call == 0 && due(t).has(Measure::gradient_before);
  if (batch_.objective.sampled) {
    if (before) {
      gradient(piece, measured(piece, x, scratch.wide_x), scratch.slope.data());
      reduce(piece, Reduction::squares, {.a = scratch.slope.data()}, t, Quantity::gradient_before);
      scratch.watch.lap(&Profile::record);
    }
    kernels_.objective.point_sample(f_, point, x, g);
    scratch.watch.lap(&Profile::gradient);
    return;
  }
  if (plan_.separable) kernels_.objective.slopes(f_, piece.first, piece.count, x, g);
  else kernels_.objective.point_gradient(f_, x, g);
  scratch.watch.lap(&Profile::gradient);
  if (before) {
    reduce(piece, Reduction::squares, {.a = measured(piece, g, scratch.wide_a)}, t, Quantity::gradient_before);
    scratch.watch.lap(&Profile::record);
  }
  if (kernels_.noise == nullptr) return;
  kernels_.noise->add_along(batch_.noise.functor.get(), point, piece.first, piece.count, g);
  scratch.watch.lap(&Profile::draws);
}

// Whether some |g_j| of any call exceeds its bound.
template <class T, class M>
void Stretch<T, M>::watch_samples(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call) {
  M* first = results(t, Quantity::exceeds) + piece.first / sum_block;
  const std::size_t blocks = call > 0 ? (piece.count + sum_block - 1) / sum_block : 0;
  scratch.exceeded.assign(first, first + blocks);
  reduce(piece, Reduction::exceeds, {.a = measured(piece, gradient_of(piece, scratch), scratch.wide_a), .upper = batch_.audit->sample_bound.coefficients()}, t,
         Quantity::exceeds);
  for (std::size_t b = 0; b < blocks; ++b) first[b] = std::max(first[b], scratch.exceeded[b]);
}

// The gradient of a call of step t, and what is made of it before its pass.
template <class T, class M>
void Stretch<T, M>::ask(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call) {
  oracle(piece, scratch, t, call);
  if (due(t).has(Measure::samples)) {
    watch_samples(piece, scratch, t, call);
    scratch.watch.lap(&Profile::record);
  }
  if (plan_.tied) collect(piece, scratch, t, call);
}

// What the blocks of a piece add to the numbers that the pass of a call is given.
template <class T, class M>
void Stretch<T, M>::collect(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call) {
  const std::byte* made = kernels_.steps->at(t, call, scratch.step);
  const std::size_t sums = kernels_.rule.sums;
  const T* g = gradient_of(piece, scratch);
  for (std::size_t i = 0; i < piece.count; i += sum_block) {
    const std::size_t j = piece.first + i, count = std::min(sum_block, piece.count - i);
    T of_block[most_sums + 1] = {};
    if (sums > 0) kernels_.rule.collect_block(made, g + i, x_.data() + j, slots_.data() + j * kernels_.rule.slots, count, of_block);
    if (kernels_.rule.given > sums && plan_.separable) of_block[sums] = kernels_.objective.terms(f_, j, count, x_.data() + j);
    for (std::size_t k = 0; k < kernels_.rule.given; ++k) block_sums_[k * plan_.blocks + j / sum_block] = of_block[k];
  }
  scratch.watch.lap(&Profile::update);
}

// Those numbers, in every lane: the sums, and f(x) - f* to a rule that takes it.
template <class T, class M>
void Stretch<T, M>::combine() {
  const auto give = [&](std::size_t k, T number) { std::fill_n(whole_.data() + k * plan_.width, plan_.width, number); };
  const auto sum = [&](std::size_t k) { return combined_blocks(block_sums_.data() + k * plan_.blocks, plan_.dim); };
  const std::size_t sums = kernels_.rule.sums;
  for (std::size_t k = 0; k < sums; ++k) give(k, sum(k));
  if (kernels_.rule.given == sums) return;
  const double value = plan_.separable ? static_cast<double>(sum(sums)) : kernels_.objective.point_value(f_, x_.data());
  give(sums, static_cast<T>(value - batch_.f_offset));
}

// The pass of a call of step t. False if some |x_j| left the limit.
template <class T, class M>
bool Stretch<T, M>::pass(const Piece& piece, Scratch& scratch, std::uint64_t t, unsigned call) {
  const std::byte* made = kernels_.steps->at(t, call, scratch.step);
  Clip clip;
  if (!batch_.box.everything()) clip = {batch_.box.lower.coefficients().from(piece.first), batch_.box.upper.coefficients().from(piece.first), true};
  const std::size_t packs = (piece.count + plan_.width - 1) / plan_.width;
  const bool stayed = kernels_.rule.apply(made, batch_.eta[t - 1], batch_.divergence_limit, clip, whole_.data(), gradient_of(piece, scratch),
                                          x_.data() + piece.first, slots_.data() + piece.first * kernels_.rule.slots, {packs, 1});
  scratch.watch.lap(&Profile::update);
  return stayed;
}

template <class T, class M>
void Stretch<T, M>::measure_rates(const Piece& piece, Scratch& scratch, std::uint64_t t) {
  const Due now = due(t);
  const std::byte* made = kernels_.steps->at(t, kernels_.rule.calls - 1, scratch.step);
  const std::size_t packs = (piece.count + plan_.width - 1) / plan_.width;
  kernels_.rule.rates(made, gradient_of(piece, scratch), slots_.data() + piece.first * kernels_.rule.slots, scratch.rate.data(),
                      scratch.numerator.data(), {packs, 1});
  const M* rate = measured(piece, scratch.rate.data(), scratch.wide_a);
  if (now.has(Measure::momentum))
    reduce(piece, Reduction::momentum, {.a = rate, .b = measured(piece, scratch.numerator.data(), scratch.wide_b)}, t, Quantity::m_norm);
  if (now.has(Measure::extremes)) reduce(piece, Reduction::extremes, {.a = rate}, t, Quantity::rate_min);
  if (now.has(Measure::path)) {
    T* before = previous_rate_.data() + piece.first;
    reduce(piece, Reduction::path, {.a = rate, .b = measured(piece, before, scratch.wide_b)}, t, Quantity::change);
    std::memcpy(before, scratch.rate.data(), piece.count * sizeof(T));
  }
  if (now.has(Measure::percentiles)) collect_percentiles(piece, scratch, t);
  if (final_rate_.size() > 0 && t == batch_.eta.size()) std::memcpy(final_rate_.data() + piece.first, scratch.rate.data(), piece.count * sizeof(T));
}

template <class T, class M>
void Stretch<T, M>::collect_percentiles(const Piece& piece, Scratch& scratch, std::uint64_t) {
  if (plan_.dim <= exact_percentiles) {
    for (std::size_t i = 0; i < piece.count; ++i) rates_[piece.first + i] = static_cast<double>(scratch.rate[i]);
    return;
  }
  for (std::size_t i = 0; i < piece.count; ++i) scratch.rates[i] = static_cast<double>(scratch.rate[i]);
  PercentileSketch mine;
  mine.add({scratch.rates.data(), piece.count});
  const std::lock_guard lock(sketch_lock_);
  sketch_.merge(mine);
}

// The iterate of a piece: x, or the slot that the rule names, brought together.
template <class T, class M>
const T* Stretch<T, M>::reported(const Piece& piece, Scratch& scratch) const {
  const std::size_t slot = kernels_.rule.reported, slots = kernels_.rule.slots, W = plan_.width;
  if (slot == not_a_slot) return x_.data() + piece.first;
  const T* from = slots_.data() + piece.first * slots + slot * W;
  for (std::size_t i = 0; i * W < piece.count; ++i) std::memcpy(scratch.reported.data() + i * W, from + i * slots * W, W * sizeof(T));
  return scratch.reported.data();
}

template <class T, class M>
void Stretch<T, M>::measure_after(const Piece& piece, Scratch& scratch, std::uint64_t t) {
  const Due now = due(t);
  if (!now.any(Measure::value_after, Measure::gradient_after, Measure::distance)) return;
  const M* x = measured(piece, reported(piece, scratch), scratch.wide_x);
  if (now.has(Measure::value_after)) value(piece, x, t, Quantity::value_after);
  if (now.has(Measure::gradient_after)) {
    gradient(piece, x, scratch.slope.data());
    reduce(piece, Reduction::squares, {.a = scratch.slope.data()}, t, Quantity::gradient_after);
  }
  if (now.has(Measure::distance)) reduce(piece, Reduction::distance, {.a = x, .upper = batch_.minimiser.coefficients()}, t, Quantity::distance);
}

template <class T, class M>
void Stretch<T, M>::open(const Piece& piece, Scratch& scratch, std::uint64_t t) {
  watch_region(piece, scratch, t);
  if (due(t).has(Measure::value_before)) value(piece, measured(piece, x_.data() + piece.first, scratch.wide_x), t, Quantity::value_before);
  scratch.watch.lap(&Profile::record);
}

template <class T, class M>
void Stretch<T, M>::close(const Piece& piece, Scratch& scratch, std::uint64_t t, bool stayed) {
  if (!stayed) {
    M how = M(0);
    const auto kernel = kernels_.table.template of<M>().block[static_cast<std::size_t>(Reduction::departure)];
    kernel({.a = measured(piece, x_.data() + piece.first, scratch.wide_x), .c = batch_.divergence_limit}, piece.first, piece.count, &how);
    double& worst = scratch.departure[t - window_first_];
    worst = std::max(worst, static_cast<double>(how));
  }
  if (due(t).has(Measure::rates)) measure_rates(piece, scratch, t);
  measure_after(piece, scratch, t);
  scratch.watch.lap(&Profile::record);
}

template <class T, class M>
void Stretch<T, M>::step(const Piece& piece, Scratch& scratch, std::uint64_t t) {
  open(piece, scratch, t);
  bool stayed = true;
  for (unsigned call = 0; call < kernels_.rule.calls; ++call) {
    ask(piece, scratch, t, call);
    stayed = pass(piece, scratch, t, call) && stayed;
  }
  close(piece, scratch, t, stayed);
}

// ---- windows

template <class T, class M>
Due Stretch<T, M>::due(std::uint64_t t) const {
  Due now = recorder_.due(t);
  if (!recorder_.sampled(t).empty()) now.insert(Measure::gradient_before);
  return now;
}

template <class T, class M>
M* Stretch<T, M>::results(std::uint64_t t, Quantity quantity) {
  return results_.data() + window_[t - window_first_].column[static_cast<std::size_t>(quantity)] * plan_.blocks;
}

template <class T, class M>
std::uint64_t Stretch<T, M>::open_window(std::uint64_t first) {
  window_first_ = first;
  const Windows windows(batch_.eta.size(), plan_.blocks * sizeof(M), results_bytes, [&](std::uint64_t t) { return due(t); });
  const std::size_t used = windows.open(first, window_) * plan_.blocks;
  if (used > results_.size()) results_.resize(used);
  for (Scratch& scratch : scratch_) std::fill(scratch.departure.begin(), scratch.departure.end(), 0.0);
  if (plan_.ever.has(Measure::percentiles) && plan_.dim <= exact_percentiles) rates_.resize(plan_.dim);
  sketch_ = PercentileSketch();
  return first + window_.size() - 1;
}

template <class T, class M>
double Stretch<T, M>::combined(std::uint64_t t, Quantity quantity, Combining how) {
  return thalweg::combined(results(t, quantity), plan_.dim, how);
}

template <class T, class M>
void Stretch<T, M>::enter_percentiles(std::uint64_t t) {
  recorder_.enter_percentiles(t, 0, plan_.dim <= exact_percentiles ? percentiles_of(rates_) : sketch_.percentiles());
}

template <class T, class M>
void Stretch<T, M>::close_window(std::uint64_t last) {
  for (std::uint64_t t = window_first_; t <= last; ++t) {
    const Due now = due(t);
    for (const Reduced& r : reduced)
      for (std::size_t k = 0; now.has(r.measure) && k < results_of(r.reduction); ++k)
        *readings_.of(next(r.first, k)) = combined(t, next(r.first, k), combining(r.reduction, k));
    for (const auto& [measure, quantity] : valued)
      if (now.has(measure)) *readings_.of(quantity) = plan_.separable ? combined(t, quantity, Combining::sum) : static_cast<double>(results(t, quantity)[0]);
    double& departure = *readings_.of(Quantity::departure);
    departure = 0.0;
    for (const Scratch& scratch : scratch_) departure = std::max(departure, scratch.departure[t - window_first_]);
    if (departure != 0.0) recorder_.note_departures(t, readings_);
    for (std::size_t k = 0; k < recorder_.sampled(t).size(); ++k) recorder_.enter_sampled(0, *readings_.of(Quantity::gradient_before));
    recorder_.absorb(t, now, readings_);
    if (now.has(Measure::percentiles)) enter_percentiles(t);
  }
}

template <class T, class M>
void Stretch<T, M>::advance(std::size_t worker, std::uint64_t first, std::uint64_t last) {
  Scratch& scratch = scratch_[worker];
  scratch.watch.start();
  each_piece(worker, [&](const Piece& piece) {
    for (std::uint64_t t = first; t <= last; ++t) {
      if (t > batch_.eta.size()) watch_region(piece, scratch, t);
      else step(piece, scratch, t);
    }
  });
}

// The calls of a window one after another, each for all pieces. A piece makes the pass of one call and the gradient of the next in one go.
template <class T, class M>
void Stretch<T, M>::advance_tied(std::uint64_t first, std::uint64_t last) {
  const std::uint64_t calls = kernels_.rule.calls, steps = std::min<std::uint64_t>(last, batch_.eta.size()) + 1 - first;
  for (std::uint64_t n = 0; n <= steps * calls; ++n) {
    all_workers([&](std::size_t worker) {
      Scratch& scratch = scratch_[worker];
      scratch.watch.start();
      each_piece(worker, [&](const Piece& piece) {
        unsigned char& stayed = stayed_[piece.index];
        if (n > 0) {
          const std::uint64_t t = first + (n - 1) / calls;
          if (!pass(piece, scratch, t, static_cast<unsigned>((n - 1) % calls))) stayed = 0;
          if (n % calls == 0) close(piece, scratch, t, stayed != 0);
        }
        if (n == steps * calls) return;
        const std::uint64_t t = first + n / calls;
        const auto call = static_cast<unsigned>(n % calls);
        if (call == 0) {
          stayed = 1;
          open(piece, scratch, t);
        }
        ask(piece, scratch, t, call);
      });
    });
    if (n < steps * calls) combine();
  }
  if (last > batch_.eta.size()) all_workers([&](std::size_t worker) { each_piece(worker, [&](const Piece& piece) { watch_region(piece, scratch_[worker], last); }); });
}

template <class T, class M>
template <class Work>
void Stretch<T, M>::all_workers(const Work& work) const {
  run_in_parallel(plan_.workers, plan_.workers, std::ref(work));
}

template <class T, class M>
void Stretch<T, M>::keep_final() {
  for (std::size_t worker = 0; worker < plan_.workers; ++worker)
    each_piece(worker, [&](const Piece& piece) {
      const T* x = reported(piece, scratch_[worker]);
      for (std::size_t j = 0; j < piece.count; ++j) recorder_.keep_x(0, piece.first + j, static_cast<double>(x[j]));
    });
  for (std::size_t j = 0; j < plan_.dim && kernels_.rule.rated; ++j) recorder_.keep_rate(0, j, static_cast<double>(final_rate_[j]));
}

template <class T, class M>
Profile Stretch<T, M>::run() {
  all_workers([&](std::size_t worker) { prepare(worker); });
  const std::uint64_t horizon = batch_.eta.size();
  for (std::uint64_t first = 1; first <= horizon + 1;) {
    if (first == horizon + 1 && due(first).nothing()) break;
    const std::uint64_t last = open_window(first);
    if (plan_.tied) advance_tied(first, last);
    else all_workers([&](std::size_t worker) { advance(worker, first, last); });
    close_window(last);
    first = last + 1;
  }
  recorder_.finish();
  if (batch_.keep_final) keep_final();
  Profile sum;
  for (const Scratch& scratch : scratch_) sum += scratch.watch.profile();
  return sum;
}

template class Stretch<double, double>;
template class Stretch<float, float>;
template class Stretch<float, double>;

}  // namespace thalweg::cpu

#include "lib/engine/cpu/stretch.hpp"

#include <cstring>
#include <functional>
#include <limits>

#include "lib/core/sum.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg::cpu {

template <class T, class M>
Stretch<T, M>::Stretch(const Batch& batch, const Kernels<T, M>& kernels, std::size_t replica, std::size_t threads, Trajectories& out)
    : state_(batch, kernels, replica, threads, out), batch_(batch), plan_(state_.plan), rule_(state_.kernels.rule), readings_(1) {
  scratch_.reserve(plan_.workers);
  for (std::size_t w = 0; w < plan_.workers; ++w) scratch_.emplace_back(plan_, batch.profile);
}

// A worker keeps its pieces from the first step to the last: what it touches first is near it.
template <class T, class M>
template <class Visit>
void Stretch<T, M>::each_piece(std::size_t worker, Visit visit) const {
  for (std::size_t p = worker * plan_.pieces / plan_.workers; p < (worker + 1) * plan_.pieces / plan_.workers; ++p)
    visit(StretchPiece{p, p * plan_.piece, std::min(plan_.piece, plan_.dim - p * plan_.piece)});
}

template <class T, class M>
template <class Work>
void Stretch<T, M>::all_workers(const Work& work) const {
  run_in_parallel(plan_.workers, plan_.workers, std::ref(work));
}

template <class T, class M>
void Stretch<T, M>::prepare(std::size_t worker) {
  each_piece(worker, [&](const StretchPiece& piece) {
    T* x = state_.x.data() + piece.first;
    for (std::size_t i = 0; i < piece.count; ++i) x[i] = static_cast<T>(batch_.start[piece.first + i]);
    const std::size_t packs = (piece.count + plan_.width - 1) / plan_.width;
    rule_.initial(batch_.rule.hyper.data(), state_.slots.data() + piece.first * rule_.slots, {packs, 1});
    for (Array<T>* copy : {&state_.previous_x, &state_.older_x, &state_.average})
      if (copy->size() > 0) std::memcpy(copy->data() + piece.first, x, piece.count * sizeof(T));
    if (state_.previous_rate.size() > 0) std::fill_n(state_.previous_rate.data() + piece.first, piece.count, static_cast<T>(batch_.initial_rate));
    if (state_.watched_rate.size() > 0) std::fill_n(state_.watched_rate.data() + piece.first, piece.count, std::numeric_limits<T>::infinity());
  });
}

// ---- windows

template <class T, class M>
std::uint64_t Stretch<T, M>::open_window(std::uint64_t first) {
  state_.window_first = first;
  const Windows windows(batch_.eta.size(), plan_.blocks * sizeof(M), window_results_bytes, [&](std::uint64_t t) { return state_.due(t); });
  const std::size_t used = windows.open(first, state_.window) * plan_.blocks;
  if (used > state_.results.size()) state_.results.resize(used);
  for (auto& scratch : scratch_) std::fill(scratch.departure.begin(), scratch.departure.end(), 0.0);
  if (plan_.ever.has(Measure::percentiles) && plan_.dim <= exact_percentiles) state_.rates.resize(plan_.dim);
  state_.sketch = PercentileSketch();
  return first + state_.window.size() - 1;
}

template <class T, class M>
double Stretch<T, M>::combined(std::uint64_t t, Quantity quantity, Combining how) {
  return thalweg::combined(state_.results_of(t, quantity), plan_.dim, how);
}

template <class T, class M>
void Stretch<T, M>::enter_percentiles(std::uint64_t t) {
  state_.recorder.enter_percentiles(t, 0, plan_.dim <= exact_percentiles ? percentiles_of(state_.rates) : state_.sketch.percentiles());
}

template <class T, class M>
void Stretch<T, M>::close_window(std::uint64_t last) {
  Recorder& recorder = state_.recorder;
  for (std::uint64_t t = state_.window_first; t <= last; ++t) {
    const Due now = state_.due(t);
    for (const Reduced& r : reduced)
      for (std::size_t k = 0; now.has(r.measure) && k < results_of(r.reduction); ++k)
        *readings_.of(next(r.first, k)) = combined(t, next(r.first, k), combining(r.reduction, k));
    for (const auto& [measure, quantity] : valued)
      if (now.has(measure)) *readings_.of(quantity) = plan_.separable ? combined(t, quantity, Combining::sum) : static_cast<double>(state_.results_of(t, quantity)[0]);
    double& departure = *readings_.of(Quantity::departure);
    departure = 0.0;
    for (const auto& scratch : scratch_) departure = std::max(departure, scratch.departure[t - state_.window_first]);
    if (departure != 0.0) recorder.note_departures(t, readings_);
    for (std::size_t k = 0; k < recorder.sampled(t).size(); ++k) recorder.enter_sampled(0, *readings_.of(Quantity::gradient_before));
    recorder.absorb(t, now, readings_);
    if (now.has(Measure::percentiles)) enter_percentiles(t);
  }
}

// Piece after piece through all steps of a window.
template <class T, class M>
void Stretch<T, M>::advance(std::size_t worker, std::uint64_t first, std::uint64_t last) {
  scratch_[worker].watch.start();
  each_piece(worker, [&](const StretchPiece& piece) {
    for (std::uint64_t t = first; t <= last; ++t) {
      PieceStep<T, M> now = step(worker, piece, t);
      if (t > batch_.eta.size()) now.watch_region();
      else StepOrder::make(now, rule_.calls);
    }
  });
}

// Call after call for all pieces. A piece makes the pass of one call and the gradient of the next in one go.
template <class T, class M>
void Stretch<T, M>::advance_tied(std::uint64_t first, std::uint64_t last) {
  const std::uint64_t calls = rule_.calls, end = (std::min<std::uint64_t>(last, batch_.eta.size()) + 1 - first) * calls;
  for (std::uint64_t n = 0; n <= end; ++n) {
    all_workers([&](std::size_t worker) {
      scratch_[worker].watch.start();
      each_piece(worker, [&](const StretchPiece& piece) {
        unsigned char& stayed = state_.stayed[piece.index];
        if (n > 0) {
          PieceStep<T, M> now = step(worker, piece, first + (n - 1) / calls);
          if (!StepOrder::pass(now, static_cast<unsigned>((n - 1) % calls))) stayed = 0;
          if (n % calls == 0) StepOrder::close(now, stayed != 0);
        }
        if (n < end) {
          PieceStep<T, M> now = step(worker, piece, first + n / calls);
          if (n % calls == 0) {
            stayed = 1;
            StepOrder::open(now);
          }
          StepOrder::ask(now, static_cast<unsigned>(n % calls));
        }
      });
    });
    if (n < end) combine_sums();
  }
  if (last > batch_.eta.size()) all_workers([&](std::size_t worker) { each_piece(worker, [&](const StretchPiece& piece) { step(worker, piece, last).watch_region(); }); });
}

// What a pass is given, in every lane: the sums, and f(x) - f* to a rule that takes it.
template <class T, class M>
void Stretch<T, M>::combine_sums() {
  const auto give = [&](std::size_t k, T number) { std::fill_n(state_.whole.data() + k * plan_.width, plan_.width, number); };
  const auto sum = [&](std::size_t k) { return combined_blocks(state_.block_sums.data() + k * plan_.blocks, plan_.dim); };
  for (std::size_t k = 0; k < rule_.sums; ++k) give(k, sum(k));
  if (rule_.given == rule_.sums) return;
  const double value = plan_.separable ? static_cast<double>(sum(rule_.sums)) : state_.kernels.objective.point_value(state_.f, state_.answered);
  give(rule_.sums, static_cast<T>(value - batch_.f_offset));
}

template <class T, class M>
void Stretch<T, M>::keep_final() {
  const std::uint64_t horizon = batch_.eta.size();
  for (std::size_t worker = 0; worker < plan_.workers; ++worker)
    each_piece(worker, [&](const StretchPiece& piece) {
      const T* x = step(worker, piece, horizon).reported();
      for (std::size_t j = 0; j < piece.count; ++j) state_.recorder.keep_x(0, piece.first + j, static_cast<double>(x[j]));
    });
  for (std::size_t j = 0; j < plan_.dim && rule_.rated; ++j) state_.recorder.keep_rate(0, j, static_cast<double>(state_.final_rate[j]));
}

template <class T, class M>
Profile Stretch<T, M>::run() {
  all_workers([&](std::size_t worker) { prepare(worker); });
  const std::uint64_t horizon = batch_.eta.size();
  for (std::uint64_t first = 1; first <= horizon + 1;) {
    if (first == horizon + 1 && state_.due(first).nothing()) break;
    const std::uint64_t last = open_window(first);
    if (plan_.tied) advance_tied(first, last);
    else all_workers([&](std::size_t worker) { advance(worker, first, last); });
    close_window(last);
    first = last + 1;
  }
  state_.recorder.finish();
  if (batch_.keep_final) keep_final();
  Profile sum;
  for (const auto& scratch : scratch_) sum += scratch.watch.profile();
  return sum;
}

template class Stretch<double, double>;
template class Stretch<float, float>;
template class Stretch<float, double>;

}  // namespace thalweg::cpu

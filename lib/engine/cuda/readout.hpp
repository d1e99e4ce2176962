// From the results of a window to the recorders of its replicas, many at a time on several threads.
#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "lib/engine/cuda/advance.hpp"
#include "lib/engine/cuda/division.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg::device {

// The replicas of a wave: first ... first + lanes - 1 of the batch.
class Readout {
 public:
  Readout(const Batch& batch, bool rated, std::size_t first, std::size_t lanes, const Division& division, bool separable, std::size_t threads, Trajectories& out)
      : batch_(batch), division_(division), separable_(separable), threads_(threads) {
    for (std::size_t begin = 0; begin < lanes; begin += chunk_lanes)
      chunks_.emplace_back(begin, std::min(chunk_lanes, lanes - begin), Recorder(batch, rated, first + begin, std::min(chunk_lanes, lanes - begin), out));
    if (!batch.metrics.contains(Metric::sampled_grad_sq)) return;
    sampled_.assign(batch.eta.size() + 2, false);
    for (const Chunk& chunk : chunks_)
      for (const Recorder::SampledStep& sampled : chunk.recorder.sampled_steps()) sampled_[sampled.step] = true;
  }

  Due due(std::uint64_t t) const {
    Due now = chunks_.front().recorder.due(t);
    if (!sampled_.empty() && sampled_[t]) now.insert(Measure::gradient_before);
    return now;
  }

  // The window's steps from `first` on. results: [column][block][replica of the division]; departures as Window has them.
  template <class M>
  void take(std::uint64_t first, const std::vector<WindowStep>& steps, const M* results, const std::uint32_t* departures) {
    run_in_parallel(threads_, chunks_.size(), [&](std::size_t c) { Taking<M>{*this, chunks_[c], first, steps, results, departures}.run(); });
  }
  // visit(recorder, lane of the recorder) for lanes begin ... end - 1 of the wave.
  template <class Visit>
  void each(std::size_t begin, std::size_t end, Visit visit) {
    const std::size_t from = begin / chunk_lanes, to = (end + chunk_lanes - 1) / chunk_lanes;
    run_in_parallel(threads_, to - from, [&](std::size_t c) {
      Chunk& chunk = chunks_[from + c];
      for (std::size_t l = std::max(begin, chunk.begin); l < std::min(end, chunk.begin + chunk.lanes); ++l) visit(chunk.recorder, l - chunk.begin, l);
    });
  }
  void finish() {
    for (Chunk& chunk : chunks_) chunk.recorder.finish();
  }
  static std::size_t bytes(std::size_t lanes) { return lanes * bytes_of_lane; }

 private:
  static constexpr std::size_t chunk_lanes = 512;
  static constexpr std::size_t bytes_of_lane = sizeof(double) * 32 + sizeof(Outcome) + sizeof(AuditFailure);  // what a Recorder keeps of each
  struct Chunk {
    Chunk(std::size_t begin_lane, std::size_t count, Recorder made) : begin(begin_lane), lanes(count), recorder(std::move(made)) {}
    std::size_t begin, lanes;
    Recorder recorder;
  };

  template <class M>
  struct Taking {
    const Readout& all;
    Chunk& chunk;
    std::uint64_t first;
    const std::vector<WindowStep>& steps;
    const M* results;
    const std::uint32_t* departures;

    // A number of each replica from the results of its blocks.
    void combine(std::uint32_t column, Combining how, bool per_block, double* out) const {
      const std::size_t replicas = all.division_.replicas(), blocks = (all.batch_.objective.dim + sum_block - 1) / sum_block;
      const M* here = results + column * blocks * replicas + chunk.begin;
      if (!per_block || blocks == 1) {
        for (std::size_t l = 0; l < chunk.lanes; ++l) out[l] = static_cast<double>(here[l]);
        return;
      }
      std::vector<M> of_lane(blocks);
      for (std::size_t l = 0; l < chunk.lanes; ++l) {
        for (std::size_t b = 0; b < blocks; ++b) of_lane[b] = here[b * replicas + l];
        out[l] = combined(of_lane.data(), all.batch_.objective.dim, how);
      }
    }
    // Of the pieces of a replica the first to depart; at the same step the worse way.
    std::uint32_t departure(std::size_t lane) const {
      const Division& d = all.division_;
      std::uint32_t earliest = no_departure;
      for (std::size_t b = 0; b < d.along; ++b) {
        const std::uint32_t code = departures[((((lane >> d.lane_bits) * d.along) + b) << d.lane_bits) + (lane & (d.lanes() - 1))];
        if (code == no_departure) continue;
        if (earliest == no_departure || code / 2 < earliest / 2) earliest = code;
        else if (code / 2 == earliest / 2) earliest = std::max(earliest, code);
      }
      return earliest;
    }

    void run() {
      struct Departure {
        std::uint64_t step;
        std::size_t lane;
        double how;
      };
      std::vector<Departure> departed;
      for (std::size_t l = 0; l < chunk.lanes; ++l)
        if (const std::uint32_t code = departure(chunk.begin + l); code != no_departure) departed.push_back({first + code / 2, l, 1.0 + code % 2});
      Readings readings(chunk.lanes);
      for (std::size_t k = 0; k < steps.size(); ++k) {
        const std::uint64_t t = first + k;
        const WindowStep& step = steps[k];
        const auto column = [&](Quantity quantity) { return step.column[static_cast<std::size_t>(quantity)]; };
        for (const Reduced& r : reduced)
          for (std::size_t i = 0; step.due.has(r.measure) && i < results_of(r.reduction); ++i)
            combine(column(next(r.first, i)), combining(r.reduction, i), true, readings.of(next(r.first, i)));
        for (const auto& [measure, quantity] : valued)
          if (step.due.has(measure)) combine(column(quantity), Combining::sum, all.separable_, readings.of(quantity));
        bool any = false;
        for (const Departure& one : departed) {
          if (one.step != t) continue;
          double* departure = readings.of(Quantity::departure);
          if (!any) std::fill_n(departure, chunk.lanes, 0.0);
          departure[one.lane] = one.how;
          any = true;
        }
        if (any) chunk.recorder.note_departures(t, readings);
        for (const Recorder::SampledStep& sampled : chunk.recorder.sampled(t))
          chunk.recorder.enter_sampled(sampled.lane, readings.of(Quantity::gradient_before)[sampled.lane]);
        chunk.recorder.absorb(t, step.due, readings);
      }
    }
  };

  const Batch& batch_;
  const Division division_;
  const bool separable_;
  const std::size_t threads_;
  std::deque<Chunk> chunks_;
  std::vector<bool> sampled_;  // [step]: of some replica
};

}  // namespace thalweg::device

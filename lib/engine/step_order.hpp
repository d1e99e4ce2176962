// The order of a step, stated once for both layouts and for devices: what is measured when, what a call sees, what happens between two calls.
//
// W is one step of what is worked on as one (a tile of replicas, a piece of coordinates, a team's piece) and does the parts:
//   due()                what the step needs
//   watch_region()       whether x, and what the audit names z, are where the assumptions hold
//   value_before()       f(x_t)
//   keep_points()        x_t as the last of two; into the average
//   gradient(call)       that of the call, into the array that noise is added to and the pass reads: exact, or of a sample; nothing where the rule asks for none
//   gradient_before()    |grad f(x_t)|^2 and its other sums; it is kept where it is compared with later
//   noisy(call), draw(call)  noise added to it, where the call asks for a sample
//   watch_samples(call)  whether a coordinate of it exceeds its bound
//   measure_sample()     the regret of the first call's gradient, sums of its squares, and its noise
//   collect(call)        sums over all coordinates, and a map of them, that the pass is given
//   pass(call)           the update; returns whether all |x_j| stayed within the limit
//   note_departure()     how some left it
//   measure_rates()      A-LR and numerator of the last call, and what is made of them
//   measure_after()      f, gradient, distance and size of the iterate
//   measure_points()     f ahead of the iterate and at the average; how far it moved, and the gradient with it
//   lap(part)            what was done since the last lap was this part
// A layout whose pieces are tied by the sums calls open, ask, pass and close itself.
#pragma once

#include <cstdint>

#include "lib/core/host_device.hpp"
#include "lib/engine/recorder.hpp"

namespace thalweg {

enum class Part : std::uint32_t { draws, gradient, update, record, count };

struct StepOrder {
  template <class W>
  THALWEG_HD static void open(W& w) {
    w.watch_region();
    if (w.due().has(Measure::value_before)) w.value_before();
    if (w.due().any(Measure::points, Measure::average)) w.keep_points();
    w.lap(Part::record);
  }

  template <class W>
  THALWEG_HD static void ask(W& w, unsigned call) {
    w.gradient(call);
    w.lap(Part::gradient);
    if (call == 0 && w.due().any(Measure::gradient_before, Measure::gradient_size, Measure::gradient_sum, Measure::exact)) {
      w.gradient_before();
      w.lap(Part::record);
    }
    if (w.noisy(call)) {
      w.draw(call);
      w.lap(Part::draws);
    }
    if (w.due().has(Measure::samples)) {
      w.watch_samples(call);
      w.lap(Part::record);
    }
    if (call == 0 && w.due().any(Measure::regret, Measure::sample_squares, Measure::noise)) {
      w.measure_sample();
      w.lap(Part::record);
    }
    w.collect(call);
  }

  template <class W>
  THALWEG_HD static bool pass(W& w, unsigned call) {
    const bool stayed = w.pass(call);
    w.lap(Part::update);
    return stayed;
  }

  template <class W>
  THALWEG_HD static void close(W& w, bool stayed) {
    if (!stayed) w.note_departure();
    if (w.due().has(Measure::rates)) w.measure_rates();
    if (w.due().any(Measure::value_after, Measure::gradient_after, Measure::distance, Measure::largest)) w.measure_after();
    if (w.due().any(Measure::value_ahead, Measure::value_average, Measure::moved, Measure::turned)) w.measure_points();
    w.lap(Part::record);
  }

  template <class W>
  THALWEG_HD static void make(W& w, unsigned calls) {
    open(w);
    bool stayed = true;
    for (unsigned call = 0; call < calls; ++call) {
      ask(w, call);
      stayed = pass(w, call) && stayed;
    }
    close(w, stayed);
  }
};

}  // namespace thalweg

// The program of a window of steps: what each team does, host and device.
#pragma once

#include <limits>

#include "lib/engine/cuda/make_program.hpp"
#include "lib/engine/points.hpp"
#include "lib/engine/step_order.hpp"
#include "lib/engine/window.hpp"

namespace thalweg::device {

struct Order {
  WindowStep step;
  double eta;
  double share;  // of x_t in the average
};
constexpr auto part_count = static_cast<std::uint32_t>(Part::count);
constexpr std::uint32_t no_departure = 0xffffffffU;

// All pointers are the device's. Arrays of the state hold one piece after another, `stride` values each (times the slots); pieces that lie side by side
// in coordinates come first, then the next replicas.
template <class T, class M>
struct Window {
  // the batch
  RuleProgram<T> rule;
  ObjectiveProgram<T, M> objective;
  NoiseProgram<T> noise;
  const void* objective_functor;
  const void* noise_functor;
  DrawKey key;
  std::uint64_t first_replica;
  std::uint64_t dim;
  double limit;
  Limits box, region;
  Coefficients sample_bound, minimiser, start;
  const double* initial_slots;
  double initial_rate, momentum, look_ahead;
  // the division
  std::uint32_t lane_bits, piece_dim, along, teams;  // along: pieces side by side in coordinates
  std::uint32_t pieces, stride;
  bool lanes_apart;  // each lane's coordinates one after another
  bool resident;     // x, slots and gradient in the team's own memory
  // the state
  T *x, *slots, *previous_x, *older_x, *average, *previous_rate, *watched_rate, *rate;
  M *squares, *exact;
  std::uint32_t* departure;  // [piece][lane]: 2 * (step - first step of the window) + (1: not finite) of the first departure, else no_departure
  // per team
  T *gradient, *numerator, *rate_scratch, *ahead;
  M *slope, *wide, *partial, *out;
  std::uint64_t* cycles;  // [team][part], or null
  // the steps
  std::uint64_t first, count, horizon;
  const Order* orders;
  const std::byte* steps;
  M* results;                 // [column][block of the batch][replica of the batch]
  std::uint64_t blocks, replicas;  // lanes of all pieces
};

template <class T, class M, class U = T>
struct Reads {
  const T* first;
  const U* second;
  Coefficients low, high;
  double number;
  template <class R>
  THALWEG_HD R a(std::size_t i) const { return static_cast<R>(first[i]); }
  template <class R>
  THALWEG_HD R b(std::size_t i) const { return static_cast<R>(second[i]); }
  template <class R>
  THALWEG_HD R lower(std::size_t j) const { return static_cast<R>(low[j]); }
  template <class R>
  THALWEG_HD R upper(std::size_t j) const { return static_cast<R>(high[j]); }
  THALWEG_HD double c() const { return number; }
};

// One team's work on one piece.
template <class T, class M>
class Work {
 public:
  THALWEG_HD Work(const Team& team, const Window<T, M>& window, std::uint32_t number, std::uint32_t piece, T* own)
      : team_(team), w_(window), piece_number_(piece) {
    const std::uint32_t across = piece / w_.along, beside = piece % w_.along;
    const std::uint64_t left = w_.dim - std::uint64_t{beside} * w_.piece_dim;
    p_.lane_bits = w_.lane_bits;
    p_.dim = left < w_.piece_dim ? static_cast<std::uint32_t>(left) : w_.piece_dim;
    p_.apart = w_.lanes_apart;
    p_.own = w_.resident;
    p_.first = std::uint64_t{beside} * w_.piece_dim;
    lane_ = std::uint64_t{across} << w_.lane_bits;
    p_.first_replica = w_.first_replica + lane_;
    const std::uint64_t at = std::uint64_t{piece} * w_.stride, mine = std::uint64_t{number} * w_.stride;
    kept_x_ = w_.x + at;
    kept_slots_ = from(w_.slots, at * w_.rule.slots);
    previous_x_ = from(w_.previous_x, at);
    older_x_ = from(w_.older_x, at);
    average_ = from(w_.average, at);
    squares_ = from(w_.squares, at);
    exact_ = from(w_.exact, at);
    watched_rate_ = from(w_.watched_rate, at);
    ahead_ = from(w_.ahead, mine);
    previous_rate_ = from(w_.previous_rate, at);
    x_ = w_.resident ? own : kept_x_;
    slots_ = w_.resident ? own + w_.stride : kept_slots_;
    g_ = w_.resident ? own + std::uint64_t{w_.stride} * (1 + w_.rule.slots) : w_.gradient + mine;
    numerator_ = from(w_.numerator, mine);
    rate_ = w_.rate != nullptr ? w_.rate + at : from(w_.rate_scratch, mine);
    slope_ = from(w_.slope, mine);
    wide_ = from(w_.wide, mine);
    const std::uint64_t columns = ((std::uint64_t{w_.piece_dim} + block_length - 1) / block_length) << w_.lane_bits;
    partial_ = w_.partial + number * columns * slot_count_of_sum * most_results;
    out_ = w_.out + number * columns;
    cycles_ = from(w_.cycles, std::uint64_t{number} * part_count);
  }

  THALWEG_HD void run() {
    if (w_.first == 1) begin();
    else if (w_.resident) copy(kept_x_, x_, kept_slots_, slots_);
    team_.each(p_.lanes(), [&](std::uint32_t lane) { departure()[lane] = no_departure; });
    lap(Part::count);
    for (std::uint64_t k = 0; k < w_.count; ++k) {
      if (w_.first + k > w_.horizon) watch_region(w_.orders[k]);
      else make_step(w_.first + k, w_.orders[k], w_.steps + k * w_.rule.step_bytes);
    }
    if (w_.resident) copy(x_, kept_x_, slots_, kept_slots_);
  }

 private:
  // Of an array that may be absent.
  template <class V>
  THALWEG_HD static V* from(V* array, std::uint64_t offset) {
    return array == nullptr ? nullptr : array + offset;
  }
  THALWEG_HD void lap([[maybe_unused]] Part done) {
#ifdef __CUDA_ARCH__
    if (cycles_ == nullptr || threadIdx.x != 0) return;
    const auto now = static_cast<std::uint64_t>(clock64());
    if (done != Part::count) cycles_[static_cast<std::uint32_t>(done)] += now - lap_started_;
    lap_started_ = now;
#endif
  }
  THALWEG_HD std::uint32_t* departure() const { return w_.departure + (std::uint64_t{piece_number_} << w_.lane_bits); }
  THALWEG_HD void copy(const T* x, T* to_x, const T* slots, T* to_slots) const {
    team_.each(p_.plane(), [&](std::uint32_t i) { to_x[i] = x[i]; });
    team_.each(p_.plane() * static_cast<std::uint32_t>(w_.rule.slots), [&](std::uint32_t i) { to_slots[i] = slots[i]; });
  }
  THALWEG_HD void begin() const {
    const std::uint32_t plane = p_.plane();
    team_.each(plane, [&](std::uint32_t i) {
      x_[i] = static_cast<T>(w_.start[p_.first + p_.coordinate(i)]);
      for (std::uint32_t k = 0; k < w_.rule.slots; ++k) slots_[k * plane + i] = static_cast<T>(w_.initial_slots[k]);
      for (T* copy : {previous_x_, older_x_, average_})
        if (copy != nullptr) copy[i] = x_[i];
      if (squares_ != nullptr) squares_[i] = M(0);
      if (w_.previous_rate != nullptr) previous_rate_[i] = static_cast<T>(w_.initial_rate);
      if (w_.watched_rate != nullptr) watched_rate_[i] = std::numeric_limits<T>::infinity();
    });
  }

  // out_ into a column of the results, one number a block and lane; a coupled value is one number a lane.
  THALWEG_HD void give(const Order& order, Quantity quantity, bool per_block) const {
    M* column = w_.results + order.step.column[static_cast<std::size_t>(quantity)] * w_.blocks * w_.replicas;
    const std::uint64_t block = p_.first / sum_block;
    team_.each(per_block ? p_.blocks() << p_.lane_bits : p_.lanes(),
               [&](std::uint32_t i) { column[(block + p_.rest(i)) * w_.replicas + lane_ + p_.lane(i)] = out_[i]; });
  }

  template <Reduction reduction>
  THALWEG_HD void reduce(const Order& order, const Reads<T, M>& reads, Quantity first) const {
    reduce_values<reduction>(order, reads, first);
  }
  template <Reduction reduction, class O>
  THALWEG_HD void reduce_values(const Order& order, const O& reads, Quantity first) const {
    collect<reduction>(reads);
    const std::uint32_t columns = p_.blocks() << p_.lane_bits;
    for (std::uint32_t k = 0; k < results_of(reduction); ++k) {
      total<reduction>(columns, k);
      give(order, static_cast<Quantity>(static_cast<std::size_t>(first) + k), true);
    }
  }
  template <Reduction reduction, class O>
  THALWEG_HD void collect(const O& reads) const {
    if constexpr (reduction == Reduction::extremes) {
      const auto enter = [&](auto* end, std::uint32_t, std::uint32_t i) { end->add(reads.template a<M>(i)); };
      const std::uint32_t results = (p_.blocks() << p_.lane_bits) * slot_count_of_sum;
      each_slot<End<true>, 1>(team_, p_, partial_, enter);
      each_slot<End<false>, 1>(team_, p_, partial_ + results, enter);
    } else if constexpr (combining(reduction, 0) == Combining::most) {
      each_slot<Greatest<M>, 1>(team_, p_, partial_, [&](Greatest<M>* sink, std::uint32_t j, std::uint32_t i) {
        Contribution<reduction>::template add<M>(reads, p_.first + j, i, sink[0]);
      });
    } else if constexpr (results_of(reduction) == 3) {
      each_slot<SlotSum<M>, 3>(team_, p_, partial_, [&](SlotSum<M>* s, std::uint32_t j, std::uint32_t i) {
        Contribution<reduction>::template add<M>(reads, p_.first + j, i, s[0], s[1], s[2]);
      });
    } else {
      each_slot<SlotSum<M>, 1>(team_, p_, partial_, [&](SlotSum<M>* s, std::uint32_t j, std::uint32_t i) {
        Contribution<reduction>::template add<M>(reads, p_.first + j, i, s[0]);
      });
    }
  }
  // One end of a range.
  template <bool least>
  struct End {
    Range<M> range;
    THALWEG_HD void add(const M& a) { range.add(a); }
    THALWEG_HD M total() const { return least ? range.low() : range.high(); }
  };
  template <class Sink>
  THALWEG_HD static M folded(const M* slot, std::uint32_t used) {
    Sink sink;
    for (std::uint32_t s = 0; s < used; ++s) sink.add(slot[s]);
    return sink.total();
  }
  template <Reduction reduction>
  THALWEG_HD void total(std::uint32_t columns, std::uint32_t k) const {
    if constexpr (combining(reduction, 0) == Combining::sum) {
      fold(team_, p_, partial_, k, out_);
    } else {
      team_.each(columns, [&](std::uint32_t column) {
        const M* slot = partial_ + (k * columns + column) * slot_count_of_sum;
        const std::uint32_t block = p_.rest(column), rest = p_.dim - block * block_length;
        const std::uint32_t used = rest < slot_count_of_sum ? rest : slot_count_of_sum;  // slots that met a coordinate
        if constexpr (reduction != Reduction::extremes) out_[column] = folded<Greatest<M>>(slot, used);
        else out_[column] = k == 0 ? folded<End<true>>(slot, used) : folded<End<false>>(slot, used);
      });
    }
  }

  THALWEG_HD void watch_region(const Order& order) const {
    if (!order.step.due.has(Measure::region_x)) return;
    reduce<Reduction::leaves>(order, {x_, x_, w_.region.lower, w_.region.upper, 0.0}, Quantity::leaves_x);
    if (!order.step.due.has(Measure::region_z)) return;
    reduce<Reduction::leaves>(order, {x_, previous_x_, w_.region.lower, w_.region.upper, w_.momentum}, Quantity::leaves_z);
  }
  THALWEG_HD void keep_points(const Order& order) const {
    const bool points = order.step.due.has(Measure::points), averaged = order.step.due.has(Measure::average);
    const auto share = static_cast<T>(order.share);
    team_.each(p_.plane(), [&](std::uint32_t i) {
      if (points && older_x_ != nullptr) older_x_[i] = previous_x_[i];
      if (points) previous_x_[i] = x_[i];
      if (averaged) average_[i] = average_with(average_[i], x_[i], share);
    });
  }
  // Of the gradient that noise is added to afterwards.
  THALWEG_HD void measure_gradient(const Order& order) const {
    const Reads<T, M> exact{g_, g_, {}, {}, 0.0};
    if (order.step.due.has(Measure::gradient_before)) reduce<Reduction::squares>(order, exact, Quantity::gradient_before);
    if (order.step.due.has(Measure::gradient_size)) reduce<Reduction::absolute>(order, exact, Quantity::gradient_size);
    if (order.step.due.has(Measure::gradient_sum)) reduce<Reduction::total>(order, exact, Quantity::gradient_sum);
    if (order.step.due.has(Measure::exact)) team_.each(p_.plane(), [&](std::uint32_t i) { exact_[i] = static_cast<M>(g_[i]); });
  }
  THALWEG_HD void measure_sample(const Order& order) const {
    if (order.step.due.has(Measure::regret)) reduce<Reduction::inner>(order, {g_, x_, {}, w_.minimiser, 0.0}, Quantity::regret);
    if (order.step.due.has(Measure::noise)) reduce_values<Reduction::difference>(order, Reads<T, M, M>{g_, exact_, {}, {}, 0.0}, Quantity::noise);
    if (!order.step.due.has(Measure::sample_squares)) return;
    team_.each(p_.plane(), [&](std::uint32_t i) {
      const M g = static_cast<M>(g_[i]);
      squares_[i] = squares_[i] + g * g;
    });
    if (order.step.due.has(Measure::sample_norms)) reduce_values<Reduction::roots>(order, Reads<M, M>{squares_, squares_, {}, {}, 0.0}, Quantity::sample_norms);
  }
  // The iterate: x, or the slot that the rule names.
  THALWEG_HD const T* reported() const { return w_.rule.reported == not_a_slot ? x_ : slots_ + std::uint64_t{p_.plane()} * w_.rule.reported; }
  THALWEG_HD void value(const Order& order, Quantity quantity, const T* x) const {
    w_.objective.value(team_, p_, w_.objective_functor, x, wide_, partial_, out_);
    give(order, quantity, w_.objective.separable);
  }
  THALWEG_HD void note_departure(std::uint64_t t) const {
    collect<Reduction::departure>(Reads<T, M>{x_, x_, {}, {}, w_.limit});
    const std::uint32_t columns = p_.blocks() << p_.lane_bits;
    total<Reduction::departure>(columns, 0);
    team_.each(p_.lanes(), [&](std::uint32_t lane) {
      M worst = M(0);
      for (std::uint32_t i = lane; i < columns; i += p_.lanes()) worst = out_[i] > worst ? out_[i] : worst;
      const auto code = static_cast<std::uint32_t>(t - w_.first) * 2 + (worst == M(2) ? 1U : 0U);
      if (worst != M(0) && departure()[lane] == no_departure) departure()[lane] = code;
    });
  }

  THALWEG_HD void measure_rates(const Order& order, const void* made) const {
    const Due due = order.step.due;
    w_.rule.rates(team_, p_, made, g_, slots_, rate_, numerator_);
    if (due.has(Measure::momentum)) reduce<Reduction::momentum>(order, {rate_, numerator_, {}, {}, 0.0}, Quantity::m_norm);
    if (due.has(Measure::extremes)) reduce<Reduction::extremes>(order, {rate_, rate_, {}, {}, 0.0}, Quantity::rate_min);
    if (due.has(Measure::path)) {
      reduce<Reduction::path>(order, {rate_, previous_rate_, {}, {}, 0.0}, Quantity::change);
      team_.each(p_.plane(), [&](std::uint32_t i) { previous_rate_[i] = rate_[i]; });
    }
    if (due.has(Measure::rises)) {
      reduce<Reduction::rises>(order, {rate_, watched_rate_, {}, {}, room_to_rise<T>}, Quantity::rises);
      team_.each(p_.plane(), [&](std::uint32_t i) { watched_rate_[i] = rate_[i]; });
    }
  }
  THALWEG_HD void measure_after(const Order& order) const {
    const Due due = order.step.due;
    if (due.has(Measure::value_after)) value(order, Quantity::value_after, reported());
    if (due.has(Measure::gradient_after)) {
      w_.objective.slope(team_, p_, w_.objective_functor, reported(), wide_, slope_);
      reduce_values<Reduction::squares>(order, Reads<M, M>{slope_, slope_, {}, {}, 0.0}, Quantity::gradient_after);
    }
    if (due.has(Measure::distance)) reduce<Reduction::distance>(order, {reported(), x_, {}, w_.minimiser, 0.0}, Quantity::distance);
    if (due.has(Measure::largest)) reduce<Reduction::largest>(order, {reported(), x_, {}, {}, 0.0}, Quantity::largest);
  }
  THALWEG_HD void measure_points(const Order& order) const {
    const Due due = order.step.due;
    if (due.has(Measure::value_ahead)) {
      const auto c = static_cast<T>(w_.look_ahead);
      team_.each(p_.plane(), [&](std::uint32_t i) { ahead_[i] = ahead_of(x_[i], previous_x_[i], c); });
      value(order, Quantity::value_ahead, ahead_);
    }
    if (due.has(Measure::value_average)) value(order, Quantity::value_average, average_);
    if (due.has(Measure::moved)) reduce<Reduction::difference>(order, {x_, previous_x_, {}, {}, 0.0}, Quantity::moved);
    if (due.has(Measure::moved_in_two)) reduce<Reduction::difference>(order, {x_, older_x_, {}, {}, 0.0}, Quantity::moved_in_two);
    if (!due.has(Measure::turned)) return;
    w_.objective.slope(team_, p_, w_.objective_functor, x_, wide_, slope_);
    reduce_values<Reduction::difference>(order, Reads<M, M>{slope_, exact_, {}, {}, 0.0}, Quantity::turned);
  }

  // Step t of the piece, part by part (lib/engine/step_order.hpp): one call, without sums.
  struct Step {
    Work& of;
    const std::uint64_t t;
    const Order& order;
    const void* made;
    THALWEG_HD Due due() const { return order.step.due; }
    THALWEG_HD void watch_region() const { of.watch_region(order); }
    THALWEG_HD void value_before() const { of.value(order, Quantity::value_before, of.x_); }
    THALWEG_HD void gradient(unsigned) const { of.w_.objective.gradient(of.team_, of.p_, of.w_.objective_functor, of.x_, of.g_); }
    THALWEG_HD void keep_points() const { of.keep_points(order); }
    THALWEG_HD void gradient_before() const { of.measure_gradient(order); }
    THALWEG_HD bool noisy(unsigned) const { return of.w_.noise.add != nullptr; }
    THALWEG_HD void draw(unsigned) const { of.w_.noise.add(of.team_, of.p_, of.w_.noise_functor, of.w_.key, t, of.g_); }
    THALWEG_HD void watch_samples(unsigned) const {
      of.template reduce<Reduction::exceeds>(order, {of.g_, of.g_, {}, of.w_.sample_bound, 0.0}, Quantity::exceeds);
    }
    THALWEG_HD void measure_sample() const { of.measure_sample(order); }
    THALWEG_HD void collect(unsigned) const {}
    THALWEG_HD bool pass(unsigned) const { return !of.w_.rule.apply(of.team_, of.p_, made, order.eta, of.w_.limit, of.w_.box, of.g_, of.x_, of.slots_); }
    THALWEG_HD void note_departure() const { of.note_departure(t); }
    THALWEG_HD void measure_rates() const { of.measure_rates(order, made); }
    THALWEG_HD void measure_after() const { of.measure_after(order); }
    THALWEG_HD void measure_points() const { of.measure_points(order); }
    THALWEG_HD void lap(Part part) const { of.lap(part); }
  };
  THALWEG_HD void make_step(std::uint64_t t, const Order& order, const void* made) {
    Step now{*this, t, order, made};
    StepOrder::make(now, 1);
  }

  const Team& team_;
  const Window<T, M>& w_;
  std::uint32_t piece_number_;
  Piece p_;
  std::uint64_t lane_;
  T *kept_x_, *kept_slots_, *x_, *slots_, *g_, *numerator_, *rate_, *previous_x_, *older_x_, *average_, *ahead_, *previous_rate_, *watched_rate_;
  M *squares_, *exact_, *slope_, *wide_, *partial_, *out_;
  std::uint64_t* cycles_;
  std::uint64_t lap_started_ = 0;
};

// What team `number` does; own: its memory of stride (2 + slots) values where the window is resident.
template <class T, class M>
THALWEG_HD inline void advance(const Team& team, const Window<T, M>& window, std::uint32_t number, T* own) {
  for (std::uint32_t piece = number; piece < window.pieces; piece += window.teams) Work<T, M>(team, window, number, piece, own).run();
}

}  // namespace thalweg::device

// The program of a window of steps: what each team does, host and device.
#pragma once

#include "lib/engine/columns.hpp"
#include "lib/engine/cuda/make_program.hpp"

namespace thalweg::device {

// One step of a window: what is due, and where the results go.
struct Order {
  Due due;
  double eta;
  std::uint32_t column[quantity_count];  // of the window's results
};
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
  double initial_rate, momentum;
  // the division
  std::uint32_t lanes, piece_dim, along, teams;  // along: pieces side by side in coordinates
  std::uint32_t pieces, stride;
  bool lanes_apart;  // each lane's coordinates one after another
  bool resident;     // x, slots and gradient in the team's own memory
  // the state
  T *x, *slots, *previous_x, *previous_rate, *rate;
  std::uint32_t* departure;  // [piece][lane]: 2 * (step - first step of the window) + (1: not finite) of the first departure, else no_departure
  // per team
  T *gradient, *numerator, *rate_scratch;
  M *slope, *wide, *partial, *out;
  std::uint32_t* left;
  // the steps
  std::uint64_t first, count, horizon;
  const Order* orders;
  const std::byte* steps;
  M* results;                 // [column][block of the batch][replica of the batch]
  std::uint64_t blocks, replicas;  // lanes of all pieces
};

template <class T, class M>
struct Reads {
  const T *first, *second;
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
    p_.lanes = w_.lanes;
    p_.dim = left < w_.piece_dim ? static_cast<std::uint32_t>(left) : w_.piece_dim;
    p_.lane_stride = w_.lanes_apart ? p_.dim : 1;
    p_.coordinate_stride = w_.lanes_apart ? 1 : p_.lanes;
    p_.first = std::uint64_t{beside} * w_.piece_dim;
    lane_ = std::uint64_t{across} * w_.lanes;
    p_.first_replica = w_.first_replica + lane_;
    const std::uint64_t at = std::uint64_t{piece} * w_.stride, mine = std::uint64_t{number} * w_.stride;
    kept_x_ = w_.x + at;
    kept_slots_ = w_.slots + at * w_.rule.slots;
    previous_x_ = w_.previous_x + at;
    previous_rate_ = w_.previous_rate + at;
    x_ = w_.resident ? own : kept_x_;
    slots_ = w_.resident ? own + w_.stride : kept_slots_;
    g_ = w_.resident ? own + std::uint64_t{w_.stride} * (1 + w_.rule.slots) : w_.gradient + mine;
    numerator_ = w_.numerator + mine;
    rate_ = w_.rate != nullptr ? w_.rate + at : w_.rate_scratch + mine;
    slope_ = w_.slope + mine;
    wide_ = w_.wide + mine;
    const std::uint64_t columns = std::uint64_t{w_.lanes} * ((w_.piece_dim + block_length - 1) / block_length);
    partial_ = w_.partial + number * columns * slot_count_of_sum * most_results;
    out_ = w_.out + number * columns;
    left_ = w_.left + number;
  }

  THALWEG_HD void run() {
    if (w_.first == 1) begin();
    else if (w_.resident) copy(kept_x_, x_, kept_slots_, slots_);
    team_.each(p_.lanes, [&](std::uint32_t lane) { departure()[lane] = no_departure; });
    for (std::uint64_t k = 0; k < w_.count; ++k) {
      if (w_.first + k > w_.horizon) watch_region(w_.orders[k]);
      else step(w_.first + k, w_.orders[k], w_.steps + k * w_.rule.step_bytes);
    }
    if (w_.resident) copy(x_, kept_x_, slots_, kept_slots_);
  }

 private:
  THALWEG_HD std::uint32_t* departure() const { return w_.departure + std::uint64_t{piece_number_} * w_.lanes; }
  THALWEG_HD void copy(const T* x, T* to_x, const T* slots, T* to_slots) const {
    team_.each(p_.plane(), [&](std::uint32_t i) { to_x[i] = x[i]; });
    team_.each(p_.plane() * static_cast<std::uint32_t>(w_.rule.slots), [&](std::uint32_t i) { to_slots[i] = slots[i]; });
  }
  THALWEG_HD void begin() const {
    p_.each(team_, [&](std::uint32_t lane, std::uint32_t j) {
      const std::uint32_t i = p_.at(lane, j);
      x_[i] = static_cast<T>(w_.start[p_.first + j]);
      for (std::uint32_t k = 0; k < w_.rule.slots; ++k) slots_[k * p_.plane() + i] = static_cast<T>(w_.initial_slots[k]);
      if (w_.previous_x != nullptr) previous_x_[i] = x_[i];
      if (w_.previous_rate != nullptr) previous_rate_[i] = static_cast<T>(w_.initial_rate);
    });
  }

  // out_ into a column of the results, one number a block and lane; a coupled value is one number a lane.
  THALWEG_HD void give(const Order& order, Quantity quantity, bool per_block) const {
    M* column = w_.results + order.column[static_cast<std::size_t>(quantity)] * w_.blocks * w_.replicas;
    const std::uint64_t block = p_.first / sum_block;
    team_.each(per_block ? p_.lanes * p_.blocks() : p_.lanes,
               [&](std::uint32_t i) { column[(block + i / p_.lanes) * w_.replicas + lane_ + i % p_.lanes] = out_[i]; });
  }

  template <Reduction reduction>
  THALWEG_HD void reduce(const Order& order, const Reads<T, M>& reads, Quantity first) const {
    reduce_values<reduction>(order, reads, first);
  }
  template <Reduction reduction, class O>
  THALWEG_HD void reduce_values(const Order& order, const O& reads, Quantity first) const {
    collect<reduction>(reads);
    const std::uint32_t columns = p_.lanes * p_.blocks();
    for (std::uint32_t k = 0; k < results_of(reduction); ++k) {
      total<reduction>(columns, k);
      give(order, static_cast<Quantity>(static_cast<std::size_t>(first) + k), true);
    }
  }
  template <Reduction reduction, class O>
  THALWEG_HD void collect(const O& reads) const {
    if constexpr (reduction == Reduction::extremes) {
      const auto enter = [&](auto* end, std::uint32_t lane, std::uint32_t j) { end->add(reads.template a<M>(p_.at(lane, j))); };
      const std::uint32_t results = p_.lanes * p_.blocks() * slot_count_of_sum;
      each_slot<End<true>, 1>(team_, p_, partial_, enter);
      each_slot<End<false>, 1>(team_, p_, partial_ + results, enter);
    } else if constexpr (combining(reduction, 0) == Combining::most) {
      each_slot<Greatest<M>, 1>(team_, p_, partial_, [&](Greatest<M>* sink, std::uint32_t lane, std::uint32_t j) {
        Contribution<reduction>::template add<M>(reads, p_.first + j, p_.at(lane, j), sink[0]);
      });
    } else if constexpr (results_of(reduction) == 3) {
      each_slot<SlotSum<M>, 3>(team_, p_, partial_, [&](SlotSum<M>* s, std::uint32_t lane, std::uint32_t j) {
        Contribution<reduction>::template add<M>(reads, p_.first + j, p_.at(lane, j), s[0], s[1], s[2]);
      });
    } else {
      each_slot<SlotSum<M>, 1>(team_, p_, partial_, [&](SlotSum<M>* s, std::uint32_t lane, std::uint32_t j) {
        Contribution<reduction>::template add<M>(reads, p_.first + j, p_.at(lane, j), s[0]);
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
        const std::uint32_t block = column / p_.lanes, rest = p_.dim - block * block_length;
        const std::uint32_t used = rest < slot_count_of_sum ? rest : slot_count_of_sum;  // slots that met a coordinate
        if constexpr (reduction != Reduction::extremes) out_[column] = folded<Greatest<M>>(slot, used);
        else out_[column] = k == 0 ? folded<End<true>>(slot, used) : folded<End<false>>(slot, used);
      });
    }
  }

  THALWEG_HD void watch_region(const Order& order) const {
    if (!order.due.has(Measure::region_x)) return;
    reduce<Reduction::leaves>(order, {x_, x_, w_.region.lower, w_.region.upper, 0.0}, Quantity::leaves_x);
    if (!order.due.has(Measure::region_z)) return;
    reduce<Reduction::leaves>(order, {x_, previous_x_, w_.region.lower, w_.region.upper, w_.momentum}, Quantity::leaves_z);
    team_.each(p_.plane(), [&](std::uint32_t i) { previous_x_[i] = x_[i]; });
  }
  THALWEG_HD void value(const Order& order, Quantity quantity) const {
    w_.objective.value(team_, p_, w_.objective_functor, x_, wide_, partial_, out_);
    give(order, quantity, w_.objective.separable);
  }
  THALWEG_HD void note_departure(std::uint64_t t) const {
    collect<Reduction::departure>(Reads<T, M>{x_, x_, {}, {}, w_.limit});
    const std::uint32_t columns = p_.lanes * p_.blocks();
    total<Reduction::departure>(columns, 0);
    team_.each(p_.lanes, [&](std::uint32_t lane) {
      M worst = M(0);
      for (std::uint32_t i = lane; i < columns; i += p_.lanes) worst = out_[i] > worst ? out_[i] : worst;
      const auto code = static_cast<std::uint32_t>(t - w_.first) * 2 + (worst == M(2) ? 1U : 0U);
      if (worst != M(0) && departure()[lane] == no_departure) departure()[lane] = code;
    });
  }

  THALWEG_HD void step(std::uint64_t t, const Order& order, const void* made) const {
    const Due due = order.due;
    watch_region(order);
    if (due.has(Measure::value_before)) value(order, Quantity::value_before);
    w_.objective.gradient(team_, p_, w_.objective_functor, x_, g_);
    if (due.has(Measure::gradient_before)) reduce<Reduction::squares>(order, {g_, g_, {}, {}, 0.0}, Quantity::gradient_before);
    if (w_.noise.add != nullptr) w_.noise.add(team_, p_, w_.noise_functor, w_.key, t, g_);
    if (due.has(Measure::samples)) reduce<Reduction::exceeds>(order, {g_, g_, {}, w_.sample_bound, 0.0}, Quantity::exceeds);
    team_.each(1, [&](std::uint32_t) { *left_ = 0; });
    w_.rule.apply(team_, p_, made, order.eta, w_.limit, w_.box, g_, x_, slots_, left_);
    if (*left_ != 0) note_departure(t);
    if (due.has(Measure::rates)) {
      w_.rule.rates(team_, p_, made, g_, slots_, rate_, numerator_);
      if (due.has(Measure::momentum)) reduce<Reduction::momentum>(order, {rate_, numerator_, {}, {}, 0.0}, Quantity::m_norm);
      if (due.has(Measure::extremes)) reduce<Reduction::extremes>(order, {rate_, rate_, {}, {}, 0.0}, Quantity::rate_min);
      if (due.has(Measure::path)) {
        reduce<Reduction::path>(order, {rate_, previous_rate_, {}, {}, 0.0}, Quantity::change);
        team_.each(p_.plane(), [&](std::uint32_t i) { previous_rate_[i] = rate_[i]; });
      }
    }
    if (due.has(Measure::value_after)) value(order, Quantity::value_after);
    if (due.has(Measure::gradient_after)) {
      w_.objective.slope(team_, p_, w_.objective_functor, x_, wide_, slope_);
      reduce_values<Reduction::squares>(order, Reads<M, M>{slope_, slope_, {}, {}, 0.0}, Quantity::gradient_after);
    }
    if (due.has(Measure::distance)) reduce<Reduction::distance>(order, {x_, x_, {}, w_.minimiser, 0.0}, Quantity::distance);
  }

  const Team& team_;
  const Window<T, M>& w_;
  std::uint32_t piece_number_;
  Piece p_;
  std::uint64_t lane_;
  T *kept_x_, *kept_slots_, *x_, *slots_, *g_, *numerator_, *rate_, *previous_x_, *previous_rate_;
  M *slope_, *wide_, *partial_, *out_;
  std::uint32_t* left_;
};

// What team `number` does; own: its memory of stride (2 + slots) values where the window is resident.
template <class T, class M>
THALWEG_HD inline void advance(const Team& team, const Window<T, M>& window, std::uint32_t number, T* own) {
  for (std::uint32_t piece = number; piece < window.pieces; piece += window.teams) Work<T, M>(team, window, number, piece, own).run();
}

}  // namespace thalweg::device

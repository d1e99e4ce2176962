// A batch on a device: what is uploaded, which windows are run, and what is read back to the recorders.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/device.hpp"
#include "lib/engine/cuda/find_program.hpp"
#include "lib/engine/cuda/functor.hpp"
#include "lib/engine/cuda/memory.hpp"
#include "lib/engine/cuda/readout.hpp"
#include "lib/engine/percentile.hpp"

namespace thalweg::device {

namespace {

constexpr std::size_t staging_bytes = std::size_t{32} << 20U;  // through which iterates and A-LRs come back

// What the runs of an engine share.
struct Shared {
  std::unique_ptr<Device> device;
  CudaOptions options;
  Pool memory, host_memory;
  Shared(std::unique_ptr<Device> made, const CudaOptions& given)
      : device(std::move(made)),
        options(given),
        memory({[this] { return device->memory(); }, [this](std::size_t bytes) { return device->allocate(bytes); }, [this](void* piece) { device->release(piece); }}),
        host_memory({[] { return std::numeric_limits<std::size_t>::max() / 2; }, [this](std::size_t bytes) { return device->allocate_host(bytes); },
                     [this](void* piece) { device->release_host(piece); }}) {}
};

template <class T, class M>
class Run {
 public:
  Run(const Batch& batch, Shared& shared)
      : batch_(batch), shared_(shared), device_(*shared.device), rule_(host_rule_programs()->template of<T>()[batch.rule.rule]) {
    const CudaOptions& options = shared.options;
    THALWEG_EXPECTS(batch.rule.hyper.size() >= rule_.hyper_bytes);
    expect_programs<T, M>(batch, device_);
    separable_ = program<T, M>(batch.objective.programs, true).separable;
    ever_ = ever_due(batch, rule_.rated);
    shares_ = average_shares(batch);
    dim_ = batch.objective.dim;
    blocks_ = (dim_ + sum_block - 1) / sum_block;
    wave_ = std::min(batch.replicas, options.replicas_per_wave > 0 ? options.replicas_per_wave : batch.replicas);
    division_ = divide(dim_, wave_, separable_, rule_.slots, sizeof(T) * (2 + rule_.slots), device_.own_memory(), device_.teams());
    columns_ = most_columns();
    place(device_arena_);
    place_host(host_arena_);
  }

  Memory memory() const { return {record_bytes(batch_, rule_.rated) + Readout::bytes(wave_) + shares_.size() * sizeof(double) + host_arena_.used(), device_arena_.used(), shared_.memory.whole()}; }

  Trajectories run() {
    const std::size_t needed = device_arena_.used(), there = shared_.memory.whole();
    if (needed > there) throw EnvironmentError(too_large(needed, there));
    const Pool::Piece of_device(shared_.memory, needed), of_host(shared_.host_memory, host_arena_.used());
    place(device_arena_ = Arena(of_device.memory()));
    place_host(host_arena_ = Arena(of_host.memory()));
    Trajectories out = prepared(batch_, rule_.rated);
    const std::unique_ptr<Queue> queue = device_.queue();  // ends before the memory goes back
    queue_ = queue.get();
    upload_batch();
    for (std::size_t first = 0; first < batch_.replicas; first += wave_) run_wave(first, out);
    if (batch_.profile) out.profile = profile();
    return out;
  }

 private:
  // What goes up for a window and comes back from it: one being read, one being run.
  struct Staged {
    std::uint64_t first = 0;
    std::vector<WindowStep> steps_of_window;
    Span<Order> orders;
    Span<std::byte> steps;
    Span<M> results;
    Span<std::uint32_t> departures;
  };

  std::string too_large(std::size_t needed, std::size_t there) const {
    std::string text = fmt::format("this run needs {:.1f} GiB of {:.1f} GiB on the device", static_cast<double>(needed) / 0x1p30, static_cast<double>(there) / 0x1p30);
    if (wave_ > 1) return text + fmt::format("; use --replicas-per-wave (here {} replicas run at once)", wave_);
    return text + " for one replica; use --precision float, or --engine cpu";
  }

  bool keeps_rate() const { return ever_.has(Measure::percentiles) || (batch_.keep_final && rule_.rated); }
  std::size_t own_bytes() const { return division_.resident ? std::size_t{division_.stride} * sizeof(T) * (2 + rule_.slots) : 0; }
  std::size_t column_bytes() const { return blocks_ * division_.replicas() * sizeof(M); }

  // The arrays of the device, in the arena given; one that only counts tells their memory.
  void place(Arena& arena) {
    const std::size_t values = division_.values(), scratch = division_.scratch();
    const auto when = [](bool wanted, std::size_t count) { return wanted ? count : 0; };
    objective_ = PlacedFunctor(arena, batch_.objective.program_functor);
    noise_ = PlacedFunctor(arena, batch_.noise.program_functor);
    for (std::size_t k = 0; k < of_coordinates_.size(); ++k) of_coordinates_[k] = arena.array<double>(per_coordinate()[k]->stored().size());
    initial_slots_ = arena.array<double>(rule_.slots);
    x_ = arena.array<T>(values);
    slots_ = arena.array<T>(values * rule_.slots);
    previous_x_ = arena.array<T>(when(ever_.has(Measure::points), values));
    older_x_ = arena.array<T>(when(ever_.has(Measure::moved_in_two), values));
    average_ = arena.array<T>(when(ever_.has(Measure::average), values));
    squares_ = arena.array<M>(when(ever_.has(Measure::sample_squares), values));
    ahead_ = arena.array<T>(when(ever_.has(Measure::value_ahead), scratch));
    previous_rate_ = arena.array<T>(when(ever_.has(Measure::path), values));
    watched_rate_ = arena.array<T>(when(ever_.has(Measure::rises), values));
    exact_ = arena.array<M>(when(ever_.has(Measure::exact), values));
    rate_ = arena.array<T>(when(keeps_rate(), values));
    departure_ = arena.array<std::uint32_t>(std::size_t{division_.pieces} << division_.lane_bits);
    gradient_ = arena.array<T>(when(!division_.resident, scratch));
    numerator_ = arena.array<T>(when(ever_.has(Measure::rates), scratch));
    rate_scratch_ = arena.array<T>(when(ever_.has(Measure::rates) && !keeps_rate(), scratch));
    slope_ = arena.array<M>(when(ever_.any(Measure::gradient_after, Measure::turned), scratch));
    wide_ = arena.array<M>(when(!separable_ && !std::is_same_v<T, M>, scratch));
    partial_ = arena.array<M>(division_.teams * division_.columns_of_piece() * slot_count_of_sum * most_results);
    out_ = arena.array<M>(division_.teams * division_.columns_of_piece());
    results_ = arena.array<M>(columns_ * blocks_ * division_.replicas());
    orders_ = arena.array<Order>(longest_window);
    steps_ = arena.array<std::byte>(longest_window * rule_.step_bytes);
    cycles_ = arena.array<std::uint64_t>(when(batch_.profile, division_.teams * part_count));
  }
  void place_host(Arena& arena) {
    for (Staged& staged : staged_) {
      staged.orders = arena.array<Order>(longest_window);
      staged.steps = arena.array<std::byte>(longest_window * rule_.step_bytes);
      staged.results = arena.array<M>(results_.size);
      staged.departures = arena.array<std::uint32_t>(departure_.size);
    }
    staging_ = arena.array<T>(batch_.keep_final || ever_.has(Measure::percentiles) ? staged_groups() * group_values(staged_each()) : 0);
  }

  Windows<std::function<Due(std::uint64_t)>> windows(std::function<Due(std::uint64_t)> due) const {
    return {batch_.eta.size(), column_bytes(), device_.results_memory(), std::move(due)};
  }
  // A window of one step may need all columns there are.
  std::size_t most_columns() const {
    Trajectories none;
    none.replicas = batch_.replicas;
    const Recorder recorder(batch_, rule_.rated, 0, 0, none);
    return windows([&](std::uint64_t t) {
             Due now = recorder.due(t);
             if (batch_.metrics.contains(Metric::sampled_grad_sq) && t <= batch_.eta.size()) now.insert(Measure::gradient_before);
             return now;
           })
        .most_columns();
  }

  // What the batch says of each coordinate.
  std::array<const PerCoordinate<double>*, 7> per_coordinate() const {
    static const Audit none;
    const Audit& audit = batch_.audit ? *batch_.audit : none;
    return {&batch_.start, &batch_.minimiser, &batch_.box.lower, &batch_.box.upper, &audit.region.lower, &audit.region.upper, &audit.sample_bound};
  }

  void upload_batch() {
    const bool host = device_.emulated();
    rule_on_device_ = (host ? host_rule_programs() : device_rule_programs())->template of<T>()[batch_.rule.rule];
    rule_on_device_.slots = rule_.slots;
    const auto send = [&]<class V>(const Span<V>& to, const std::vector<V>& values) { queue_->upload(to.data, values.data(), to.bytes()); };
    for (const auto& [placed, functor] : {std::pair{&objective_, &batch_.objective.program_functor}, std::pair{&noise_, &batch_.noise.program_functor}}) {
      send(placed->functor, sent_.emplace_back(relocated(*functor, *placed)));
      for (std::size_t k = 0; k < functor->arrays.size(); ++k) queue_->upload(placed->arrays[k].data, functor->arrays[k].data(), placed->arrays[k].bytes());
    }
    for (std::size_t k = 0; k < of_coordinates_.size(); ++k) send(of_coordinates_[k], per_coordinate()[k]->stored());
    initial_.resize(rule_.slots);
    rule_.initial(batch_.rule.hyper.data(), initial_.data());
    send(initial_slots_, initial_);
    no_cycles_.assign(cycles_.size, 0);
    send(cycles_, no_cycles_);
  }

  Window<T, M> window_of_wave(std::size_t first) const {
    Window<T, M> w{};
    w.rule = rule_on_device_;
    w.objective = program<T, M>(batch_.objective.programs, device_.emulated());
    w.noise = program<T>(batch_.noise.programs, device_.emulated());
    w.objective_functor = objective_.functor.data;
    w.noise_functor = noise_.functor.data;
    w.key = draw_key(batch_.seed, batch_.instance);
    w.first_replica = batch_.first_replica + first;
    w.dim = dim_;
    w.limit = batch_.divergence_limit;
    const auto on_device = [&](std::size_t which) {
      const PerCoordinate<double>& values = *per_coordinate()[which];
      return values.empty() ? Coefficients() : Coefficients(of_coordinates_[which].data, values.size(), values.coefficients().alike());
    };
    w.start = on_device(0);
    w.minimiser = on_device(1);
    w.box = {on_device(2), on_device(3)};
    w.region = {on_device(4), on_device(5)};
    w.sample_bound = on_device(6);
    w.initial_slots = initial_slots_.data;
    w.initial_rate = batch_.initial_rate;
    w.momentum = batch_.audit ? batch_.audit->momentum : 0.0;
    w.look_ahead = batch_.look_ahead;
    w.lane_bits = division_.lane_bits;
    w.piece_dim = division_.piece_dim;
    w.along = division_.along;
    w.teams = division_.teams;
    w.pieces = division_.pieces;
    w.stride = division_.stride;
    w.lanes_apart = !separable_;
    w.resident = division_.resident;
    w.x = x_.data;
    w.slots = slots_.data;
    w.previous_x = previous_x_.data;
    w.older_x = older_x_.data;
    w.average = average_.data;
    w.squares = squares_.data;
    w.ahead = ahead_.data;
    w.previous_rate = previous_rate_.data;
    w.watched_rate = watched_rate_.data;
    w.exact = exact_.data;
    w.rate = rate_.data;
    w.departure = departure_.data;
    w.gradient = gradient_.data;
    w.numerator = numerator_.data;
    w.rate_scratch = rate_scratch_.data;
    w.slope = slope_.data;
    w.wide = wide_.data;
    w.partial = partial_.data;
    w.out = out_.data;
    w.cycles = cycles_.data;
    w.horizon = batch_.eta.size();
    w.orders = orders_.data;
    w.steps = steps_.data;
    w.results = results_.data;
    w.blocks = blocks_;
    w.replicas = division_.replicas();
    return w;
  }

  // The device runs a window while the host reads the one before it. Percentiles, and what ends a wave, are read before more is asked.
  void run_wave(std::size_t first, Trajectories& out) {
    const std::size_t lanes = std::min(wave_, batch_.replicas - first);
    Readout readout(batch_, rule_.rated, first, lanes, division_, separable_, shared_.options.threads, out);
    const auto windows = this->windows([&](std::uint64_t t) { return readout.due(t); });
    Window<T, M> window = window_of_wave(first);
    const std::uint64_t horizon = batch_.eta.size();
    const auto read = [&](unsigned which) {
      Staged& staged = staged_[which];
      if (staged.steps_of_window.empty()) return;
      queue_->wait(which);
      readout.take(staged.first, staged.steps_of_window, staged.results.data, staged.departures.data);
      staged.steps_of_window.clear();
    };
    unsigned which = 0;
    for (std::uint64_t t = 1; t <= horizon + 1; which ^= 1U) {
      if (t == horizon + 1 && readout.due(t).nothing()) break;
      Staged& staged = staged_[which];
      staged.first = t;
      const std::uint32_t used = windows.open(t, staged.steps_of_window, columns_);
      window.first = t;
      window.count = staged.steps_of_window.size();
      ask(window, staged, used);
      queue_->mark(which);
      const bool percentiles = staged.steps_of_window.back().due.has(Measure::percentiles);
      t += window.count;
      read(which ^ 1U);
      if (!percentiles) continue;
      read(which);
      enter_percentiles(readout, t - 1, lanes);
    }
    read(which);
    read(which ^ 1U);
    readout.finish();
    if (batch_.keep_final) keep_final(readout, lanes);
  }

  void ask(const Window<T, M>& window, Staged& staged, std::uint32_t used) {
    for (std::size_t k = 0; k < window.count; ++k) {
      const std::uint64_t t = window.first + k;
      staged.orders.data[k] = {staged.steps_of_window[k], t <= batch_.eta.size() ? batch_.eta[t - 1] : 0.0, t <= shares_.size() ? shares_[t - 1] : 0.0};
      rule_.at(batch_.rule.hyper.data(), t, staged.steps.data + k * rule_.step_bytes);
    }
    queue_->upload(orders_.data, staged.orders.data, window.count * sizeof(Order));
    queue_->upload(steps_.data, staged.steps.data, window.count * rule_.step_bytes);
    queue_->run(window, own_bytes());
    queue_->download(staged.results.data, results_.data, used * column_bytes());
    queue_->download(staged.departures.data, departure_.data, departure_.bytes());
  }

  // Of one group of lanes, in an array that holds `each` of them: x, or all slots.
  std::size_t group_values(std::size_t each) const { return std::size_t{division_.along} * division_.stride * each; }
  // Groups whose values pass through the staging memory at once.
  std::size_t staged_groups() const { return std::clamp<std::size_t>(staging_bytes / (group_values(staged_each()) * sizeof(T)), 1, division_.across); }
  std::size_t staged_each() const { return rule_.reported == not_a_slot ? 1 : rule_.slots; }
  // visit(recorder, lane of it, values of all its coordinates) for an array of the state, on several threads: one value a coordinate, or one of the slots.
  template <class Visit>
  void each_lane(Readout& readout, const Span<T>& array, std::size_t slot, std::size_t lanes, Visit visit) {
    const std::size_t each = slot == not_a_slot ? 1 : rule_.slots, group = group_values(each), groups = staged_groups();
    for (std::size_t first = 0; first << division_.lane_bits < lanes; first += groups) {
      const std::size_t count = std::min(groups, division_.across - first), begin = first << division_.lane_bits;
      queue_->download(staging_.data, array.data + first * group, count * group * sizeof(T));
      queue_->mark(0);
      queue_->wait(0);
      readout.each(begin, std::min(lanes, (first + count) << division_.lane_bits), [&](Recorder& recorder, std::size_t of_recorder, std::size_t lane) {
        const T* of_group = staging_.data + ((lane - begin) >> division_.lane_bits) * group;
        const std::size_t l = lane & (division_.lanes() - 1);
        std::vector<double> values(dim_);
        for (std::size_t piece = 0, at = 0; piece < division_.along; ++piece, at += division_.piece_dim) {
          const std::size_t length = std::min<std::size_t>(division_.piece_dim, dim_ - at);
          const T* here = of_group + piece * division_.stride * each + (slot == not_a_slot ? 0 : slot * (length << division_.lane_bits));
          for (std::size_t j = 0; j < length; ++j) values[at + j] = static_cast<double>(here[separable_ ? (j << division_.lane_bits) + l : l * length + j]);
        }
        visit(recorder, of_recorder, values);
      });
    }
  }
  void enter_percentiles(Readout& readout, std::uint64_t t, std::size_t lanes) {
    each_lane(readout, rate_, not_a_slot, lanes, [&](Recorder& recorder, std::size_t lane, std::vector<double>& rates) { recorder.enter_percentiles(t, lane, percentiles_of_all(rates)); });
  }
  void keep_final(Readout& readout, std::size_t lanes) {
    each_lane(readout, rule_.reported == not_a_slot ? x_ : slots_, rule_.reported, lanes, [&](Recorder& recorder, std::size_t lane, const std::vector<double>& x) {
      for (std::size_t j = 0; j < dim_; ++j) recorder.keep_x(lane, j, x[j]);
    });
    if (!rule_.rated) return;
    each_lane(readout, rate_, not_a_slot, lanes, [&](Recorder& recorder, std::size_t lane, const std::vector<double>& rate) {
      for (std::size_t j = 0; j < dim_; ++j) recorder.keep_rate(lane, j, rate[j]);
    });
  }

  // Of the teams' time, all together.
  Profile profile() {
    std::vector<std::uint64_t> cycles(cycles_.size);
    queue_->download(cycles.data(), cycles_.data, cycles_.bytes());
    queue_->mark(0);
    queue_->wait(0);
    std::array<double, part_count> sum{};
    for (std::size_t i = 0; i < cycles.size(); ++i) sum[i % part_count] += 1e-9 * static_cast<double>(cycles[i]);
    Profile found;
    found.draws = sum[static_cast<std::size_t>(Part::draws)];
    found.gradient = sum[static_cast<std::size_t>(Part::gradient)];
    found.update = sum[static_cast<std::size_t>(Part::update)];
    found.record = sum[static_cast<std::size_t>(Part::record)];
    return found;
  }

  const Batch& batch_;
  Shared& shared_;
  Device& device_;
  const RuleProgram<T> rule_;  // the host's, with what the host calls
  RuleProgram<T> rule_on_device_{};
  Due ever_;
  bool separable_ = true;
  std::size_t dim_ = 0, blocks_ = 0, wave_ = 0, columns_ = 0;  // columns_: of results that there is room for
  Division division_;
  Arena device_arena_, host_arena_;

  PlacedFunctor objective_, noise_;
  std::array<Span<double>, 7> of_coordinates_;  // as per_coordinate() lists them
  Span<double> initial_slots_;
  std::vector<double> shares_;  // average_shares
  Span<T> previous_x_, older_x_, average_, ahead_;
  Span<M> squares_, exact_;
  Span<T> x_, slots_, previous_rate_, watched_rate_, rate_, gradient_, numerator_, rate_scratch_;
  Span<M> slope_, wide_, partial_, out_, results_;
  Span<std::uint32_t> departure_;
  Span<std::uint64_t> cycles_;  // [team][part]
  Span<Order> orders_;
  Span<std::byte> steps_;
  Staged staged_[2];
  Span<T> staging_;

  std::deque<std::vector<std::byte>> sent_;
  std::vector<double> initial_;
  std::vector<std::uint64_t> no_cycles_;
  Queue* queue_ = nullptr;
};

class DeviceEngine final : public Engine {
  // visit(run) with the types of the batch's precision.
  template <class Visit>
  auto with_run(const Batch& batch, Visit visit) const {
    if (const Availability now = availability(); !now.available) throw EnvironmentError(now.reason);
    check(batch);
    const auto visited = [&](auto run) { return visit(*run); };
    switch (batch.precision) {
      case Precision::f32: return visited(std::make_unique<Run<float, float>>(batch, shared_));
      case Precision::mixed: return visited(std::make_unique<Run<float, double>>(batch, shared_));
      default: return visited(std::make_unique<Run<double, double>>(batch, shared_));
    }
  }

 public:
  DeviceEngine(std::unique_ptr<Device> device, const CudaOptions& options) : shared_(std::move(device), options) {}
  Availability availability() const override { return shared_.device->availability(); }
  Trajectories run(const Batch& batch) const override {
    return with_run(batch, [](auto& run) { return run.run(); });
  }
  Memory memory(const Batch& batch) const override {
    return with_run(batch, [](const auto& run) { return run.memory(); });
  }

 private:
  mutable Shared shared_;
};

}  // namespace

std::unique_ptr<Engine> engine_on(std::unique_ptr<Device> device, const CudaOptions& options) {
  return std::make_unique<DeviceEngine>(std::move(device), options);
}

}  // namespace thalweg::device

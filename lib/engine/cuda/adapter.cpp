// A batch on a device: how it is divided, what is uploaded, and what is read back to the recorder.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/device.hpp"
#include "lib/engine/percentile.hpp"

namespace thalweg::device {

namespace {

constexpr std::uint64_t longest_window = 64;
constexpr std::uint32_t most_lanes = 32;

// Memory of the device, given back at the end.
template <class V>
class Buffer {
 public:
  Buffer() = default;
  Buffer(Device& device, std::size_t count) : device_(&device), size_(count) {
    if (count > 0) data_ = static_cast<V*>(device.allocate(count * sizeof(V)));
  }
  Buffer(Device& device, const std::vector<V>& values) : Buffer(device, values.size()) {
    if (!values.empty()) device.upload(data_, values.data(), values.size() * sizeof(V));
  }
  Buffer(Buffer&& other) noexcept : device_(other.device_), data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() {
    if (data_ != nullptr) device_->release(data_);
  }
  V* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  Device* device_ = nullptr;
  V* data_ = nullptr;
  std::size_t size_ = 0;
};

// A functor on the device, with the arrays that it views: wherever it holds the address of one, the copy holds that of the array's copy.
class Relocated {
 public:
  Relocated(Device& device, const FunctorBytes& functor) {
    std::vector<std::byte> bytes(functor.bytes);
    if (functor.bytes > 0) std::memcpy(bytes.data(), functor.data, functor.bytes);
    for (const View<const double>& array : functor.arrays) {
      if (array.size() == 0) continue;
      arrays_.emplace_back(device, std::vector<double>(array.begin(), array.end()));
      for (std::size_t at = 0; at + sizeof(void*) <= bytes.size(); at += alignof(void*)) {
        const double* held = nullptr;
        std::memcpy(&held, bytes.data() + at, sizeof held);
        if (held != array.data()) continue;
        const double* copy = arrays_.back().data();
        std::memcpy(bytes.data() + at, &copy, sizeof copy);
      }
    }
    functor_ = Buffer<std::byte>(device, bytes);
  }
  const void* data() const { return functor_.data(); }
  static std::size_t bytes(const FunctorBytes& functor) {
    std::size_t sum = functor.bytes;
    for (const View<const double>& array : functor.arrays) sum += array.size() * sizeof(double);
    return sum;
  }

 private:
  std::vector<Buffer<double>> arrays_;
  Buffer<std::byte> functor_;
};

// A row as the device runs it. Null source: no programs at all.
template <class... T, class Programs>
auto program(const ProgramSource<Programs>& source, bool host) {
  using Row = std::remove_cvref_t<decltype(*std::declval<Programs>().template of<T...>())>;
  const auto table = host ? source.host : source.device;
  return table == nullptr ? Row{} : table()->template of<T...>()[source.row];
}

// Whether a row's programs were compiled for where they are to run.
template <class Programs>
bool built_for(const ProgramSource<Programs>& source, const Device& device) {
  return (device.emulated() ? source.host : source.device) != nullptr;
}

std::uint32_t power_of_two_at_least(std::size_t n) {
  std::uint32_t p = 1;
  while (p < n && p < most_lanes) p *= 2;
  return p;
}

template <class T, class M>
class Run {
 public:
  Run(const Batch& batch, Device& device, const CudaOptions& options)
      : batch_(batch), device_(device), rule_(host_rule_programs()->template of<T>()[batch.rule.rule]) {
    THALWEG_EXPECTS(batch.rule.hyper.size() >= rule_.hyper_bytes);
    if (rule_.apply == nullptr)
      throw EnvironmentError("the CUDA engine has no program for methods that ask the oracle more than once a step or need sums over coordinates; use --engine cpu");
    const auto described = program<T, M>(batch.objective.programs, true);
    if (described.gradient == nullptr || batch.objective.sampled || !built_for(batch.objective.programs, device))
      throw EnvironmentError(fmt::format("the CUDA engine has no program for the problem '{}'; use --engine cpu", batch.objective.id));
    const auto& cpu_kernels = batch.noise.kernel.f64;
    const bool noisy = std::any_of(cpu_kernels.begin(), cpu_kernels.end(), [](const auto* kernel) { return kernel != nullptr; });
    if (noisy && (program<T>(batch.noise.programs, true).add == nullptr || !built_for(batch.noise.programs, device)))
      throw EnvironmentError(fmt::format("the CUDA engine has no program for the noise '{}'; use --engine cpu", batch.noise.id));
    separable_ = described.separable;
    Trajectories none;
    none.replicas = batch.replicas;
    ever_ = Recorder(batch, rule_.rated, 0, 0, none).ever();
    if (batch.metrics.contains(Metric::sampled_grad_sq)) ever_.insert(Measure::gradient_before);
    dim_ = batch.objective.dim;
    blocks_ = (dim_ + sum_block - 1) / sum_block;
    wave_ = std::min(batch.replicas, options.replicas_per_wave > 0 ? options.replicas_per_wave : batch.replicas);
    divide();
    columns_ = most_columns();
  }

  // Bytes of the device.
  std::size_t bytes() const {
    const std::size_t values = std::size_t{pieces_} * stride_, scratch = std::size_t{teams_} * stride_;
    std::size_t sum = values * sizeof(T) * (1 + rule_.slots + kept_arrays()) + pieces_ * std::size_t{lanes_} * sizeof(std::uint32_t);
    sum += scratch * (sizeof(T) * scratch_arrays() + sizeof(M) * wide_arrays());
    sum += teams_ * (columns_of_piece() * sizeof(M) * (1 + slot_count_of_sum * most_results) + sizeof(std::uint32_t));
    for (const auto* of_coordinates : per_coordinate()) sum += of_coordinates->stored().size() * sizeof(double);
    sum += Relocated::bytes(batch_.objective.program_functor) + Relocated::bytes(batch_.noise.program_functor);
    return sum + columns_ * blocks_ * std::size_t{across_} * lanes_ * sizeof(M) + longest_window * (sizeof(Order) + rule_.step_bytes);
  }

  Trajectories run() {
    const std::size_t needed = bytes(), there = device_.memory();
    if (needed > there)
      throw EnvironmentError(fmt::format("this run needs {:.1f} GiB of {:.1f} GiB on the device; use --replicas-per-wave (here {} replicas run at once)",
                                         static_cast<double>(needed) / 0x1p30, static_cast<double>(there) / 0x1p30, wave_));
    Trajectories out = prepared(batch_, rule_.rated);
    upload_batch();
    for (std::size_t first = 0; first < batch_.replicas; first += wave_) run_wave(first, out);
    return out;
  }

 private:
  bool keeps_rate() const { return ever_.has(Measure::percentiles) || (batch_.keep_final && rule_.rated); }
  std::size_t kept_arrays() const { return std::size_t{ever_.has(Measure::region_z)} + ever_.has(Measure::path) + keeps_rate(); }
  std::size_t scratch_arrays() const { return (resident_ ? 0U : 1U) + (ever_.has(Measure::rates) ? 1U + !keeps_rate() : 0U); }
  std::size_t wide_arrays() const { return std::size_t{ever_.has(Measure::gradient_after)} + (!separable_ && !std::is_same_v<T, M>); }
  std::size_t columns_of_piece() const { return std::size_t{lanes_} * ((piece_dim_ + sum_block - 1) / sum_block); }
  std::size_t own_bytes() const { return resident_ ? std::size_t{stride_} * sizeof(T) * (2 + rule_.slots) : 0; }

  // Pieces that fit what a team has of its own, 32 replicas wide where there are so many.
  void divide() {
    lanes_ = power_of_two_at_least(wave_);
    const std::size_t value_bytes = sizeof(T) * (2 + rule_.slots), own = device_.own_memory();
    if (separable_) {
      while (lanes_ > 1 && lanes_ * std::min<std::size_t>(dim_, sum_block) * value_bytes > own) lanes_ /= 2;
      const std::size_t fitting = std::max<std::size_t>(1, own / (value_bytes * lanes_ * sum_block));
      piece_dim_ = static_cast<std::uint32_t>(std::min<std::size_t>(dim_, fitting * sum_block));
    } else {
      piece_dim_ = static_cast<std::uint32_t>(dim_);
    }
    stride_ = lanes_ * piece_dim_;
    resident_ = stride_ * value_bytes <= own;
    along_ = static_cast<std::uint32_t>((dim_ + piece_dim_ - 1) / piece_dim_);
    across_ = (wave_ + lanes_ - 1) / lanes_;
    pieces_ = static_cast<std::uint32_t>(along_ * across_);
    THALWEG_EXPECTS(along_ * across_ == pieces_);
    teams_ = static_cast<std::uint32_t>(std::min<std::size_t>(pieces_, device_.teams()));
  }

  bool window_ends(Due due, std::uint64_t length, std::size_t columns) const {
    const std::size_t used = columns * blocks_ * across_ * lanes_ * sizeof(M);
    return length == longest_window || used / length + used > device_.results_memory() || due.has(Measure::percentiles);
  }
  // A window of one step may need all columns there are.
  std::size_t most_columns() const {
    Trajectories none;
    none.replicas = batch_.replicas;
    const Recorder recorder(batch_, rule_.rated, 0, 0, none);
    std::size_t most = 1, used = 0;
    std::uint64_t length = 0;
    for (std::uint64_t t = 1; t <= batch_.eta.size() + 1; ++t) {
      Due now = recorder.due(t);
      if (batch_.metrics.contains(Metric::sampled_grad_sq) && t <= batch_.eta.size()) now.insert(Measure::gradient_before);
      used += columns_of(now);
      most = std::max(most, used);
      if (!window_ends(now, ++length, used)) continue;
      used = 0;
      length = 0;
    }
    return most;
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
    objective_ = std::make_unique<Relocated>(device_, batch_.objective.program_functor);
    noise_ = std::make_unique<Relocated>(device_, batch_.noise.program_functor);
    for (const auto* values : per_coordinate()) per_coordinate_.emplace_back(device_, values->stored());
    std::vector<double> initial(rule_.slots);
    rule_.initial(batch_.rule.hyper.data(), initial.data());
    initial_slots_ = Buffer<double>(device_, initial);

    const std::size_t values = std::size_t{pieces_} * stride_, scratch = std::size_t{teams_} * stride_;
    const auto when = [&](bool wanted, std::size_t count) { return wanted ? Buffer<T>(device_, count) : Buffer<T>(); };
    x_ = Buffer<T>(device_, values);
    slots_ = Buffer<T>(device_, values * rule_.slots);
    previous_x_ = when(ever_.has(Measure::region_z), values);
    previous_rate_ = when(ever_.has(Measure::path), values);
    rate_ = when(keeps_rate(), values);
    departure_ = Buffer<std::uint32_t>(device_, std::size_t{pieces_} * lanes_);
    gradient_ = when(!resident_, scratch);
    numerator_ = when(ever_.has(Measure::rates), scratch);
    rate_scratch_ = when(ever_.has(Measure::rates) && !keeps_rate(), scratch);
    if (ever_.has(Measure::gradient_after)) slope_ = Buffer<M>(device_, scratch);
    if (!separable_ && !std::is_same_v<T, M>) wide_ = Buffer<M>(device_, scratch);
    partial_ = Buffer<M>(device_, teams_ * columns_of_piece() * slot_count_of_sum * most_results);
    out_ = Buffer<M>(device_, teams_ * columns_of_piece());
    left_ = Buffer<std::uint32_t>(device_, teams_);
    results_ = Buffer<M>(device_, columns_ * blocks_ * across_ * lanes_);
    orders_ = Buffer<Order>(device_, longest_window);
    steps_ = Buffer<std::byte>(device_, longest_window * rule_.step_bytes);
  }

  Window<T, M> window_of_wave(std::size_t first) const {
    Window<T, M> w{};
    w.rule = rule_on_device_;
    w.objective = program<T, M>(batch_.objective.programs, device_.emulated());
    w.noise = program<T>(batch_.noise.programs, device_.emulated());
    w.objective_functor = objective_->data();
    w.noise_functor = noise_->data();
    w.key = draw_key(batch_.seed, batch_.instance);
    w.first_replica = batch_.first_replica + first;
    w.dim = dim_;
    w.limit = batch_.divergence_limit;
    const auto on_device = [&](std::size_t which) {
      const PerCoordinate<double>& values = *per_coordinate()[which];
      return values.empty() ? Coefficients() : Coefficients(per_coordinate_[which].data(), values.size(), values.coefficients().alike());
    };
    w.start = on_device(0);
    w.minimiser = on_device(1);
    w.box = {on_device(2), on_device(3)};
    w.region = {on_device(4), on_device(5)};
    w.sample_bound = on_device(6);
    w.initial_slots = initial_slots_.data();
    w.initial_rate = batch_.initial_rate;
    w.momentum = batch_.audit ? batch_.audit->momentum : 0.0;
    w.lanes = lanes_;
    w.piece_dim = piece_dim_;
    w.along = along_;
    w.teams = teams_;
    w.pieces = pieces_;
    w.stride = stride_;
    w.lanes_apart = !separable_;
    w.resident = resident_;
    w.x = x_.data();
    w.slots = slots_.data();
    w.previous_x = previous_x_.data();
    w.previous_rate = previous_rate_.data();
    w.rate = rate_.data();
    w.departure = departure_.data();
    w.gradient = gradient_.data();
    w.numerator = numerator_.data();
    w.rate_scratch = rate_scratch_.data();
    w.slope = slope_.data();
    w.wide = wide_.data();
    w.partial = partial_.data();
    w.out = out_.data();
    w.left = left_.data();
    w.horizon = batch_.eta.size();
    w.orders = orders_.data();
    w.steps = steps_.data();
    w.results = results_.data();
    w.blocks = blocks_;
    w.replicas = across_ * lanes_;
    return w;
  }

  Due due(const Recorder& recorder, std::uint64_t t) const {
    Due now = recorder.due(t);
    if (!recorder.sampled(t).empty()) now.insert(Measure::gradient_before);
    return now;
  }

  void run_wave(std::size_t first, Trajectories& out) {
    const std::size_t lanes = std::min(wave_, batch_.replicas - first);
    Recorder recorder(batch_, rule_.rated, first, lanes, out);
    Readings readings(lanes);
    Window<T, M> window = window_of_wave(first);
    const std::uint64_t horizon = batch_.eta.size();
    std::vector<Order> orders;
    std::vector<std::byte> steps;
    for (std::uint64_t t = 1; t <= horizon + 1;) {
      if (t == horizon + 1 && due(recorder, t).nothing()) break;
      orders.clear();
      std::uint32_t used = 0;
      window.first = t;
      for (;; ++t) {
        Order& order = orders.emplace_back();
        order.due = due(recorder, t);
        order.eta = t <= horizon ? batch_.eta[t - 1] : 0.0;
        const auto open = [&](Quantity quantity) { order.column[static_cast<std::size_t>(quantity)] = used++; };
        for (const Reduced& r : reduced)
          for (std::size_t k = 0; order.due.has(r.measure) && k < results_of(r.reduction); ++k) open(next(r.first, k));
        for (const auto& [measure, quantity] : valued)
          if (order.due.has(measure)) open(quantity);
        if (t >= horizon || window_ends(order.due, orders.size(), used) || used + columns_of(due(recorder, t + 1)) > columns_) break;
      }
      window.count = orders.size();
      steps.assign(orders.size() * rule_.step_bytes, std::byte{});
      for (std::size_t k = 0; k < orders.size(); ++k) rule_.at(batch_.rule.hyper.data(), window.first + k, steps.data() + k * rule_.step_bytes);
      device_.upload(orders_.data(), orders.data(), orders.size() * sizeof(Order));
      device_.upload(steps_.data(), steps.data(), steps.size());
      device_.run(window, own_bytes());
      read_back(window.first, lanes, orders, used, recorder, readings);
      ++t;
    }
    recorder.finish();
    if (batch_.keep_final) keep_final(recorder, lanes);
  }

  // A number of each replica from the results of its blocks.
  void combine(const std::vector<M>& results, std::uint32_t column, Combining how, bool per_block, double* out, std::size_t lanes) const {
    const std::size_t replicas = across_ * lanes_;
    const M* here = results.data() + column * blocks_ * replicas;
    std::vector<M> blocks(blocks_);
    for (std::size_t l = 0; l < lanes; ++l) {
      if (!per_block) {
        out[l] = static_cast<double>(here[l]);
        continue;
      }
      for (std::size_t b = 0; b < blocks_; ++b) blocks[b] = here[b * replicas + l];
      out[l] = combined(blocks.data(), dim_, how);
    }
  }

  void read_back(std::uint64_t first, std::size_t lanes, const std::vector<Order>& orders, std::size_t used, Recorder& recorder, Readings& readings) {
    std::vector<M> results(used * blocks_ * across_ * lanes_);
    if (!results.empty()) device_.download(results.data(), results_.data(), results.size() * sizeof(M));
    std::vector<std::uint32_t> left(departure_.size());
    device_.download(left.data(), departure_.data(), left.size() * sizeof(std::uint32_t));
    // Of the pieces of a replica the first to depart; at the same step the worse way.
    std::map<std::uint64_t, std::vector<std::pair<std::size_t, double>>> departures;
    for (std::size_t l = 0; l < lanes; ++l) {
      std::uint32_t earliest = no_departure;
      for (std::size_t b = 0; b < along_; ++b) {
        const std::uint32_t code = left[((l / lanes_) * along_ + b) * lanes_ + l % lanes_];
        if (code == no_departure) continue;
        if (earliest == no_departure || code / 2 < earliest / 2) earliest = code;
        else if (code / 2 == earliest / 2) earliest = std::max(earliest, code);
      }
      if (earliest != no_departure) departures[first + earliest / 2].push_back({l, 1.0 + earliest % 2});
    }
    for (std::size_t k = 0; k < orders.size(); ++k) {
      const std::uint64_t t = first + k;
      const Order& order = orders[k];
      const auto column = [&](Quantity quantity) { return order.column[static_cast<std::size_t>(quantity)]; };
      for (const Reduced& r : reduced)
        for (std::size_t i = 0; order.due.has(r.measure) && i < results_of(r.reduction); ++i)
          combine(results, column(next(r.first, i)), combining(r.reduction, i), true, readings.of(next(r.first, i)), lanes);
      for (const auto& [measure, quantity] : valued)
        if (order.due.has(measure)) combine(results, column(quantity), Combining::sum, separable_, readings.of(quantity), lanes);
      if (const auto found = departures.find(t); found != departures.end()) {
        double* departure = readings.of(Quantity::departure);
        std::fill_n(departure, lanes, 0.0);
        for (const auto& [lane, how] : found->second) departure[lane] = how;
        recorder.note_departures(t, readings);
      }
      for (const Recorder::SampledStep& sampled : recorder.sampled(t))
        recorder.enter_sampled(sampled.lane, readings.of(Quantity::gradient_before)[sampled.lane]);
      recorder.absorb(t, order.due, readings);
      if (order.due.has(Measure::percentiles)) enter_percentiles(recorder, t, lanes);
    }
  }

  // visit(lane, values of all its coordinates) for an array of the state.
  template <class Visit>
  void each_lane(const Buffer<T>& array, std::size_t lanes, Visit visit) {
    std::vector<T> pieces(std::size_t{along_} * stride_);
    std::vector<double> values(dim_);
    for (std::size_t group = 0; group * lanes_ < lanes; ++group) {
      device_.download(pieces.data(), array.data() + group * pieces.size(), pieces.size() * sizeof(T));
      for (std::size_t l = 0; l < lanes_ && group * lanes_ + l < lanes; ++l) {
        for (std::size_t j = 0; j < dim_; ++j) {
          const std::size_t piece = j / piece_dim_, within = j % piece_dim_, length = std::min<std::size_t>(piece_dim_, dim_ - piece * piece_dim_);
          values[j] = static_cast<double>(pieces[piece * stride_ + (separable_ ? within * lanes_ + l : l * length + within)]);
        }
        visit(group * lanes_ + l, values);
      }
    }
  }
  void enter_percentiles(Recorder& recorder, std::uint64_t t, std::size_t lanes) {
    each_lane(rate_, lanes, [&](std::size_t lane, std::vector<double>& rates) {
      if (dim_ <= exact_percentiles) {
        recorder.enter_percentiles(t, lane, percentiles_of(rates));
      } else {
        PercentileSketch sketch;
        sketch.add(rates);
        recorder.enter_percentiles(t, lane, sketch.percentiles());
      }
    });
  }
  void keep_final(Recorder& recorder, std::size_t lanes) {
    each_lane(x_, lanes, [&](std::size_t lane, const std::vector<double>& x) {
      for (std::size_t j = 0; j < dim_; ++j) recorder.keep_x(lane, j, x[j]);
    });
    if (!rule_.rated) return;
    each_lane(rate_, lanes, [&](std::size_t lane, const std::vector<double>& rate) {
      for (std::size_t j = 0; j < dim_; ++j) recorder.keep_rate(lane, j, rate[j]);
    });
  }

  const Batch& batch_;
  Device& device_;
  const RuleProgram<T> rule_;  // the host's, with what the host calls
  RuleProgram<T> rule_on_device_{};
  Due ever_;
  bool separable_ = true, resident_ = false;
  std::size_t dim_ = 0, blocks_ = 0, wave_ = 0, across_ = 0, columns_ = 0;  // columns_: of results that there is room for
  std::uint32_t lanes_ = 1, piece_dim_ = 0, along_ = 1, pieces_ = 0, stride_ = 0, teams_ = 0;
  std::unique_ptr<Relocated> objective_, noise_;
  std::vector<Buffer<double>> per_coordinate_;  // as per_coordinate() lists them
  Buffer<double> initial_slots_;
  Buffer<T> x_, slots_, previous_x_, previous_rate_, rate_, gradient_, numerator_, rate_scratch_;
  Buffer<M> slope_, wide_, partial_, out_, results_;
  Buffer<std::uint32_t> departure_, left_;
  Buffer<Order> orders_;
  Buffer<std::byte> steps_;
};

class DeviceEngine final : public Engine {
  // visit(run) with the types of the batch's precision.
  template <class Visit>
  auto with_run(const Batch& batch, Visit visit) const {
    if (const Availability now = availability(); !now.available) throw EnvironmentError(now.reason);
    check(batch);
    switch (batch.precision) {
      case Precision::f32: return visit(Run<float, float>(batch, *device_, options_));
      case Precision::mixed: return visit(Run<float, double>(batch, *device_, options_));
      default: return visit(Run<double, double>(batch, *device_, options_));
    }
  }

 public:
  DeviceEngine(std::unique_ptr<Device> device, const CudaOptions& options) : device_(std::move(device)), options_(options) {}
  Availability availability() const override { return device_->availability(); }
  Trajectories run(const Batch& batch) const override {
    return with_run(batch, [](auto run) { return run.run(); });
  }
  std::size_t memory(const Batch& batch) const override {
    return with_run(batch, [](const auto& run) { return run.bytes(); });
  }

 private:
  std::unique_ptr<Device> device_;
  CudaOptions options_;
};

}  // namespace

std::unique_ptr<Engine> engine_on(std::unique_ptr<Device> device, const CudaOptions& options) {
  return std::make_unique<DeviceEngine>(std::move(device), options);
}

}  // namespace thalweg::device

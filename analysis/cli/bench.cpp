// thalweg bench: what this machine does with a batch, and how far that is from its roofs.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <thread>

#include "analysis/cli/session.hpp"
#include "analysis/study/version.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"
#include "lib/engine/cpu/cache.hpp"
#include "lib/engine/cpu/kernels.hpp"
#include "lib/engine/roofline.hpp"
#include "lib/engine/window.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg::cli {

namespace {

using Json = nlohmann::ordered_json;

// Processor time of this process, all threads: what a run takes when nothing else is on the machine.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
double seconds_since(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

// ---- what is measured

std::string line_of(const char* file, const std::string& begins) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(begins))
      if (const std::size_t at = line.find_first_not_of(" \t:", begins.size()); at != std::string::npos) return line.substr(at);
  return "";
}

void expect_memory(double needed, double there, const std::string& whose, const std::string& field, const std::string& given) {
  if (needed <= there) return;
  throw SpecError({{}, field, given, fmt::format("needs at least {:.4g} GiB of memory{}, and {:.1f} GiB are free; fewer coordinates (--dim) or replicas (--replicas) need less",
                                                 needed / 0x1p30, whose, there / 0x1p30)});
}
void expect_memory(const Memory& needed, std::size_t replicas) {
  expect_memory(static_cast<double>(needed.host), available_memory(), "", "--replicas", std::to_string(replicas));
  expect_memory(static_cast<double>(needed.device), static_cast<double>(needed.device_free), " on the device", "--replicas", std::to_string(replicas));
}

Layout layout_of(const std::string& name) { return static_cast<Layout>(std::find(layout_names.begin(), layout_names.end(), name) - layout_names.begin()); }

std::vector<std::uint64_t> log_spaced(std::uint64_t steps, std::size_t records) {
  std::vector<std::uint64_t> found;
  for (std::size_t k = 0; k < records; ++k) {
    const double part = records > 1 ? static_cast<double>(k) / static_cast<double>(records - 1) : 1.0;
    found.push_back(std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::lround(std::pow(static_cast<double>(steps), part))), 1, steps));
  }
  // As many distinct ones as there can be: the gaps among the first steps are filled.
  std::set<std::uint64_t> distinct(found.begin(), found.end());
  for (std::uint64_t t = 1; distinct.size() < std::min<std::uint64_t>(records, steps); ++t) distinct.insert(t);
  return {distinct.begin(), distinct.end()};
}

// records: as asked for, else 64, or one in 31 steps where a run is so short that recording would be most of it.
void set_steps(Batch& batch, std::uint64_t steps, const std::optional<std::size_t>& records) {
  const double eta = batch.eta.front();
  batch.eta.assign(steps, eta);
  batch.record_steps = log_spaced(steps, records.value_or(std::clamp<std::size_t>(steps / 31, 1, 64)));
}

struct Work {
  Setting setting;
  Batch batch;
  double coordinates() const { return static_cast<double>(batch.objective.dim) * static_cast<double>(batch.replicas); }
  double coordinate_steps() const { return coordinates() * static_cast<double>(batch.eta.size()); }
};

bool has_dimension(const std::string& problem) {
  for (const Family& family : problem_families())
    if (family.entry.id == problem)
      return std::any_of(family.parameters.begin(), family.parameters.end(), [](const Parameter& p) { return p.name == "dim"; });
  return false;
}

Work work_of(const BenchOptions& options) {
  const Precision precision = precision_of(options).value_or(Precision::f64);
  const std::size_t value = precision == Precision::f64 ? sizeof(double) : sizeof(float);
  // The state of one replica alone, before anything of that size is made.
  if (options.dim) expect_memory(static_cast<double>(*options.dim) * 4.0 * static_cast<double>(value), available_memory(), "", "--dim", std::to_string(*options.dim));
  Work work;
  Setting& setting = work.setting;
  Parameters parameters;
  if (options.dim) parameters["dim"] = {static_cast<double>(*options.dim)};
  else if (has_dimension(options.problem)) parameters["dim"] = {100.0};
  setting.problem = make_problem(options.problem, parameters);
  setting.noise = make_noise(options.noise, setting.problem.dim());
  setting.definition = define(options.method);
  setting.start = setting.problem.start;
  setting.eta_text = properties(setting.definition).adaptive ? "1e-3" : "0.5 / L";
  setting.eta = step_sizes(setting.eta_text, 1, Quantities(setting), {"eta", 0, 0});
  work.batch = batch_of(setting, options.replicas.value_or(setting.problem.dim() <= 10000 ? 256 : 1), options.seed.value_or(1));
  work.batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  work.batch.precision = precision;
  work.batch.layout = layout_of(options.layout);
  return work;
}

// ---- measuring

// A line that rewrites itself on a terminal, nothing elsewhere.
void show(const std::string& what) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r\033[K{}", what);
  std::fflush(stderr);
}

double timed(const Engine& engine, const Batch& batch) {
  const auto start = std::chrono::steady_clock::now();
  engine.run(batch);
  return seconds_since(start);
}

// Where the number of steps is not asked for: 2000, or as many as take about a second.
std::uint64_t chosen_steps(const Engine& engine, Batch batch) {
  constexpr std::uint64_t most = 2000;
  for (std::uint64_t steps = 1;; steps = std::min(most, steps * 8)) {
    set_steps(batch, steps, 1);
    double seconds = timed(engine, batch);
    for (int again = 0; again < 3 && seconds > 0.05; ++again) seconds = std::min(seconds, timed(engine, batch));  // one slow run may be the machine's
    if (steps == most) return most;
    if (seconds > 0.05) return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(1.0 / seconds * static_cast<double>(steps)), 1, most);
  }
}

struct Timing {
  double median = 0.0, least = 0.0, processor = 0.0;  // processor: median too
  std::size_t runs = 0;
};

// At least five runs after one that warms up, and as many as fit `seconds`.
Timing timing(const Engine& engine, const Batch& batch, double seconds) {
  const auto start = std::chrono::steady_clock::now();
  timed(engine, batch);
  std::vector<double> all, processor;
  while (all.size() < 5 || (seconds_since(start) < seconds && all.size() < 101)) {
    const double before = processor_seconds();
    all.push_back(timed(engine, batch));
    processor.push_back(processor_seconds() - before);
  }
  std::sort(all.begin(), all.end());
  std::sort(processor.begin(), processor.end());
  return {all[all.size() / 2], all.front(), processor[processor.size() / 2], all.size()};
}

struct MetricCost {
  std::string name;
  double percent;
};

// Each metric alone against none, in processor time, least of interleaved runs.
std::vector<MetricCost> metric_costs(const Engine& engine, const Work& work, std::size_t rounds) {
  struct Case {
    std::string name;
    Batch batch;
    double least = std::numeric_limits<double>::infinity();
  };
  Batch bare = work.batch;
  bare.metrics = {};
  std::vector<Case> cases{{"none", bare}};
  const bool rated = properties(work.setting.definition).adaptive;
  for (std::size_t k = 0; k < metric_count; ++k) {
    const auto metric = static_cast<Metric>(k);
    if (needs_minimiser(metric) && !work.setting.problem.facts.minimiser) continue;
    Batch batch = bare;
    batch.metrics.insert(metric);
    if (needs_minimiser(metric)) batch.minimiser = *work.setting.problem.facts.minimiser;
    batch.weights.assign(batch.eta.size(), 1.0);
    batch.initial_rate = 1.0;
    cases.push_back({std::string(to_string(metric)), batch});
  }
  if (rated) {
    Batch batch = bare;
    batch.percentile_steps = batch.record_steps;
    cases.push_back({"percentiles", batch});
  }
  Batch audited = bare;
  audited.audit = Audit{cube(bare.objective.dim, 1e6), PerCoordinate<double>(bare.objective.dim, 1e6), 0.0};
  cases.push_back({"audit", audited});
  for (std::size_t round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < cases.size(); ++i) {
      show(fmt::format("metrics: {} of {}", round * cases.size() + i + 1, rounds * cases.size()));
      const double before = processor_seconds();
      engine.run(cases[i].batch);
      cases[i].least = std::min(cases[i].least, processor_seconds() - before);
    }
  std::vector<MetricCost> costs;
  for (std::size_t i = 1; i < cases.size(); ++i) costs.push_back({cases[i].name, 100.0 * (cases[i].least / cases[0].least - 1.0)});
  return costs;
}

// ---- the roof

struct Roof {
  Roofline measured;
  RuleOperations rule;
  std::size_t working_set = 0;               // of a thread; 0: the memory of a device
  double divider_ns = 0.0, memory_ns = 0.0;  // of one coordinate-step; memory: were every step a pass over what is measured
  double passes = 1.0;                       // over memory, a step: a device holds what it works on for a window of steps
  double floor_ns() const { return std::max(divider_ns, passes * memory_ns); }
  std::string_view limit() const { return divider_ns >= passes * memory_ns ? "square roots and divisions" : "memory"; }
};

// What a thread goes over at every step. The engine keeps groups of replicas, and pieces of a sum over coordinates, within a near cache; a coupled
// function of many coordinates is gone over whole, and so is a large replica under a method that takes sums over its coordinates.
std::size_t working_set(const Batch& batch, const RuleOperations& rule, Isa isa) {
  using namespace cpu::cache;
  const bool wide = batch.precision == Precision::f64;
  const std::size_t replica = batch.objective.dim * rule.values_read * (wide ? sizeof(double) : sizeof(float));
  const std::size_t group = replica * (wide ? lanes_of<double>(isa) : lanes_of<float>(isa));
  const bool sum = batch.objective.kernel.of<double>(isa)->slopes != nullptr;
  if (cpu::rule_kernel<double>(isa, batch.rule).given > 0 && group > group_bytes) return replica;
  if (sum) return std::min(std::clamp(group, tile_bytes, piece_bytes), std::max(replica * batch.replicas, std::size_t{4096}));
  return batch.replicas == 1 ? replica : std::max(group, tile_bytes);
}

Roof roof_of(const BenchOptions& options, const Batch& batch) {
  CpuOptions cpu{best_isa(), options.threads};
  for (std::size_t i = 0; i < isa_names.size(); ++i)
    if (options.isa == isa_names[i]) cpu.isa = static_cast<Isa>(i);
  Roof roof;
  roof.rule = operations(batch.rule);
  const double seconds = std::clamp(options.seconds / 4.0, 0.1, 1.0);
  if (options.engine == "cuda") {
    roof.measured = measure_device_roofline(batch.precision, seconds);
    roof.rule.values_read -= 1;  // the gradient is made where it is used
    roof.passes = 1.0 / static_cast<double>(std::min<std::uint64_t>(longest_window, batch.eta.size()));
  } else {
    roof.working_set = working_set(batch, roof.rule, *cpu.isa);
    roof.measured = measure_roofline(cpu, batch.precision, roof.working_set, seconds);
  }
  const double value = batch.precision == Precision::f64 ? sizeof(double) : sizeof(float);
  roof.divider_ns = 1e9 * (static_cast<double>(roof.rule.square_roots) / roof.measured.square_roots + static_cast<double>(roof.rule.divisions) / roof.measured.divisions);
  roof.memory_ns = 1e9 * static_cast<double>(roof.rule.values_read + roof.rule.values_written) * value / roof.measured.stream_bytes;
  return roof;
}

// ---- saying it

struct Report {
  Timing timing;
  double ns = 0.0, processor_ns = 0.0;  // of a coordinate-step
  std::array<std::pair<std::string_view, double>, 4> shares;
  Memory memory;
  std::size_t unfinished = 0;
  Roof roof;
  std::vector<MetricCost> metrics;
  double fraction() const { return roof.floor_ns() / ns; }
};

std::array<std::pair<std::string_view, double>, 4> shares_of(const Profile& profile) {
  const double total = profile.draws + profile.gradient + profile.update + profile.record;
  const auto part = [&](double seconds) { return total > 0.0 ? seconds / total : 0.0; };
  return {{{"draws", part(profile.draws)}, {"gradient", part(profile.gradient)}, {"update", part(profile.update)}, {"record", part(profile.record)}}};
}

Json machine() {
  utsname system{};
  uname(&system);
  std::string processor = line_of("/proc/cpuinfo", "model name");
  if (processor.empty()) processor = system.machine;
  return {{"processor", processor}, {"hardware_threads", std::thread::hardware_concurrency()}, {"system", fmt::format("{} {}", system.sysname, system.release)}};
}

Json to_json(const BenchOptions& options, const Work& work, const Report& report, std::size_t threads, std::string_view isa) {
  const Batch& batch = work.batch;
  Json root{{"schema", "thalweg.bench/1"}, {"code", code_version()}, {"machine", machine()}, {"engine", options.engine}, {"isa", isa}, {"threads", threads},
            {"precision", to_string(batch.precision)}, {"layout", options.layout}, {"problem", work.setting.problem.text}, {"noise", work.setting.noise.text},
            {"definition", text(work.setting.definition)}, {"dim", batch.objective.dim}, {"replicas", batch.replicas}, {"steps", batch.eta.size()},
            {"records", batch.record_steps.size()}, {"runs", report.timing.runs}, {"seconds", report.timing.median}, {"least_seconds", report.timing.least},
            {"ns_per_coordinate_step", report.ns},
            {"processor_ns_per_coordinate_step", report.processor_ns}, {"unfinished", report.unfinished}, {"memory_bytes", report.memory.host}};
  if (report.memory.device > 0) root["device_memory_bytes"] = report.memory.device;
  for (const auto& [name, share] : report.shares) root["shares"][std::string(name)] = share;
  {
    const Roof& roof = report.roof;
    root["roofline"] = {{"working_set_bytes", roof.working_set}, {"passes_a_step", roof.passes}, {"copy_bytes_per_second", roof.measured.copy_bytes}, {"stream_bytes_per_second", roof.measured.stream_bytes},
                        {"square_roots_per_second", roof.measured.square_roots}, {"divisions_per_second", roof.measured.divisions},
                        {"per_coordinate", {{"square_roots", roof.rule.square_roots}, {"divisions", roof.rule.divisions}, {"values_read", roof.rule.values_read}, {"values_written", roof.rule.values_written}}},
                        {"divider_ns", roof.divider_ns}, {"memory_ns", roof.memory_ns}, {"floor_ns", roof.floor_ns()}, {"limit", roof.limit()}};
    root["fraction"] = report.fraction();
  }
  if (options.metrics) {
    root["metrics"] = Json::array();
    for (const MetricCost& cost : report.metrics) root["metrics"].push_back({{"metric", cost.name}, {"percent", cost.percent}});
  }
  return root;
}

void print(const BenchOptions& options, const Work& work, const Report& report, std::size_t threads, std::string_view isa) {
  const Batch& batch = work.batch;
  fmt::print("{}\nnoise {}\n{}\n", work.setting.problem.text, work.setting.noise.text, text(work.setting.definition));
  fmt::print("{} coordinates x {} replicas x {} steps, {} recorded, {}; {} engine, {}{} {}\n\n", batch.objective.dim, batch.replicas, batch.eta.size(), batch.record_steps.size(),
             to_string(batch.precision), options.engine, isa.empty() ? "" : fmt::format("x86-64-{}, ", isa), threads, threads == 1 ? "thread" : "threads");
  fmt::print("{:<22}{:>10.4g} ns    {:.3g} s a run, median of {}; least {:.3g} s\n", "a coordinate-step", report.ns, report.timing.median, report.timing.runs, report.timing.least);
  fmt::print("  {:<20}{:>10.4g} ns    of processors, all threads together\n", "processor time", report.processor_ns);
  for (const auto& [name, share] : report.shares) fmt::print("  {:<20}{:>10.4g} ns  {:>5.1f} %\n", name, share * report.ns, 100.0 * share);
  {
    const Roof& roof = report.roof;
    fmt::print("{:<22}{:>10.4g} ns    set by {}; {:.0f} % of it reached\n", "floor", roof.floor_ns(), roof.limit(), 100.0 * report.fraction());
    fmt::print("  {:<20}{:>10.4g} ns    {} and {} a coordinate, at {:.3g} ns and {:.3g} ns\n", "roots, divisions", roof.divider_ns, roof.rule.square_roots, roof.rule.divisions,
               1e9 / roof.measured.square_roots, 1e9 / roof.measured.divisions);
    fmt::print("  {:<20}{:>10.4g} ns    {} streams at {:.1f} GB/s; a copy {:.1f} GB/s ({})\n", "memory", roof.memory_ns,
               roof.rule.values_read + roof.rule.values_written, roof.measured.stream_bytes / 1e9, roof.measured.copy_bytes / 1e9,
               roof.working_set > 0 ? fmt::format("working set {:.0f} KiB a thread", static_cast<double>(roof.working_set) / 1024.0)
                                    : fmt::format("a step that passes over the device's memory; {:.0f} % of that here", 100.0 * roof.memory_ns / report.ns));
  }
  fmt::print("{:<22}{:>10.4g} MiB\n", "memory of the run", static_cast<double>(report.memory.host) / 0x1p20);
  if (report.memory.device > 0) fmt::print("{:<22}{:>10.4g} MiB\n", "on the device", static_cast<double>(report.memory.device) / 0x1p20);
  if (report.unfinished > 0) fmt::print("\n{} of {} replicas left the region of finite numbers: this is not the time of a full run\n", report.unfinished, batch.replicas);
  if (options.metrics) {
    fmt::print("\ncost of recording each alone, in per cent of a run that records nothing\n");
    for (const MetricCost& cost : report.metrics) fmt::print("  {:<20}{:>8.1f} %\n", cost.name, cost.percent);
  }
}

}  // namespace

int bench(const BenchOptions& options) {
  Work work = work_of(options);
  const std::unique_ptr<Engine> engine = make_engine(options);
  Batch& batch = work.batch;
  set_steps(batch, options.steps.value_or(1), options.records);
  Report report;
  report.memory = engine->memory(batch);
  expect_memory(report.memory, batch.replicas);
  show("timing");
  if (!options.steps) set_steps(batch, chosen_steps(*engine, batch), options.records);
  report.memory = engine->memory(batch);
  expect_memory(report.memory, batch.replicas);
  report.timing = timing(*engine, batch, options.seconds);
  report.ns = 1e9 * report.timing.median / work.coordinate_steps();
  report.processor_ns = 1e9 * report.timing.processor / work.coordinate_steps();
  show("profile");
  Batch profiled = batch;
  profiled.profile = true;
  const Trajectories out = engine->run(profiled);
  report.shares = shares_of(out.profile);
  report.unfinished = static_cast<std::size_t>(std::count_if(out.outcomes.begin(), out.outcomes.end(), [](const Outcome& o) { return o.ending != Ending::finished; }));
  const bool on_processor = options.engine == "cpu";
  show("roofs");
  report.roof = roof_of(options, batch);
  if (options.metrics) report.metrics = metric_costs(*engine, work, 3);
  show("");
  const std::size_t threads = on_processor ? (options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency())) : 1;
  const std::string_view isa = !on_processor ? "" : options.isa.empty() ? to_string(best_isa()) : std::string_view(options.isa);
  if (options.json) fmt::print("{}\n", to_json(options, work, report, threads, isa).dump(2));
  else print(options, work, report, threads, isa);
  return 0;
}

}  // namespace thalweg::cli

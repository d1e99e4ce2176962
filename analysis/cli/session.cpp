#include "analysis/cli/session.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

#include "analysis/study/estimate.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

std::unique_ptr<Engine> make_engine(const Common& options) {
  std::unique_ptr<Engine> engine;
  if (options.engine == "cuda") {
    unlimit_memory();
    engine = cuda_engine({.replicas_per_wave = options.replicas_per_wave, .threads = options.threads});
  } else {
    CpuOptions cpu;
    cpu.threads = options.threads;
    for (std::size_t i = 0; i < isa_names.size(); ++i)
      if (options.isa == isa_names[i]) cpu.isa = static_cast<Isa>(i);
    engine = cpu_engine(cpu);
  }
  if (const Availability now = engine->availability(); !now.available) throw EnvironmentError(now.reason);
  return engine;
}

std::vector<std::pair<std::string, std::string>> pairs(const std::vector<std::string>& set, const std::string& option) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const std::string& text : set) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw SpecError({{}, option, text, "must be name=value, such as eta=0.01"});
    all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

std::optional<Precision> precision_of(const Common& options) {
  const auto found = std::find(precision_names.begin(), precision_names.end(), options.precision);
  return found == precision_names.end() ? std::nullopt : std::optional(static_cast<Precision>(found - precision_names.begin()));
}

double available_memory() {
  std::ifstream in("/proc/meminfo");
  for (std::string name, unit; in >> name;) {
    double kilobytes = 0.0;
    if (!(in >> kilobytes)) break;
    if (name == "MemAvailable:") return 1024.0 * kilobytes;
    std::getline(in, unit);
  }
  return static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void limit_memory() {
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
  std::ifstream in("/proc/self/status");
  double held = 0.0;
  for (std::string name, rest; in >> name; std::getline(in, rest))
    if (name == "VmData:" && in >> held) break;
  const double most = 1024.0 * held + available_memory();
  if (held > 0.0 && most < static_cast<double>(limit.rlim_cur)) {
    limit.rlim_cur = static_cast<rlim_t>(most);
    setrlimit(RLIMIT_DATA, &limit);
  }
}

void unlimit_memory() {
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_DATA, &limit);
}

void expect_memory(const std::vector<Cell>& cells, const Engine& engine, std::size_t threads) {
  if (const Memory one = largest_memory(cells, engine); one.device > one.device_free)
    throw EnvironmentError(fmt::format("a cell of the study needs {} of the device's memory and {} are free; fewer replicas at once (--replicas-per-wave), --precision float or a smaller dimension need less",
                                       bytes_text(static_cast<double>(one.device)), bytes_text(static_cast<double>(one.device_free))));
  const std::size_t in_flight = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  if (const double needed = memory_needed(cells, engine, in_flight), there = available_memory(); needed > there)
    throw EnvironmentError(fmt::format("the study needs {} of memory and {} are free; fewer replicas (--replicas), fewer threads (--threads), --precision float or a smaller dimension need less",
                                       bytes_text(needed), bytes_text(there)));
}

std::string bytes_text(double bytes) {
  if (bytes < 0x1p30) return fmt::format("{:.1f} MiB", bytes / 0x1p20);
  return fmt::format("{:.2f} GiB", bytes / 0x1p30);
}

namespace {

double finite_number(const std::string& field, const std::string& text) {
  double number = 0.0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) throw SpecError({{}, field, text, "must be a finite number"});
  return number;
}

}  // namespace

Changes changes(const Common& options) {
  Changes out;
  out.precision = precision_of(options);
  out.quick = options.quick;
  out.seed = options.seed;
  if (options.replicas) out.replicas = *options.replicas;
  for (const auto& [name, value] : pairs(options.set, "--set")) {
    const std::string canonical(canonical_name(name));
    if (canonical == "eta") {
      out.eta = value;
      continue;
    }
    const auto known = hyper_parameter_names();
    if (std::find(known.begin(), known.end(), canonical) == known.end()) throw SpecError({{}, "--set " + name, value, unknown_clause("hyper-parameter", name, known)});
    out.set[canonical] = finite_number("--set " + name, value);
  }
  return out;
}

GivenMethod given_method(const std::string& method, const std::vector<std::string>& set, const std::string& schedule) {
  GivenMethod given{{}, schedule, "--schedule"};
  Overrides overrides;
  for (const auto& [name, value] : pairs(set, "--set")) {
    if (canonical_name(name) != "eta") {
      overrides.emplace_back(name, value);
      continue;
    }
    if (!given.eta.empty()) throw SpecError({{}, "--set " + name, value, "the step size is given twice; leave out one of --schedule and --set eta"});
    given.eta = value;
    given.eta_option = "--set " + name;
  }
  given.definition = define(method, overrides);
  return given;
}

std::vector<double> coordinates(const std::string& text, std::size_t dim, const std::string& option, const std::string& each) {
  std::vector<double> all;
  for (std::size_t from = 0;;) {
    const auto comma = text.find(',', from);
    const std::string item = text.substr(from, comma - from);
    double value = 0.0;
    const auto [end, failure] = std::from_chars(item.data(), item.data() + item.size(), value);
    if (item.empty() || failure != std::errc() || end != item.data() + item.size() || !std::isfinite(value))
      throw SpecError({{}, option, text, "'" + item + "' is no finite number; write a,b,..."});
    all.push_back(value);
    if (comma == std::string::npos) break;
    from = comma + 1;
  }
  if (all.size() == 1) return std::vector<double>(dim, all.front());
  if (all.size() != dim) throw SpecError({{}, option, text, fmt::format("must be one number, or {}: {}", dim, each)});
  return all;
}

Parameters parameters(const std::vector<std::string>& set, const std::string& option) {
  Parameters out;
  for (const auto& [name, text] : pairs(set, option)) {
    std::vector<double>& values = out[name];
    for (std::size_t from = 0, comma = 0; comma != std::string::npos; from = comma + 1) {
      comma = text.find(',', from);
      values.push_back(finite_number(option + " " + name, text.substr(from, comma == std::string::npos ? comma : comma - from)));
    }
  }
  return out;
}

Problem given_problem(const std::string& id, const std::vector<std::string>& set, const Parameters& more) {
  Texts texts;
  std::vector<std::string> numbers;
  for (const std::string& item : set) {
    const auto [name, text] = pairs({item}, "--problem-set").front();
    if (takes_text(id, name)) texts[name] = text;
    else numbers.push_back(item);
  }
  Parameters values = parameters(numbers, "--problem-set");
  values.insert(more.begin(), more.end());
  return make_problem(id, values, texts);
}

Problem problem_of(const std::string& id, const std::string& objective, const std::vector<std::string>& set, const Parameters& more) {
  if (id.empty() && objective.empty()) throw SpecError({{}, "--problem", "", "is required: the id of a problem, or --objective with a formula"});
  if (!id.empty() && !objective.empty()) throw SpecError({{}, "--objective", objective, "stands for a problem of your own; leave out --problem"});
  if (objective.empty()) return given_problem(id, set, more);
  Parameters values = parameters(set, "--problem-set");
  values.insert(more.begin(), more.end());
  return make_formula(objective, values, {"--objective", 0, 0});
}

std::filesystem::path store_folder(const Common& options, const Study& study) {
  if (options.out && options.out->empty()) throw SpecError({{}, "--out", "", "must name a folder"});
  return options.out ? std::filesystem::path(*options.out) : std::filesystem::path("thalweg-results") / study.id;
}

Progress terminal_progress(const std::string& what) {
  if (isatty(STDERR_FILENO) == 0) return {};
  const auto start = std::chrono::steady_clock::now();
  return [what, start](std::size_t done, std::size_t total) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double left = done > 0 ? seconds / static_cast<double>(done) * static_cast<double>(total - done) : 0.0;
    fmt::print(stderr, "\r{}: {} of {} cells, {:.0f} s left   {}", what, done, total, left, done == total ? "\r\033[K" : "");
    std::fflush(stderr);
  };
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 40) return size.ws_col;
  return 200;
}

}  // namespace thalweg::cli

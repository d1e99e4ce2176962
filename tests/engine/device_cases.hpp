// Batches on which a device must give the bits of the CPU engine: the emulation runs them, and hardware where there is some.
#pragma once

#include <string>
#include <vector>

#include "lib/optimizers/definition.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {

struct DeviceCase {
  std::string name;
  Batch batch;
};

inline void append(std::vector<DeviceCase>& all, const MixedCase& mixed, std::size_t replicas, std::size_t steps, Precision precision) {
  Batch batch = mixed_batch(mixed, replicas, steps);
  batch.precision = precision;
  all.push_back({mixed.problem + ", " + mixed.noise + ", " + mixed.method + ", " + std::to_string(batch.objective.dim) + " coordinates, " + std::to_string(replicas) +
                     " replicas, " + std::string(to_string(precision)),
                 std::move(batch)});
}

inline std::vector<DeviceCase> mixed_run_cases() {
  std::vector<DeviceCase> all;
  for (const MixedCase& mixed : mixed_cases())
    for (Precision precision : every_precision) append(all, mixed, 37, 40, precision);
  return all;
}

// Every method of the catalogue, with every preset and every rule.
inline std::vector<DeviceCase> every_rule_cases() {
  std::vector<DeviceCase> all;
  std::vector<std::string> names{"amsgrad(eps_placement=inside)"};
  for (const MethodEntry& entry : methods())
    for (const Preset& preset : entry.presets)
      if (entry.calls == 1 && entry.sums == 0 && !entry.mapped) names.push_back(std::string(entry.id) + "@" + std::string(preset.id));
  for (const std::string& name : names)
    for (Precision precision : every_precision) append(all, {"pl-sine", {{"dim", {19}}, {"start", {1.5}}}, "gaussian", name, 0.02, true}, 5, 30, precision);
  return all;
}

// Every problem that devices have a program for; every noise that devices draw, on a sum over coordinates and on a coupled function.
inline std::vector<DeviceCase> every_problem_cases() {
  std::vector<DeviceCase> all;
  for (const Family& problem : problem_families()) {
    const ProgramSource<ObjectivePrograms> programs = make_problem(std::string(problem.entry.id), {}).objective.programs;
    if (programs.host()->f64[programs.row].gradient == nullptr) continue;
    for (Precision precision : every_precision) append(all, {std::string(problem.entry.id), {}, "gaussian", "adam", 0.02, true}, 5, 30, precision);
  }
  for (const Family& noise : noise_families()) {
    const NoiseInstance drawn = make_noise(noise.entry.id, 2).instance;
    if (drawn.delay > 0 || (noise.entry.id != "none" && drawn.programs.host()->f64[drawn.programs.row].add == nullptr)) continue;
    for (const char* problem : {"pl-sine", "huber-chain"})
      for (Precision precision : every_precision) append(all, {problem, {}, std::string(noise.entry.id), "adam", 0.02, true}, 5, 30, precision);
  }
  return all;
}

// About the sizes of lanes, pieces, blocks of sums and teams.
inline std::vector<DeviceCase> odd_size_cases() {
  std::vector<DeviceCase> all;
  for (double dim : {1.0, 2.0, 15.0, 17.0, 33.0, 1023.0, 1024.0, 1025.0, 2049.0, 5000.0})
    for (std::size_t replicas : {1, 2, 31, 33})
      if (dim <= 100 || replicas <= 2)
        append(all, {"pl-sine", {{"dim", {dim}}, {"start", {1.5}}}, "two-point", "amsgrad", 0.02, true}, replicas, 12, replicas == 2 ? Precision::mixed : Precision::f64);
  return all;
}

}  // namespace thalweg

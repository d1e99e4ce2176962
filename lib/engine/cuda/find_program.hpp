// The programs that a batch runs on a device, and what there is none for.
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/device.hpp"

namespace thalweg::device {

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

// EnvironmentError with a sentence where one of rule, objective and noise has no program.
template <class T, class M>
void expect_programs(const Batch& batch, const Device& device) {
  if (host_rule_programs()->template of<T>()[batch.rule.rule].apply == nullptr)
    throw EnvironmentError("the CUDA engine has no program for methods that ask the oracle more than once a step or need sums over coordinates, a map of the whole vector or f itself; use --engine cpu");
  if (program<T, M>(batch.objective.programs, true).gradient == nullptr || batch.objective.sampled || !built_for(batch.objective.programs, device))
    throw EnvironmentError("the CUDA engine has no program for the problem '" + batch.objective.id + "'; use --engine cpu");
  if (batch.noise.delay > 0) throw EnvironmentError("the CUDA engine keeps no past points, which the noise '" + batch.noise.id + "' answers about; use --engine cpu");
  const auto& cpu_kernels = batch.noise.kernel.f64;
  const bool noisy = std::any_of(cpu_kernels.begin(), cpu_kernels.end(), [](const auto* kernel) { return kernel != nullptr; });
  if (noisy && (program<T>(batch.noise.programs, true).add == nullptr || !built_for(batch.noise.programs, device)))
    throw EnvironmentError("the CUDA engine has no program for the noise '" + batch.noise.id + "'; use --engine cpu");
}

}  // namespace thalweg::device

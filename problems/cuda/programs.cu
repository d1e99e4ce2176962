// The programs of objectives and noises, compiled for the device. An objective that needs kernels of its own has none.
#include "lib/engine/cuda/call.cuh"
#include "lib/engine/cuda/make_program.hpp"
#include "problems/catalogue.hpp"
#include "problems/tables.hpp"

namespace thalweg {

namespace {

using namespace device;

template <class T, class M>
struct MakeObjective {
  template <class F>
  static constexpr ObjectiveProgram<T, M> record() {
    return ObjectiveProgramOf<F, T, M>::record();
  }
};
template <class T>
struct MakeNoise {
  template <class N>
  static constexpr NoiseProgram<T> record() {
    return NoiseProgramOf<N, T>::record();
  }
};
__device__ const auto objectives_f64 = table_of<ObjectiveProgram<double, double>, MakeObjective<double, double>>(Objectives{});
__device__ const auto objectives_f32 = table_of<ObjectiveProgram<float, float>, MakeObjective<float, float>>(Objectives{});
__device__ const auto objectives_mixed = table_of<ObjectiveProgram<float, double>, MakeObjective<float, double>>(Objectives{});
__device__ const auto noises_f64 = table_of<NoiseProgram<double>, MakeNoise<double>>(Noises{});
__device__ const auto noises_f32 = table_of<NoiseProgram<float>, MakeNoise<float>>(Noises{});

const ObjectivePrograms* found_objectives() {
  static const auto f64 = downloaded(objectives_f64);
  static const auto f32 = downloaded(objectives_f32);
  static const auto mixed = downloaded(objectives_mixed);
  static const ObjectivePrograms programs{f64.rows, f32.rows, mixed.rows};
  return &programs;
}
const NoisePrograms* found_noises() {
  static const auto f64 = downloaded(noises_f64);
  static const auto f32 = downloaded(noises_f32);
  static const NoisePrograms programs{f64.rows, f32.rows};
  return &programs;
}

}  // namespace

FindObjectivePrograms device_objective_programs() { return found_objectives; }
FindNoisePrograms device_noise_programs() { return found_noises; }

}  // namespace thalweg

// The host's copy of the programs of every objective and noise in the catalogue.
#include "lib/engine/cuda/make_program.hpp"
#include "problems/catalogue.hpp"
#include "problems/family_record.hpp"
#include "problems/tables.hpp"

namespace thalweg {

namespace {

template <class List>
struct ObjectiveRows;
template <class... F>
struct ObjectiveRows<TypeList<F...>> {
  static constexpr ObjectiveProgram<double, double> f64[] = {device::ObjectiveProgramOf<F, double, double>::record()...};
  static constexpr ObjectiveProgram<float, float> f32[] = {device::ObjectiveProgramOf<F, float, float>::record()...};
  static constexpr ObjectiveProgram<float, double> mixed[] = {device::ObjectiveProgramOf<F, float, double>::record()...};
  static constexpr ObjectivePrograms programs{f64, f32, mixed};
};

template <class List>
struct NoiseRows;
template <class... N>
struct NoiseRows<TypeList<N...>> {
  static constexpr NoiseProgram<double> f64[] = {device::NoiseProgramOf<N, double>::record()...};
  static constexpr NoiseProgram<float> f32[] = {device::NoiseProgramOf<N, float>::record()...};
  static constexpr NoisePrograms programs{f64, f32};
};

constexpr ObjectiveProgram<double, double> none_f64{};
constexpr ObjectiveProgram<float, float> none_f32{};
constexpr ObjectiveProgram<float, double> none_mixed{};
constexpr ObjectivePrograms none{&none_f64, &none_f32, &none_mixed};

}  // namespace

ProgramSource<ObjectivePrograms> no_programs() {
  return {[] { return &none; }, nullptr, 0};
}

const ObjectivePrograms* host_objective_programs() { return &ObjectiveRows<Objectives>::programs; }
const NoisePrograms* host_noise_programs() { return &NoiseRows<Noises>::programs; }

}  // namespace thalweg

// The kernel tables of the catalogues, one symbol per instruction set, rows in catalogue order.
#pragma once

#include "lib/engine/launch.hpp"

extern "C" {
extern const thalweg::KernelRows<thalweg::ObjectiveKernel> thalweg_objective_kernels_v2, thalweg_objective_kernels_v3, thalweg_objective_kernels_v4;
extern const thalweg::KernelRows<thalweg::NoiseKernel> thalweg_noise_kernels_v2, thalweg_noise_kernels_v3, thalweg_noise_kernels_v4;
extern const thalweg::KernelRows<thalweg::ObjectiveKernel> thalweg_transformation_kernels_v2, thalweg_transformation_kernels_v3,
    thalweg_transformation_kernels_v4;
}

namespace thalweg {

inline constexpr PerIsa<const KernelRows<ObjectiveKernel>*> objective_tables = {&thalweg_objective_kernels_v2, &thalweg_objective_kernels_v3,
                                                                                &thalweg_objective_kernels_v4};
inline constexpr PerIsa<const KernelRows<NoiseKernel>*> noise_tables = {&thalweg_noise_kernels_v2, &thalweg_noise_kernels_v3, &thalweg_noise_kernels_v4};
inline constexpr PerIsa<const KernelRows<ObjectiveKernel>*> transformation_tables = {&thalweg_transformation_kernels_v2, &thalweg_transformation_kernels_v3,
                                                                                     &thalweg_transformation_kernels_v4};

// Programs for devices (lib/engine/cuda/program.hpp), rows in catalogue order: the host's, and where the device's are found, null where the program is
// built without them.
const ObjectivePrograms* host_objective_programs();
const NoisePrograms* host_noise_programs();
using FindObjectivePrograms = const ObjectivePrograms* (*)();
using FindNoisePrograms = const NoisePrograms* (*)();
FindObjectivePrograms device_objective_programs();
FindNoisePrograms device_noise_programs();

}  // namespace thalweg

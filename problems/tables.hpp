// The kernel tables of the catalogues, one symbol per instruction set, rows in catalogue order.
#pragma once

#include <cstddef>

#include "lib/engine/launch.hpp"

namespace thalweg {

struct ObjectiveTable {
  const ObjectiveKernel* rows;
  std::size_t size;
};
struct NoiseTable {
  const NoiseKernel* rows;
  std::size_t size;
};

}  // namespace thalweg

extern "C" {
extern const thalweg::ObjectiveTable thalweg_objective_kernels_v2, thalweg_objective_kernels_v3, thalweg_objective_kernels_v4;
extern const thalweg::NoiseTable thalweg_noise_kernels_v2, thalweg_noise_kernels_v3, thalweg_noise_kernels_v4;
}

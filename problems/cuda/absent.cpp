// Programs of objectives and noises where the CUDA engine is not built in: none.
#include "problems/tables.hpp"

namespace thalweg {

FindObjectivePrograms device_objective_programs() { return nullptr; }
FindNoisePrograms device_noise_programs() { return nullptr; }

}  // namespace thalweg

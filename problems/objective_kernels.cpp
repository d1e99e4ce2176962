// The kernels of every objective in the catalogue, for one instruction set.
#include "lib/engine/cpu/objective_kernel.hpp"
#include "problems/host_catalogue.hpp"
#include "problems/tables.hpp"

extern "C" const thalweg::KernelRows<thalweg::ObjectiveKernel> THALWEG_TABLE(objective_kernels) =
    thalweg::cpu::Rows<thalweg::ObjectiveKernel, thalweg::cpu::ObjectiveKernels, thalweg::Objectives>::rows;

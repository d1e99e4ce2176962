// The kernels of every noise model in the catalogue, for one instruction set.
#pragma GCC diagnostic ignored "-Wuninitialized"  // of what gcc 12 inlines from its own intrinsics
#include "lib/engine/cpu/noise_kernel.hpp"
#include "problems/catalogue.hpp"
#include "problems/tables.hpp"

extern "C" const thalweg::KernelRows<thalweg::NoiseKernel> THALWEG_TABLE(noise_kernels) =
    thalweg::cpu::Rows<thalweg::NoiseKernel, thalweg::cpu::NoiseKernels, thalweg::Noises>::rows;

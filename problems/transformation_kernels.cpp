// The kernels of every transformation in the catalogue, for one instruction set.
#include "problems/tables.hpp"
#include "problems/transformation_catalogue.hpp"
#include "problems/transformation_kernel.hpp"

extern "C" const thalweg::KernelRows<thalweg::ObjectiveKernel> THALWEG_TABLE(transformation_kernels) =
    thalweg::cpu::Rows<thalweg::ObjectiveKernel, thalweg::cpu::TransformationKernels, thalweg::cpu::MappedRows<thalweg::Transformations>::All>::rows;

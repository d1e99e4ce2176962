// The kernels of every rule in the catalogue, for one instruction set.
#include "lib/engine/cpu/rule_kernel.hpp"
#include "lib/engine/cpu/tables.hpp"
#include "lib/optimizers/catalogue.hpp"

extern "C" const thalweg::KernelRows<thalweg::RuleKernel> THALWEG_TABLE(rule_kernels) =
    thalweg::cpu::Rows<thalweg::RuleKernel, thalweg::cpu::RuleKernels, thalweg::Rules>::rows;

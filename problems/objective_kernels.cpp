// The kernels of every objective in the catalogue, for one instruction set.
#include "lib/engine/cpu/kernel.hpp"
#include "problems/catalogue.hpp"
#include "problems/tables.hpp"

namespace {

template <class List>
struct Table;
template <class... F>
struct Table<thalweg::TypeList<F...>> {
  static constexpr thalweg::ObjectiveKernel rows[] = {thalweg::cpu::ObjectiveKernels<F>::record()...};
};

}  // namespace

extern "C" const thalweg::ObjectiveTable THALWEG_TABLE(objective_kernels) = {Table<thalweg::Objectives>::rows, thalweg::Objectives::size};

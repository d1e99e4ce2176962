// The kernels of every rule in the catalogue, for one instruction set.
#include "lib/engine/cpu/kernel.hpp"
#include "lib/engine/cpu/tables.hpp"
#include "lib/optimizers/catalogue.hpp"

namespace {

template <class List>
struct Table;
template <class... A>
struct Table<thalweg::TypeList<A...>> {
  static constexpr thalweg::RuleKernel rows[] = {thalweg::cpu::RuleKernels<A>::record()...};
};

}  // namespace

extern "C" const thalweg::cpu::RuleTable THALWEG_TABLE(rule_kernels) = {Table<thalweg::Rules>::rows, thalweg::Rules::size};

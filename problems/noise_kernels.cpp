// The kernels of every noise model in the catalogue, for one instruction set.
#include "lib/engine/cpu/kernel.hpp"
#include "problems/catalogue.hpp"
#include "problems/tables.hpp"

namespace {

template <class List>
struct Table;
template <class... N>
struct Table<thalweg::TypeList<N...>> {
  static constexpr thalweg::NoiseKernel rows[] = {thalweg::cpu::NoiseKernels<N>::record()...};
};

}  // namespace

extern "C" const thalweg::NoiseTable THALWEG_TABLE(noise_kernels) = {Table<thalweg::Noises>::rows, thalweg::Noises::size};

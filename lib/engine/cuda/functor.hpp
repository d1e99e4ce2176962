// A functor and the arrays that it views, on a device.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/engine/cuda/memory.hpp"
#include "lib/engine/launch.hpp"

namespace thalweg::device {

// Its memory there.
struct PlacedFunctor {
  Span<std::byte> functor;
  std::vector<Span<double>> arrays;
  PlacedFunctor() = default;
  PlacedFunctor(Arena& arena, const FunctorBytes& made);
};

// The functor's bytes as they are on the device: wherever it holds an address within one of its arrays, or that of its end, they hold the same place of
// the array's copy. An address that is the end of one array and the start of another is taken for the start. The bits of a number are never taken for
// one: as a double an address is below 2^-1022, as a count above 2^40.
std::vector<std::byte> relocated(const FunctorBytes& functor, const PlacedFunctor& placed);

}  // namespace thalweg::device

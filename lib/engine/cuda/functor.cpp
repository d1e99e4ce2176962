#include "lib/engine/cuda/functor.hpp"

#include <cstdint>
#include <cstring>
#include <optional>

namespace thalweg::device {

namespace {

// What the word `held` is on the device, where it is an address of an array.
std::optional<std::uintptr_t> moved(std::uintptr_t held, const FunctorBytes& functor, const PlacedFunctor& placed) {
  std::optional<std::uintptr_t> end;
  for (std::size_t k = 0; k < functor.arrays.size(); ++k) {
    const auto from = reinterpret_cast<std::uintptr_t>(functor.arrays[k].data()), to = reinterpret_cast<std::uintptr_t>(placed.arrays[k].data);
    const std::uintptr_t bytes = functor.arrays[k].size() * sizeof(double);
    if (from == 0 || held < from || held > from + bytes) continue;
    if (held == from || held < from + bytes) return to + (held - from);
    end = to + bytes;
  }
  return end;
}

}  // namespace

PlacedFunctor::PlacedFunctor(Arena& arena, const FunctorBytes& made) : functor(arena.array<std::byte>(made.bytes)) {
  for (const View<const double>& array : made.arrays) arrays.push_back(arena.array<double>(array.size()));
}

std::vector<std::byte> relocated(const FunctorBytes& functor, const PlacedFunctor& placed) {
  std::vector<std::byte> bytes(functor.bytes);
  if (functor.bytes > 0) std::memcpy(bytes.data(), functor.data, functor.bytes);
  for (std::size_t at = 0; at + sizeof(void*) <= bytes.size(); at += alignof(void*)) {
    std::uintptr_t held = 0;
    std::memcpy(&held, bytes.data() + at, sizeof held);
    if (const auto there = moved(held, functor, placed)) std::memcpy(bytes.data() + at, &*there, sizeof held);
  }
  return bytes;
}

}  // namespace thalweg::device

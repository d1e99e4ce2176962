// Sizes of the caches that the CPU engine divides its work by: small ones, which processors since 2013 have or exceed.
#pragma once

#include <cstddef>

namespace thalweg::cpu::cache {

constexpr std::size_t tile_bytes = 32 * 1024;    // lanes are replicas: what a tile may fill of the first-level cache, all its arrays together
constexpr std::size_t piece_bytes = 96 * 1024;   // lanes are coordinates: the same of a piece, half of a small second-level cache
constexpr std::size_t group_bytes = 512 * 1024;  // beyond this a group of replicas leaves the second-level cache

}  // namespace thalweg::cpu::cache

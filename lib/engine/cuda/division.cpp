#include "lib/engine/cuda/division.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/check.hpp"
#include "lib/core/sum.hpp"
#include "lib/engine/reduction.hpp"

namespace thalweg::device {

namespace {

constexpr std::uint32_t most_lane_bits = 5;
// Numbers within a piece, and of pieces, are below this: 2^32, less what a team's threads go beyond them by.
constexpr std::uint64_t counted = (std::uint64_t{1} << 32U) - 1024;
static_assert(sum_slots * most_results <= sum_block, "a block's sums take fewer slots than it has values");

std::uint64_t over(std::uint64_t n, std::uint64_t d) { return (n + d - 1) / d; }

}  // namespace

std::size_t Division::columns_of_piece() const { return static_cast<std::size_t>(over(piece_dim, sum_block)) << lane_bits; }

Division divide(std::size_t dim, std::size_t replicas, bool separable, std::size_t slots, std::size_t value_bytes, std::size_t own, std::size_t teams) {
  Division d;
  while (d.lanes() < replicas && d.lane_bits < most_lane_bits) ++d.lane_bits;
  std::uint64_t piece = dim;
  if (separable) {
    while (d.lane_bits > 0 && d.lanes() * std::min<std::size_t>(dim, sum_block) * value_bytes > own) --d.lane_bits;
    const std::size_t fitting = std::max<std::size_t>(1, own / (value_bytes * d.lanes() * sum_block));
    piece = std::min<std::size_t>(dim, fitting * sum_block);
  }
  const std::uint64_t per_lane = piece * std::max<std::size_t>(1, slots);
  while (d.lane_bits > 0 && per_lane << d.lane_bits >= counted) --d.lane_bits;
  if (per_lane >= counted)
    throw EnvironmentError(fmt::format("the CUDA engine takes at most {} coordinates of a problem whose coordinates are coupled, for a method with {} values of state a coordinate (here {}); use --engine cpu",
                                       (counted - 1) / std::max<std::size_t>(1, slots), slots, dim));
  const std::uint64_t along = over(dim, piece), across = over(replicas, d.lanes());
  if (along >= counted || across >= counted || along * across >= counted)
    throw EnvironmentError(fmt::format("{} replicas of {} coordinates are more pieces than the CUDA engine counts; use --replicas-per-wave {}", replicas, dim,
                                       std::max<std::uint64_t>(1, (counted - 1) / along * d.lanes())));
  d.piece_dim = static_cast<std::uint32_t>(piece);
  d.along = static_cast<std::uint32_t>(along);
  d.across = static_cast<std::uint32_t>(across);
  d.pieces = static_cast<std::uint32_t>(along * across);
  d.teams = static_cast<std::uint32_t>(std::min<std::uint64_t>(d.pieces, teams));
  d.stride = static_cast<std::uint32_t>(piece << d.lane_bits);
  d.resident = std::size_t{d.stride} * value_bytes <= own;
  return d;
}

}  // namespace thalweg::device

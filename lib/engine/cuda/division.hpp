// How a batch is divided on a device: into pieces of replicas by coordinates, one team each, several waves of replicas one after another.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thalweg::device {

struct Division {
  std::uint32_t lane_bits = 0;    // a piece has 2^lane_bits replicas
  std::uint32_t piece_dim = 0;    // by so many coordinates
  std::uint32_t along = 1;        // pieces side by side in coordinates
  std::uint32_t across = 0;       // and in replicas
  std::uint32_t pieces = 0, teams = 0;
  std::uint32_t stride = 0;       // values of a piece
  bool resident = false;          // a piece's x, slots and gradient lie in the memory that a team has of its own

  std::size_t lanes() const { return std::size_t{1} << lane_bits; }
  std::size_t replicas() const { return std::size_t{across} << lane_bits; }
  std::size_t columns_of_piece() const;  // of sums: blocks by replicas
  std::size_t values() const { return std::size_t{pieces} * stride; }
  std::size_t scratch() const { return std::size_t{teams} * stride; }
};

// value_bytes: of x, its slots and its gradient, one coordinate. own: bytes that a team has. separable: pieces need not hold all coordinates.
// Numbers within a piece and numbers of pieces are below 2^32: EnvironmentError where no division is.
Division divide(std::size_t dim, std::size_t replicas, bool separable, std::size_t slots, std::size_t value_bytes, std::size_t own, std::size_t teams);

}  // namespace thalweg::device

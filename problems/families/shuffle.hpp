// Permutations of [0, n) without a table: index = P(position), a bijection that is a function of a key, a replica and an epoch.
//
// A Feistel network of twelve rounds on the least even number of bits 2 h with 2^{2h} >= n, applied again while its result is not below n (cycle walking:
// a bijection of [0, 2^{2h}) walked along its cycles is one of [0, n); at most 4 applications on average). Round functions are mix_bits of half, round and
// 64 bits drawn for the epoch, which are functions of the counter like every draw. (Six rounds leave the image of a place unequal by a tenth for n = 5.)
// Source: M. Luby, C. Rackoff, SIAM J. Comput. 17, 1988 (Feistel networks as permutations); J. Black, P. Rogaway, CT-RSA 2002 (cycle walking).
#pragma once

#include <cstdint>

#include "lib/core/draw.hpp"

namespace thalweg {

inline std::uint64_t shuffled_index(const DrawKey& key, std::uint64_t replica, std::uint64_t epoch, std::uint64_t position, std::uint64_t n) {
  THALWEG_EXPECTS(position < n);
  const std::uint64_t secret = std::uint64_t{draw_bits(key, Stream::minibatch, replica, epoch, 0)} << 32U | draw_bits(key, Stream::minibatch, replica, epoch, 1);
  unsigned half = 1;
  while (n > std::uint64_t{1} << (2 * half)) ++half;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  std::uint64_t at = position;
  do {
    std::uint64_t left = at >> half, right = at & mask;
    for (std::uint64_t round = 0; round < 12; ++round) {
      const std::uint64_t next = left ^ (mix_bits(secret + mix_bits(right + (round << 40U))) & mask);
      left = right;
      right = next;
    }
    at = left << half | right;
  } while (at >= n);
  return at;
}

}  // namespace thalweg

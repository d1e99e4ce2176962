// Which samples of a finite sum a mini-batch has.
//
// `size` = b > 0: b samples, with replacement, sample k of the batch draw k of Stream::minibatch. Shuffled: step t takes the samples (t - 1) b ... t b - 1 of an
// endless row of permutations of [0, n), one an epoch (problems/families/shuffle.hpp), or one permutation again and again. By importance: sample i is drawn with a
// probability p_i and its term is divided by n p_i; p_i is a number of 2^-32, the draw a word of 32 bits.
// Source: D. Needell, N. Srebro, R. Ward, Mathematical Programming 155, 2016, and P. Zhao, T. Zhang, ICML 2015 (importance sampling); M. Safran, O. Shamir, COLT 2020
// (single shuffle).
#pragma once

#include <algorithm>
#include <cstdint>

#include "lib/core/draw.hpp"
#include "problems/families/shuffle.hpp"

namespace thalweg {

// Mini-batches of `size` samples; 0: full batch.
struct Batches {
  std::size_t size = 0;
  bool shuffled = false;  // without replacement
  bool once = false;      // one permutation for all epochs
  const double* ends = nullptr;     // importance: where the share of each sample in 2^32 ends
  const double* weights = nullptr;  // 1 / (n p_i)
  double label_noise = 0.0;         // tau

  // The one of n samples that stands at place k of the batch of a step.
  std::size_t chosen(const DrawKey& key, std::uint64_t replica, std::uint64_t step, std::size_t k, std::size_t n) const {
    if (ends != nullptr) {
      const auto word = static_cast<double>(draw_bits(key, Stream::minibatch, replica, step, k));
      return static_cast<std::size_t>(std::upper_bound(ends, ends + n, word) - ends);
    }
    if (!shuffled) return draw_index(key, Stream::minibatch, replica, step, k, n);
    const std::uint64_t place = ((step & first_call) - 1) * size + k;
    return shuffled_index(key, replica, once ? 0 : place / n, place % n, n);
  }

 private:
  static constexpr std::uint64_t first_call = (std::uint64_t{1} << 48U) - 1;  // every call of a step sees the batch of the step
};

}  // namespace thalweg

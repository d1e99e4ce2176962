// Probabilities of the samples of a data set, and what they make of the constants of its losses.
//
//   order = 3   p_i proportional to |a_i|: least bound of the variance for losses with |loss'| <= c, whose samples have gradients of at most c |a_i|
//   order = 4   p_i proportional to |a_i|^2, the smoothness of a loss of a_i . x up to a factor: the terms loss_i / (n p_i) are equally smooth
// With w_i = 1 / (n p_i) the samples w_i a_i loss_i' have the mean grad (f - (lambda/2) |x|^2) for every choice of p_i > 0; where a_i = 0 a sample is never drawn, and
// its gradient is 0. From |loss_i'| <= c:  |w_i a_ik loss_i'| <= c max_i w_i |a_ik|  and  E |g - grad f|^2 <= c^2 mean_i w_i |a_i|^2, for b draws 1 / b of it.
// p_i is a number of 2^-32, at least 2^-32 where a_i is not 0.
// Source: D. Needell, N. Srebro, R. Ward, Mathematical Programming 155, 2016 (smoothness); P. Zhao, T. Zhang, ICML 2015 (bounds of gradients).
#pragma once

#include <string>
#include <vector>

#include "problems/build.hpp"
#include "problems/data/dataset.hpp"
#include "problems/families/batches.hpp"

namespace thalweg {

class Interval;

constexpr double order_of_lengths = 3.0, order_of_smoothness = 4.0;

// The mini-batches that the parameters ask for, and the shares of 2^32 of the samples: empty where the draws are not by importance.
struct Sampling {
  Batches batches;
  std::vector<double> shares;

  // 1 / (n p_i), 0 where a sample is never drawn; 1 where the draws are not by importance.
  Interval weight(std::size_t i) const;
  const char* draws() const;  // "draws with replacement" or "draws by importance"
};
Sampling sampling_of(const Parameters& values, const Dataset& data);
// The batches with their arrays kept.
Batches kept(const Sampling& sampling, Storage& storage);

// Constants of f = (1/n) sum_i loss_i(a_i . x) with |loss_i'| <= steepest; of the full gradient where there is no mini-batch.
struct SlopeBounds {
  std::vector<Constant> gradient;  // of |g_k|, feature by feature
  Constant variance;               // unknown for batches that depend on those before
};
SlopeBounds slope_bounds(const Dataset& data, const Interval& steepest, const Sampling& sampling, const std::string& source);

}  // namespace thalweg

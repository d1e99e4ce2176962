// What is kept of iterates and gradients from step to step, coordinate by coordinate: the same operations for every layout and device.
//   ahead    z = x + c (x - before)
//   average  mean = mean + share (x - mean), share = w_t / sum_{s <= t} w_s: then mean = sum_{s <= t} w_s x_s / sum_{s <= t} w_s
//   squares  sum = sum + g^2
#pragma once

#include <cstddef>

#include "lib/core/host_device.hpp"
#include "lib/core/scalar_num.hpp"

namespace thalweg {

template <class T>
THALWEG_HD inline T ahead_of(T x, T before, T c) {
  return m::fma(c, x - before, x);
}
template <class T>
THALWEG_HD inline T average_with(T mean, T x, T share) {
  return mean + share * (x - mean);
}

template <class T>
void look_ahead(const T* x, const T* before, std::size_t count, double c, T* z) {
  for (std::size_t i = 0; i < count; ++i) z[i] = ahead_of(x[i], before[i], static_cast<T>(c));
}
template <class T>
void move_average(const T* x, std::size_t count, double share, T* mean) {
  for (std::size_t i = 0; i < count; ++i) mean[i] = average_with(mean[i], x[i], static_cast<T>(share));
}
template <class M>
void add_squares(const M* g, std::size_t count, M* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] = sum[i] + g[i] * g[i];
}

}  // namespace thalweg

// The points that a delayed oracle answers about: at step t the point of the same call of step max(1, t - delay).
//
// A ring of delay + 1 points for each call of a step; delay 0 keeps nothing. In asynchronous optimisation a worker's gradient arrives after others have
// moved the iterate: Agarwal and Duchi, "Distributed delayed stochastic optimization", arXiv:1104.5525.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "lib/engine/array.hpp"

namespace thalweg {

template <class T>
class PastPoints {
 public:
  PastPoints() = default;
  // Of points of `count` values.
  PastPoints(std::size_t delay, unsigned calls, std::size_t count) : delay_(delay), count_(count), points_(values(delay, calls, count)) {}
  static std::size_t bytes(std::size_t delay, unsigned calls, std::size_t count) { return Array<T>::bytes(values(delay, calls, count)); }

  // Keeps x, values first ... first + size - 1 of a point, as that of the step and call, and returns those of the point that is answered about.
  // Steps come one after another, t = 1, 2, ...
  const T* answered(std::uint64_t t, unsigned call, const T* x, std::size_t first, std::size_t size) {
    if (delay_ == 0) return x;
    const auto point = [&](std::uint64_t step) { return points_.data() + (call * (delay_ + 1) + step % (delay_ + 1)) * count_ + first; };
    std::memcpy(point(t), x, size * sizeof(T));
    return point(t > delay_ ? t - delay_ : 1);
  }

 private:
  static std::size_t values(std::size_t delay, unsigned calls, std::size_t count) { return delay == 0 ? 0 : calls * (delay + 1) * count; }

  std::size_t delay_ = 0, count_ = 0;
  Array<T> points_;
};

}  // namespace thalweg

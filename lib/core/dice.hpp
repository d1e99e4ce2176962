// Draws one after another, for searches: a function of the key and of two numbers that tell streams of one search apart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "lib/core/draw.hpp"
#include "lib/core/elementary.hpp"

namespace thalweg {

class Dice {
 public:
  Dice(DrawKey key, std::uint64_t batch, std::uint64_t start) : key_(key), batch_(batch), start_(start) {}
  double uniform() { return draw_uniform(key_, Stream::probe, batch_, start_, next_++); }
  double sign() { return uniform() < 0.5 ? -1.0 : 1.0; }
  double normal() { return draw_normal(key_, Stream::probe, batch_, start_, next_++); }
  std::size_t below(std::size_t n) { return std::min(n - 1, static_cast<std::size_t>(uniform() * static_cast<double>(n))); }
  double power_of_ten(double low, double high) { return m::exp((low + (high - low) * uniform()) * 0x1.26bb1bbb55516p+1); }  // log 10

 private:
  DrawKey key_;
  std::uint64_t batch_, start_, next_ = 0;
};

}  // namespace thalweg

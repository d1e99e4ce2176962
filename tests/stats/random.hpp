// Variates for calibration on synthetic cells: seeded, independent of the draws under test.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace thalweg {

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}
  double uniform() { return (static_cast<double>(bits_() >> 12U) + 0.5) * 0x1p-52; }  // inside (0, 1)
  double exponential() { return -std::log(uniform()); }
  double normal() { return std::sqrt(2.0 * exponential()) * std::cos(2.0 * std::numbers::pi * uniform()); }

 private:
  std::mt19937_64 bits_;
};

}  // namespace thalweg

// Percentiles of the A-LR over the coordinates, nearest rank: the value of rank ceil(p d / 100) in increasing order.
//
// Up to exact_percentiles coordinates they are exact. Beyond, the values are counted in buckets of relative width 2^-9 (the leading twelve bits of
// exponent and nine of the significand), and the bucket's middle is given: within 0.1 % of the exact percentile. Counts add up, so the
// sketches of pieces merge in any order to the sketch of the whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "lib/engine/batch.hpp"

namespace thalweg {

using Percentiles = std::array<double, rate_percentiles.size()>;

constexpr std::size_t exact_percentiles = 65536;

// Sorts the values. NaN in all if one is NaN.
Percentiles percentiles_of(std::span<double> values);
// Exact or by a sketch, as the number of values has it. May sort them.
Percentiles percentiles_of_all(std::span<double> values);

class PercentileSketch {
 public:
  void add(std::span<const double> values);  // positive, or NaN
  void merge(const PercentileSketch& other);
  Percentiles percentiles() const;

 private:
  std::map<std::uint32_t, std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  bool nan_ = false;
};

}  // namespace thalweg

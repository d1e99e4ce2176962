#include "lib/engine/percentile.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace thalweg {

namespace {

constexpr unsigned dropped_bits = 52 - 9;

Percentiles unknown() {
  Percentiles all;
  all.fill(std::numeric_limits<double>::quiet_NaN());
  return all;
}

std::uint64_t rank_of(double percent, std::uint64_t count) {
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(percent / 100.0 * static_cast<double>(count))));
}

}  // namespace

Percentiles percentiles_of(std::span<double> values) {
  if (values.empty() || std::any_of(values.begin(), values.end(), [](double a) { return a != a; })) return unknown();
  std::sort(values.begin(), values.end());
  Percentiles out;
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = values[rank_of(rate_percentiles[k], values.size()) - 1];
  return out;
}

void PercentileSketch::add(std::span<const double> values) {
  std::vector<std::uint32_t> buckets;
  buckets.reserve(values.size());
  for (double value : values) {
    nan_ = nan_ || value != value;
    buckets.push_back(static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(std::fabs(value)) >> dropped_bits));
  }
  std::sort(buckets.begin(), buckets.end());
  for (std::size_t i = 0; i < buckets.size();) {
    std::size_t end = i;
    while (end < buckets.size() && buckets[end] == buckets[i]) ++end;
    counts_[buckets[i]] += end - i;
    i = end;
  }
  total_ += values.size();
}

void PercentileSketch::merge(const PercentileSketch& other) {
  for (const auto& [bucket, count] : other.counts_) counts_[bucket] += count;
  total_ += other.total_;
  nan_ = nan_ || other.nan_;
}

Percentiles PercentileSketch::percentiles() const {
  if (total_ == 0 || nan_) return unknown();
  Percentiles out;
  auto bucket = counts_.begin();
  std::uint64_t below = 0;  // values in the buckets before
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::uint64_t rank = rank_of(rate_percentiles[k], total_);
    while (below + bucket->second < rank) below += (bucket++)->second;
    const double low = std::bit_cast<double>(std::uint64_t{bucket->first} << dropped_bits);
    const double high = std::bit_cast<double>(std::uint64_t{bucket->first + 1} << dropped_bits);
    out[k] = std::isfinite(high) ? 0.5 * (low + high) : low;
  }
  return out;
}

Percentiles percentiles_of_all(std::span<double> values) {
  if (values.size() <= exact_percentiles) return percentiles_of(values);
  PercentileSketch sketch;
  sketch.add(values);
  return sketch.percentiles();
}

}  // namespace thalweg

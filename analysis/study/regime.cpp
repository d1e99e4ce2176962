#include "analysis/study/regime.hpp"

#include <cmath>
#include <limits>

#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

// Of one replica at one step: the part of coordinates whose A-LR is at least `limit`, read off the percentiles; between two of them linearly.
double part_above(const Trajectories& record, std::size_t row, std::size_t replica, double limit) {
  const auto at = [&](std::size_t k) { return record.percentiles[(row * rate_percentiles.size() + k) * record.replicas + replica]; };
  if (at(0) >= limit) return 1.0;
  for (std::size_t k = 1; k < rate_percentiles.size(); ++k) {
    if (at(k) < limit) continue;
    const double low = at(k - 1), high = at(k), fraction = high > low && std::isfinite(high) ? (limit - low) / (high - low) : 0.0;
    return 1.0 - (rate_percentiles[k - 1] + fraction * (rate_percentiles[k] - rate_percentiles[k - 1])) / 100.0;
  }
  return 0.0;
}

}  // namespace

std::optional<double> idle_rate(const Definition& definition, std::uint64_t t) {
  if (!rated(definition)) return std::nullopt;
  if (!definition.has("denominator")) {
    const RateBounds bounds = rate_bounds(definition, Interval(0.0));
    return bounds.tight ? std::optional(bounds.mu2.lower()) : std::nullopt;
  }
  const double at_zero = denominator(definition, Interval(0.0)).mid();
  if (at_zero == 0.0) return std::numeric_limits<double>::infinity();
  const auto unbias = [&](std::string_view beta) { return -std::expm1(static_cast<double>(t) * std::log(definition.number(beta))); };
  const std::string& correction = definition.choice("correction");
  double factor = 1.0;
  if (correction == "inside" || correction == "outer") factor /= unbias("beta1");
  if (correction == "outer" || correction == "second") factor *= std::sqrt(unbias("beta2"));
  return factor / at_zero;
}

std::optional<double> idle_share(const Trajectories& record, const Definition& definition) {
  if (record.percentiles.empty() || !idle_rate(definition, 1)) return std::nullopt;
  double total = 0.0, weight = 0.0;
  for (std::size_t row = 0; row < record.steps.size(); ++row) {
    const double limit = near_idle * *idle_rate(definition, record.steps[row]);
    const double stands_for = static_cast<double>(record.steps[row] - (row == 0 ? 0 : record.steps[row - 1]));
    for (std::size_t r = 0; r < record.replicas; ++r) {
      if (!std::isfinite(record.percentiles[row * rate_percentiles.size() * record.replicas + r])) continue;  // of a replica that has left
      total += stands_for * part_above(record, row, r, limit);
      weight += stands_for;
    }
  }
  if (weight == 0.0) return std::nullopt;
  return total / weight;
}

}  // namespace thalweg

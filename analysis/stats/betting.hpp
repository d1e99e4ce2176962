// The capital process behind betting_interval (interval_estimate.hpp has the mathematics and the source), for values scaled to [0, 1].
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace thalweg {

// Predictable plug-in bets: bet t uses values 0 ... t - 1 only. The same for z and 1 - z.
std::vector<double> plug_in_bets(std::span<const double> z, double level);

// The largest capital ever reached against "the mean is m" (0 < m <= 1) by the gambler who bets on a larger one, or the first seen that is
// at least `enough`. It never increases in m.
double largest_capital(std::span<const double> z, std::span<const double> plug_in, double m, double enough);

// After how many values that capital was seen to be at least `enough`: from then on m is below every interval of the running intersection. No
// value: never.
std::optional<std::size_t> first_rejection(std::span<const double> z, std::span<const double> plug_in, double m, double enough);

// A number below every m that is not rejected at error probability `tail` on this side; it lies too low by at most 1e-4 of its distance to
// the mean.
double lower_limit_by_betting(std::span<const double> z, std::span<const double> plug_in, double tail);

}  // namespace thalweg

#include "analysis/stats/betting.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace thalweg {

namespace {

// Gambler 0 bets the plug-in, the others a constant fraction of what they can afford. The first fraction stays below 1 so that rounding
// never makes a factor negative.
constexpr std::size_t gamblers = 12;
constexpr double affordable = 0.75;
constexpr double fraction[gamblers] = {0.0, 1.0 - 0x1p-20, 0x1p-1, 0x1p-2, 0x1p-3, 0x1p-4, 0x1p-5, 0x1p-6, 0x1p-7, 0x1p-8, 0x1p-9, 0x1p-10};
constexpr double weight[gamblers] = {0.25, 0.19, 0.11, 0.08, 0.07, 0.06, 0.05, 0.05, 0.04, 0.04, 0.03, 0.03};
static_assert([] {
  double sum = 0.0;
  for (const double w : weight) sum += w;
  return sum <= 1.0 + 1e-15;
}());

// Capital is looked at after every eighth value and at the end. A gambler below `nothing` stops; all stop once they hold less than `broke`
// together: both are stopping rules, so the process stays a supermartingale, and both keep it monotone in m.
constexpr std::size_t stride = 8;
constexpr double nothing = 1e-200;
constexpr double broke = 1e-30;

}  // namespace

std::vector<double> plug_in_bets(std::span<const double> z, double level) {
  std::vector<double> bets(z.size());
  const double log_term = 2.0 * std::log(2.0 / level);
  double sum = 0.5, squares = 0.25;  // a half and a quarter: the prior value and its variance
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double t = static_cast<double>(i + 1);
    bets[i] = std::sqrt(log_term / (squares * std::log(1.0 + t)));  // squares = t times the variance of what was seen
    sum += z[i];
    const double mean = sum / (t + 1.0);
    squares += (z[i] - mean) * (z[i] - mean);
  }
  return bets;
}

namespace {

struct Capital {
  double largest = 0.0;
  std::size_t values = 0;  // played until it was reached, or all
};

Capital play(std::span<const double> z, std::span<const double> plug_in, double m, double enough) {
  double capital[gamblers], bet[gamblers];
  for (std::size_t k = 0; k < gamblers; ++k) {
    capital[k] = weight[k];
    bet[k] = fraction[k] / m;
  }
  const double most = affordable / m;
  Capital reached;
  for (std::size_t i = 0; i < z.size();) {
    const std::size_t stop = std::min(i + stride, z.size());
    for (; i < stop; ++i) {
      bet[0] = std::min(plug_in[i], most);
      const double gain = z[i] - m;
      for (std::size_t k = 0; k < gamblers; ++k) capital[k] *= 1.0 + bet[k] * gain;
    }
    double total = 0.0;
    for (std::size_t k = 0; k < gamblers; ++k) {
      if (capital[k] < nothing) capital[k] = 0.0;
      total += capital[k];
    }
    reached = {std::max(reached.largest, total), i};
    if (total >= enough || total < broke) break;
  }
  return reached;
}

}  // namespace

double largest_capital(std::span<const double> z, std::span<const double> plug_in, double m, double enough) { return play(z, plug_in, m, enough).largest; }

std::optional<std::size_t> first_rejection(std::span<const double> z, std::span<const double> plug_in, double m, double enough) {
  const Capital reached = play(z, plug_in, m, enough);
  return reached.largest >= enough ? std::optional(reached.values) : std::nullopt;
}

double lower_limit_by_betting(std::span<const double> z, std::span<const double> plug_in, double tail) {
  const double enough = (1.0 + 1e-9) / tail;  // the rounding of 1e5 products stays below 1e-10
  double mean = 0.0;
  for (const double x : z) mean += x;
  mean /= static_cast<double>(z.size());
  constexpr double negligible = 1e-290;  // 1 / m must not overflow
  if (mean <= negligible) return 0.0;

  const auto rejected = [&](double m) { return largest_capital(z, plug_in, m, enough) >= enough; };
  double low = 0.0, high = std::min(mean, 1.0);  // low is rejected or 0; high is not rejected
  if (rejected(high)) {
    low = high;
    high = 1.0;  // no factor exceeds 1 there
  }
  while (high - low > 1e-4 * std::abs(mean - low)) {
    const double middle = low + (high - low) / 2.0;
    if (middle <= negligible || middle == low || middle == high) break;
    (rejected(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace thalweg

#include "problems/families/spectra.hpp"

#include <algorithm>
#include <cmath>

#include "lib/core/elementary.hpp"
#include "problems/build.hpp"

namespace thalweg {

namespace {

// Quantiles (i + 1/2) / n of Marchenko and Pastur's law of ratio 1/2.
std::vector<double> marchenko_pastur(std::size_t n) {
  constexpr std::size_t panels = 4096;
  constexpr double pi = 0x1.921fb54442d18p+1;
  const double middle = 1.5, half = std::sqrt(2.0);  // (a + b) / 2 and (b - a) / 2
  const auto at = [&](std::size_t k) { return middle - half * m::cos(pi * static_cast<double>(k) / panels); };
  const auto density = [&](std::size_t k) {  // of u, but for its factor
    const double s = m::sin(pi * static_cast<double>(k) / panels);
    return s * s / at(k);
  };
  std::vector<double> sum(panels + 1, 0.0);
  for (std::size_t k = 1; k <= panels; ++k) sum[k] = sum[k - 1] + 0.5 * (density(k - 1) + density(k));
  std::vector<double> out(n);
  std::size_t k = 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double wanted = sum[panels] * (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    while (k < panels && sum[k] < wanted) ++k;
    const double part = (wanted - sum[k - 1]) / (sum[k] - sum[k - 1]);
    out[i] = (1.0 - part) * at(k - 1) + part * at(k);
  }
  return out;
}

// The same ends exactly, whatever was rounded between.
std::vector<double> between_ends(std::vector<double> values, double mu, double L) {
  for (double& v : values) v = std::clamp(v, mu, L);
  values.front() = mu;
  values.back() = L;
  return values;
}

}  // namespace

std::vector<double> spectrum_of_kind(SpectrumKind kind, double mu, double L, std::size_t n) {
  if (n == 1) return {L};
  std::vector<double> all(n);
  const auto last = static_cast<double>(n - 1);
  const auto join = [&](const std::vector<double>& bulk, const PerCoordinate<double>& outliers) {
    all = bulk;
    for (double x : outliers) all.push_back(x);
  };
  switch (kind) {
    case SpectrumKind::uniform:
      for (std::size_t i = 0; i < n; ++i) all[i] = mu + (L - mu) * (static_cast<double>(i) / last);
      break;
    case SpectrumKind::power_law: {
      const double p = m::log(L / mu) / m::log(static_cast<double>(n));
      for (std::size_t i = 0; i < n; ++i) all[i] = L * m::exp(-p * m::log(static_cast<double>(n - i)));
      break;
    }
    case SpectrumKind::deep: {
      const std::size_t k = std::max<std::size_t>(1, n / 10);
      join(geometric(mu, mu * m::exp(0.1 * m::log(L / mu)), n - k).values(), geometric(std::sqrt(mu) * std::sqrt(L), L, k));
      if (n - k == 1) all.front() = mu;
      break;
    }
    case SpectrumKind::wishart: {
      const std::size_t k = std::max<std::size_t>(1, n / 20);
      std::vector<double> bulk = marchenko_pastur(n - k);
      const double scale = mu / bulk.front();
      for (double& x : bulk) x *= scale;
      if (L < bulk.back())
        throw SpecError({Place{}, "L", written(L), "must be at least " + written(bulk.back()) + ", where the bulk of a spiked Wishart spectrum from mu = " + written(mu) + " ends"});
      const double top = bulk.back();
      join(bulk, geometric(std::sqrt(top) * std::sqrt(L), L, k));
      break;
    }
  }
  return between_ends(std::move(all), mu, L);
}

}  // namespace thalweg

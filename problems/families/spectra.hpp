// Spectra for quadratics, n eigenvalues from mu to L, in increasing order and without a draw.
//
//   uniform       mu + (L - mu) i / (n - 1)
//   power law     L (n - i)^-p, p such that the smallest is mu: p = log(L / mu) / log n
//   deep          nine of ten small and few large: the bulk from mu to mu (L/mu)^(1/10), the k = max(1, floor(n / 10)) outliers from sqrt(mu L) to L, both in geometric progression
//   wishart       a spiked Wishart matrix of ratio 1/2: the bulk at the quantiles (i + 1/2) / (n - k) of Marchenko and Pastur's law, scaled so that the smallest is
//                 mu, and k = max(1, floor(n / 20)) spikes in geometric progression from sqrt(T L) to L, T the largest of the bulk (at most 34 mu)
// The law on [a, b] = [(1 - sqrt(1/2))^2, (1 + sqrt(1/2))^2] has density sqrt((b - t)(t - a)) / (pi t); with t = (a + b)/2 - (b - a)/2 cos u its distribution is
// integrated over u by the trapezoidal rule of 4096 panels and inverted with straight pieces: quantiles to about 1e-6.
// Source: V. A. Marchenko, L. A. Pastur, Math. USSR-Sbornik 1, 1967; J. Baik, J. W. Silverstein, J. Multivariate Anal. 97, 2006 (spikes); L. Sagun, U. Evci,
// V. U. Guney, Y. Dauphin, L. Bottou, arXiv:1706.04454 (bulk and outliers of networks).
#pragma once

#include <cstddef>
#include <vector>

namespace thalweg {

enum class SpectrumKind { uniform, power_law, deep, wishart };
constexpr std::size_t spectrum_kinds = 4;

// mu <= L, n >= 1; n = 1 gives L. SpecError where a spiked Wishart spectrum has no room: L < T.
std::vector<double> spectrum_of_kind(SpectrumKind kind, double mu, double L, std::size_t n);

}  // namespace thalweg

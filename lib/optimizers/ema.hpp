// What the methods with moving averages share: one step of an average, and the bias corrections as numbers of the step.
//   ema(a, beta, u) = beta a + (1 - beta) u
//   unbias(beta, t) = 1 - beta^t = -expm1(t log1p(-(1 - beta))),  accurate for beta near 1, where 1 - beta is exact
#pragma once

#include <cstdint>

#include "lib/core/scalar_num.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

template <class R>
THALWEG_HD inline R ema(R average, double beta, double one_minus_beta, R u) {
  return m::fma(R(beta), average, R(one_minus_beta) * u);
}

inline double unbias(double beta, std::uint64_t t) {
  return -m::expm1(static_cast<double>(t) * m::log1p(-(1.0 - beta)));
}

}  // namespace thalweg

#include "analysis/stats/binomial.hpp"

#include <boost/math/special_functions/beta.hpp>

#include "lib/core/check.hpp"

namespace thalweg {

double binomial_upper_tail(std::uint64_t successes, std::uint64_t trials, double p) {
  THALWEG_EXPECTS(successes <= trials && p >= 0.0 && p <= 1.0);
  if (successes == 0) return 1.0;
  return boost::math::ibeta(static_cast<double>(successes), static_cast<double>(trials - successes) + 1.0, p);
}

double binomial_lower_tail(std::uint64_t successes, std::uint64_t trials, double p) {
  THALWEG_EXPECTS(successes <= trials && p >= 0.0 && p <= 1.0);
  if (successes == trials) return 1.0;
  return boost::math::ibetac(static_cast<double>(successes) + 1.0, static_cast<double>(trials - successes), p);
}

double proportion_lower_limit(std::uint64_t successes, std::uint64_t trials, double tail) {
  THALWEG_EXPECTS(successes <= trials && tail > 0.0 && tail < 1.0);
  if (successes == 0) return 0.0;
  return boost::math::ibeta_inv(static_cast<double>(successes), static_cast<double>(trials - successes) + 1.0, tail);
}

double proportion_upper_limit(std::uint64_t successes, std::uint64_t trials, double tail) {
  THALWEG_EXPECTS(successes <= trials && tail > 0.0 && tail < 1.0);
  if (successes == trials) return 1.0;
  return boost::math::ibetac_inv(static_cast<double>(successes) + 1.0, static_cast<double>(trials - successes), tail);
}

}  // namespace thalweg

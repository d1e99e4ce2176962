// A probe's answer: a number with an interval and everything needed to judge it.
#pragma once

#include <cstddef>
#include <string>

namespace thalweg {

struct Measurement {
  std::string probe;       // "lambda_max", "lambda_min", "effective_sharpness"
  double value = 0.0;      // NaN: a product was not finite
  double lower = 0.0;      // the true number lies in [lower, upper]: certainly when certified, else with probability at least 1 - level
  double upper = 0.0;
  double level = 0.0;      // 0: no probability is involved
  std::string how;         // what gives the ends
  std::string semantics;   // what the number is, as a formula
  std::size_t products = 0;  // Hessian-vector products used
  double seconds = 0.0;
  bool converged = false;
  bool certified = false;
  std::string reason;      // when not converged: why
};

}  // namespace thalweg

// Step sizes eta_1, ..., eta_T from an expression in t, T and named constants (lib/core/expression.hpp):
//   "0.1"    "0.1 / sqrt(T)"    "c / t"    "(2 * t + 1) / (2 * lambda * (t + 1)^2)"    "if(t <= T / 2, 0.1, 0.01)"
// They are numbers in double, made once before a run, so that every engine multiplies by the same bits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lib/core/check.hpp"

namespace thalweg {

using Constants = std::map<std::string, double, std::less<>>;

// Throws SpecError, with line and column, for text that does not parse, an unknown name (naming the nearest known one), a condition in place
// of a number, a division by zero, and the first t at which the value is negative or not finite. A step of 0 is admitted.
std::vector<double> schedule(const std::string& text, std::uint64_t horizon, const Constants& constants = {}, const Place& place = {});

}  // namespace thalweg

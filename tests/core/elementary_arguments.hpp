// Arguments for the elementary functions: stratified over exponents and signs, dense where a function is delicate. Deterministic.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace thalweg {

inline double ulp_of(double value) {
  int exponent = 0;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, std::max(exponent - 53, -1074));
}

// `count` numbers, one per stratum of the exponent in [low, high).
inline std::vector<double> stratified(double low, double high, std::size_t count, bool both_signs, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> mantissa(1.0, 2.0);
  std::vector<double> all;
  for (std::size_t i = 0; i < count; ++i) {
    const double exponent = low + (high - low) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const double x = std::ldexp(mantissa(random), static_cast<int>(std::floor(exponent)));
    all.push_back(both_signs && i % 2 == 1 ? -x : x);
  }
  return all;
}

inline std::vector<double> spaced(double low, double high, std::size_t count, std::uint64_t seed = 2) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> jitter(0.0, 1.0);
  std::vector<double> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(low + (high - low) * (static_cast<double>(i) + jitter(random)) / static_cast<double>(count));
  return all;
}

inline std::vector<double> joined(std::initializer_list<std::vector<double>> parts) {
  std::vector<double> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline std::vector<double> exp_arguments(std::size_t n) { return joined({stratified(-60, 9.4, n / 2, true), spaced(-745.1, 709.7, n - n / 2)}); }
inline std::vector<double> expm1_arguments(std::size_t n) {
  return joined({stratified(-1070, 9.4, n / 4, true), spaced(-40, 709.7, n / 4), spaced(-1, 2, n - n / 2)});
}
inline std::vector<double> log_arguments(std::size_t n) { return joined({stratified(-1074, 1023.9, n / 2, false), spaced(0.5, 2, n - n / 2)}); }
inline std::vector<double> log1p_arguments(std::size_t n) {
  return joined({stratified(-1070, 1023.9, n / 4, false), stratified(-60, -0.01, n / 4, true), spaced(-0.999999, 3, n / 4), spaced(-0.5, 0.6, n - 3 * (n / 4))});
}
inline std::vector<double> tanh_arguments(std::size_t n) { return joined({stratified(-300, 5, n / 2, true), spaced(-3, 3, n - n / 2)}); }
inline std::vector<double> softplus_arguments(std::size_t n) { return joined({stratified(-60, 9.4, n / 3, true), spaced(-744, 50, n / 3), spaced(-4, 4, n - 2 * (n / 3))}); }
inline std::vector<double> angle_arguments(std::size_t n) {
  std::vector<double> all = joined({stratified(-300, 20, n / 3, true), spaced(-20, 20, n / 3)});
  // Near multiples of pi/2.
  std::mt19937_64 random(3);
  while (all.size() < n) {
    const double multiple = std::floor(std::ldexp(1.0, static_cast<int>(all.size() % 20)) * std::uniform_real_distribution<double>(0.5, 1.0)(random));
    double x = multiple * 1.5707963267948966;
    for (std::uint64_t k = random() % 4; k > 0; --k) x = std::nextafter(x, 1e9);
    all.push_back(x);
  }
  return all;
}
inline std::vector<std::pair<double, double>> pow_arguments(std::size_t n) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> unit(-1.0, 1.0), mantissa(1.0, 2.0);
  std::vector<std::pair<double, double>> all;
  for (std::size_t i = 0; i < n; ++i) {
    const int exponent = i % 3 == 0 ? static_cast<int>(random() % 2097) - 1074 : static_cast<int>(random() % 6) - 3;
    const double x = i % 7 == 0 ? 1.0 + 1e-3 * unit(random) : std::ldexp(mantissa(random), exponent);
    const double largest = 744.0 / std::max(std::fabs(std::log(x)), 1e-12);
    all.emplace_back(x, i % 5 == 0 ? 2.0 * unit(random) : unit(random) * largest);
  }
  return all;
}
// Everything together, special values in between.
inline std::vector<double> mixed_arguments(std::size_t n) {
  std::vector<double> all = joined({stratified(-1074, 1023.9, n / 3, true, 5), spaced(-30, 30, n / 3, 6), spaced(-750, 720, n - 2 * (n / 3), 7)});
  std::mt19937_64 random(8);
  std::shuffle(all.begin(), all.end(), random);
  constexpr double inf = std::numeric_limits<double>::infinity();
  const double special[] = {0.0, -0.0, inf, -inf, std::numeric_limits<double>::quiet_NaN(), 0x1p-1074, -0x1p-1022, 1.0, -1.0, 0x1p20, 0x1p1000, -0x1.8p600};
  for (std::size_t i = 0; i < all.size(); i += 5) all[i] = special[(i / 5) % (sizeof(special) / sizeof(double))];
  return all;
}

}  // namespace thalweg

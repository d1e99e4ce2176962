// Num<double> and Num<float>: arithmetic, selection, and the elementary functions of elementary_functions.hpp, elementary_circular.hpp,
// elementary_power.hpp and elementary_float.hpp. No vector types, so that a device compiler reads it too; lib/core/elementary.hpp adds
// the packs.
#pragma once

#include <cmath>

#include "lib/core/elementary_circular.hpp"
#include "lib/core/elementary_float.hpp"
#include "lib/core/elementary_functions.hpp"
#include "lib/core/elementary_power.hpp"
#include "lib/core/host_device.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

// T: float, double.
template <class T>
struct ScalarNum {
  using Value = T;
  using Mask = bool;
  THALWEG_HD static T sqrt(T x) { return std::sqrt(x); }
  THALWEG_HD static T fma(T a, T b, T c) { return std::fma(a, b, c); }
  THALWEG_HD static T abs(T x) { return std::fabs(x); }
  THALWEG_HD static T min(T a, T b) { return a < b ? a : b; }
  THALWEG_HD static T max(T a, T b) { return a > b ? a : b; }
  THALWEG_HD static T copysign(T x, T s) { return std::copysign(x, s); }
  THALWEG_HD static T select(bool c, T a, T b) { return c ? a : b; }
  THALWEG_HD static T sqr(T x) { return x * x; }
#define THALWEG_FORWARD(name) \
  THALWEG_HD static T name(T x) {                                      \
    if constexpr (sizeof(T) == 8) return elementary::name<T>(x);      \
    else return elementary::single::name<T>(x);                        \
  }
  THALWEG_FORWARD(exp) THALWEG_FORWARD(expm1) THALWEG_FORWARD(log) THALWEG_FORWARD(log1p) THALWEG_FORWARD(sin) THALWEG_FORWARD(cos)
  THALWEG_FORWARD(tanh) THALWEG_FORWARD(softplus) THALWEG_FORWARD(sigmoid)
#undef THALWEG_FORWARD
  THALWEG_HD static T pow(T x, T p) {
    if constexpr (sizeof(T) == 8) return elementary::pow<T>(x, p);
    else return elementary::single::pow<T>(x, p);
  }
};
template <>
struct Num<double> : ScalarNum<double> {};
template <>
struct Num<float> : ScalarNum<float> {};

}  // namespace thalweg

// What the noise models' build functions share. A model is one header problems/noises/<name>.hpp: a functor (lib/engine/noise.hpp) with
//   static constexpr Entry entry;  static std::vector<Parameter> parameters();  static BuiltNoise<N> build(const Parameters&, std::size_t dim);
// and one line in problems/catalogue.hpp. Moments in NoiseFacts are enclosures of those of the implemented variate, in double and in float.
#pragma once

#include <memory>

#include "lib/engine/noise.hpp"
#include "problems/build.hpp"

namespace thalweg {

template <class N>
struct BuiltNoise {
  N functor;
  std::shared_ptr<const Storage> storage;  // may be null
  NoiseFacts facts;
  std::size_t delay = 0;  // as NoiseInstance has it
};

namespace noises {

inline Constant unbounded(std::string source = "unbounded") { return {0.0, std::numeric_limits<double>::infinity(), Trust::estimated, std::move(source)}; }
// The same in every coordinate.
inline PerCoordinate<Constant> all(std::size_t dim, Constant c) { return {dim, std::move(c)}; }
// Unbiased with the facts given, alike in every coordinate.
NoiseFacts alike(std::size_t dim, Constant variance, Constant third_moment, Constant bound);
// Var xi_j = base_j + factor g_j^2.
NoiseFacts growing(PerCoordinate<Constant> base, Constant factor);

// x widened by a relative error.
Constant about(double x, double relative, std::string source);

// The mean of U^-p over the values that a uniform variate takes, U = (k + 1/2) / n, k = 0 ... n - 1:  n^(p-1) sum (k + 1/2)^-p,  0 < p < 1 (or p = 1:
// then it grows like log n). By summation up to 4096 and Euler-Maclaurin's formula beyond; relative error below 1e-14.
// The law's own mean 1 / (1 - p) differs by the tail that no variate reaches.
double mean_of_inverse_power(double p, double n);
constexpr double uniform_values_double = 0x1p52, uniform_values_float = 0x1p23;

}  // namespace noises

}  // namespace thalweg

// The bodies of reference.hpp, in the namespace THALWEG_REFERENCE. Included by *_reference.cpp and *_reference_fast.cpp only.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/bench/reference.hpp"

#ifndef THALWEG_REFERENCE
#define THALWEG_REFERENCE plain
#endif

namespace thalweg::bench::THALWEG_REFERENCE {

namespace {

template <class T>
double value(const T* x, std::size_t count) {
  double sum = 0.0;
  for (std::size_t j = 0; j < count; ++j) {
    const T s = std::sin(x[j]);
    sum += static_cast<double>(x[j] * x[j] + T(3) * s * s);
  }
  return sum;
}

template <class T>
void adam(const AdamNumbers& n, double t, const T* g, T* x, T* m, T* v, std::size_t count) {
  const T b1 = static_cast<T>(n.beta1), b2 = static_cast<T>(n.beta2), c1 = static_cast<T>(1.0 - n.beta1), c2 = static_cast<T>(1.0 - n.beta2), eps = static_cast<T>(n.eps);
  const T rate = static_cast<T>(n.eta / (1.0 - std::pow(n.beta1, t))), inner = static_cast<T>(1.0 / (1.0 - std::pow(n.beta2, t)));
#pragma GCC ivdep
  for (std::size_t j = 0; j < count; ++j) {
    m[j] = b1 * m[j] + c1 * g[j];
    v[j] = b2 * v[j] + c2 * g[j] * g[j];
    x[j] -= rate * m[j] / (std::sqrt(v[j] * inner) + eps);
  }
}

template <class T>
double scalar(const Sweep& sweep, const AdamNumbers& n) {
  std::vector<T> x(sweep.dim), g(sweep.dim), m(sweep.dim), v(sweep.dim);
  double sum = 0.0;
  for (std::size_t r = 0; r < sweep.replicas; ++r) {
    std::fill(x.begin(), x.end(), static_cast<T>(sweep.start));
    std::fill(m.begin(), m.end(), T(0));
    std::fill(v.begin(), v.end(), T(0));
    for (std::size_t t = 1; t <= sweep.steps; ++t) {
      for (std::size_t j = 0; j < sweep.dim; ++j) {
        const T twice = x[j] + x[j];
        g[j] = twice + T(3) * std::sin(twice);
      }
      adam(n, static_cast<double>(t), g.data(), x.data(), m.data(), v.data(), sweep.dim);
    }
    sum += value(x.data(), sweep.dim);
  }
  return sum;
}

template <class T>
double arrays(const Sweep& sweep, const AdamNumbers& n) {
  using A = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic>;
  const auto rows = static_cast<Eigen::Index>(sweep.dim), columns = static_cast<Eigen::Index>(sweep.replicas);
  A x = A::Constant(rows, columns, static_cast<T>(sweep.start)), m = A::Zero(rows, columns), v = A::Zero(rows, columns), g(rows, columns);
  for (std::size_t t = 1; t <= sweep.steps; ++t) {
    const double time = static_cast<double>(t);
    const T rate = static_cast<T>(n.eta / (1.0 - std::pow(n.beta1, time))), inner = static_cast<T>(1.0 / (1.0 - std::pow(n.beta2, time)));
    g = T(2) * x + T(3) * (T(2) * x).sin();
    m = static_cast<T>(n.beta1) * m + static_cast<T>(1.0 - n.beta1) * g;
    v = static_cast<T>(n.beta2) * v + static_cast<T>(1.0 - n.beta2) * g.square();
    x -= rate * m / ((v * inner).sqrt() + static_cast<T>(n.eps));
  }
  return value(x.data(), static_cast<std::size_t>(x.size()));
}

}  // namespace

double scalar_sweep(const Sweep& sweep, const AdamNumbers& n, double) { return scalar<double>(sweep, n); }
double scalar_sweep(const Sweep& sweep, const AdamNumbers& n, float) { return scalar<float>(sweep, n); }
double eigen_sweep(const Sweep& sweep, const AdamNumbers& n, double) { return arrays<double>(sweep, n); }
double eigen_sweep(const Sweep& sweep, const AdamNumbers& n, float) { return arrays<float>(sweep, n); }

void copy(const float* from, float* to, std::size_t count) {
#pragma GCC ivdep
  for (std::size_t j = 0; j < count; ++j) to[j] = from[j];
}
void seven_streams(const float* g, float* x, float* m, float* v, std::size_t count) {
#pragma GCC ivdep
  for (std::size_t j = 0; j < count; ++j) {
    m[j] = 0.9F * m[j] + 0.1F * g[j];
    v[j] = 0.9F * v[j] + 0.1F * g[j] * g[j];
    x[j] -= 0.1F * m[j];
  }
}
void adam_step(const AdamNumbers& n, double t, const float* g, float* x, float* m, float* v, std::size_t count) { adam(n, t, g, x, m, v, count); }
void adam_step(const AdamNumbers& n, double t, const double* g, double* x, double* m, double* v, std::size_t count) { adam(n, t, g, x, m, v, count); }

}  // namespace thalweg::bench::THALWEG_REFERENCE

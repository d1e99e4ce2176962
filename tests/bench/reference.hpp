// What the benchmarks compare with, in the same binary: plain loops and array expressions of the same work, compiled with all that this machine has
// (*_reference.cpp) and with -ffast-math as well (*_reference_fast.cpp). The work is Adam on the sum of x^2 + 3 sin^2 x:
//   g = 2 x + 3 sin 2x,  m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  x = x - eta (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
#pragma once

#include <cstddef>

namespace thalweg::bench {

struct AdamNumbers {
  double eta = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
};

// One replica after another, each from `start`; returns the sum of f over replicas at the end, so that nothing is left out.
struct Sweep {
  std::size_t dim = 100, replicas = 256, steps = 2000;
  double start = 3.0;
};

// Compiled twice: in namespace plain with -O3 -march=native, in namespace fast with -ffast-math too.
#define THALWEG_REFERENCES                                                                                                             \
  double scalar_sweep(const Sweep&, const AdamNumbers&, double);                                                                       \
  double scalar_sweep(const Sweep&, const AdamNumbers&, float);                                                                        \
  double eigen_sweep(const Sweep&, const AdamNumbers&, double); /* all replicas as one array */                                        \
  double eigen_sweep(const Sweep&, const AdamNumbers&, float);                                                                         \
  void copy(const float* from, float* to, std::size_t count);                                                                          \
  void seven_streams(const float* g, float* x, float* m, float* v, std::size_t count);                                                 \
  void adam_step(const AdamNumbers&, double t, const float* g, float* x, float* m, float* v, std::size_t count);                       \
  void adam_step(const AdamNumbers&, double t, const double* g, double* x, double* m, double* v, std::size_t count);

namespace plain {
THALWEG_REFERENCES
}
namespace fast {
THALWEG_REFERENCES
}

}  // namespace thalweg::bench

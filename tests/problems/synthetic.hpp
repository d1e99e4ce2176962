// The synthetic problems that the behaviours are tested on: each family once in several coordinates with uneven parameters, and in one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg::test {

struct Case {
  std::string id;
  Parameters parameters;
};

inline std::vector<Case> synthetic_cases() {
  return {
      {"quadratic", {{"spectrum", {0.5, 3.0, 7.0}}, {"region", {2.5}}}},
      {"quadratic", {{"dim", {1}}, {"L", {2.0}}}},
      {"quadratic", {{"dim", {5}}, {"mu", {0.1}}, {"L", {1.0}}}},
      {"huber", {{"dim", {3}}, {"L", {1.0, 2.0, 0.5}}, {"tau", {1.0, 0.3, 2.0}}}},
      {"huber", {{"L", {3.0}}, {"tau", {0.7}}}},
      {"huber-chain", {{"dim", {3}}, {"L", {2.0}}, {"tau", {0.6}}}},
      {"huber-chain", {{"dim", {1}}}},
      {"log-cosh", {{"scale", {1.01, 0.25, 4.0}}}},
      {"log-cosh", {{"scale", {1.01}}}},
      {"pl-sine", {{"scale", {1.0, 0.7}}, {"region", {3.0}}}},
      {"pl-sine", {{"dim", {1}}}},
      {"singular-least-squares", {{"dim", {4}}, {"rank", {3}}, {"mu", {0.3}}, {"L", {2.0}}, {"region", {1.5}}}},
      {"singular-least-squares", {{"dim", {2}}, {"rank", {1}}, {"L", {3.0}}}},
      {"cosine", {{"scale", {1.5, 0.2, 1.0}}}},
      {"log-one-plus-square", {{"scale", {2.0, 0.3}}}},
  };
}

inline std::string label(const Problem& problem) { return problem.text; }

// Zeroed doubles aligned for the widest pack, as an engine hands them to kernels.
class Aligned {
 public:
  explicit Aligned(std::size_t n) : data_(static_cast<double*>(std::aligned_alloc(64, (n * sizeof(double) + 63) / 64 * 64))) {
    std::fill_n(data_.get(), n, 0.0);
  }
  double* data() { return data_.get(); }
  double& operator[](std::size_t i) { return data_[i]; }

 private:
  struct Free {
    void operator()(double* p) const { std::free(p); }
  };
  std::unique_ptr<double[], Free> data_;
};

// A point whose size, sparsity and signs vary over the probes: coordinates of one sign pattern on a sphere of log-uniform radius, inside
// the cube of half-width `most`; sometimes one coordinate alone, sometimes a corner.
template <class Random>
std::vector<double> probe_point(Random& random, std::size_t dim, double least, double most) {
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  std::vector<double> x(dim, 0.0);
  const double radius = least * std::pow(most / least, unit(random));
  const int kind = static_cast<int>(4.0 * unit(random));
  const auto only = static_cast<std::size_t>(unit(random) * static_cast<double>(dim));
  for (std::size_t j = 0; j < dim; ++j) {
    const double sign = unit(random) < 0.5 ? -1.0 : 1.0;
    if (kind == 0)
      x[j] = j == only ? sign * radius : 0.0;
    else if (kind == 1)
      x[j] = sign * radius;
    else if (kind == 2)
      x[j] = sign * most * unit(random);
    else
      x[j] = sign * radius * unit(random);
  }
  return x;
}

}  // namespace thalweg::test

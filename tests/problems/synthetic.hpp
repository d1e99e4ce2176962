// The synthetic problems that the behaviours are tested on, and points to look at.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"
#include "tests/problems/definitions_classes.hpp"
#include "tests/problems/definitions_coupled.hpp"
#include "tests/problems/definitions_data.hpp"
#include "tests/problems/definitions_landscapes.hpp"
#include "tests/problems/definitions_named.hpp"
#include "tests/problems/definitions_networks.hpp"
#include "tests/problems/definitions_separable.hpp"

namespace thalweg::test {

struct Case {
  std::string id;
  Parameters parameters;
};

// Every synthetic family's definition.
inline const std::vector<FamilyDefinition>& definitions() {
  static const std::vector<FamilyDefinition> all = [] {
    std::vector<FamilyDefinition> every;
    for (const auto& kind : {separable_definitions(), coupled_definitions(), named_definitions(), landscape_definitions(), network_definitions(), data_definitions(), class_definitions()})
      every.insert(every.end(), kind.begin(), kind.end());
    return every;
  }();
  return all;
}
inline const FamilyDefinition& definition_of(std::string_view id) {
  for (const FamilyDefinition& d : definitions())
    if (d.id == id) return d;
  throw std::out_of_range("no definition of " + std::string(id));
}

inline std::vector<Case> synthetic_cases() {
  std::vector<Case> all;
  for (const FamilyDefinition& d : definitions())
    for (const Parameters& parameters : d.cases) all.push_back({d.id, parameters});
  return all;
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

// Networks on planted data.
#pragma once

#include "tests/problems/definitions_coupled.hpp"

namespace thalweg::test {

// A unit's value, and the absolute value of its slope.
struct UnitAt {
  Big value, slope;
};
using Unit = std::function<UnitAt(const Big&)>;

// v . phi(W z), W row by row before v.
inline Sized layer_network(const Point& x, const Point& z, std::size_t hidden, const Unit& unit) {
  Sized out = 0.0;
  for (std::size_t k = 0; k < hidden; ++k) {
    Sized input = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) input = input + Sized(x[k * z.size() + i]) * Sized(z[i]);
    const UnitAt at = unit(input.value);
    out = out + Sized(x[hidden * z.size() + k]) * Sized(at.value, abs(at.value) + at.slope * input.size);
  }
  return out;
}
inline UnitAt tanh_at(const Big& z) {
  const Big t = tanh(z);
  return {t, 1 - t * t};
}
inline Sized mlp_output(const Point& x, const Point& z, std::size_t first, std::size_t second) {
  std::vector<Sized> layer;
  for (std::size_t k = 0; k < first; ++k) {
    Sized input = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) input = input + Sized(x[k * z.size() + i]) * Sized(z[i]);
    const UnitAt at = tanh_at(input.value);
    layer.emplace_back(at.value, abs(at.value) + at.slope * input.size);
  }
  const std::size_t u = first * z.size(), v = u + first * second;
  Sized out = 0.0;
  for (std::size_t l = 0; l < second; ++l) {
    Sized input = 0.0;
    for (std::size_t k = 0; k < first; ++k) input = input + Sized(x[u + l * first + k]) * layer[k];
    const UnitAt at = tanh_at(input.value);
    out = out + Sized(x[v + l]) * Sized(at.value, abs(at.value) + at.slope * input.size);
  }
  return out;
}
// The mean over planted inputs of half the squared distance of two networks' outputs.
inline Residuals against_planted(const std::function<Sized(const Problem&, const Point& x, const Point& z)>& output) {
  return [output](const Problem& p, const Point& x) {
    const std::size_t samples = count(p.parameters, "samples");
    const std::vector<double> all = planted_normals(p.parameters, 0, p.dim());
    const Point planted(all.begin(), all.end());
    std::vector<Residual> out;
    for (const Point& z : planted_rows(p, 1, samples, count(p.parameters, "inputs")))
      out.push_back(residual(Big(1) / (2 * Big(samples)), output(p, x, z) - output(p, planted, z)));
    return out;
  };
}
// Whether some unit's input is 0 for some sample.
inline bool at_a_kink(const Problem& p, const std::vector<double>& x) {
  const std::size_t inputs = count(p.parameters, "inputs");
  for (const Point& z : planted_rows(p, 1, count(p.parameters, "samples"), inputs)) {
    for (std::size_t k = 0; k < count(p.parameters, "hidden"); ++k) {
      Big input = 0;
      for (std::size_t i = 0; i < inputs; ++i) input += Big(x[k * inputs + i]) * z[i];
      if (input == 0) return true;
    }
  }
  return false;
}

inline std::vector<FamilyDefinition> network_definitions() {
  const auto network = [](std::string id, const Unit& unit, const Scale& gradient_scale) {
    const Residuals residuals = against_planted([unit](const Problem& p, const Point& x, const Point& z) { return layer_network(x, z, count(p.parameters, "hidden"), unit); });
    return squares(std::move(id), {{{"samples", {2}}}, {{"inputs", {1}}, {"hidden", {1}}, {"samples", {3}}, {"seed", {3}}}}, residuals, gradient_scale);
  };
  std::vector<FamilyDefinition> all;
  all.push_back(network("tanh-network", tanh_at, polynomial(50, 3)));
  all.push_back(network("softplus-network", [](const Big& z) { return UnitAt{log(1 + exp(z)), 1 / (1 + exp(-z))}; }, polynomial(50, 3)));
  all.push_back(network("relu-network", [](const Big& z) { return UnitAt{z > 0 ? z : Big(0), z > 0 ? 1 : 0}; }, polynomial(50, 3)));
  all.back().kink_at = at_a_kink;
  all.push_back(squares("mlp", {{{"second", {1}}, {"samples", {2}}}, {{"inputs", {1}}, {"first", {1}}, {"second", {2}}, {"samples", {2}}}},
                        against_planted([](const Problem& p, const Point& x, const Point& z) {
                          return mlp_output(x, z, count(p.parameters, "first"), count(p.parameters, "second"));
                        }),
                        polynomial(50, 4)));
  return all;
}

}  // namespace thalweg::test

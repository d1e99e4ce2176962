// A linear network of two layers:  f(W, v) = sum_s (v . W z_s - y_s)^2 / (2 m),  W hidden x inputs, v hidden; y_s = b . A z_s for planted W = A, v = b.
//
// x holds W row by row, then v; z_s, A and b are planted normal draws (multiples of 2^-8, so that y is exact). The minimisers contain all (W, v) with W'v = A'b:
// a manifold, (G A, G^-T b) among them; they are these where the z_s span the inputs. Other stationary points are saddles. Not smooth everywhere.
// Source: P. Baldi, K. Hornik, "Neural networks and principal component analysis: learning from examples without local minima", Neural Networks 2, 1989.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct TwoLayerLinear {
  static constexpr Entry entry{"two-layer-linear", "Linear network of two layers", "Baldi & Hornik 1989"};
  static constexpr std::string_view formula = "f(W, v) = sum_s (v . W z_s - b . A z_s)^2 / (2 m)";

  View<const double> input;   // z_s, sample after sample
  View<const double> target;  // y_s
  std::size_t inputs, hidden;

  std::size_t dim() const { return hidden * (inputs + 1); }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t s = 0; s < target.size(); ++s) sum.add(m::sqr(residual(x, s)));
    return sum.total() / R(2.0 * static_cast<double>(target.size()));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R each = R(static_cast<double>(target.size()));
    const std::size_t n = hidden * inputs;
    for (std::size_t k = 0; k < n + hidden; ++k) g[k] = R(0.0);
    for (std::size_t s = 0; s < target.size(); ++s) {
      const R r = residual(x, s) / each;
      for (std::size_t k = 0; k < hidden; ++k) {
        g[n + k] = g[n + k] + r * unit(x, s, k);
        const R back = r * x[n + k];
        for (std::size_t i = 0; i < inputs; ++i) g[k * inputs + i] = g[k * inputs + i] + back * R(input[s * inputs + i]);
      }
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"inputs", {3}, 1, 64, true, "length of z"},
            {"hidden", {2}, 1, 64, true, "width of the hidden layer"},
            {"samples", {8}, 1, 4096, true, "m"},
            seed_parameter(),
            {"start", {0.5}, 1e-100, 1e100, false, "size of the first iterate, whose coordinates are drawn"},
            region_parameter(2.0)};
  }
  static Built<TwoLayerLinear> build(const Parameters& values) {
    const std::size_t inputs = count(values, "inputs"), hidden = count(values, "hidden"), samples = count(values, "samples"), n = hidden * (inputs + 1);
    const std::vector<double> planted = planted_normals(values, 0, n);
    auto storage = std::make_shared<Storage>();
    const View<const double> input = storage->keep(planted_normals(values, 1, samples * inputs)), nothing = storage->keep(std::vector<double>(samples, 0.0));
    TwoLayerLinear teacher{input, nothing, inputs, hidden};
    std::vector<double> target(samples);
    for (std::size_t s = 0; s < samples; ++s) target[s] = teacher.residual<double>(View<const double>(planted), s);
    Facts facts = facts_with_minimiser(PerCoordinate<double>(planted), number(values, "region"));
    facts.minimisers = "all W, v with W'v = A'b (where the inputs span)";
    return {TwoLayerLinear{input, storage->keep(target), inputs, hidden}, storage, facts, drawn_start(values, n), {}};
  }

 private:
  template <class R>
  THALWEG_HD R unit(View<const R> x, std::size_t s, std::size_t k) const {
    R sum = x[k * inputs] * R(input[s * inputs]);
    for (std::size_t i = 1; i < inputs; ++i) sum = sum + x[k * inputs + i] * R(input[s * inputs + i]);
    return sum;
  }
  template <class R>
  THALWEG_HD R residual(View<const R> x, std::size_t s) const {
    R sum = x[hidden * inputs] * unit(x, s, 0);
    for (std::size_t k = 1; k < hidden; ++k) sum = sum + x[hidden * inputs + k] * unit(x, s, k);
    return sum - R(target[s]);
  }
};

}  // namespace thalweg

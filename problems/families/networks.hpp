// Small networks that learn a planted network of their own kind, without noise: f* = 0 is attained at the planted weights.
//
//   one hidden layer   f(W, v) = sum_s (v . phi(W z_s) - y_s)^2 / (2 m),  phi = tanh, softplus or max(., 0) in every unit;  x holds W row by row, then v
//   mlp                f(W, U, v) = sum_s (v . tanh(U tanh(W z_s)) - y_s)^2 / (2 m);  x holds W, U, v
// y_s is the value at the planted weights, computed by the same program, so that f and its gradient vanish there to the bit; inputs and planted weights are
// normal draws. Nonconvex, coupled; the minimisers come in families: units can be exchanged, and where phi is odd their signs; max(., 0) lets a unit's weights be
// scaled by c and 1 / c. Gradients are back-propagation written out. Not smooth everywhere; with max(., 0) not differentiable where a unit's input is 0: its slope
// is taken as 0 there, and bounds of |grad_j f| on the region hold for every slope in [0, 1].
// Source: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating errors", Nature 323, 1986; planted networks: D. Saad, S. A.
// Solla, Phys. Rev. E 52, 1995.
#pragma once

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct TanhUnit {
  static constexpr Entry entry{"tanh-network", "Planted network with one layer of tanh", "Saad & Solla 1995"};
  static constexpr std::string_view formula = "f(W, v) = sum_s (v . tanh(W z_s) - y_s)^2 / (2 m)";
  static constexpr bool smooth = true;
  static constexpr const char* others = "contain the planted W, v with units exchanged, and signs of units";
  template <class R>
  THALWEG_HD static R value(const R& z) { return m::tanh(z); }
  template <class R>
  THALWEG_HD static R slope(const R& z) {
    const R t = m::tanh(z);
    return (R(1.0) - t) * (R(1.0) + t);
  }
};
struct SoftplusUnit {
  static constexpr Entry entry{"softplus-network", "Planted network with one layer of softplus", "Saad & Solla 1995; Dugas et al. 2001"};
  static constexpr std::string_view formula = "f(W, v) = sum_s (v . softplus(W z_s) - y_s)^2 / (2 m)";
  static constexpr bool smooth = true;
  static constexpr const char* others = "contain the planted W, v with units exchanged";
  template <class R>
  THALWEG_HD static R value(const R& z) { return m::softplus(z); }
  template <class R>
  THALWEG_HD static R slope(const R& z) { return m::sigmoid(z); }
};
struct ReluUnit {
  static constexpr Entry entry{"relu-network", "Planted network with one layer of rectifiers", "Saad & Solla 1995; Nair & Hinton 2010"};
  static constexpr std::string_view formula = "f(W, v) = sum_s (v . max(W z_s, 0) - y_s)^2 / (2 m)";
  static constexpr bool smooth = false;
  static constexpr const char* others = "contain the planted W, v with units exchanged, and (c w_k, v_k / c) for c > 0";
  template <class R>
  THALWEG_HD static R value(const R& z) { return m::select(z > R(0.0), z, R(0.0)); }
  template <class R>
  THALWEG_HD static R slope(const R& z) { return m::select(z > R(0.0), R(1.0), R(0.0)); }
};

// What networks share: inputs, targets, the sum over samples.
struct Samples {
  View<const double> input;   // z_s, sample after sample
  View<const double> target;  // y_s
  std::size_t inputs;

  // row . z_s
  template <class R>
  THALWEG_HD R along(View<const R> x, std::size_t row, std::size_t s) const {
    R sum = x[row] * R(input[s * inputs]);
    for (std::size_t i = 1; i < inputs; ++i) sum = sum + x[row + i] * R(input[s * inputs + i]);
    return sum;
  }
};

template <class Unit>
struct HiddenLayerNetwork {
  static constexpr Entry entry = Unit::entry;
  static constexpr std::string_view formula = Unit::formula;

  Samples data;
  std::size_t hidden;

  std::size_t dim() const { return hidden * (data.inputs + 1); }
  template <class R>
  THALWEG_HD R output(View<const R> x, std::size_t s) const {
    const std::size_t v = hidden * data.inputs;
    R sum = x[v] * Unit::value(data.along(x, 0, s));
    for (std::size_t k = 1; k < hidden; ++k) sum = sum + x[v + k] * Unit::value(data.along(x, k * data.inputs, s));
    return sum;
  }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t s = 0; s < data.target.size(); ++s) sum.add(m::sqr(output(x, s) - R(data.target[s])));
    return sum.total() / R(2.0 * static_cast<double>(data.target.size()));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R each = R(static_cast<double>(data.target.size()));
    const std::size_t v = hidden * data.inputs;
    for (std::size_t j = 0; j < v + hidden; ++j) g[j] = R(0.0);
    for (std::size_t s = 0; s < data.target.size(); ++s) {
      const R r = (output(x, s) - R(data.target[s])) / each;
      for (std::size_t k = 0; k < hidden; ++k) {
        const std::size_t row = k * data.inputs;
        const R z = data.along(x, row, s), back = r * x[v + k] * Unit::slope(z);
        g[v + k] = g[v + k] + r * Unit::value(z);
        for (std::size_t i = 0; i < data.inputs; ++i) g[row + i] = g[row + i] + back * R(data.input[s * data.inputs + i]);
      }
    }
  }

  static std::vector<Parameter> parameters();
  static Built<HiddenLayerNetwork> build(const Parameters& values);
};
using TanhNetwork = HiddenLayerNetwork<TanhUnit>;
using SoftplusNetwork = HiddenLayerNetwork<SoftplusUnit>;
using ReluNetwork = HiddenLayerNetwork<ReluUnit>;

struct Mlp {
  static constexpr Entry entry{"mlp", "Planted network with two layers of tanh", "Rumelhart, Hinton & Williams 1986"};
  static constexpr std::string_view formula = "f(W, U, v) = sum_s (v . tanh(U tanh(W z_s)) - y_s)^2 / (2 m)";
  static constexpr std::size_t most_units = 8;  // of a layer: what back-propagation keeps of a sample

  Samples data;
  std::size_t first, second;  // units of the two layers

  std::size_t dim() const { return first * data.inputs + second * (first + 1); }
  template <class R>
  THALWEG_HD R output(View<const R> x, std::size_t s, R* a, R* b) const {
    const std::size_t u = first * data.inputs, v = u + first * second;
    for (std::size_t k = 0; k < first; ++k) a[k] = m::tanh(data.along(x, k * data.inputs, s));
    R sum = R(0.0);
    for (std::size_t l = 0; l < second; ++l) {
      R z = x[u + l * first] * a[0];
      for (std::size_t k = 1; k < first; ++k) z = z + x[u + l * first + k] * a[k];
      b[l] = m::tanh(z);
      sum = sum + x[v + l] * b[l];
    }
    return sum;
  }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    R a[most_units], b[most_units];
    Sum<R> sum;
    for (std::size_t s = 0; s < data.target.size(); ++s) sum.add(m::sqr(output(x, s, a, b) - R(data.target[s])));
    return sum.total() / R(2.0 * static_cast<double>(data.target.size()));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    R a[most_units], b[most_units];
    const R each = R(static_cast<double>(data.target.size())), one = R(1.0);
    const std::size_t u = first * data.inputs, v = u + first * second;
    for (std::size_t j = 0; j < v + second; ++j) g[j] = R(0.0);
    for (std::size_t s = 0; s < data.target.size(); ++s) {
      const R r = (output(x, s, a, b) - R(data.target[s])) / each;
      for (std::size_t l = 0; l < second; ++l) {
        g[v + l] = g[v + l] + r * b[l];
        b[l] = r * x[v + l] * ((one - b[l]) * (one + b[l]));  // df/d(input of unit l)
        for (std::size_t k = 0; k < first; ++k) g[u + l * first + k] = g[u + l * first + k] + b[l] * a[k];
      }
      for (std::size_t k = 0; k < first; ++k) {
        R back = R(0.0);
        for (std::size_t l = 0; l < second; ++l) back = back + b[l] * x[u + l * first + k];
        back = back * ((one - a[k]) * (one + a[k]));
        for (std::size_t i = 0; i < data.inputs; ++i) g[k * data.inputs + i] = g[k * data.inputs + i] + back * R(data.input[s * data.inputs + i]);
      }
    }
  }

  static std::vector<Parameter> parameters();
  static Built<Mlp> build(const Parameters& values);
};

}  // namespace thalweg

// Softmax with cross entropy of the scores of a linear model and of a network: design, classes and minimiser are read from the functor, the losses are transcribed.
#pragma once

#include "problems/families/mlp_classifier.hpp"
#include "problems/families/multinomial_regression.hpp"
#include "tests/problems/definitions_data.hpp"
#include "tests/problems/definitions_networks.hpp"

namespace thalweg::test {

template <class Network>
const ClassModel<Network>& class_model_of(const Problem& p) {
  return *static_cast<const ClassModel<Network>*>(p.objective.functor.get());
}

inline std::vector<Sized> scores_of(const ClassModel<LinearScores>& f, std::size_t i, const Point& x) {
  std::vector<Sized> z(f.classes, Sized(0.0));
  for (std::size_t c = 0; c < f.classes; ++c)
    for (std::size_t k = 0; k < f.design.features; ++k) z[c] = z[c] + Sized(f.design.row(i)[k]) * Sized(x[k * f.classes + c]);
  return z;
}
inline std::vector<Sized> scores_of(const ClassModel<HiddenScores>& f, std::size_t i, const Point& x) {
  const std::size_t H = f.network.hidden, outer = f.design.features * H;
  std::vector<Sized> z;
  for (std::size_t c = 0; c < f.classes; ++c) z.emplace_back(x[outer + H * f.classes + c]);
  for (std::size_t h = 0; h < H; ++h) {
    Sized input(0.0);
    for (std::size_t k = 0; k < f.design.features; ++k) input = input + Sized(f.design.row(i)[k]) * Sized(x[k * H + h]);
    const Big t = input.value, slope = f.network.softplus ? Big(1 / (1 + exp(-t))) : Big(1 - tanh(t) * tanh(t));
    const Big value = f.network.softplus ? softplus_of(t) : Big(tanh(t));
    for (std::size_t c = 0; c < f.classes; ++c) z[c] = z[c] + Sized(x[outer + h * f.classes + c]) * Sized(value, abs(value) + slope * input.size);
  }
  return z;
}
// log of the mean of e^(t_c) with weights p_c, less that of t_c; p_c sum to 1 within rounding.
inline Big centred_loss(const std::vector<Sized>& t, const double* p) {
  Big weight = 0, mean = 0, sum = 0;
  for (std::size_t c = 0; c < t.size(); ++c) weight += p[c], mean += p[c] * t[c].value, sum += p[c] * exp(t[c].value);
  return log(sum / weight) - mean / weight;
}
inline Big class_loss(const std::vector<Sized>& z, std::size_t label) {
  Big sum = 0;
  for (const Sized& zc : z) sum += exp(zc.value - z[label].value);
  return log(sum);
}

template <class Network>
FamilyDefinition class_definition(std::string id, std::vector<Parameters> cases, const Scale& gradient_scale) {
  const auto shifted = [](const ClassModel<Network>& f, Point x) {
    for (std::size_t j = 0; j < x.size() && f.centred(); ++j) x[j] -= Big(f.centre[j]) + Big(f.rest[j]);
    return x;
  };
  FamilyDefinition out{std::move(id), std::move(cases), nullptr};
  out.value = [shifted](const Problem& p, const Point& at) {
    const ClassModel<Network>& f = class_model_of<Network>(p);
    const Point x = shifted(f, at);
    Big sum = 0;
    for (std::size_t i = 0; i < f.design.samples; ++i) {
      const std::vector<Sized> z = scores_of(f, i, x);
      sum += f.centred() ? centred_loss(z, f.probabilities + i * f.classes) : class_loss(z, static_cast<std::size_t>(f.labels[i]));
    }
    return Big(sum / f.design.samples + Big(f.lambda) / 2 * inner(x, x));
  };
  out.value_scale = [shifted](const Problem& p, const Point& at) {
    const ClassModel<Network>& f = class_model_of<Network>(p);
    const Point x = shifted(f, at);
    Big most = 0;
    for (std::size_t i = 0; i < f.design.samples; ++i)
      for (const Sized& z : scores_of(f, i, x)) most = std::max(most, z.size);
    return Big(4 * (f.centred() ? std::min(most, Big(most * most)) : most));
  };
  out.gradient_scale = gradient_scale;
  return out;
}

inline std::vector<FamilyDefinition> class_definitions() {
  const Parameters small = {{"samples", {6}}, {"features", {2}}};
  const auto with = [&](const Parameters& others) {
    Parameters all = small;
    for (const auto& [name, value] : others) all[name] = value;
    return all;
  };
  std::vector<FamilyDefinition> all;
  all.push_back(class_definition<LinearScores>("multinomial-regression", {small, with({{"lambda", {0.1}}}), with({{"features", {1}}, {"classes", {5}}, {"lambda", {0.05}}})},
                                               [](const Problem& p, const std::vector<double>& x) { return 16.0 * (1.0 + p.facts.L.upper) * std::max(1.0, largest_coordinate(x)); }));
  all.push_back(class_definition<HiddenScores>("mlp-classifier", {with({{"hidden", {2}}}), with({{"hidden", {1}}, {"unit", {1}}, {"classes", {2}}, {"lambda", {0.1}}})}, polynomial(50, 3)));
  return all;
}

}  // namespace thalweg::test

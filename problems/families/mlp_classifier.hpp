// A network with one hidden layer that classifies data, full batch or mini-batch:
//   f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i] + (lambda/2) |x|^2,   z_i = V'phi(W'a_i) + e,   phi = tanh (unit = 0) or softplus (unit = 1) in every unit
// x holds W (coordinate k H + h: feature k, unit h), then V and e (F H + h C + c: unit h, class c; e after the units). With constant = 1 the units have offsets, too.
//
// Nonconvex; not smooth everywhere. Values are f itself, whose lower bound is 0; no minimiser is known. The first iterate is drawn: with equal units no gradient would
// part them. The gradient is back-propagation.
// The formula and its oracle: class_model.hpp; the data: data_design.hpp; the classes: class_labels.hpp; facts and their proofs: mlp_classifier.cpp.
// Source: D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323, 1986; C. M. Bishop, Pattern Recognition and Machine Learning, 2006, sections 5.1 to 5.3.
#pragma once

#include "problems/families/class_model.hpp"
#include "problems/families/data_design.hpp"
#include "problems/families/networks.hpp"

namespace thalweg {

struct HiddenScores {
  static constexpr Entry entry{"mlp-classifier", "Network with one hidden layer that classifies data", "Rumelhart, Hinton & Williams 1986; Bishop 2006, section 5.3"};
  static constexpr std::string_view formula = "f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i] + (lambda/2) |x|^2,  z_i = V'phi(W'a_i) + e,  phi = tanh or softplus";

  static constexpr bool linear = false;

  std::size_t hidden;
  bool softplus;

  std::size_t weights(std::size_t features, std::size_t classes) const { return features * hidden + (hidden + 1) * classes; }
  template <class R, class Rows>
  void forward(const Rows& a, std::size_t samples, std::size_t features, std::size_t classes, const R* x, classed::Work<R>& work, R* z) const {
    const std::size_t length = hidden + 1;
    work.inner.resize(samples * hidden);   // W'a
    work.outer.resize(samples * length);   // phi of it, then 1
    classed::scores(a, samples, features, hidden, x, work.inner.data());
    for (std::size_t s = 0; s < samples; ++s) {
      for (std::size_t h = 0; h < hidden; ++h) {
        const R& t = work.inner[s * hidden + h];
        work.outer[s * length + h] = softplus ? SoftplusUnit::value(t) : TanhUnit::value(t);
      }
      work.outer[s * length + hidden] = R(1.0);
    }
    classed::scores(classed::OwnRows<R>{work.outer.data(), length}, samples, length, classes, x + features * hidden, z);
  }
  template <class R, class Rows>
  void backward(const Rows& a, std::size_t samples, std::size_t features, std::size_t classes, const R* x, classed::Work<R>& work, const R* r, R* g) const {
    const std::size_t length = hidden + 1;
    const R* v = x + features * hidden;
    classed::back(classed::OwnRows<R>{work.outer.data(), length}, samples, length, classes, r, g + features * hidden);
    for (std::size_t s = 0; s < samples; ++s)
      for (std::size_t h = 0; h < hidden; ++h) {
        R back = v[h * classes] * r[s * classes];
        for (std::size_t c = 1; c < classes; ++c) back = m::fma(v[h * classes + c], r[s * classes + c], back);
        R& t = work.inner[s * hidden + h];
        t = back * (softplus ? SoftplusUnit::slope(t) : TanhUnit::slope(t));
      }
    classed::back(a, samples, features, hidden, work.inner.data(), g);
  }

  static std::vector<Parameter> parameters();
  // A file leaves the seed, of the first iterate.
  static void complete(Parameters& values, const Parameters& given, const Texts& texts);
  static Built<ClassModel<HiddenScores>> build(const Parameters& values, const Texts& texts);
};

}  // namespace thalweg

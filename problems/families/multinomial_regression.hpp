// Multinomial logistic regression on data, full batch or mini-batch:
//   f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i] + (lambda/2) |x|^2,   z_ic = sum_k a_ik x_{k C + c},   C classes; coordinate k C + c is feature k, class c
//
// Convex. With lambda > 0 the minimiser is found by Newton's method (up to 64 coordinates) and values are f - f*; elsewhere they are f, whose lower bound is 0.
// The formula and its oracle: class_model.hpp; the data: data_design.hpp; the classes: class_labels.hpp; facts and their proofs: multinomial_regression.cpp.
// Source: C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4.
#pragma once

#include "problems/families/class_model.hpp"
#include "problems/families/data_design.hpp"

namespace thalweg {

struct LinearScores {
  static constexpr Entry entry{"multinomial-regression", "Multinomial logistic regression on data", "Bishop 2006, section 4.3.4"};
  static constexpr std::string_view formula = "f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i] + (lambda/2) |x|^2,  z_ic = sum_k a_ik x_{k C + c}";

  static constexpr bool linear = true;

  std::size_t weights(std::size_t features, std::size_t classes) const { return features * classes; }
  template <class R, class Rows>
  void forward(const Rows& a, std::size_t samples, std::size_t features, std::size_t classes, const R* x, classed::Work<R>&, R* z) const {
    classed::scores(a, samples, features, classes, x, z);
  }
  template <class R, class Rows>
  void backward(const Rows& a, std::size_t samples, std::size_t features, std::size_t classes, const R*, classed::Work<R>&, const R* r, R* g) const {
    classed::back(a, samples, features, classes, r, g);
  }

  static std::vector<Parameter> parameters() { return data_parameters(Task::classes, {{"lambda", {0.0}, 0.0, 1e100, false, "weight of |x|^2 / 2"}}); }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { complete_data(values, given, texts); }
  static Built<ClassModel<LinearScores>> build(const Parameters& values, const Texts& texts);
};

}  // namespace thalweg

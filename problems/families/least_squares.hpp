// Least squares on data, full batch or mini-batch:  f(x) = |A x - b|^2 / (2 n).
//
// Values are f - f* where f* is known: on the synthetic design, whose planted solution is a minimiser exactly, and on data where A'A is certified to be
// positive definite (up to 64 features). Elsewhere they are f, whose lower bound is 0.
// The formula and its oracle: linear_model.hpp; the data: data_design.hpp; facts and their proofs: squared_loss.cpp.
// Source: C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 3.1.
#pragma once

#include "problems/families/squared_loss.hpp"

namespace thalweg {

struct LeastSquaresLoss {
  static constexpr Entry entry{"least-squares", "Least squares on data", "Bishop 2006, section 3.1"};
  static constexpr std::string_view formula = "f(x) = |A x - b|^2 / (2 n)";

  SquaredLoss squared;

  template <class R>
  R value(std::size_t i, const R& t) const {
    return squared.value<R>(i, t);
  }
  template <class R>
  R slope(std::size_t i, const R& t) const {
    return squared.slope<R>(i, t);
  }
  double at_centre(std::size_t i) const { return squared.at_centre(i); }

  static std::vector<Parameter> parameters() { return data_parameters(Task::regression, {label_noise_parameter()}); }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { complete_data(values, given, texts); }
  static Built<LinearModel<LeastSquaresLoss>> build(const Parameters& values, const Texts& texts) {
    SquaredProblem p = squared_problem(values, texts, 0.0);
    return built_model(values, p.planted, p.storage, LeastSquaresLoss{p.loss}, 0.0, p.centre, p.rest, std::move(p.facts));
  }
};

}  // namespace thalweg

// Ridge regression, full batch or mini-batch:  f(x) = |A x - b|^2 / (2 n) + (lambda/2) |x|^2.
//
// Strongly convex with mu >= lambda; values are f - f* with f* from the normal equations, up to 64 features; above they are f.
// The formula and its oracle: linear_model.hpp; the data: data_design.hpp; facts and their proofs: squared_loss.cpp.
// Source: A. E. Hoerl, R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12, 1970.
#pragma once

#include "problems/families/squared_loss.hpp"

namespace thalweg {

struct RidgeLoss {
  static constexpr Entry entry{"ridge", "Ridge regression", "Hoerl & Kennard, Technometrics 12, 1970"};
  static constexpr std::string_view formula = "f(x) = |A x - b|^2 / (2 n) + (lambda/2) |x|^2";

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

  static std::vector<Parameter> parameters() { return data_parameters(Task::regression, {{"lambda", {0.1}, 1e-100, 1e100, false, "weight of |x|^2 / 2"}, label_noise_parameter()}); }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { complete_data(values, given, texts); }
  static Built<LinearModel<RidgeLoss>> build(const Parameters& values, const Texts& texts) {
    SquaredProblem p = squared_problem(values, texts, number(values, "lambda"));
    return built_model(values, p.planted, p.storage, RidgeLoss{p.loss}, number(values, "lambda"), p.centre, p.rest, std::move(p.facts));
  }
};

}  // namespace thalweg

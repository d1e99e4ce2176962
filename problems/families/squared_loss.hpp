// The loss (z - b_i)^2 / 2 of linear_model.hpp, and what least squares and ridge regression know of it.
#pragma once

#include "problems/families/data_design.hpp"

namespace thalweg {

struct SquaredLoss {
  const double* residual;  // a_i . x* - b_i; where x* is not known, -b_i
  bool centred;

  template <class R>
  R value(std::size_t i, const R& t) const {
    return R(0.5) * m::sqr(slope<R>(i, t));
  }
  template <class R>
  R slope(std::size_t i, const R& t) const {
    return centred ? t : t + R(residual[i]);
  }
  double at_centre(std::size_t i) const { return centred ? residual[i] : 0.0; }
};

struct SquaredProblem {
  PlantedData planted;
  std::shared_ptr<Storage> storage;
  SquaredLoss loss;
  std::vector<double> centre, rest;  // empty: not known
  Facts facts;
};
// |A x - b|^2 / (2 n) + (lambda/2) |x|^2.
SquaredProblem squared_problem(const Parameters& values, const Texts& texts, double lambda);

}  // namespace thalweg

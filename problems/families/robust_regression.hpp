// Robust regression, full batch or mini-batch:  f(x) = (1/n) sum_i rho(a_i . x - b_i),  w = width:
//   loss = 0, Huber   rho(e) = e^2 / 2 where |e| <= w, else w |e| - w^2 / 2     convex
//   loss = 1, Welsch  rho(e) = (w^2 / 2) (1 - exp(-(e / w)^2))                  not convex, bounded
// Values are f itself, whose lower bound is 0. The formula and its oracle: linear_model.hpp; the data: data_design.hpp; facts: robust_regression.cpp.
// Source: P. J. Huber, Ann. Math. Statist. 35, 1964; J. E. Dennis, R. E. Welsch, Comm. Statist. B 7, 1978.
#pragma once

#include "problems/families/data_design.hpp"

namespace thalweg {

struct RobustLoss {
  static constexpr Entry entry{"robust-regression", "Huber's or Welsch's loss of residuals on data", "Huber 1964; Dennis & Welsch 1978"};
  static constexpr std::string_view formula = "f(x) = (1/n) sum_i rho(a_i . x - b_i),  Huber: rho(e) = e^2 / 2 where |e| <= w, else w |e| - w^2 / 2;  Welsch: rho(e) = (w^2 / 2) (1 - exp(-(e / w)^2))";

  const double* target;  // b_i
  double width;
  bool welsch;

  template <class R>
  R value(std::size_t i, const R& t) const {
    const R e = t - R(target[i]), w = R(width);
    if (welsch) return R(-0.5 * width * width) * m::expm1(-m::sqr(e / w));
    return m::select(m::abs(e) <= w, R(0.5) * m::sqr(e), w * (m::abs(e) - R(0.5) * w));
  }
  template <class R>
  R slope(std::size_t i, const R& t) const {
    const R e = t - R(target[i]), w = R(width);
    if (welsch) return e * m::exp(-m::sqr(e / w));
    return m::select(m::abs(e) <= w, e, m::select(e > R(0.0), w, -w));
  }
  double at_centre(std::size_t) const { return 0.0; }

  static std::vector<Parameter> parameters() {
    return data_parameters(Task::regression, {{"loss", {0.0}, 0.0, 1.0, true, "0: Huber, 1: Welsch"}, {"width", {1.0}, 1e-50, 1e50, false, "w: residuals above it count less"}});
  }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { complete_data(values, given, texts); }
  static Built<LinearModel<RobustLoss>> build(const Parameters& values, const Texts& texts);
};

}  // namespace thalweg

// Support vector machine with a linear kernel, full batch or mini-batch:  f(x) = (1/n) sum_i max(0, 1 - s_i a_i . x) + (lambda/2) |x|^2,  s_i = 1 or -1.
//
// Convex with a kink where a margin s_i a_i . x is 1: the subgradient is the one of the linear piece beyond it (slope 0). Values are f itself, whose lower bound
// is 0; f* is not known. |loss'| <= 1: without lambda |grad_j f| <= mean_i |a_ij| (of a sample max_i |a_ij|), and E |g_i - grad f|^2 <= mean_i |a_i|^2; with
// lambda f is strongly convex with that modulus at least.
// The formula and its oracle: linear_model.hpp; the data: data_design.hpp.
// Source: C. Cortes, V. Vapnik, Machine Learning 20, 1995; S. Shalev-Shwartz, Y. Singer, N. Srebro, A. Cotter, Mathematical Programming 127, 2011 (Pegasos).
#pragma once

#include "problems/families/data_design.hpp"

namespace thalweg {

struct HingeLoss {
  static constexpr Entry entry{"support-vector", "Hinge losses of a linear classifier on data", "Cortes & Vapnik 1995; Shalev-Shwartz et al. 2011"};
  static constexpr std::string_view formula = "f(x) = (1/n) sum_i max(0, 1 - s_i a_i . x) + (lambda/2) |x|^2,  s_i = 1 or -1";

  const double* sign;  // s_i

  template <class R>
  R value(std::size_t i, const R& t) const {
    return m::max(R(1.0) - R(sign[i]) * t, R(0.0));
  }
  template <class R>
  R slope(std::size_t i, const R& t) const {
    return m::select(R(sign[i]) * t < R(1.0), R(-sign[i]), R(0.0));
  }
  double at_centre(std::size_t) const { return 0.0; }

  static std::vector<Parameter> parameters() {
    return data_parameters(Task::classification, {{"lambda", {0.1}, 0.0, 1e100, false, "weight of |x|^2 / 2"}}, order_of_lengths);
  }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { complete_data(values, given, texts); }
  static Built<LinearModel<HingeLoss>> build(const Parameters& values, const Texts& texts);
};

}  // namespace thalweg

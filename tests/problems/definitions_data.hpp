// Losses of a linear model on data: the design, the targets and the minimiser are read from the functor, the losses are transcribed.
#pragma once

#include "problems/families/least_squares.hpp"
#include "problems/families/logistic_regression.hpp"
#include "problems/families/ridge.hpp"
#include "problems/families/robust_regression.hpp"
#include "problems/families/support_vector.hpp"
#include "tests/problems/definitions_coupled.hpp"

namespace thalweg::test {

template <class Loss>
const LinearModel<Loss>& model_of(const Problem& p) {
  return *static_cast<const LinearModel<Loss>*>(p.objective.functor.get());
}

template <class Loss>
Sized shifted_coordinate(const Problem& p, const Point& x, std::size_t k) {
  return Sized(x[k]) - (Sized(model_of<Loss>(p).centre[k]) + Sized(model_of<Loss>(p).rest[k]));
}
// a_i . (x - x*)
template <class Loss>
Sized score_of(const Problem& p, const Point& x, std::size_t i) {
  Sized sum(0.0);
  for (std::size_t k = 0; k < x.size(); ++k) sum = sum + Sized(model_of<Loss>(p).design.row(i)[k]) * shifted_coordinate<Loss>(p, x, k);
  return sum;
}
// How far the terms of a gradient may reach: L max |x_j - x*_j| d, and the losses' slopes at x*.
template <class Loss>
Scale data_gradient_scale() {
  return [](const Problem& p, const std::vector<double>& x) {
    double most = 0.0, trace = 1e-300;
    for (std::size_t k = 0; k < x.size(); ++k) {
      most = std::max(most, std::fabs(x[k] - model_of<Loss>(p).centre[k]));
      trace += p.facts.L_j[k].upper;
    }
    return 4.0 * static_cast<double>(x.size()) * trace * most;
  };
}

template <class Loss>
FamilyDefinition squared_definition(std::string id, std::vector<Parameters> cases) {
  return squares(std::move(id), std::move(cases), [](const Problem& p, const Point& x) {
    const LinearModel<Loss>& f = model_of<Loss>(p);
    std::vector<Residual> all;
    for (std::size_t i = 0; i < f.design.samples; ++i) {
      Sized e = score_of<Loss>(p, x, i);
      if (!f.loss.squared.centred) e = e + Sized(f.loss.squared.residual[i]);
      all.push_back(residual(Big(0.5) / f.design.samples, e));
    }
    if (f.lambda > 0.0)
      for (std::size_t k = 0; k < x.size(); ++k) all.push_back(residual(Big(0.5 * f.lambda), shifted_coordinate<Loss>(p, x, k)));
    return all;
  }, data_gradient_scale<Loss>());
}

// A mean of losses of the scores, with errors in them of a few 2^-53 of their sizes and slopes of at most `steep`.
template <class Loss, class Term>
FamilyDefinition loss_definition(std::string id, std::vector<Parameters> cases, Term term) {
  FamilyDefinition out{std::move(id), std::move(cases), nullptr};
  out.value = [term](const Problem& p, const Point& x) {
    const LinearModel<Loss>& f = model_of<Loss>(p);
    Big sum = 0;
    for (std::size_t i = 0; i < f.design.samples; ++i) sum += term(p, i, score_of<Loss>(p, x, i).value);
    sum /= f.design.samples;
    for (std::size_t k = 0; k < x.size() && f.lambda > 0.0; ++k) {
      const Big shift = shifted_coordinate<Loss>(p, x, k).value;
      sum += Big(0.5 * f.lambda) * shift * shift;
    }
    return sum;
  };
  out.value_scale = [](const Problem& p, const Point& x) {
    Big most = 0, size = 0;
    for (std::size_t i = 0; i < model_of<Loss>(p).design.samples; ++i) most = std::max(most, score_of<Loss>(p, x, i).size);
    size = model_of<Loss>(p).centre[0] != 0.0 ? Big(most * most) : Big(most);
    return Big(4 * std::min(most, size));
  };
  out.gradient_scale = [](const Problem& p, const std::vector<double>& x) {
    double most = 1.0;
    for (std::size_t k = 0; k < x.size(); ++k) most = std::max(most, std::fabs(x[k]));
    return 16.0 * (1.0 + p.facts.L.upper) * most;
  };
  return out;
}

inline Big softplus_of(const Big& z) { return z > 0 ? Big(z + log(1 + exp(-z))) : Big(log(1 + exp(z))); }

inline std::vector<FamilyDefinition> data_definitions() {
  const Parameters small = {{"samples", {12}}, {"dim", {3}}}, one = {{"samples", {6}}, {"dim", {1}}, {"noise", {0.0}}};
  const auto with = [](Parameters p, const char* name, double value) { return p[name] = {value}, p; };
  std::vector<FamilyDefinition> all;
  all.push_back(squared_definition<LeastSquaresLoss>("least-squares", {small, one, {{"samples", {40}}, {"dim", {5}}, {"power", {1.0}}, {"noise", {2.0}}}}));
  all.push_back(squared_definition<RidgeLoss>("ridge", {small, one, {{"samples", {4}}, {"dim", {5}}, {"lambda", {0.5}}}}));
  const Parameters few = {{"samples", {8}}, {"dim", {3}}};
  all.push_back(loss_definition<LogisticLoss>("logistic-regression", {few, {{"samples", {9}}, {"dim", {2}}, {"lambda", {0.05}}}}, [](const Problem& p, std::size_t i, const Big& t) {
    const LogisticLoss& loss = model_of<LogisticLoss>(p).loss;
    if (!loss.centred) return softplus_of(-Big(loss.sign[i]) * t);
    const Big high = loss.p[i], low = loss.q[i];  // their sum is 1 within rounding: the definition divides by it
    return Big(log((low + high * exp(t)) / (low + high)) - high / (low + high) * t);
  }));
  all.push_back(loss_definition<RobustLoss>("robust-regression", {with(with(few, "width", 0.5), "noise", 2.0), with(with(few, "loss", 1.0), "width", 3.0)}, [](const Problem& p, std::size_t i, const Big& t) {
    const RobustLoss& loss = model_of<RobustLoss>(p).loss;
    const Big e = t - Big(loss.target[i]), w = loss.width, size = abs(e);
    if (loss.welsch) return Big(w * w / 2 * (1 - exp(-e * e / (w * w))));
    return size <= w ? Big(e * e / 2) : Big(w * size - w * w / 2);
  }));
  all.back().kinked = true;
  all.push_back(loss_definition<HingeLoss>("support-vector", {few, {{"samples", {9}}, {"dim", {2}}, {"lambda", {0.0}}}}, [](const Problem& p, std::size_t i, const Big& t) {
    const Big margin = Big(model_of<HingeLoss>(p).loss.sign[i]) * t;
    return margin < 1 ? Big(1 - margin) : Big(0);
  }));
  all.back().kinked = true;
  all.back().gradient_scale = [](const Problem& p, const std::vector<double>& x) {
    double most = 1.0;
    for (double xk : x) most = std::max(most, std::fabs(xk));
    return 16.0 * (1.0 + model_of<HingeLoss>(p).lambda) * most;
  };
  return all;
}

}  // namespace thalweg::test

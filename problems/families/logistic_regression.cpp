// Facts of f(x) = (1/n) sum_i log(1 + exp(-s_i a_i . x)) + (lambda/2) |x|^2.
//
// L = lambda_max(A'A/n) / 4 + lambda, attained at x = 0, where every sigmoid' is 1/4; likewise L_j. mu = lambda: there is a v with a_i . v != 0 for every
// row that is not 0, and along it all curvatures of the losses vanish.
// |sigmoid - y| <= 1: where lambda = 0, |grad_j f| <= mean_i |a_ij|, that of a sample max_i |a_ij|; E |g_i - grad f|^2 <= mean_i |a_i|^2, a batch 1/b of it; by
// importance with the weights of importance.hpp.
// f*: with |grad f(x')| <= g at the point found, f(x') - g^2 / (2 lambda) <= f* <= f(x'); |x' - x*| <= g / lambda.
// Variance of one sample at x*: as in squared_loss.cpp, with |r_i - r_i(x')| <= |a_i| |x' - x*| / 4.
#include "problems/families/logistic_regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/enclose.hpp"

namespace thalweg {

namespace {

double dot(const double* a, const std::vector<double>& x) {
  Sum<double> sum;
  for (std::size_t k = 0; k < x.size(); ++k) sum.add(a[k] * x[k]);
  return sum.total();
}

// The gradient, and the Hessian where it is wanted, in a fixed order.
std::vector<double> gradient_at(const Dataset& data, const std::vector<double>& signs, double lambda, const std::vector<double>& x, std::vector<double>* hessian) {
  const std::size_t d = data.features;
  const double n = static_cast<double>(data.samples);
  std::vector<double> g(d);
  for (std::size_t k = 0; k < d; ++k) g[k] = lambda * x[k];
  if (hessian != nullptr) {
    hessian->assign(d * d, 0.0);
    for (std::size_t k = 0; k < d; ++k) (*hessian)[k * d + k] = lambda;
  }
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double* a = data.design.data() + i * d;
    const double z = signs[i] * dot(a, x), p = m::sigmoid(-z), slope = -signs[i] * p / n, curvature = p * m::sigmoid(z) / n;
    for (std::size_t j = 0; j < d; ++j) {
      g[j] += slope * a[j];
      for (std::size_t k = 0; k <= j && hessian != nullptr; ++k) (*hessian)[j * d + k] += curvature * a[j] * a[k];
    }
  }
  return g;
}

struct AtPoint {
  double gradient;  // its norm, from above
  Interval f, variance;
};

AtPoint at_point(const Dataset& data, const std::vector<double>& signs, const std::vector<double>& x, double lambda, const Sampling& sampling) {
  const std::size_t d = data.features;
  const Interval n(static_cast<double>(data.samples));
  std::vector<Interval> g(d, Interval(0.0)), slopes, norms;
  Interval losses(0.0), size(0.0), second(0.0);
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double* a = data.design.data() + i * d;
    Interval z(0.0), norm(0.0);
    for (std::size_t k = 0; k < d; ++k) z += Interval(a[k]) * Interval(x[k]), norm += m::sqr(Interval(a[k]));
    const Interval margin = Interval(-signs[i]) * z;
    losses += m::softplus(margin);
    slopes.push_back(Interval(-signs[i]) * m::sigmoid(margin));
    norms.push_back(norm);
    for (std::size_t k = 0; k < d; ++k) g[k] += Interval(a[k]) * slopes.back();
  }
  for (std::size_t k = 0; k < d; ++k) g[k] = g[k] / n + Interval(lambda) * Interval(x[k]);
  AtPoint out{norm_above(g), Interval(0.0), Interval(0.0)};
  const double distance = (Interval(out.gradient) / Interval(lambda)).upper();
  const Interval around(-distance, distance);
  for (double xk : x) size += m::sqr(Interval(xk));
  for (std::size_t i = 0; i < data.samples; ++i) second += m::sqr(slopes[i] + m::sqrt(norms[i]) * Interval(0.25) * around) * norms[i] * sampling.weight(i);
  const Interval f = losses / n + Interval(0.5 * lambda) * size;
  out.f = Interval((f - m::sqr(Interval(out.gradient)) / (Interval(2.0) * Interval(lambda))).lower(), f.upper());
  const Interval variance = second / n - m::sqr(Interval(lambda)) * m::sqr(m::sqrt(size) + around);
  out.variance = Interval(std::max(0.0, variance.lower()), std::max(0.0, variance.upper()));
  return out;
}

Constant quarter(const Constant& c, double lambda) { return enclosed(interval_of(c) * Interval(0.25) + Interval(lambda), c.source + ", sigmoid' <= 1/4"); }

Facts logistic_facts(const Dataset& data, double lambda, const Sampling& sampling) {
  const GramFacts gram = gram_facts(data);
  Facts facts;
  facts.smooth = facts.convex = true;
  facts.L = quarter(gram.largest, lambda);
  std::vector<Constant> diagonal;
  for (const Constant& c : gram.diagonal) diagonal.push_back(quarter(c, lambda));
  facts.L_j = std::move(diagonal);
  facts.mu = exact(lambda, lambda > 0.0 ? "lambda: losses flatten" : "losses flatten");
  SlopeBounds bounds = slope_bounds(data, Interval(1.0), sampling, "bound |sigmoid - y| <= 1");
  if (lambda == 0.0) facts.gradient_bound = std::move(bounds.gradient);
  facts.sampling_variance = bounds.variance;
  return facts;
}

}  // namespace

Built<LinearModel<LogisticLoss>> LogisticLoss::build(const Parameters& values, const Texts& texts) {
  const PlantedData planted = data_of(values, texts, Task::classification);
  const Dataset& data = *planted.data;
  const double lambda = number(values, "lambda");
  const Sampling sampling = sampling_of(values, data);
  const auto file = texts.find("file");
  const std::vector<double> signs = signs_of(data, list(values, "positive"), file == texts.end() ? "" : file->second);
  Facts facts = logistic_facts(data, lambda, sampling);
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};

  auto storage = std::make_shared<Storage>();
  std::vector<double> centre, p(data.samples, 0.5), q(data.samples, 0.5), pull(data.samples, 0.0);
  if (lambda > 0.0 && data.features <= most_certified_features) {
    std::vector<double> x = newton_minimiser(data.features, [&](const std::vector<double>& at, std::vector<double>* hessian) { return gradient_at(data, signs, lambda, at, hessian); });
    double size = 0.0;
    for (double xk : x) size += xk * xk;
    const AtPoint at = at_point(data, signs, x, lambda, sampling);
    // p and 1 - p below 1e-300 would divide 0 by 0.
    bool inside = at.gradient / lambda <= 1e-8 * (1.0 + std::sqrt(size));
    for (std::size_t i = 0; i < data.samples; ++i) {
      const double z = dot(data.design.data() + i * data.features, x);
      p[i] = m::sigmoid(z), q[i] = m::sigmoid(-z), pull[i] = -signs[i] * m::sigmoid(-signs[i] * z);
      inside = inside && std::fabs(z) < 600.0;
    }
    if (inside) {
      centre = std::move(x);
      facts.f_star = enclosed(at.f, "Newton's method, gradient enclosed");
      if (const Batches& batches = sampling.batches; batches.size > 0 && !batches.shuffled)
        facts.variance_at_minimiser = enclosed(at.variance / Interval(static_cast<double>(batches.size)), std::string("mean of |a_i r_i|^2 at the minimiser, ") + sampling.draws());
      facts.minimiser_unique = true;
    }
  }
  const bool centred = !centre.empty();
  const LogisticLoss loss{storage->keep(signs).data(), storage->keep(std::move(p)).data(), storage->keep(std::move(q)).data(), storage->keep(std::move(pull)).data(), centred};
  return built_model(values, planted, storage, loss, lambda, centre, {}, std::move(facts));
}

}  // namespace thalweg

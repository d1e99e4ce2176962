// Facts of f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i] + (lambda/2) |x|^2, z_i = X'a_i.
//
// Hessian (1/n) sum_i (a_i a_i') kron (diag p_i - p_i p_i') + lambda I.
// L: diag p - p p' <= (I - 11'/C) / 2 (D. Boehning, Ann. Inst. Statist. Math. 44, 1992), so that L <= lambda_max(A'A/n) / 2 + lambda; at x = 0 every p_c is 1 / C and
//   the largest eigenvalue is lambda_max / C + lambda.
// L_kc: the diagonal entry is mean_i a_ik^2 p (1 - p) + lambda, at most a quarter of the mean square, and (C - 1) / C^2 of it at x = 0.
// mu = lambda: the same added to all classes of a feature changes no loss.
// G_kc: a term a_ik (p_ic - [y_i = c]) lies between 0 and -a_ik for the own class, between 0 and a_ik for the others; a sample's is at most |a_ik| in size.
// E |g - grad f|^2 <= 2 mean_i w_i |a_i|^2, since |p - y|^2 <= 2; w_i of importance.hpp; a batch 1/b of it. L_i = |a_i|^2 / 2 for the loss of a sample.
// f*: with |grad f(x')| <= g at the point found, f(x') - g^2 / (2 lambda) <= f* <= f(x'); |x' - x*| <= g / lambda.
// Variance of one sample at x*: mean_i w_i |a_i|^2 |r_i|^2 - lambda^2 |x*|^2, r_i = p_i - y_i, with |r_i - r_i(x')| <= |a_i| |x' - x*| / 2.
#include "problems/families/multinomial_regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/enclose.hpp"
#include "problems/families/class_labels.hpp"

namespace thalweg {

namespace {

struct Model {
  const Dataset& data;
  const ClassLabels& classes;
  double lambda;

  std::size_t columns() const { return classes.classes; }
  std::size_t dim() const { return data.features * columns(); }
  const double* row(std::size_t i) const { return data.design.data() + i * data.features; }
  std::size_t label(std::size_t i) const { return static_cast<std::size_t>(classes.labels[i]); }

  // z_i, over any scalar.
  template <class R>
  std::vector<R> scores(std::size_t i, const std::vector<double>& x) const {
    std::vector<R> z(columns(), R(0.0));
    for (std::size_t k = 0; k < data.features; ++k)
      for (std::size_t c = 0; c < columns(); ++c) z[c] = z[c] + R(row(i)[k]) * R(x[k * columns() + c]);
    return z;
  }
};

std::vector<double> probabilities(std::vector<double> z) {
  const double most = *std::max_element(z.begin(), z.end());
  double total = 0.0;
  for (double& zc : z) total += zc = m::exp(zc - most);
  for (double& zc : z) zc /= total;
  return z;
}

// The gradient, and the Hessian where it is wanted, in a fixed order.
std::vector<double> gradient_at(const Model& f, const std::vector<double>& x, std::vector<double>* hessian) {
  const std::size_t d = f.dim(), C = f.columns();
  const double n = static_cast<double>(f.data.samples);
  std::vector<double> g(d);
  for (std::size_t j = 0; j < d; ++j) g[j] = f.lambda * x[j];
  if (hessian != nullptr) {
    hessian->assign(d * d, 0.0);
    for (std::size_t j = 0; j < d; ++j) (*hessian)[j * d + j] = f.lambda;
  }
  for (std::size_t i = 0; i < f.data.samples; ++i) {
    const double* a = f.row(i);
    const std::vector<double> p = probabilities(f.scores<double>(i, x));
    for (std::size_t j = 0; j < d; ++j) {
      const std::size_t k = j / C, c = j % C;
      g[j] += a[k] * (p[c] - (c == f.label(i) ? 1.0 : 0.0)) / n;
      for (std::size_t l = 0; l <= j && hessian != nullptr; ++l) (*hessian)[j * d + l] += a[k] * a[l / C] * p[c] * ((c == l % C ? 1.0 : 0.0) - p[l % C]) / n;
    }
  }
  return g;
}

struct AtPoint {
  double gradient;  // its norm, from above
  Interval f, variance;
};

AtPoint at_point(const Model& f, const std::vector<double>& x, const Sampling& sampling) {
  const std::size_t C = f.columns();
  const Interval n(static_cast<double>(f.data.samples)), one(1.0);
  std::vector<Interval> g(f.dim(), Interval(0.0)), slopes, norms;  // slopes: |r_i|
  Interval losses(0.0), size(0.0), second(0.0);
  for (std::size_t i = 0; i < f.data.samples; ++i) {
    const std::vector<Interval> z = f.scores<Interval>(i, x);
    Interval square(0.0), row(0.0);
    for (std::size_t k = 0; k < f.data.features; ++k) row += m::sqr(Interval(f.row(i)[k]));
    for (std::size_t c = 0; c < C; ++c) {
      Interval relative(0.0);  // 1 / p_c
      for (std::size_t e = 0; e < C; ++e) relative += e == c ? one : m::exp(z[e] - z[c]);
      if (c == f.label(i)) losses += m::log(relative);
      const Interval r = c == f.label(i) ? (one - relative) / relative : one / relative;
      square += m::sqr(r);
      for (std::size_t k = 0; k < f.data.features; ++k) g[k * C + c] += Interval(f.row(i)[k]) * r;
    }
    slopes.push_back(m::sqrt(square));
    norms.push_back(row);
  }
  for (std::size_t j = 0; j < g.size(); ++j) g[j] = g[j] / n + Interval(f.lambda) * Interval(x[j]);
  AtPoint out{norm_above(g), Interval(0.0), Interval(0.0)};
  const double distance = (Interval(out.gradient) / Interval(f.lambda)).upper();
  const Interval around(-distance, distance);
  for (const double xj : x) size += m::sqr(Interval(xj));
  for (std::size_t i = 0; i < f.data.samples; ++i) second += m::sqr(slopes[i] + m::sqrt(norms[i]) * Interval(0.5) * around) * norms[i] * sampling.weight(i);
  const Interval value = losses / n + Interval(0.5 * f.lambda) * size;
  out.f = Interval((value - m::sqr(Interval(out.gradient)) / (Interval(2.0) * Interval(f.lambda))).lower(), value.upper());
  const Interval variance = second / n - m::sqr(Interval(f.lambda)) * m::sqr(m::sqrt(size) + around);
  out.variance = Interval(std::max(0.0, variance.lower()), std::max(0.0, variance.upper()));
  return out;
}

// c times a factor between `least` and `most`, plus lambda.
Constant between(const Constant& c, const Interval& least, const Interval& most, double lambda, const std::string& source) {
  const double lower = (Interval(c.lower) * least + Interval(lambda)).lower(), upper = (Interval(c.upper) * most + Interval(lambda)).upper();
  return lower == upper ? exact(lower, source) : proved(lower, upper, source);
}

// Of the full gradient: the hulls of its terms.
std::vector<Constant> full_bounds(const Model& f) {
  const Interval n(static_cast<double>(f.data.samples)), zero(0.0);
  std::vector<Constant> out;
  for (std::size_t j = 0; j < f.dim(); ++j) {
    Interval above(0.0), below(0.0);
    for (std::size_t i = 0; i < f.data.samples; ++i) {
      const double a = f.row(i)[j / f.columns()], end = f.label(i) == j % f.columns() ? -a : a;
      above += m::max(Interval(end), zero);
      below += m::max(Interval(-end), zero);
    }
    out.push_back(proved(0.0, (m::max(above, below) / n).upper(), "bound |p - y| <= 1"));
  }
  return out;
}

Facts multinomial_facts(const Model& f, const Sampling& sampling) {
  const GramFacts gram = gram_facts(f.data);
  const Interval C(static_cast<double>(f.columns())), one(1.0);
  Facts facts;
  facts.smooth = facts.convex = true;
  facts.L = between(gram.largest, one / C, Interval(0.5), f.lambda, "bound of Boehning 1992, " + gram.largest.source);
  facts.mu = exact(f.lambda, "the same added to all classes changes no loss");
  std::vector<Constant> diagonal, bounds;
  const SlopeBounds slopes = slope_bounds(f.data, one, sampling, "bound |p - y| <= 1");
  for (std::size_t j = 0; j < f.dim(); ++j) {
    diagonal.push_back(between(gram.diagonal[j / f.columns()], (C - one) / m::sqr(C), Interval(0.25), f.lambda, "bound p (1 - p) <= 1/4"));
    bounds.push_back(slopes.gradient[j / f.columns()]);
  }
  facts.L_j = std::move(diagonal);
  if (f.lambda == 0.0) facts.gradient_bound = sampling.batches.size > 0 ? bounds : full_bounds(f);
  facts.sampling_variance = slope_bounds(f.data, m::sqrt(Interval(2.0)), sampling, "bound |p - y|^2 <= 2").variance;
  return facts;
}

}  // namespace

Built<ClassModel<LinearScores>> LinearScores::build(const Parameters& values, const Texts& texts) {
  const PlantedData planted = data_of(values, texts, Task::classes);
  const Dataset& data = *planted.data;
  const auto file = texts.find("file");
  const ClassLabels classes = class_labels(data, values, file == texts.end() ? "" : file->second);
  const Model f{data, classes, number(values, "lambda")};
  check_weights(f.dim());
  const Sampling sampling = sampling_of(values, data);
  Facts facts = multinomial_facts(f, sampling);
  facts.dim = f.dim();
  facts.independent_batches = !sampling.batches.shuffled;
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};

  auto storage = std::make_shared<Storage>();
  ClassModel<LinearScores> model{view_of(data), storage->keep(classes.labels).data(), classes.classes, {}, {}, nullptr, f.lambda, kept(sampling, *storage), {}};
  if (f.lambda > 0.0 && f.dim() <= most_certified_features) {
    const std::vector<double> x = newton_minimiser(f.dim(), [&](const std::vector<double>& at, std::vector<double>* hessian) { return gradient_at(f, at, hessian); });
    const AtPoint at = at_point(f, x, sampling);
    bool inside = at.gradient / f.lambda <= 1e-8 * (1.0 + norm(x));
    std::vector<double> p;
    for (std::size_t i = 0; i < data.samples; ++i) {
      const std::vector<double> z = f.scores<double>(i, x), of_row = probabilities(z);
      inside = inside && *std::max_element(z.begin(), z.end()) - *std::min_element(z.begin(), z.end()) < 0.5 * classed::far_change;
      p.insert(p.end(), of_row.begin(), of_row.end());
    }
    if (inside) {
      model.probabilities = storage->keep(std::move(p)).data();
      model.centre = storage->keep(x);
      model.rest = storage->keep(std::vector<double>(x.size(), 0.0));
      facts.f_star = enclosed(at.f, "Newton's method, gradient enclosed");
      if (const Batches& batches = sampling.batches; batches.size > 0 && !batches.shuffled)
        facts.variance_at_minimiser = enclosed(at.variance / Interval(static_cast<double>(batches.size)), std::string("mean of |a_i|^2 |r_i|^2 at the minimiser, ") + sampling.draws());
      facts.minimiser_unique = true;
    }
  }
  storage->keep(planted.data);
  return {model, storage, std::move(facts), data_start(values, f.dim()), data_box(values, f.dim()), planted.digest};
}

}  // namespace thalweg

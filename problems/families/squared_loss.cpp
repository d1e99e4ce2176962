// Facts of f(x) = |A x - b|^2 / (2 n) + (lambda/2) |x|^2, a quadratic with the Hessian A'A/n + lambda I.
//
// L, mu: its extreme eigenvalues (data_design.hpp). f*: with x' the point found and |x' - x*| <= r, f in intervals over the residuals and the points within r.
// Variance of one sample at x*: mean_i |a_i r_i|^2 - lambda^2 |x*|^2, since mean_i a_i r_i = -lambda x*, with |r_i - r_i(x')| <= |a_i| r; of a batch drawn
// with replacement 1/b of it. Drawn with probabilities p_i, the mean of |a_i r_i|^2 / (n p_i) stands for it; label noise of deviation tau adds tau^2 times the
// mean of |a_i|^2 (/ (n p_i)). Everywhere it grows with |x - x*| and has no bound.
#include "problems/families/squared_loss.hpp"

#include <algorithm>
#include <limits>

#include "problems/enclose.hpp"

namespace thalweg {

namespace {

struct AtMinimiser {
  Interval f, variance;
};

AtMinimiser at_minimiser(const Dataset& data, const std::vector<double>& residual, bool residuals_exact, const FoundMinimiser& x, double lambda, const Sampling& sampling) {
  const std::size_t d = data.features;
  const Interval n(static_cast<double>(data.samples)), around(-x.distance, x.distance);
  Interval squares(0.0), second(0.0), size(0.0);
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double* a = data.design.data() + i * d;
    Interval norm(0.0), r(-data.targets[i]);
    for (std::size_t k = 0; k < d; ++k) {
      norm += m::sqr(Interval(a[k]));
      if (!residuals_exact) r += Interval(a[k]) * (Interval(x.centre[k]) + Interval(x.rest[k]));
    }
    if (residuals_exact) r = Interval(residual[i]);
    else r += m::sqrt(norm) * around;
    squares += m::sqr(r);
    second += (m::sqr(r) + m::sqr(Interval(sampling.batches.label_noise))) * norm * sampling.weight(i);
  }
  for (std::size_t k = 0; k < d; ++k) size += m::sqr(Interval(x.centre[k]) + Interval(x.rest[k]) + around);
  const Interval variance = second / n - m::sqr(Interval(lambda)) * size;
  return {squares / (Interval(2.0) * n) + Interval(0.5 * lambda) * size, Interval(std::max(0.0, variance.lower()), std::max(0.0, variance.upper()))};
}

Constant plus_lambda(const Constant& c, double lambda) { return lambda == 0.0 ? c : enclosed(interval_of(c) + Interval(lambda), c.source + " + lambda"); }

Facts squared_facts(const GramFacts& gram, double lambda) {
  Facts facts;
  facts.smooth = facts.convex = facts.quadratic = true;
  facts.L = facts.hess_at_min = plus_lambda(gram.largest, lambda);
  facts.mu = plus_lambda(gram.least, lambda);
  std::vector<Constant> diagonal;
  for (const Constant& c : gram.diagonal) diagonal.push_back(plus_lambda(c, lambda));
  facts.L_j = std::move(diagonal);
  if (facts.mu.lower > 0.0) {
    facts.pl = facts.minimiser_unique = true;
    facts.mu_pl = facts.mu;
  }
  return facts;
}

}  // namespace

SquaredProblem squared_problem(const Parameters& values, const Texts& texts, double lambda) {
  SquaredProblem out{data_of(values, texts, Task::regression), std::make_shared<Storage>(), {}, {}, {}, {}};
  const Dataset& data = *out.planted.data;
  const GramFacts gram = gram_facts(data);
  const Sampling sampling = sampling_of(values, data);
  const Batches& batches = sampling.batches;
  out.facts = squared_facts(gram, lambda);

  const bool exactly = !out.planted.solution.empty() && lambda == 0.0;
  std::vector<double> residuals = exactly ? out.planted.residuals : std::vector<double>();
  std::optional<FoundMinimiser> found;
  if (exactly) found = FoundMinimiser{out.planted.solution, std::vector<double>(data.features, 0.0), 0.0};
  else found = least_squares_minimiser(data, gram, lambda, residuals);
  if (found) {
    const AtMinimiser at = at_minimiser(data, residuals, exactly, *found, lambda, sampling);
    out.facts.f_star = enclosed(at.f, exactly ? "mean square of the planted errors" : "normal equations, residual enclosed");
    if (batches.size > 0 && !batches.shuffled)
      out.facts.variance_at_minimiser = enclosed(at.variance / Interval(static_cast<double>(batches.size)), batches.label_noise > 0.0 ? "mean of |a_i|^2 (r_i^2 + tau^2) at the minimiser, independent draws" : std::string("mean of |a_i r_i|^2 at the minimiser, ") + sampling.draws());
    if (exactly) out.facts.minimiser = PerCoordinate<double>(found->centre);
    out.centre = std::move(found->centre);
    out.rest = std::move(found->rest);
  } else {
    residuals = data.targets;
    for (double& r : residuals) r = -r;
    out.facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "squares are positive; only this lower bound is known"};
  }
  if (batches.size == 0) out.facts.sampling_variance = exact(0.0, "full batch");
  out.loss = {out.storage->keep(std::move(residuals)).data(), found.has_value()};
  return out;
}

}  // namespace thalweg

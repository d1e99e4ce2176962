// Facts of f(x) = (1/n) sum_i rho(a_i . x - b_i).
//
// |rho''| <= 1: L <= lambda_max(A'A/n), L_j <= its diagonal. |rho'| <= c = w (Huber) or w exp(-1/2) / sqrt(2) (Welsch, at |e| = w / sqrt 2): |grad_j f| is at most
// c mean_i |a_ij|, that of a sample c max_i |a_ij|; E |g_i - grad f|^2 <= c^2 mean_i |a_i|^2, a batch drawn with replacement 1/b of it; by importance with
// the weights of importance.hpp.
// Huber: mu = 0, since f grows linearly. Welsch: rho'' >= -2 exp(-3/2), so that f + exp(-3/2) lambda_max |x|^2 is convex.
#include "problems/families/robust_regression.hpp"

#include <cmath>
#include <limits>

#include "problems/enclose.hpp"

namespace thalweg {

Built<LinearModel<RobustLoss>> RobustLoss::build(const Parameters& values, const Texts& texts) {
  const PlantedData planted = data_of(values, texts, Task::regression);
  const Dataset& data = *planted.data;
  const Sampling sampling = sampling_of(values, data);
  const double w = number(values, "width");
  const bool welsch = number(values, "loss") != 0.0;
  const GramFacts gram = gram_facts(data);
  const Interval most = welsch ? Interval(w) * m::exp(Interval(-0.5)) / m::sqrt(Interval(2.0)) : Interval(w);

  Facts facts;
  facts.smooth = true;
  facts.convex = !welsch;
  facts.L = proved(0.0, gram.largest.upper, "bound |rho''| <= 1");
  if (!welsch) facts.mu = exact(0.0, "grows linearly");
  else facts.weak_convexity = proved(0.0, (Interval(2.0) * m::exp(Interval(-1.5)) * Interval(gram.largest.upper)).upper(), "bound rho'' >= -2 exp(-3/2)");
  std::vector<Constant> diagonal;
  for (std::size_t k = 0; k < data.features; ++k)
    diagonal.push_back(proved(0.0, gram.diagonal[k].upper, "bound |rho''| <= 1"));
  facts.L_j = std::move(diagonal);
  SlopeBounds bounds = slope_bounds(data, most, sampling, "bound of rho'");
  facts.gradient_bound = std::move(bounds.gradient);
  facts.sampling_variance = bounds.variance;
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};

  auto storage = std::make_shared<Storage>();
  return built_model(values, planted, storage, RobustLoss{data.targets.data(), w, welsch}, 0.0, {}, {}, std::move(facts));
}

}  // namespace thalweg

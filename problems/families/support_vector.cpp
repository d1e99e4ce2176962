#include "problems/families/support_vector.hpp"

#include <limits>

#include "problems/enclose.hpp"

namespace thalweg {

Built<LinearModel<HingeLoss>> HingeLoss::build(const Parameters& values, const Texts& texts) {
  const PlantedData planted = data_of(values, texts, Task::classification);
  const Dataset& data = *planted.data;
  const Sampling sampling = sampling_of(values, data);
  const double lambda = number(values, "lambda");
  const auto file = texts.find("file");
  const std::vector<double> signs = signs_of(data, list(values, "positive"), file == texts.end() ? "" : file->second);

  Facts facts;
  facts.convex = true;
  facts.differentiable = false;
  facts.mu = lambda > 0.0 ? proved(lambda, std::numeric_limits<double>::infinity(), "lambda; bound, losses are convex") : exact(0.0, "losses are linear in pieces");
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};
  facts.minimiser_unique = lambda > 0.0;
  SlopeBounds bounds = slope_bounds(data, Interval(1.0), sampling, "bound |loss'| <= 1");
  if (lambda == 0.0) facts.gradient_bound = std::move(bounds.gradient);
  facts.sampling_variance = bounds.variance;

  auto storage = std::make_shared<Storage>();
  const HingeLoss loss{storage->keep(signs).data()};
  return built_model(values, planted, storage, loss, lambda, {}, {}, std::move(facts));
}

}  // namespace thalweg

#include "problems/families/support_vector.hpp"

#include <cmath>
#include <limits>

#include "problems/enclose.hpp"

namespace thalweg {

Built<LinearModel<HingeLoss>> HingeLoss::build(const Parameters& values, const Texts& texts) {
  const PlantedData planted = data_of(values, texts, Task::classification);
  const Dataset& data = *planted.data;
  const Batches batches = batches_of(values);
  const double lambda = number(values, "lambda");
  const auto file = texts.find("file");
  const std::vector<double> signs = signs_of(data, list(values, "positive"), file == texts.end() ? "" : file->second);

  Facts facts;
  facts.convex = true;
  facts.differentiable = false;
  facts.mu = lambda > 0.0 ? proved(lambda, std::numeric_limits<double>::infinity(), "lambda; bound, losses are convex") : exact(0.0, "losses are linear in pieces");
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};
  facts.minimiser_unique = lambda > 0.0;
  Interval rows(0.0);
  std::vector<Constant> bounds;
  for (std::size_t k = 0; k < data.features; ++k) {
    Interval sum(0.0), most(0.0);
    for (std::size_t i = 0; i < data.samples; ++i) {
      const Interval size(std::fabs(data.design[i * data.features + k]));
      sum += size;
      most = m::max(most, size);
      rows += m::sqr(size);
    }
    bounds.push_back(proved(0.0, (batches.size > 0 ? most : sum / Interval(static_cast<double>(data.samples))).upper(), "bound |loss'| <= 1"));
  }
  if (lambda == 0.0) facts.gradient_bound = std::move(bounds);
  if (batches.size == 0) facts.sampling_variance = exact(0.0, "full batch");
  else if (!batches.shuffled)
    facts.sampling_variance = proved(0.0, (rows / Interval(static_cast<double>(data.samples)) / Interval(static_cast<double>(batches.size))).upper(), "bound |loss'| <= 1, draws with replacement");

  auto storage = std::make_shared<Storage>();
  const HingeLoss loss{storage->keep(signs).data()};
  return built_model(values, planted, storage, loss, lambda, {}, {}, std::move(facts));
}

}  // namespace thalweg

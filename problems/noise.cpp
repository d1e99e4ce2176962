#include "problems/noise.hpp"

#include <algorithm>
#include <limits>

#include "problems/enclose.hpp"

namespace thalweg {

BuiltNoise<GaussianNoise> GaussianNoise::build(const Parameters& values, std::size_t dim) {
  const PerCoordinate<double> sigma = spread(values, "sigma", dim);
  NoiseFacts facts;
  facts.none = false;
  facts.variance = sigma.map([](double s) { return enclosed(m::sqr(Interval(s)) * Interval(1.0 - 1e-7, 1.0 + 1e-7), "variance of the generated variate"); });
  facts.third_moment = {dim, exact(0.0, "symmetry")};
  facts.bound = {dim, Constant{0.0, std::numeric_limits<double>::infinity(), Trust::estimated, "unbounded"}};
  auto storage = std::make_shared<Storage>();
  const GaussianNoise functor{storage->keep_coefficients(sigma)};
  return {functor, storage, facts};
}

BuiltNoise<TwoPointNoise> TwoPointNoise::build(const Parameters& values, std::size_t dim) {
  const double a = number(values, "a");
  const std::uint32_t k = threshold(number(values, "p"));
  const double p = rounded_probability(k);
  const double q = 1.0 - p;  // exact: a multiple of 2^-24
  const double b = p * a / q;

  const Interval A(a), B(b), P(p), Q(q);
  NoiseFacts facts;
  facts.none = false;
  const Interval mean = P * A - Q * B;
  facts.variance = {dim, enclosed(P * m::sqr(A) + Q * m::sqr(B) - m::sqr(mean), "definition")};
  facts.third_moment = {dim, enclosed(P * A * m::sqr(A) - Q * B * m::sqr(B), "definition")};
  facts.bound = {dim, exact(std::max(a, b))};
  facts.two_point = NoiseFacts::TwoPoint{exact(a), exact(p), enclosed(hull(B, P * A / Q), "p a / (1 - p)")};
  return {{static_cast<double>(k), a, b}, nullptr, facts};
}

}  // namespace thalweg

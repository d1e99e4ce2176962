// Facts of the noise models, those that need intervals or sums.

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/enclose.hpp"
#include "problems/noises/affine.hpp"
#include "problems/noises/alpha_stable.hpp"
#include "problems/noises/biased.hpp"
#include "problems/noises/clipped.hpp"
#include "problems/noises/delayed.hpp"
#include "problems/noises/gaussian.hpp"
#include "problems/noises/pareto.hpp"
#include "problems/noises/rotated_gaussian.hpp"
#include "problems/noises/sparse.hpp"
#include "problems/noises/student_t.hpp"
#include "problems/noises/two_point.hpp"

namespace thalweg {

namespace noises {

NoiseFacts alike(std::size_t dim, Constant variance, Constant third_moment, Constant bound) {
  NoiseFacts facts;
  facts.none = false;
  facts.variance = all(dim, std::move(variance));
  facts.third_moment = all(dim, std::move(third_moment));
  facts.bound = all(dim, std::move(bound));
  return facts;
}

NoiseFacts growing(PerCoordinate<Constant> base, Constant factor) {
  const std::size_t dim = base.size();
  const Constant grows = unbounded("grows with the gradient");
  NoiseFacts facts = alike(dim, grows, grows, grows);
  facts.growth = NoiseFacts::Growth{std::move(base), std::move(factor)};
  return facts;
}

Constant about(double x, double relative, std::string source) {
  return enclosed(Interval(x) * Interval(1.0 - relative, 1.0 + relative), std::move(source));
}

double mean_of_inverse_power(double p, double n) {
  THALWEG_EXPECTS(p > 0.0 && p <= 1.0 && n >= 4096.0);
  const long double power = p, count = n;
  const auto term = [&](long double x) { return std::pow(x, -power); };
  constexpr int summed = 4096;
  long double sum = 0.0L;
  for (int k = summed - 1; k >= 0; --k) sum += term(k + 0.5L);
  // The midpoint rule: sum_{k=m}^{n-1} f(k + 1/2) = integral from m to n - (f'(n) - f'(m)) / 24 + 7 (f^(3)(n) - f^(3)(m)) / 5760 - ...
  const long double m = summed;
  const long double integral = p == 1.0 ? std::log(count / m) : (std::pow(count, 1.0L - power) - std::pow(m, 1.0L - power)) / (1.0L - power);
  const auto slope = [&](long double x) { return -power * std::pow(x, -power - 1.0L); };
  const auto third = [&](long double x) { return -power * (power + 1.0L) * (power + 2.0L) * std::pow(x, -power - 3.0L); };
  sum += integral - (slope(count) - slope(m)) / 24.0L + 7.0L * (third(count) - third(m)) / 5760.0L;
  return static_cast<double>(sum * std::pow(count, power - 1.0L));
}

namespace {

// The mean over the values of a double and of a float variate, as one enclosure.
Interval inverse_power(double p) {
  const double wide = mean_of_inverse_power(p, uniform_values_double), narrow = mean_of_inverse_power(p, uniform_values_float);
  return Interval(std::min(wide, narrow), std::max(wide, narrow)) * Interval(1.0 - 1e-5, 1.0 + 1e-5);  // float's rounding of each value
}

}  // namespace

}  // namespace noises

BuiltNoise<GaussianNoise> GaussianNoise::build(const Parameters& values, std::size_t dim) {
  const PerCoordinate<double> sigma = spread(values, "sigma", dim);
  NoiseFacts facts;
  facts.none = false;
  facts.variance = sigma.map([](double s) { return enclosed(m::sqr(Interval(s)) * Interval(1.0 - 1e-7, 1.0 + 1e-7), "variance of the generated variate"); });
  facts.third_moment = {dim, exact(0.0, "symmetry")};
  facts.bound = noises::all(dim, noises::unbounded());
  facts.symmetric = true;
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

BuiltNoise<StudentNoise> StudentNoise::build(const Parameters& values, std::size_t dim) {
  const double s = number(values, "scale"), nu = number(values, "nu");
  // E T^2 = (nu / 2) (E U^(-2/nu) - 1): the mean of sin^2 over the midpoints is 1/2.
  const Constant variance = nu > 2.0 ? enclosed(m::sqr(Interval(s)) * Interval(0.5 * nu) * (noises::inverse_power(2.0 / nu) - Interval(1.0)), "mean of U^(-2/nu) over the variates")
                                     : noises::unbounded("infinite for nu <= 2");
  NoiseFacts facts = noises::alike(dim, variance, nu > 3.0 ? exact(0.0, "symmetry") : noises::unbounded("none for nu <= 3"), noises::unbounded());
  facts.symmetric = true;
  facts.moments = nu;
  return {{s, nu, -2.0 / nu}, nullptr, facts};
}

BuiltNoise<StableNoise> StableNoise::build(const Parameters& values, std::size_t dim) {
  const double s = number(values, "scale"), alpha = number(values, "alpha");
  const bool normal = alpha == 2.0;
  NoiseFacts facts = noises::alike(dim, normal ? noises::about(2.0 * s * s, 4e-5, "alpha = 2: Gaussian with variance 2 s^2") : noises::unbounded("infinite for alpha < 2"),
                                   normal ? exact(0.0, "symmetry") : noises::unbounded("none for alpha < 2"), noises::unbounded());
  facts.symmetric = true;
  if (!normal) facts.moments = alpha;
  return {{s, alpha, 1.0 - alpha, (1.0 - alpha) / alpha, 1.0 / alpha}, nullptr, facts};
}

BuiltNoise<ParetoNoise> ParetoNoise::build(const Parameters& values, std::size_t dim) {
  const double s = number(values, "scale"), a = number(values, "index");
  const double wide = noises::mean_of_inverse_power(1.0 / a, noises::uniform_values_double), narrow = noises::mean_of_inverse_power(1.0 / a, noises::uniform_values_float);
  const auto central = [&](int k) {  // E (U^(-1/a) - mean)^k from the raw moments
    const Interval m1 = noises::inverse_power(1.0 / a), m2 = noises::inverse_power(2.0 / a);
    if (k == 2) return m2 - m::sqr(m1);
    return noises::inverse_power(3.0 / a) - Interval(3.0) * m1 * m2 + Interval(2.0) * m1 * m::sqr(m1);
  };
  const Interval S(s);
  NoiseFacts facts = noises::alike(dim, a > 2.0 ? enclosed(m::max(Interval(0.0), m::sqr(S) * central(2)), "moments over the variates") : noises::unbounded("infinite for a <= 2"),
                                   a > 3.0 ? enclosed(S * m::sqr(S) * central(3), "moments over the variates") : noises::unbounded("infinite for a <= 3"), noises::unbounded());
  facts.moments = a;
  return {{s, -1.0 / a, wide, narrow}, nullptr, facts};
}

BuiltNoise<AffineNoise> AffineNoise::build(const Parameters& values, std::size_t dim) {
  const double sigma = number(values, "sigma"), c = number(values, "factor");
  const Interval square = m::sqr(Interval(sigma)) * Interval(1.0 - 1e-7, 1.0 + 1e-7);
  NoiseFacts facts = noises::growing(noises::all(dim, enclosed(square, "variance of the generated variate")), noises::about(c, 1e-7, "variance of the generated variate"));
  if (c == 0.0) {
    facts.variance = facts.growth->base;
    facts.growth.reset();
  }
  facts.third_moment = noises::all(dim, exact(0.0, "symmetry"));
  facts.bound = noises::all(dim, noises::unbounded());
  facts.symmetric = true;
  return {{sigma * sigma, c}, nullptr, facts};
}

BuiltNoise<SparseNoise> SparseNoise::build(const Parameters& values, std::size_t dim) {
  const std::uint32_t k = threshold(number(values, "p"));
  const double p = rounded_probability(k);
  const Interval P(p);
  return {{static_cast<double>(k), 1.0 / p - 1.0}, nullptr,
          noises::growing(noises::all(dim, exact(0.0)), enclosed((Interval(1.0) - P) / P * Interval(1.0 - 1e-6, 1.0 + 1e-6), "(1 - p) / p within the rounding of 1/p"))};
}

BuiltNoise<RotatedGaussianNoise> RotatedGaussianNoise::build(const Parameters& values, std::size_t dim) {
  if (static_cast<double>(dim) > most_listed_coordinates) throw SpecError({{}, "noise", std::string(entry.id), "of at most " + written(most_listed_coordinates) + " coordinates"});
  const PerCoordinate<double> sigma = spread(values, "sigma", dim);
  std::vector<double> v = planted_normals(values, 0, dim);
  if (v.front() == 0.0) v.front() = 1.0;  // not all are 0
  double square = 0.0;
  for (double v_j : v) square += v_j * v_j;
  for (double& v_j : v) v_j /= std::sqrt(square);

  // The formula of Var xi_j holds for every v, of length 1 or not.
  const auto axis = [&](std::size_t k) { return m::sqr(Interval(v[k])) * m::sqr(Interval(sigma[k])); };
  Interval all(0.0);
  for (std::size_t k = 0; k < dim; ++k) all += axis(k);
  const Interval variate(1.0 - 1e-7, 1.0 + 1e-7);  // the variance of the generated variate
  std::vector<Constant> variance;
  variance.reserve(dim);
  for (std::size_t j = 0; j < dim; ++j) {
    const Interval along = m::sqr(Interval(v[j])), own = m::sqr(Interval(sigma[j])) * m::sqr(Interval(1.0) - Interval(2.0) * along);
    variance.push_back(enclosed((own + Interval(4.0) * along * m::max(Interval(0.0), all - axis(j))) * variate, "diagonal of H D^2 H"));
  }
  NoiseFacts facts = noises::alike(dim, exact(0.0), exact(0.0, "symmetry"), noises::unbounded());
  facts.variance = std::move(variance);
  facts.symmetric = true;
  facts.independent = false;
  auto storage = std::make_shared<Storage>();
  RotatedGaussianNoise functor{storage->keep_coefficients(sigma), storage->keep_coefficients(PerCoordinate<double>(std::move(v)))};
  return {functor, storage, facts};
}

BuiltNoise<DelayedNoise> DelayedNoise::build(const Parameters& values, std::size_t dim) {
  const double sigma = number(values, "sigma");
  const Constant variance = sigma == 0.0 ? exact(0.0) : enclosed(m::sqr(Interval(sigma)) * Interval(1.0 - 1e-7, 1.0 + 1e-7), "variance of the generated variate, given the past");
  NoiseFacts facts = noises::alike(dim, variance, exact(0.0, "symmetry, given the past"), noises::unbounded("depends on how far x moves"));
  const std::size_t by = count(values, "by");
  facts.unbiased = by == 0;
  return {{sigma}, nullptr, facts, by};
}

BuiltNoise<BiasedNoise> BiasedNoise::build(const Parameters& values, std::size_t dim) {
  const double b = number(values, "bias"), sigma = number(values, "sigma");
  NoiseFacts facts = noises::alike(dim, enclosed(m::sqr(Interval(sigma)) * Interval(1.0 - 1e-7, 1.0 + 1e-7), "variance of the generated variate"), exact(0.0, "symmetry about the bias"),
                                   noises::unbounded());
  facts.unbiased = b == 0.0;
  facts.bias = [b](double) { return b; };
  return {{b, sigma}, nullptr, facts};
}

double ClippedNoise::bias(double limit, double sigma, double g) {
  const auto excess = [](double z) {
    constexpr double root = 0.70710678118654752440, density = 0.39894228040143267794;
    return density * std::exp(-0.5 * z * z) - z * 0.5 * std::erfc(z * root);
  };
  return sigma * (excess((limit + g) / sigma) - excess((limit - g) / sigma));
}

BuiltNoise<ClippedNoise> ClippedNoise::build(const Parameters& values, std::size_t dim) {
  const double c = number(values, "limit"), sigma = number(values, "sigma");
  NoiseFacts facts = noises::alike(dim, proved(0.0, (m::sqr(Interval(sigma)) * Interval(1.0, 1.0 + 1e-7)).upper(), "clipping is 1-Lipschitz"), noises::unbounded("depends on the gradient"),
                                   noises::unbounded("c + |g_j|"));
  facts.unbiased = false;
  facts.bias = [c, sigma](double g) { return bias(c, sigma, g); };
  return {{c, sigma}, nullptr, facts};
}

}  // namespace thalweg

// Moments of the noise that the kernels add, over 2^20 draws each. A statistic is accepted within 6 standard errors: with 30 comparisons
// the false-alarm rate of this file is below 30 * 2e-9 = 6e-8 (normal approximation; the draws are fixed by the seed).
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/cauchy.hpp>
#include <boost/math/distributions/laplace.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "lib/core/draw.hpp"
#include "problems/noises/pareto.hpp"
#include "problems/noises/rotated_gaussian.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

constexpr std::size_t dim = 64;
constexpr std::size_t steps = (1U << 20U) / dim / 8;

// The noise of one coordinate class over all replicas and steps, through the kernel of the best instruction set.
// `gradient`: the exact one in every coordinate.
std::vector<std::vector<double>> draws_by_coordinate(const Noise& noise, std::uint64_t seed, double gradient = 0.0) {
  const auto isa = static_cast<std::size_t>(best_isa());
  const std::size_t W = lanes_of(best_isa()), groups = 8 / W;
  std::vector<std::uint64_t> replica(8);
  for (std::size_t i = 0; i < 8; ++i) replica[i] = i;
  std::vector<std::vector<double>> out(dim);
  Aligned g(8 * dim);
  for (std::uint64_t t = 1; t <= steps; ++t) {
    for (std::size_t i = 0; i < 8 * dim; ++i) g[i] = gradient;
    noise.instance.kernel.f64[isa]->add(noise.instance.functor.get(), {draw_key(seed, 5), replica.data(), t}, g.data(), {dim, groups});
    for (std::size_t n = 0; n < groups; ++n)
      for (std::size_t j = 0; j < dim; ++j)
        for (std::size_t l = 0; l < W; ++l) out[j].push_back(g[(n * dim + j) * W + l] - gradient);
  }
  return out;
}

struct Moments {
  double count = 0.0, mean = 0.0, second = 0.0, third = 0.0, fourth = 0.0, sixth = 0.0;
};
Moments moments(const std::vector<std::vector<double>>& x) {
  Moments m;
  for (const auto& row : x)
    for (double v : row) {
      const double v2 = v * v;
      m.count += 1.0, m.mean += v, m.second += v2, m.third += v2 * v, m.fourth += v2 * v2, m.sixth += v2 * v2 * v2;
    }
  for (double* part : {&m.mean, &m.second, &m.third, &m.fourth, &m.sixth}) *part /= m.count;
  return m;
}

// The first moment that disagrees with the facts, or nothing.
std::string disagreeing(const NoiseFacts& facts, const Moments& m) {
  const double errors[3] = {std::sqrt(m.second / m.count), std::sqrt((m.fourth - m.second * m.second) / m.count),
                            std::sqrt(m.sixth / m.count)};
  if (!(std::fabs(m.mean) <= 6.0 * errors[0])) return "mean";
  if (!(std::fabs(m.second - facts.variance[0].lower) <= 6.0 * errors[1] + 1e-9)) return "variance";
  if (!(std::fabs(m.third - facts.third_moment[0].lower) <= 6.0 * errors[2])) return "third moment";
  return "";
}

TEST(NoiseStatistics, GaussianIsUnbiasedWithTheStatedVarianceAndNoThirdMoment) {
  const Noise noise = make_noise("gaussian", dim, {{"sigma", {0.7}}});
  EXPECT_EQ(disagreeing(noise.facts, moments(draws_by_coordinate(noise, 1))), "");
}

TEST(NoiseStatistics, TwoPointIsUnbiasedWithTheStatedVarianceAndThirdMoment) {
  for (double p : {0.01, 0.3, 0.5, 0.9}) {
    const Noise noise = make_noise("two-point", dim, {{"a", {7.0 / 3.0}}, {"p", {p}}});
    EXPECT_EQ(disagreeing(noise.facts, moments(draws_by_coordinate(noise, 2))), "") << noise.text;
  }
}

TEST(NoiseStatistics, FalseStatementsOfTwoPerCentAreFound) {
  const Noise noise = make_noise("two-point", dim, {{"a", {7.0 / 3.0}}, {"p", {0.3}}});
  const Moments m = moments(draws_by_coordinate(noise, 2));
  NoiseFacts facts = noise.facts;
  facts.variance.set(0, exact(1.02 * facts.variance[0].lower));
  EXPECT_EQ(disagreeing(facts, m), "variance");
  facts = noise.facts;
  facts.third_moment.set(0, exact(1.02 * facts.third_moment[0].lower));
  EXPECT_EQ(disagreeing(facts, m), "third moment");
  Moments biased = m;
  biased.mean += 0.02;
  EXPECT_EQ(disagreeing(noise.facts, biased), "mean");
}

TEST(NoiseStatistics, EachCoordinateHasItsOwnStandardDeviation) {
  std::vector<double> sigma(dim);
  for (std::size_t j = 0; j < dim; ++j) sigma[j] = 0.1 * static_cast<double>(j + 1);
  const Noise noise = make_noise("gaussian", dim, {{"sigma", sigma}});
  auto x = draws_by_coordinate(noise, 3);
  for (std::size_t j : {std::size_t{0}, std::size_t{17}, dim - 1}) {
    const Moments m = moments({x[j]});
    EXPECT_NEAR(m.second, noise.facts.variance[j].lower, 6.0 * std::sqrt(2.0 / m.count) * m.second) << j;
  }
}

TEST(NoiseStatistics, CoordinatesAreUncorrelated) {
  const auto x = draws_by_coordinate(make_noise("gaussian", dim), 4);
  for (const auto& [i, j] : {std::pair{0U, 1U}, std::pair{2U, 3U}, std::pair{1U, 2U}, std::pair{5U, 60U}}) {
    double sum = 0.0;
    for (std::size_t k = 0; k < x[i].size(); ++k) sum += x[i][k] * x[j][k];
    EXPECT_NEAR(sum / std::sqrt(static_cast<double>(x[i].size())), 0.0, 6.0) << i << " and " << j;
  }
}

// Cov(xi_i, xi_j) = (H D^2 H)_ij, which is no diagonal matrix.
TEST(NoiseStatistics, RotatedGaussianHasTheCovarianceOfItsAxes) {
  std::vector<double> sigma(dim, 0.1);
  sigma[5] = 4.0;
  const Noise noise = make_noise("rotated-gaussian", dim, {{"sigma", sigma}});
  const auto& made = *static_cast<const RotatedGaussianNoise*>(noise.instance.functor.get());
  const auto H = [&](std::size_t i, std::size_t j) { return (i == j ? 1.0 : 0.0) - 2.0 * made.normal[i] * made.normal[j]; };
  const auto x = draws_by_coordinate(noise, 6);
  double largest = 0.0;
  for (std::size_t i = 0; i < dim; ++i) {
    const std::size_t j = (i + 1) % dim;
    double sum = 0.0, covariance = 0.0;
    for (std::size_t k = 0; k < x[i].size(); ++k) sum += x[i][k] * x[j][k];
    for (std::size_t k = 0; k < dim; ++k) covariance += H(i, k) * sigma[k] * sigma[k] * H(j, k);
    const double count = static_cast<double>(x[i].size()), error = std::sqrt((noise.facts.variance[i].upper * noise.facts.variance[j].upper + covariance * covariance) / count);
    EXPECT_NEAR(sum / count, covariance, 6.0 * error) << i;
    largest = std::max(largest, std::fabs(covariance) / error);
  }
  EXPECT_GT(largest, 20.0) << "the coordinates depend on each other";
}

// Every model whose variance is finite, at three gradients: the mean is the bias stated, the variance the one stated (or below it, where it is a bound).
TEST(NoiseStatistics, EveryModelHasTheMeanAndTheVarianceThatItStates) {
  int compared = 0;
  for (const Family& family : noise_families()) {
    if (family.entry.id == "none") continue;
    Parameters parameters;
    if (family.entry.id == "student-t") parameters["nu"] = {9.0};  // fourth moments, so that errors are known
    if (family.entry.id == "pareto") parameters["index"] = {9.0};
    if (family.entry.id == "alpha-stable") parameters["alpha"] = {2.0};
    const Noise noise = make_noise(family.entry.id, dim, parameters);
    for (double g : {0.0, 0.75, -3.0}) {
      const auto x = draws_by_coordinate(noise, 17, g);
      const double bias = noise.facts.bias ? noise.facts.bias(g) : 0.0;
      double count = 0.0, mean = 0.0, square = 0.0, fourth = 0.0;
      for (const auto& row : x)
        for (double v : row) {
          const double c = v - bias, c2 = c * c;
          count += 1.0, mean += c, square += c2, fourth += c2 * c2;
        }
      mean /= count, square /= count, fourth /= count;
      EXPECT_LE(std::fabs(mean), 6.0 * std::sqrt(square / count) + 1e-12) << noise.text << " at g = " << g;
      const double error = 6.0 * std::sqrt(std::max(0.0, fourth - square * square) / count);
      Constant variance = noise.facts.variance[0];
      if (noise.facts.growth) {
        const double base = noise.facts.growth->base[0].lower;
        variance = proved(base + noise.facts.growth->factor.lower * g * g, noise.facts.growth->base[0].upper + noise.facts.growth->factor.upper * g * g, "growth");
      }
      ASSERT_TRUE(variance.known()) << noise.text;
      EXPECT_LE(variance.lower - error, square * (1.0 + 1e-12)) << noise.text << " at g = " << g;
      EXPECT_LE(square * (1.0 - 1e-12), variance.upper + error) << noise.text << " at g = " << g;
      ++compared;
    }
  }
  EXPECT_GE(compared, 45);
}

// The largest distance between the distribution of 2^20 draws and a distribution function; 0.0034 is exceeded with probability 1e-10 (Massart).
double distance_to(const Noise& noise, const std::function<double(double)>& cdf) {
  std::vector<double> all;
  for (const auto& row : draws_by_coordinate(noise, 23)) all.insert(all.end(), row.begin(), row.end());
  std::sort(all.begin(), all.end());
  const double n = static_cast<double>(all.size());
  double most = 0.0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double f = cdf(all[i]);
    most = std::max({most, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  return most;
}

TEST(NoiseStatistics, HeavyTailedModelsHaveTheirDistribution) {
  constexpr double allowed = 0.0034;
  for (double nu : {0.5, 1.0, 2.0, 3.0, 12.0}) {
    const boost::math::students_t law(nu);
    EXPECT_LT(distance_to(make_noise("student-t", dim, {{"nu", {nu}}, {"scale", {2.0}}}), [&](double x) { return cdf(law, 0.5 * x); }), allowed) << nu;
  }
  EXPECT_LT(distance_to(make_noise("alpha-stable", dim, {{"alpha", {1.0}}}), [](double x) { return cdf(boost::math::cauchy(), x); }), allowed);
  EXPECT_LT(distance_to(make_noise("alpha-stable", dim, {{"alpha", {2.0}}}), [](double x) { return cdf(boost::math::normal(0.0, std::sqrt(2.0)), x); }), allowed);
  EXPECT_LT(distance_to(make_noise("laplace", dim, {{"width", {0.7}}}), [](double x) { return cdf(boost::math::laplace(0.0, 0.7), x); }), allowed);
  EXPECT_LT(distance_to(make_noise("uniform", dim, {{"half", {0.7}}}), [](double x) { return std::clamp(0.5 + x / 1.4, 0.0, 1.0); }), allowed);
  for (double a : {1.25, 3.0}) {
    const double mean = a / (a - 1.0);
    // The mean over the variates lies below the law's, by 1 % for a = 1.25: a shift of the distribution by less than the distance allowed.
    const auto& functor = *static_cast<const ParetoNoise*>(make_noise("pareto", dim, {{"index", {a}}}).instance.functor.get());
    EXPECT_NEAR(functor.mean_double, mean, 2e-3 * mean);
    const double shift = functor.mean_double;
    EXPECT_LT(distance_to(make_noise("pareto", dim, {{"index", {a}}}), [&](double x) { return x + shift <= 1.0 ? 0.0 : 1.0 - std::pow(x + shift, -a); }), allowed) << a;
  }
  // A law beside it is told apart.
  EXPECT_GT(distance_to(make_noise("student-t", dim, {{"nu", {3.0}}}), [](double x) { return cdf(boost::math::students_t(4.0), x); }), allowed);
}

// E cos(u X) = exp(-|u|^alpha); the mean of 2^20 cosines errs by less than 6 / 2^10 with probability 1 - 2e-9.
TEST(NoiseStatistics, StableNoiseHasItsCharacteristicFunction) {
  for (double alpha : {0.5, 0.8, 1.3, 1.5, 1.9}) {
    const auto x = draws_by_coordinate(make_noise("alpha-stable", dim, {{"alpha", {alpha}}}), 29);
    for (double u : {0.25, 1.0, 2.5}) {
      double mean = 0.0, count = 0.0;
      for (const auto& row : x)
        for (double v : row) mean += std::cos(u * v), count += 1.0;
      EXPECT_NEAR(mean / count, std::exp(-std::pow(u, alpha)), 6.0 / std::sqrt(count)) << alpha << " " << u;
    }
  }
}

}  // namespace
}  // namespace thalweg::test

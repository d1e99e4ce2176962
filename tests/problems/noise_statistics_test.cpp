// Moments of the noise that the kernels add, over 2^20 draws each. A statistic is accepted within 6 standard errors: with 30 comparisons
// the false-alarm rate of this file is below 30 * 2e-9 = 6e-8 (normal approximation; the draws are fixed by the seed).
#include <gtest/gtest.h>

#include <cmath>

#include "lib/core/draw.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

constexpr std::size_t dim = 64;
constexpr std::size_t steps = (1U << 20U) / dim / 8;

// The noise of one coordinate class over all replicas and steps, through the kernel of the best instruction set.
std::vector<std::vector<double>> draws_by_coordinate(const Noise& noise, std::uint64_t seed) {
  const auto isa = static_cast<std::size_t>(best_isa());
  const std::size_t W = lanes_of(best_isa()), groups = 8 / W;
  std::vector<std::uint64_t> replica(8);
  for (std::size_t i = 0; i < 8; ++i) replica[i] = i;
  std::vector<std::vector<double>> out(dim);
  Aligned g(8 * dim);
  for (std::uint64_t t = 1; t <= steps; ++t) {
    for (std::size_t i = 0; i < 8 * dim; ++i) g[i] = 0.0;
    noise.instance.kernel.f64[isa]->add(noise.instance.functor.get(), {draw_key(seed, 5), replica.data(), t}, g.data(), {dim, groups});
    for (std::size_t n = 0; n < groups; ++n)
      for (std::size_t j = 0; j < dim; ++j)
        for (std::size_t l = 0; l < W; ++l) out[j].push_back(g[(n * dim + j) * W + l]);
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

}  // namespace
}  // namespace thalweg::test

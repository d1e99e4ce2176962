#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "problems/catalogue.hpp"
#include "problems/families/formula.hpp"
#include "problems/families/logistic.hpp"
#include "problems/noises/rotated_gaussian.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

using Rational = boost::multiprecision::cpp_rational;

// A model that draws something.
Noise drawing(const Family& family, std::size_t dim) {
  return make_noise(family.entry.id, dim, family.entry.id == "delayed" ? Parameters{{"sigma", {0.5}}} : Parameters{});
}

bool encloses(const Constant& c, const Rational& x) { return Rational(c.lower) <= x && x <= Rational(c.upper); }

TEST(Noise, TwoPointTakesItsTwoValuesOnExactlyItsEvents) {
  for (double p : {1e-6, 0.1, 0.3, 0.5, 0.75}) {
    const Noise noise = make_noise("two-point", 2, {{"a", {2.0}}, {"p", {p}}});
    const auto& f = *static_cast<const TwoPointNoise*>(noise.instance.functor.get());
    const double k = std::ldexp(noise.facts.two_point->p.lower, 32);
    EXPECT_EQ(k, std::floor(k));
    EXPECT_NEAR(k * 0x1p-32, p, 0x1p-25);
    for (double w : {0.0, k - 1.0}) EXPECT_EQ(f.perturb(0, Variates<double>{w, w}, 0.0), 2.0) << p;
    for (double w : {k, 0x1p32 - 1.0}) EXPECT_EQ(f.perturb(1, Variates<double>{w, w}, 0.0), -f.b) << p;
  }
}

// All 2^32 words by counting: k of them give a, the others -b. Exact rational arithmetic.
TEST(Noise, MomentsOfTwoPointAreEnclosedByEnumeration) {
  for (double p : {1e-6, 0.1, 0.3, 0.5, 0.9}) {
    for (double a : {1.0, 7.0 / 3.0, 1e-3}) {
      const Noise noise = make_noise("two-point", 3, {{"a", {a}}, {"p", {p}}});
      const auto& f = *static_cast<const TwoPointNoise*>(noise.instance.functor.get());
      const Rational P = Rational(noise.facts.two_point->p.lower), Q = 1 - P, A(a), B(f.b);
      const Rational mean = P * A - Q * B;
      EXPECT_LE(abs(mean), Rational(0x1p-52) * B) << "unbiased up to the rounding of b";
      for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_TRUE(encloses(noise.facts.variance[j], P * A * A + Q * B * B - mean * mean)) << noise.text;
        EXPECT_TRUE(encloses(noise.facts.third_moment[j], P * A * A * A - Q * B * B * B)) << noise.text;
        EXPECT_LE(noise.facts.variance[j].upper - noise.facts.variance[j].lower, 1e-14 * noise.facts.variance[j].upper);
        EXPECT_EQ(noise.facts.bound[j].upper, std::max(a, f.b));
      }
      EXPECT_TRUE(encloses(noise.facts.two_point->b, P * A / Q));
      EXPECT_TRUE(encloses(noise.facts.two_point->b, B));
      // The closed forms sigma^2 = a b and mu_3 = a b (a - b).
      EXPECT_NEAR(noise.facts.variance[0].upper, a * f.b, 1e-13 * a * f.b);
      EXPECT_NEAR(noise.facts.third_moment[0].upper, a * f.b * (a - f.b), 1e-12 * a * f.b * (a + f.b));
    }
  }
}

TEST(Noise, NoneLeavesTheOracleExact) {
  const Noise noise = make_noise("none", 4);
  EXPECT_TRUE(noise.facts.none);
  for (const NoiseKernel<double>* kernel : noise.instance.kernel.f64) EXPECT_EQ(kernel, nullptr);
  for (std::size_t j = 0; j < 4; ++j) EXPECT_EQ(noise.facts.variance[j].upper, 0.0);
}

TEST(Noise, GaussianIsUnboundedAndSymmetric) {
  const Noise noise = make_noise("gaussian", 2, {{"sigma", {0.5, 2.0}}});
  EXPECT_FALSE(noise.facts.none);
  EXPECT_FALSE(noise.facts.bound[0].known());
  EXPECT_EQ(noise.facts.third_moment[1].upper, 0.0);
  EXPECT_NEAR(noise.facts.variance[1].upper, 4.0, 5e-7);
}

TEST(Noise, KernelsOfAllInstructionSetsAddTheSameBits) {
  constexpr std::size_t dim = 7;
  std::vector<std::uint64_t> replica(8);
  for (std::size_t i = 0; i < 8; ++i) replica[i] = 3 + 2 * i;
  for (const Family& family : noise_families()) {
    const std::string_view id = family.entry.id;
    if (id == "none") continue;
    const Noise noise = drawing(family, dim);
    std::vector<std::vector<double>> seen;  // [isa][replica][coordinate]
    for (std::size_t isa = 0; isa < 3; ++isa) {
      if (!supported(static_cast<Isa>(isa))) continue;
      const std::size_t W = lanes_of(static_cast<Isa>(isa)), groups = 8 / W;
      Aligned g(8 * dim);
      for (std::size_t i = 0; i < 8 * dim; ++i) g[i] = 1.25;
      noise.instance.kernel.f64[isa]->add(noise.instance.functor.get(), {draw_key(9, 4), replica.data(), 77}, g.data(), {dim, groups});
      std::vector<double> flat;
      for (std::size_t i = 0; i < 8; ++i)
        for (std::size_t j = 0; j < dim; ++j) flat.push_back(g[(i / W * dim + j) * W + i % W]);
      seen.push_back(flat);
    }
    for (const auto& other : seen) EXPECT_EQ(std::memcmp(other.data(), seen[0].data(), other.size() * sizeof(double)), 0) << id;
    EXPECT_NE(std::vector<double>(seen[0].begin(), seen[0].begin() + dim), std::vector<double>(seen[0].begin() + dim, seen[0].begin() + 2 * dim)) << id << ": replicas differ";
  }
}

// Lanes along coordinates give the bits of lanes along replicas, with the second variates and the gradient that the noise sees.
TEST(Noise, BothLayoutsAddTheSameBits) {
  constexpr std::size_t dim = 1024 + 37;
  const auto isa = static_cast<std::size_t>(best_isa());
  const std::size_t W = lanes_of(best_isa());
  std::vector<std::uint64_t> replica(W);
  for (std::size_t l = 0; l < W; ++l) replica[l] = 5 + l;
  for (const Family& family : noise_families()) {
    if (family.entry.id == "none") continue;
    const Noise noise = drawing(family, dim);
    Aligned tile(W * dim), along((dim + 63) / 64 * 64);
    const auto exact_gradient = [](std::size_t j) { return 0.25 * static_cast<double>(j % 13) - 1.0; };
    for (std::size_t j = 0; j < dim; ++j)
      for (std::size_t l = 0; l < W; ++l) tile[j * W + l] = exact_gradient(j);
    noise.instance.kernel.f64[isa]->add(noise.instance.functor.get(), {draw_key(9, 4), replica.data(), 77}, tile.data(), {dim, 1});
    for (std::size_t l : {std::size_t{0}, W - 1}) {
      for (std::size_t j = 0; j < dim; ++j) along[j] = exact_gradient(j);
      const std::size_t piece = noise.instance.kernel.f64[isa]->whole ? dim : 1024;
      for (std::size_t first = 0; first < dim; first += piece)
        noise.instance.kernel.f64[isa]->add_along(noise.instance.functor.get(), {draw_key(9, 4), &replica[l], 77}, first, std::min(piece, dim - first), along.data() + first);
      for (std::size_t j = 0; j < dim; ++j) ASSERT_EQ(along[j], tile[j * W + l]) << family.entry.id << " coordinate " << j;
    }
  }
}

std::vector<double> noise_of_one_replica(const Noise& noise, std::size_t dim, std::uint64_t t) {
  Aligned g((dim + 63) / 64 * 64);
  const std::uint64_t replica = 3;
  noise.instance.kernel.of<double>(best_isa())->add_along(noise.instance.functor.get(), {draw_key(9, 4), &replica, t}, 0, dim, g.data());
  return {g.data(), g.data() + dim};
}

// xi = H D w with the w of Gaussian noise, H from the normal that the model keeps; the diagonal of H D^2 H by a double loop.
TEST(Noise, RotatedGaussianIsTheReflectionOfAGaussian) {
  for (std::size_t dim : {1, 2, 5, 300}) {
    std::vector<double> sigma(dim);
    for (std::size_t j = 0; j < dim; ++j) sigma[j] = 0.25 + static_cast<double>(j % 7);
    for (double seed : {1.0, 8.0}) {
      const Noise rotated = make_noise("rotated-gaussian", dim, {{"sigma", sigma}, {"seed", {seed}}}), plain = make_noise("gaussian", dim, {{"sigma", sigma}});
      const auto& made = *static_cast<const RotatedGaussianNoise*>(rotated.instance.functor.get());
      double length = 0.0;
      for (std::size_t j = 0; j < dim; ++j) length += made.normal[j] * made.normal[j];
      EXPECT_NEAR(length, 1.0, 1e-14);
      const auto H = [&](std::size_t i, std::size_t j) { return (i == j ? 1.0 : 0.0) - 2.0 * made.normal[i] * made.normal[j]; };
      double trace = 0.0, stated = 0.0;
      const std::vector<double> w = noise_of_one_replica(plain, dim, 12), xi = noise_of_one_replica(rotated, dim, 12);
      for (std::size_t i = 0; i < dim; ++i) {
        double expected = 0.0, variance = 0.0;
        for (std::size_t j = 0; j < dim; ++j) expected += H(i, j) * w[j], variance += H(i, j) * H(i, j) * sigma[j] * sigma[j];
        EXPECT_NEAR(xi[i], expected, 1e-12) << dim << " " << i;
        EXPECT_NEAR(rotated.facts.variance[i].lower, variance, 2e-7 * variance + 1e-12);
        EXPECT_LE(rotated.facts.variance[i].lower, variance);
        EXPECT_GE(rotated.facts.variance[i].upper, variance);
        trace += sigma[i] * sigma[i], stated += rotated.facts.variance[i].upper;
      }
      EXPECT_NEAR(stated, trace, 2e-7 * trace) << "a reflection keeps the trace";
      EXPECT_FALSE(rotated.facts.independent);
      EXPECT_EQ(dim > 1 && seed > 1.0, dim > 1 && noise_of_one_replica(make_noise("rotated-gaussian", dim, {{"sigma", sigma}}), dim, 12) != xi) << "the seed draws the normal";
    }
  }
}

TEST(Noise, DelayedIsBiasedUnlessTheDelayIsNothing) {
  EXPECT_FALSE(make_noise("delayed", 2).facts.unbiased);
  EXPECT_EQ(make_noise("delayed", 2, {{"by", {7}}}).instance.delay, 7u);
  EXPECT_TRUE(make_noise("delayed", 2, {{"by", {0}}}).facts.unbiased);
  EXPECT_THROW(make_noise("delayed", 2, {{"by", {1.5}}}), SpecError);
}

// All 2^23 values that a uniform float takes: moments by enumeration, in double.
template <class N>
std::array<double, 3> moments_over_floats(const N& functor, float second) {
  double mean = 0.0, square = 0.0, cube = 0.0;
  constexpr std::uint32_t n = 1U << 23U;
  for (std::uint32_t k = 0; k < n; ++k) {
    const float u = (static_cast<float>(k) + 0.5F) * 0x1p-23F;
    const double x = static_cast<double>(functor.template perturb<float>(std::size_t{0}, Variates<float>{u, second}, 0.0F));
    mean += x, square += x * x, cube += x * x * x;
  }
  return {mean / n, square / n, cube / n};
}

TEST(Noise, MomentsOfVariatesInFloatAreEnclosedByEnumeration) {
  {
    const Noise noise = make_noise("uniform", 1, {{"half", {1.5}}});
    const auto [mean, square, cube] = moments_over_floats(*static_cast<const UniformNoise*>(noise.instance.functor.get()), 0.5F);
    EXPECT_NEAR(mean, 0.0, 1e-12);
    EXPECT_NEAR(cube, 0.0, 1e-12);
    EXPECT_TRUE(noise.facts.variance[0].lower <= square && square <= noise.facts.variance[0].upper) << square;
  }
  {
    const Noise noise = make_noise("laplace", 1, {{"width", {0.7}}});
    const auto [mean, square, cube] = moments_over_floats(*static_cast<const LaplaceNoise*>(noise.instance.functor.get()), 0.5F);
    EXPECT_NEAR(mean, 0.0, 1e-12);
    EXPECT_NEAR(cube, 0.0, 1e-12);
    EXPECT_TRUE(noise.facts.variance[0].lower <= square && square <= noise.facts.variance[0].upper) << square;
  }
  for (double a : {1.5, 2.5, 3.5, 8.0}) {
    const Noise noise = make_noise("pareto", 1, {{"index", {a}}, {"scale", {1.3}}});
    const auto [mean, square, cube] = moments_over_floats(*static_cast<const ParetoNoise*>(noise.instance.functor.get()), 0.5F);
    EXPECT_NEAR(mean, 0.0, 3e-6 * 1.3) << a;
    const Constant variance = noise.facts.variance[0], third = noise.facts.third_moment[0];
    EXPECT_EQ(std::isfinite(variance.upper), a > 2.0);
    EXPECT_EQ(std::isfinite(third.upper), a > 3.0);
    EXPECT_TRUE(variance.lower <= square && square <= variance.upper) << a << " " << square;
    EXPECT_TRUE(third.lower <= cube && cube <= third.upper) << a << " " << cube;
  }
  for (double nu : {2.25, 3.0, 4.0, 30.0}) {
    const Noise noise = make_noise("student-t", 1, {{"nu", {nu}}, {"scale", {0.4}}});
    // Where the sine is 1 the square is twice its mean over the angle.
    const double square = 0.5 * moments_over_floats(*static_cast<const StudentNoise*>(noise.instance.functor.get()), 0.75F)[1];
    EXPECT_TRUE(noise.facts.variance[0].lower <= square && square <= noise.facts.variance[0].upper) << nu << " " << square;
    EXPECT_NEAR(noise.facts.variance[0].upper, 0.16 * nu / (nu - 2.0), (nu < 3.0 ? 0.2 : 0.01) * 0.16 * nu / (nu - 2.0)) << nu;
  }
}

// n^(p-1) sum (k + 1/2)^-p over 2^20 values, summed one by one.
TEST(Noise, MeanOfAnInversePowerIsThatOfTheGrid) {
  constexpr double n = 0x1p20;
  for (double p : {0.01, 0.25, 0.5, 0.75, 0.96875, 1.0}) {
    long double sum = 0.0L;
    for (double k = n - 1.0; k >= 0.0; k -= 1.0) sum += std::pow(static_cast<long double>((k + 0.5) / n), -static_cast<long double>(p));
    EXPECT_NEAR(noises::mean_of_inverse_power(p, n), static_cast<double>(sum) / n, 1e-14 * static_cast<double>(sum) / n) << p;
  }
}

// E xi of clipped noise: by quadrature over the normal density.
TEST(Noise, ClippingHasTheBiasStated) {
  for (double g : {0.0, 0.3, -0.9, 2.0}) {
    for (double sigma : {0.2, 1.0, 5.0}) {
      const double c = 1.0, h = 1e-3;
      long double mean = 0.0L;
      for (double w = -9.0; w <= 9.0; w += h) mean += static_cast<long double>(std::clamp(g + sigma * w, -c, c) - g) * std::exp(-0.5L * w * w) * h * 0.39894228040143267794L;
      EXPECT_NEAR(ClippedNoise::bias(c, sigma, g), static_cast<double>(mean), 2e-7 * (1.0 + sigma)) << g << " " << sigma;
    }
  }
  EXPECT_EQ(ClippedNoise::bias(1.0, 0.5, 0.0), 0.0);
  EXPECT_FALSE(make_noise("clipped", 2).facts.unbiased);
  EXPECT_FALSE(make_noise("biased", 2).facts.unbiased);
  EXPECT_TRUE(make_noise("biased", 2, {{"bias", {0.0}}}).facts.unbiased);
}

}  // namespace
}  // namespace thalweg::test

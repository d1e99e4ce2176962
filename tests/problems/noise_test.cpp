#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstring>

#include "problems/catalogue.hpp"
#include "problems/families/logistic.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

using Rational = boost::multiprecision::cpp_rational;

bool encloses(const Constant& c, const Rational& x) { return Rational(c.lower) <= x && x <= Rational(c.upper); }

TEST(Noise, TwoPointTakesItsTwoValuesOnExactlyItsEvents) {
  for (double p : {1e-6, 0.1, 0.3, 0.5, 0.75}) {
    const Noise noise = make_noise("two-point", 2, {{"a", {2.0}}, {"p", {p}}});
    const auto& f = *static_cast<const TwoPointNoise*>(noise.instance.functor.get());
    const double k = std::ldexp(noise.facts.two_point->p.lower, 32);
    EXPECT_EQ(k, std::floor(k));
    EXPECT_NEAR(k * 0x1p-32, p, 0x1p-25);
    for (double w : {0.0, k - 1.0}) EXPECT_EQ(f.perturb(0, w), 2.0) << p;
    for (double w : {k, 0x1p32 - 1.0}) EXPECT_EQ(f.perturb(1, w), -f.b) << p;
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
  for (const char* id : {"gaussian", "two-point"}) {
    const Noise noise = make_noise(id, dim);
    std::vector<std::vector<double>> seen;  // [isa][replica][coordinate]
    for (std::size_t isa = 0; isa < 3; ++isa) {
      if (!supported(static_cast<Isa>(isa))) continue;
      const std::size_t W = lanes_of(static_cast<Isa>(isa)), groups = 8 / W;
      Aligned g(8 * dim);
      for (std::size_t i = 0; i < 8 * dim; ++i) g[i] = 1.0;
      noise.instance.kernel.f64[isa]->add(noise.instance.functor.get(), {draw_key(9, 4), replica.data(), 77}, g.data(), {dim, groups});
      std::vector<double> flat;
      for (std::size_t i = 0; i < 8; ++i)
        for (std::size_t j = 0; j < dim; ++j) flat.push_back(g[(i / W * dim + j) * W + i % W]);
      seen.push_back(flat);
    }
    for (const auto& other : seen) EXPECT_EQ(std::memcmp(other.data(), seen[0].data(), other.size() * sizeof(double)), 0) << id;
    EXPECT_NE(seen[0][0], seen[0][dim]) << "replicas differ";
  }
}

}  // namespace
}  // namespace thalweg::test

// Spectra of quadratics: their ends, their shape, and the quantiles of Marchenko and Pastur's law against its integral.
#include "problems/families/spectra.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "problems/problem.hpp"

namespace thalweg::test {
namespace {

TEST(Spectra, GoFromMuToLInOrder) {
  for (std::size_t kind = 0; kind < spectrum_kinds; ++kind)
    for (std::size_t n : {2, 3, 10, 57, 400}) {
      const std::vector<double> s = spectrum_of_kind(static_cast<SpectrumKind>(kind), 0.5, 100.0, n);
      ASSERT_EQ(s.size(), n);
      EXPECT_EQ(s.front(), 0.5);
      EXPECT_EQ(s.back(), 100.0);
      EXPECT_TRUE(std::is_sorted(s.begin(), s.end())) << kind << " " << n;
    }
  EXPECT_EQ(spectrum_of_kind(SpectrumKind::deep, 2.0, 2.0, 1), std::vector<double>{2.0});
}

TEST(Spectra, UniformAndPowerLawAreTheirFormulas) {
  const std::vector<double> uniform = spectrum_of_kind(SpectrumKind::uniform, 1.0, 10.0, 10), power = spectrum_of_kind(SpectrumKind::power_law, 0.01, 1.0, 100);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(uniform[i], 1.0 + static_cast<double>(i), 1e-14);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_NEAR(power[i], 1.0 / (100.0 - static_cast<double>(i)), 1e-14) << "L j^-1: 100 of them reach 0.01";
}

TEST(Spectra, DeepHasNineOfTenSmallAndFewFarOut) {
  const std::vector<double> s = spectrum_of_kind(SpectrumKind::deep, 1e-4, 1.0, 200);
  const double edge = 1e-4 * std::pow(1e4, 0.1);
  EXPECT_EQ(std::count_if(s.begin(), s.end(), [&](double x) { return x <= edge * (1.0 + 1e-12); }), 180);
  EXPECT_EQ(std::count_if(s.begin(), s.end(), [](double x) { return x >= 1e-2 * (1.0 - 1e-12); }), 20);
}

// The share of the bulk below each eigenvalue is the law's, whose distribution is integrated here by the midpoint rule of two million panels.
TEST(Spectra, BulkOfWishartFollowsMarchenkoAndPastur) {
  const std::size_t n = 100, k = 5, bulk = n - k;
  const std::vector<double> s = spectrum_of_kind(SpectrumKind::wishart, 1.0, 1000.0, n);
  const double a = (1.0 - std::sqrt(0.5)) * (1.0 - std::sqrt(0.5)), b = (1.0 + std::sqrt(0.5)) * (1.0 + std::sqrt(0.5)), pi = std::acos(-1.0);
  const int panels = 2000000;
  std::vector<double> quantiles(bulk);
  double sum = 0.0;
  std::size_t i = 0;
  for (int p = 0; p < panels && i < bulk; ++p) {
    const double width = (b - a) / panels, t = a + (p + 0.5) * width;
    sum += std::sqrt((b - t) * (t - a)) / (pi * t) * width;
    while (i < bulk && sum >= (static_cast<double>(i) + 0.5) / static_cast<double>(bulk)) quantiles[i++] = t;
  }
  ASSERT_EQ(i, bulk);
  for (std::size_t j = 0; j < bulk; ++j) EXPECT_NEAR(s[j] / s[0], quantiles[j] / quantiles[0], 2e-5 * quantiles[j] / quantiles[0]) << j;
  EXPECT_LT(s[bulk - 1], 34.0);
  for (std::size_t j = bulk; j < n; ++j) EXPECT_GT(s[j], 5.0 * s[bulk - 1]) << "spikes";
  EXPECT_THROW(spectrum_of_kind(SpectrumKind::wishart, 1.0, 10.0, n), SpecError);
}

TEST(Spectra, AreOptionsOfTheQuadratic) {
  const Problem p = make_problem("quadratic(dim=50, mu=0.01, L=10, kind=2)");
  EXPECT_EQ(p.facts.L.upper, 10.0);
  EXPECT_EQ(p.facts.mu.lower, 0.01);
  EXPECT_EQ(p.facts.L_j[25].upper, spectrum_of_kind(SpectrumKind::deep, 0.01, 10.0, 50)[25]);
  EXPECT_EQ(make_problem("quadratic").text.find("kind"), std::string::npos) << "texts of old problems stay";
  EXPECT_THROW(make_problem("quadratic(spectrum=[1, 2], kind=1)"), SpecError);
  EXPECT_THROW(make_problem("quadratic(kind=[1, 2])"), SpecError);
  EXPECT_THROW(make_problem("quadratic(kind=4)"), SpecError);
}

}  // namespace
}  // namespace thalweg::test

// Declared constants against random probes: none is contradicted, and each is found false when it is planted false.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/problems/prober.hpp"

namespace thalweg::test {
namespace {

TEST(Facts, AreNotContradictedByOneHundredThousandProbes) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    EXPECT_EQ(Prober(p, p.facts).contradicted(100000), "") << p.text;
  }
}

TEST(Facts, PlantedFalseAreFoundFalse) {
  const auto shrink = [](Constant& k, double factor) { k.lower *= factor, k.upper *= factor; };
  const auto shrink_last = [&](PerCoordinate<Constant>& all) {
    Constant last = all.back();
    shrink(last, 0.9);
    all.set(all.size() - 1, last);
  };
  struct Plant {
    std::string name;
    std::function<bool(Facts&)> plant;  // false: not applicable
  };
  // A constant of which only a bound is known need not be attained.
  const auto tight = [](const Constant& k) { return k.lower > 0.0 && k.upper <= 1.01 * k.lower; };
  const std::vector<Plant> plants = {
      {"L", [&](Facts& f) { return f.smooth && tight(f.L) && (shrink(f.L, 0.9), true); }},
      {"L_j", [&](Facts& f) { return f.smooth && tight(f.L_j.back()) && (shrink_last(f.L_j), true); }},
      {"mu", [&](Facts& f) { return shrink(f.mu, 1.1), f.mu.lower > 0.0; }},
      {"mu", [&](Facts& f) { return f.mu = exact(0.05), f.convex && f.smooth && !f.pl; }},
      {"mu_pl", [&](Facts& f) { return f.mu_pl.upper <= 1.01 * f.mu_pl.lower && (shrink(f.mu_pl, 1.05), f.pl); }},
      {"G_j", [&](Facts& f) { return !f.gradient_bound.empty() && tight(f.gradient_bound.back()) && (shrink_last(f.gradient_bound), true); }},
      {"convex", [&](Facts& f) { return f.convex ? false : (f.convex = true); }},
      {"hess_at_min", [&](Facts& f) { return shrink(f.hess_at_min, 0.9), f.minimiser && f.hess_at_min.known() && f.hess_at_min.lower > 0.0; }},
      {"minimiser", [&](Facts& f) {  // off every line of minimisers that is likely to be stated
         for (std::size_t j = 0; f.minimiser && j < f.minimiser->size(); ++j) f.minimiser->set(j, (*f.minimiser)[j] - 1e-3 * static_cast<double>(j + 1));
         return f.minimiser.has_value();
       }},
  };
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    for (const Plant& plant : plants) {
      Facts facts = p.facts;
      if (!plant.plant(facts)) continue;
      EXPECT_EQ(Prober(p, facts).contradicted(100000), plant.name) << p.text;
    }
  }
}

TEST(Facts, AreEnclosuresWithASource) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    std::vector<Constant> all = {p.facts.L, p.facts.mu, p.facts.mu_pl, p.facts.f_star, p.facts.hess_at_min};
    all.insert(all.end(), p.facts.L_j.begin(), p.facts.L_j.end());
    all.insert(all.end(), p.facts.gradient_bound.begin(), p.facts.gradient_bound.end());
    EXPECT_EQ(p.facts.L_j.size(), p.facts.smooth ? p.dim() : 0U);
    EXPECT_EQ(p.facts.on_region.L_j.size(), p.facts.on_region.L.known() ? p.dim() : 0U);
    EXPECT_TRUE(p.facts.gradient_bound.empty() || p.facts.gradient_bound.size() == p.dim());
    for (const Constant& k : all) {
      if (!k.known()) continue;
      EXPECT_LE(k.lower, k.upper) << p.text;
      EXPECT_FALSE(k.source.empty()) << p.text;
      EXPECT_NE(k.trust, Trust::estimated) << p.text;
      EXPECT_EQ(k.trust == Trust::exact, k.lower == k.upper) << p.text << " " << k.source;
      if (k.source != "strong convexity" && k.source.find("on the region") == std::string::npos && k.source.find("bound") == std::string::npos) {
        EXPECT_LE(k.upper - k.lower, 1e-10 * k.upper) << p.text << " " << k.source << ": a closed form is enclosed tightly";
      }
    }
  }
}

TEST(Facts, OnARegionAreNoWeakerThanThoseThatHoldEverywhere) {
  std::size_t seen = 0;
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    const Facts& f = p.facts;
    if (const Constant& least = f.on_region.least_curvature; least.known()) {
      EXPECT_GE(least.lower, f.convex ? f.mu.lower : -f.weak_convexity.upper) << p.text;
      ++seen;
    }
    if (f.pl && f.differentiable && f.minimiser && f.hess_at_min.lower > 0.0) { EXPECT_LE(f.mu_pl.upper, f.hess_at_min.upper * (1.0 + 1e-12)) << p.text; }
    if (f.pl && f.differentiable && f.minimiser_unique && f.minimiser && f.hess_at_min.lower > 0.0) { EXPECT_LE(f.quadratic_growth.upper, f.hess_at_min.upper * (1.0 + 1e-12)) << p.text; }
  }
  EXPECT_GE(seen, 10U);
  const Facts zakharov = make_problem("zakharov").facts, powell = make_problem("powell-singular").facts;
  EXPECT_EQ(zakharov.on_region.least_curvature.lower, 2.0);
  EXPECT_NEAR(zakharov.on_region.least_curvature.upper, 2.0, 1e-12);
  EXPECT_EQ(zakharov.mu_pl.upper, 17.0);
  EXPECT_EQ(powell.on_region.least_curvature.lower, 0.0);
}

TEST(Facts, WithoutNegativeCurvatureAreThoseOfAConvexFunction) {
  for (const char* text : {"sum(cosine(dim=2), quadratic(dim=2, mu=1, L=10))", "regularise(cosine(dim=3), mu=1)"}) {
    const Problem p = make_problem(text);
    EXPECT_TRUE(p.facts.convex) << text;
    EXPECT_EQ(Prober(p, p.facts).contradicted(100000), "") << text;
  }
  EXPECT_FALSE(make_problem("sum(cosine(dim=2), quadratic(dim=2, mu=0.9, L=10))").facts.convex);
}

TEST(Facts, ChainHasTheLargestEigenvalueOfSecondDifferences) {
  // Attained by the eigenvector x_j = (-1)^j sin-like; here by power iteration on the product at 0.
  const Problem p = make_problem("huber-chain", {{"dim", {9}}, {"L", {1.5}}});
  std::vector<double> v(9), hv(9);
  for (std::size_t j = 0; j < 9; ++j) v[j] = j % 2 == 0 ? 1.0 : -1.0;
  double ratio = 0.0;
  for (int i = 0; i < 3000; ++i) {
    const std::vector<double> minimiser = p.facts.minimiser->values();
    p.hessian_product(minimiser, v, hv);
    ratio = norm(hv) / norm(v);
    const double size = norm(hv);
    for (std::size_t j = 0; j < 9; ++j) v[j] = hv[j] / size;
  }
  EXPECT_NEAR(ratio, p.facts.L.upper, 1e-10);
}

}  // namespace
}  // namespace thalweg::test

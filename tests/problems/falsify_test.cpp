// Falsifier: every constant of the catalogue that is planted 5 % false is found false, none that is true is, and what is found is what it says.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/problems/claims.hpp"

namespace thalweg::test {
namespace {

using Kind = Counterexample::Kind;

std::vector<double> gradient_of(const Problem& p, const std::vector<double>& x) {
  std::vector<double> g(p.dim());
  p.gradient(View<const double>(x.data(), x.size()), g);
  return g;
}
double value_of(const Problem& p, const std::vector<double>& x) { return p.value(View<const double>(x.data(), x.size())); }
double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

// What the claim bounds, at the witness, from values, differences of gradients and Hessian products in double.
double measured(const Given& g, const Counterexample& w) {
  const Problem& p = g.problem;
  std::vector<double> x = w.x, y = w.other;
  const std::vector<double> gx = gradient_of(p, x);
  switch (g.claim.kind) {
    case ClaimedConstant::f_star: return value_of(p, x) + p.facts.f_star.upper;
    case ClaimedConstant::mu_pl: return dot(gx, gx) / (2.0 * (value_of(p, x) - (w.kind == Kind::pair ? value_of(p, y) : 0.0)));
    case ClaimedConstant::G_j: return std::fabs(gx[w.coordinate]);
    default: break;
  }
  if (w.kind != Kind::pair) {
    std::vector<double> v = w.other;
    if (g.claim.kind == ClaimedConstant::L_j) {
      v.assign(p.dim(), 0.0);
      v[w.coordinate] = 1.0;
    }
    std::vector<double> hv(x.size());
    p.hessian_product(x, v, hv);
    const double curvature = dot(v, hv) / dot(v, v);
    return bounds_from_above(g.claim.kind) && g.claim.kind != ClaimedConstant::weak_convexity ? std::fabs(curvature) : curvature;
  }
  const std::vector<double> ga = gradient_of(p, x), gb = gradient_of(p, y);
  std::vector<double> step(x.size()), change(x.size());
  for (std::size_t j = 0; j < x.size(); ++j) {
    step[j] = x[j] - y[j];
    change[j] = ga[j] - gb[j];
  }
  const bool most = bounds_from_above(g.claim.kind) && g.claim.kind != ClaimedConstant::weak_convexity;
  if (g.claim.kind == ClaimedConstant::L_j) return std::fabs(change[w.coordinate] / step[w.coordinate]);
  if (most && w.kind == Kind::pair) return std::sqrt(dot(change, change) / dot(step, step));
  const double curvature = dot(change, step) / dot(step, step);
  return most ? std::fabs(curvature) : curvature;
}

bool obeys(const ConstantClaim& claim, double ratio) {
  switch (claim.kind) {
    case ClaimedConstant::L:
    case ClaimedConstant::L_j:
    case ClaimedConstant::G_j: return ratio <= claim.value;
    case ClaimedConstant::convex: return ratio >= 0.0;
    case ClaimedConstant::weak_convexity: return ratio >= -claim.value;
    default: return ratio >= claim.value;
  }
}

bool holds(const Box& region, const std::vector<double>& x) {
  for (std::size_t j = 0; j < x.size() && !region.everything(); ++j)
    if (x[j] < region.lower[j] || x[j] > region.upper[j]) return false;
  return true;
}

TEST(Falsify, FindsWhatIsPlantedFalseWithoutBeingToldTheMinimiser) {
  std::size_t found = 0, large = 0;
  std::set<std::string_view> families;
  const std::vector<Given> all = planted(instances());
  for (Given g : all) {
    g.problem.facts.minimiser.reset();
    const Falsification result = falsify(g.problem, g.claim, {.region = g.region, .budget = 100000});
    families.insert(g.problem.entry.id);
    large += g.problem.dim() >= 10;
    found += result.falsified();
    if (!result.falsified()) {
      EXPECT_LE(result.evaluations, 100200U) << label(g);
      continue;
    }
    const Counterexample& w = *result.witness;
    EXPECT_FALSE(obeys(g.claim, w.ratio.lower()) || obeys(g.claim, w.ratio.upper())) << label(g);
    const double ratio = measured(g, w), slack = 1e-5 * std::fabs(g.claim.value);
    EXPECT_GE(ratio, w.ratio.lower() - slack) << label(g);
    EXPECT_LE(ratio, w.ratio.upper() + slack) << label(g);
    EXPECT_TRUE(holds(result.region, w.x)) << label(g);
    EXPECT_TRUE(w.kind != Kind::pair || holds(result.region, w.other)) << label(g);
  }
  EXPECT_GE(all.size(), 60U);
  EXPECT_GE(families.size(), 20U);
  EXPECT_GE(large, 30U);
  EXPECT_GE(100 * large, 45 * all.size());
  EXPECT_GE(20 * found, 19 * all.size()) << found << " of " << all.size();
}

// With equality the score is within rounding of the claim: intervals must refuse it.
TEST(Falsify, FindsNoTrueClaimFalse) {
  const std::vector<Given> all = true_claims(instances());
  EXPECT_GE(all.size(), 200U);
  for (const Given& g : all) EXPECT_FALSE(falsify(g.problem, g.claim, {.region = g.region, .budget = 3000}).falsified()) << label(g);
}

TEST(Falsify, ConvexityOfNonconvexFunctionsIsFalsified) {
  for (const char* id : {"pl-sine", "cosine", "double-well", "rastrigin", "welsch", "tukey", "geman-mcclure", "log-one-plus-square", "styblinski-tang"}) {
    const Problem p = make_problem(id);
    const Falsification result = falsify(p, constant_claim("convex"), {.budget = 10000});
    ASSERT_TRUE(result.falsified()) << id;
    EXPECT_LT(result.witness->ratio.upper(), 0.0) << id;
  }
}

TEST(Falsify, KinksRefuteAnyLipschitzConstantByTwoPoints) {
  for (const char* id : {"absolute", "hinge"}) {
    for (const char* text : {"L=1000", "L_j=1000"}) {
      const Problem p = make_problem(id, {{"dim", {10}}});
      const Falsification result = falsify(p, constant_claim(text), {.budget = 100000});
      ASSERT_TRUE(result.falsified()) << id << text;
      EXPECT_EQ(result.witness->kind, Kind::pair);
      EXPECT_GT(measured({p, constant_claim(text), {}}, *result.witness), 1000.0);
    }
    EXPECT_FALSE(falsify(make_problem(id), constant_claim("convex"), {.budget = 20000}).falsified());
    EXPECT_TRUE(falsify(make_problem(id), constant_claim("mu=0.001"), {.budget = 20000}).falsified());
  }
}

// A layer of width 1e-5 about 0, and a kink at 1, which no random pair of points is near enough to.
TEST(Falsify, HalvingFindsThinLayersAndKinks) {
  Problem p = make_problem("smoothed-l1", {{"dim", {1}}, {"eps", {1e-5}}, {"start", {3.0}}});
  p.facts.minimiser.reset();
  EXPECT_TRUE(falsify(p, constant_claim("L=95000"), {.region = {{-2.7}, {4.1}}, .budget = 20000}).falsified());
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    p = make_problem("hinge", {{"dim", {1}}});
    p.facts.minimiser.reset();
    EXPECT_TRUE(falsify(p, constant_claim("L=100000"), {.region = {{-2.7}, {4.1}}, .budget = 600, .seed = seed}).falsified()) << seed;
  }
}

TEST(Falsify, OnARegionClaimsAreJudgedThereAlone) {
  const Problem p = make_problem("power");  // L = 3 r^2 on |x| <= r
  EXPECT_FALSE(falsify(p, constant_claim("L=12"), {.region = cube(10, 2.0), .budget = 20000}).falsified());
  EXPECT_TRUE(falsify(p, constant_claim("L=11.9"), {.region = cube(10, 2.0), .budget = 20000}).falsified());
  EXPECT_TRUE(falsify(p, constant_claim("L=12"), {.budget = 20000}).falsified());
  const Problem linear = make_problem("linear");  // f* is that of its box
  EXPECT_FALSE(falsify(linear, constant_claim("f_star=0"), {.budget = 20000}).falsified());
  EXPECT_TRUE(falsify(linear, constant_claim("f_star=0.1"), {.budget = 20000}).falsified());
  EXPECT_FALSE(falsify(linear, constant_claim("f_star=0"), {.region = cube(1, 9.0), .budget = 20000}).falsified());
}

TEST(Falsify, WhereTheMinimumIsNotKnownAnotherPointStandsForIt) {
  Problem p = make_problem("pl-sine", {{"dim", {3}}});
  p.facts.minimiser.reset();
  p.facts.f_star = {};
  const Falsification result = falsify(p, constant_claim("mu_pl=0.185"), {.budget = 100000});
  ASSERT_TRUE(result.falsified());
  EXPECT_EQ(result.witness->kind, Kind::pair);
  EXPECT_LT(measured({p, constant_claim("mu_pl=0.185"), {}}, *result.witness), 0.185);
  EXPECT_FALSE(falsify(p, constant_claim("mu_pl=0.1755"), {.budget = 20000}).falsified());
}

TEST(Falsify, OneSeedGivesOneAnswer) {
  const Problem p = make_problem("rastrigin", {{"dim", {10}}});
  const ConstantClaim claim = constant_claim("mu=-390");
  const Falsification a = falsify(p, claim, {.seed = 5}), b = falsify(p, claim, {.seed = 5}), c = falsify(p, claim, {.seed = 6});
  ASSERT_TRUE(a.falsified() && b.falsified() && c.falsified());
  EXPECT_EQ(a.witness->x, b.witness->x);
  EXPECT_EQ(a.evaluations, b.evaluations);
  EXPECT_NE(a.witness->x, c.witness->x);
}

TEST(Falsify, ClaimsReadBackAsTheyAreWritten) {
  for (const char* written : {"L=4", "L_j=0.5", "L_3=2", "G_j=1e+30", "G_0=0", "mu=-1", "mu_pl=0.2", "f_star=-3", "convex", "weak_convexity=0.25"})
    EXPECT_EQ(text(constant_claim(written)), written);
  for (const char* bad : {"", "L", "L=", "=4", "L=four", "L=nan", "L=inf", "L=-1", "convex=1", "Lj=3", "L_x=3", "mu_pll=1", "L=4 "}) EXPECT_THROW(constant_claim(bad), SpecError) << bad;
}

}  // namespace
}  // namespace thalweg::test

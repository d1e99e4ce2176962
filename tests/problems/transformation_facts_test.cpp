// Facts that transformations carry along: attacked by random probes, by the falsifier and by the certifier, planted false ones found, and the rules one by one.
#include "problems/carried_facts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <set>

#include "problems/certify_problem.hpp"
#include "problems/composition.hpp"
#include "tests/problems/claims.hpp"
#include "tests/problems/prober.hpp"
#include "tests/problems/transformed_cases.hpp"

namespace thalweg::test {
namespace {

// Problems that no transcription is needed for: what is not smooth, has no minimum at 0, many minimisers, kinks, data, batches, declared constants.
std::vector<std::string> more() {
  return {"rotate(singular-least-squares(dim=16, rank=5), seed=2)", "reflect(huber(dim=10))", "shift(styblinski-tang(dim=3), by=0.5)", "scale(double-well(dim=4), by=3)",
          "condition(double-well(dim=3), by=[0.5, 2, 1])", "rotate(double-well(dim=12), seed=1)", "rotate(absolute(dim=10), seed=1)", "scale(linear(dim=3), by=2)",
          "regularise(absolute(dim=10), mu=0.5)", "shift(rosenbrock(dim=3), by=0.5)", "rotate(ridge(samples=40, dim=10), seed=3)", "scale(logistic-regression(samples=40, dim=6), by=5)",
          "rotate(ridge(samples=40, dim=10, batch=5), seed=3)", "regularise(logistic-regression(samples=40, dim=6), mu=1)", "sum(absolute(dim=4), quadratic(dim=4))",
          "restrict(pl-sine(dim=10), lower=-2, upper=3)", "restrict(double-well(dim=3), lower=-3, upper=3)", "regularise(double-well(dim=3), mu=2)", "rotate(power(dim=10), seed=9)",
          "compose(huber(dim=3), matrix=[1,2,0,3,0,1,1,1,1,0,0,2])", "condition(nesterov-worst(dim=10), most=3)", "sum(welsch(dim=10), geman-mcclure(dim=10))", "rotate(softplus-sum(dim=10), seed=1)"};
}
std::vector<std::string> all_texts() {
  std::vector<std::string> all = more();
  for (const Transcribed& f : transcribed()) all.push_back(f.text);
  return all;
}

TEST(CarriedFacts, AreNotContradictedByProbes) {
  for (const std::string& text : all_texts()) {
    const Problem p = make_problem(text);
    EXPECT_EQ(Prober(p, p.facts).contradicted(5000), "") << p.text;
  }
}

TEST(CarriedFacts, AreEnclosuresWithASource) {
  for (const std::string& text : all_texts()) {
    const Facts f = make_problem(text).facts;
    std::vector<Constant> all = {f.L, f.mu, f.mu_pl, f.f_star, f.hess_at_min, f.weak_convexity, f.quadratic_growth, f.error_bound, f.hessian_lipschitz, f.on_region.L, f.on_region.least_curvature, f.on_region.mu_pl};
    all.insert(all.end(), f.L_j.begin(), f.L_j.end());
    all.insert(all.end(), f.gradient_bound.begin(), f.gradient_bound.end());
    EXPECT_EQ(f.L_j.size(), f.smooth ? f.dim : 0U) << text;
    EXPECT_TRUE(f.gradient_bound.empty() || f.gradient_bound.size() == f.dim) << text;
    for (const Constant& k : all) {
      if (!k.known()) continue;
      EXPECT_LE(k.lower, k.upper) << text << " " << k.source;
      EXPECT_FALSE(k.source.empty()) << text;
      EXPECT_EQ(k.trust == Trust::exact, k.lower == k.upper) << text << " " << k.source;
    }
  }
}

// What is tight stays tight through a rotation, and a planted 5 % of it is found false; what is true is not.
TEST(CarriedFacts, PlantedFalseAreFoundFalseAndTrueOnesAreNot) {
  std::vector<Problem> problems;
  std::set<std::string_view> kinds;
  for (const std::string& text : all_texts()) {
    problems.push_back(make_problem(text));
    kinds.insert(problems.back().entry.id);
  }
  EXPECT_EQ(kinds.size(), transformations().size()) << "every transformation is among them";
  std::size_t found = 0, large = 0;
  const std::vector<Given> wrong = planted(problems);
  for (Given g : wrong) {
    g.problem.facts.minimiser.reset();
    const bool falsified = falsify(g.problem, g.claim, {.region = g.region, .budget = 50000}).falsified();
    found += falsified;
    large += g.problem.dim() >= 10;
    if (!falsified) std::printf("not found: %s\n", label(g).c_str());
  }
  EXPECT_GE(wrong.size(), 200U);
  EXPECT_GE(3 * large, wrong.size());
  EXPECT_GE(20 * found, 19 * wrong.size()) << found << " of " << wrong.size();
  for (const Given& g : true_claims(problems)) EXPECT_FALSE(falsify(g.problem, g.claim, {.region = g.region, .budget = 1000}).falsified()) << label(g);
}

TEST(CarriedFacts, AgreeWithTheCertifier) {
  std::size_t compared = 0;
  for (const char* text : {"shift(pl-sine(dim=2), by=0.5)", "condition(pl-sine(dim=3), by=[0.5, 1, 3])", "scale(pl-sine(dim=12), by=0.25)", "regularise(welsch(dim=10), mu=3)", "sum(pl-sine(dim=2), quadratic(dim=2))",
                           "rotate(quadratic(dim=10), seed=2)", "reflect(pl-sine(dim=2))", "compose(log-cosh(dim=2), matrix=[1, 2, 0, 1])", "restrict(pl-sine(dim=10), lower=-2, upper=3)", "scale(log-cosh(dim=10), by=3)"}) {
    const Problem p = make_problem(text);
    for (ConstantName name : {ConstantName::L, ConstantName::L_j, ConstantName::G_j, ConstantName::mu, ConstantName::weak_convexity, ConstantName::mu_pl}) {
      Inquiry inquiry;
      inquiry.constant = name;
      inquiry.most_pieces = 2000;
      if (name == ConstantName::L_j || name == ConstantName::G_j) inquiry.coordinate = p.dim() - 1;
      Certificate c;
      try {
        c = certify(p, inquiry);
      } catch (const SpecError&) {
        continue;  // nothing on all of R^d, and no region
      }
      compared += c.declared.known();
      EXPECT_FALSE(c.contradicted) << text << " " << to_string(name) << ": [" << c.lower << ", " << c.upper << "] and " << c.declared.lower << ", " << c.declared.upper;
    }
  }
  EXPECT_GE(compared, 40U);
  // The tail goes with the terms: the certifier closes the PL constant on all of R^d, to where the rule says it is.
  const Problem p = make_problem("condition(pl-sine(dim=3), by=[0.5, 1, 3])");
  Inquiry inquiry;
  inquiry.constant = ConstantName::mu_pl;
  const Certificate c = certify(p, inquiry);
  EXPECT_TRUE(c.converged && c.region.everything());
  EXPECT_NEAR(c.lower, 0.25 * 0.175530985879, 1e-9);
  EXPECT_NEAR(p.facts.mu_pl.lower, c.lower, 1e-9);
  EXPECT_NEAR(p.facts.mu_pl.upper, c.upper, 1e-9);
}

// A wrong rule would be seen: the Hessian's constant, growth, error bound and distance, which neither probes nor claims look at.
TEST(CarriedFacts, GrowthErrorBoundHessianConstantAndDistanceHold) {
  for (const std::string& text : all_texts()) {
    const Problem p = make_problem(text);
    const Facts& f = p.facts;
    const std::size_t n = p.dim();
    std::mt19937_64 random(p.instance);
    if (f.on_box) continue;
    for (int i = 0; i < 200; ++i) {
      const std::vector<double> x = probe_point(random, n, 1e-2, 10.0), v = probe_point(random, n, 0.5, 1.0);
      std::vector<double> g(n), hx(n), hy(n), y = x;
      p.gradient(x, g);
      double apart = -1.0;
      if (f.distance) apart = f.distance(View<const double>(x.data(), n));
      else if (f.minimiser && f.minimiser_unique) apart = norm(minus(x, f.minimiser->values()));
      if (apart >= 0.0) {
        const double slack = 1e-9 + 1e-12 * norm(x);
        if (f.quadratic_growth.known()) { EXPECT_GE(p.value(x), 0.5 * f.quadratic_growth.lower * apart * apart * (1.0 - slack) - 1e-12 * norm(g)) << text; }
        if (f.error_bound.known()) { EXPECT_GE(norm(g), f.error_bound.lower * apart * (1.0 - slack) - 1e-12) << text; }
      }
      if (!f.hessian_lipschitz.known()) continue;
      double moved = 0.0;
      for (std::size_t j = 0; j < n; ++j) {
        const double step = 0.1 * v[(j + 1) % n];
        y[j] += step;
        moved += step * step;
      }
      p.hessian_product(x, v, hx);
      p.hessian_product(y, v, hy);
      EXPECT_LE(norm(minus(hx, hy)), f.hessian_lipschitz.upper * std::sqrt(moved) * norm(v) * (1.0 + 1e-9) + 1e-12) << text;
    }
  }
}

TEST(CarriedFacts, MinimisersMoveWhereTheyAreExactAndAreDroppedElsewhere) {
  EXPECT_EQ((*make_problem("shift(pl-sine(dim=2), by=[0.1, -3])").facts.minimiser)[0], 0.1) << "0 + s is exact";
  EXPECT_FALSE(make_problem("shift(rosenbrock(dim=2), by=0.1)").facts.minimiser) << "1 + 0.1 is none";
  EXPECT_EQ((*make_problem("shift(rosenbrock(dim=2), by=0.5)").facts.minimiser)[1], 1.5);
  EXPECT_EQ((*make_problem("condition(rosenbrock(dim=2), by=4)").facts.minimiser)[1], 0.25);
  EXPECT_FALSE(make_problem("condition(rosenbrock(dim=2), by=3)").facts.minimiser);
  const Problem turned = make_problem("rotate(shift(pl-sine(dim=5), by=1), seed=2)");
  EXPECT_FALSE(turned.facts.minimiser || turned.facts.minimiser_unique);
  EXPECT_TRUE(turned.box.everything());
  EXPECT_EQ(turned.facts.f_star.upper, 0.0) << "the infimum stays";
  // dist(x, X*) is that of the image: sqrt(5) at 0.
  const std::vector<double> zero(5, 0.0);
  EXPECT_NEAR(turned.facts.distance(View<const double>(zero.data(), 5)), std::sqrt(5.0), 1e-12);
  EXPECT_FALSE(make_problem("add-quadratic(pl-sine(dim=2), centre=1)").facts.minimiser);
  EXPECT_FALSE(make_problem("add-quadratic(pl-sine(dim=2), centre=1)").facts.pl) << "no rule gives it";
  EXPECT_TRUE(make_problem("add-quadratic(pl-sine(dim=2), a=5)").facts.convex) << "rho = 4";
  EXPECT_FALSE(make_problem("add-quadratic(pl-sine(dim=2), a=3.9)").facts.convex);
  EXPECT_FALSE(make_problem("sum(pl-sine(dim=2), shift(pl-sine(dim=2)))").facts.minimiser);
  EXPECT_EQ(make_problem("sum(pl-sine(dim=2), shift(pl-sine(dim=2)))").facts.f_star.upper, std::numeric_limits<double>::infinity());
}

TEST(CarriedFacts, RegionsAreMappedInward) {
  // Every point of the new region has its image in the old one, in real arithmetic.
  for (const auto& [text, inside, by, is_factor] : std::vector<std::tuple<std::string, std::string, double, bool>>{
           {"shift(pl-sine(dim=3, region=0.3), by=0.1)", "pl-sine(dim=3, region=0.3)", 0.1, false}, {"condition(pl-sine(dim=3, region=0.7), by=3)", "pl-sine(dim=3, region=0.7)", 3.0, true}}) {
    const Box outer = make_problem(text).facts.region, inner = make_problem(inside).facts.region;
    for (double end : {outer.lower[0], outer.upper[0]}) {
      const Big image = is_factor ? Big(Big(by) * Big(end)) : Big(Big(end) - Big(by));
      EXPECT_TRUE(image >= Big(inner.lower[0]) && image <= Big(inner.upper[0])) << text;
    }
    EXPECT_NEAR(outer.upper[0] - outer.lower[0], (inner.upper[0] - inner.lower[0]) / (is_factor ? by : 1.0), 1e-12);
  }
}

TEST(CarriedFacts, AnEstimateStaysAnEstimate) {
  for (const char* outer : {"scale(%, by=2)", "rotate(%)", "shift(%, by=0.5)", "condition(%, by=[1, 2])", "regularise(%, mu=1)", "sum(%, quadratic(dim=2))", "restrict(%)", "compose(%, matrix=[1, 0, 1, 1])"}) {
    std::string text = outer;
    text.replace(text.find('%'), 1, "formula(\"x[0]^2 + x[1]^2\", dim=2, L=2, mu=2, convex=1, f_star=0, minimiser=0, region=3)");
    const Problem p = make_problem(text);
    EXPECT_TRUE(p.facts.declared) << text;
    EXPECT_EQ(p.facts.L.trust, Trust::estimated) << text;
    EXPECT_EQ(p.facts.mu.trust, Trust::estimated) << text;
    EXPECT_EQ(p.facts.f_star.trust, Trust::estimated) << text;
    for (const Constant& c : p.facts.L_j) EXPECT_EQ(c.trust, Trust::estimated) << text;
    for (const Constant& c : p.facts.gradient_bound) EXPECT_NE(c.trust, Trust::exact) << text;
  }
}

TEST(CarriedFacts, VariancesGoBySquares) {
  const Facts inside = make_problem("logistic-regression(samples=40, dim=8, batch=4)").facts;
  ASSERT_TRUE(inside.sampling_variance.known());
  const auto of = [](const std::string& text) {
    std::string all = text;
    all.replace(all.find('%'), 1, "logistic-regression(samples=40, dim=8, batch=4)");
    return make_problem(all).facts.sampling_variance;
  };
  EXPECT_NEAR(of("scale(%, by=5)").upper, 25.0 * inside.sampling_variance.upper, 1e-12 * inside.sampling_variance.upper);
  EXPECT_NEAR(of("condition(%, least=1, most=3)").upper, 9.0 * inside.sampling_variance.upper, 1e-12 * inside.sampling_variance.upper) << "the largest factor";
  EXPECT_NEAR(of("rotate(%)").upper, inside.sampling_variance.upper, 1e-12 * inside.sampling_variance.upper);
  EXPECT_EQ(of("regularise(%)").upper, inside.sampling_variance.upper) << "what is added is exact";
}

// Of the map of one step: enclosures of what a transformation does to a number.
TEST(CarriedFacts, TimesIsExactWhereTheProductIs) {
  const Constant c = times(exact(3.0), Interval(0.25));
  EXPECT_EQ(c.trust, Trust::exact);
  EXPECT_EQ(c.lower, 0.75);
  const Constant rounded = times(exact(0.1), Interval(0.3));
  EXPECT_EQ(rounded.trust, Trust::proved);
  EXPECT_TRUE(Big(rounded.lower) <= Big(0.1) * Big(0.3) && Big(rounded.upper) >= Big(0.1) * Big(0.3));
  EXPECT_FALSE(times(Constant{}, Interval(2.0)).known());
  EXPECT_EQ(times({1.0, 2.0, Trust::estimated, "declared"}, Interval(2.0)).trust, Trust::estimated);
  const Constant bound = times(proved(-1.0, std::numeric_limits<double>::infinity(), "bound"), Interval(2.0));
  EXPECT_LE(bound.lower, -2.0);
  EXPECT_NEAR(bound.lower, -2.0, 1e-15);
  EXPECT_FALSE(std::isfinite(bound.upper));
}

}  // namespace
}  // namespace thalweg::test

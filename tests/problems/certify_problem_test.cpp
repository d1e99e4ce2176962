// Constants of problems by intervals: they enclose what a dense grid shows, are tight where they say so, and contradict what is planted false.
#include "problems/certify_problem.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "problems/catalogue.hpp"
#include "problems/certify.hpp"
#include "problems/enclosure.hpp"
#include "tests/problems/claims.hpp"

namespace thalweg::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Inquiry about(ConstantName constant, const Box& region = {}) {
  Inquiry inquiry;
  inquiry.constant = constant;
  inquiry.region = region;
  return inquiry;
}

bool infimum(ConstantName constant) { return constant == ConstantName::mu || constant == ConstantName::mu_pl || constant == ConstantName::f_star; }

// The constant of a function of one variable from a grid: never beyond the true one.
double from_grid(const Problem& p, ConstantName constant, double low, double high) {
  double most = -infinity, least = infinity;
  for (int i = 0; i <= 20000; ++i) {
    const std::vector<double> x = {low + (high - low) * i / 20000.0};
    const std::vector<double> one = {1.0};
    std::vector<double> g(1), h(1);
    const double value = p.value(View<const double>(x.data(), 1));
    p.gradient(View<const double>(x.data(), 1), g);
    p.hessian_product(View<const double>(x.data(), 1), View<const double>(one.data(), 1), h);
    double seen = std::fabs(g[0]);
    if (constant == ConstantName::L || constant == ConstantName::L_j) seen = std::fabs(h[0]);
    if (constant == ConstantName::mu) seen = h[0];
    if (constant == ConstantName::weak_convexity) seen = std::max(0.0, -h[0]);
    if (constant == ConstantName::f_star) seen = value;
    if (constant == ConstantName::mu_pl) {
      if (value < 1e-9) continue;
      seen = g[0] * g[0] / (2.0 * value);
    }
    most = std::max(most, seen);
    least = std::min(least, seen);
  }
  return infimum(constant) ? least : most;
}

TEST(CertifyProblem, EnclosesWhatADenseGridShowsForEveryTermOfOneVariable) {
  std::size_t asked = 0;
  for (const Family& family : problem_families()) {
    Problem p;
    try {
      p = make_problem(family.entry.id, {{"dim", {1}}});
    } catch (const std::exception&) {
      continue;
    }
    if (!OverBoxes(p).separable()) continue;
    for (const auto& [low, high] : {std::pair{-2.5, 2.5}, {-0.5, 1.75}, {0.25, 3.0}, {-3.5, -2.0}}) {
      const bool outside = p.facts.on_box && (low < p.box.lower[0] || high > p.box.upper[0]);
      for (std::size_t c = 0; c < constant_names.size(); ++c) {
        const auto constant = static_cast<ConstantName>(c);
        const bool kinks = !p.facts.differentiable && constant != ConstantName::G_j && constant != ConstantName::f_star;
        if (kinks || outside) continue;
        ++asked;
        const Certificate e = certify(p, about(constant, {{low}, {high}}));
        const double grid = from_grid(p, constant, low, high), rounding = 1e-12 * (1.0 + std::fabs(grid)), between = 2e-3 * (1.0 + std::fabs(grid));
        EXPECT_LE(e.lower, grid + (infimum(constant) ? rounding : between)) << p.text << " " << constant_names[c] << " on " << low << ", " << high;
        EXPECT_GE(e.upper, grid - (infimum(constant) ? between : rounding)) << p.text << " " << constant_names[c] << " on " << low << ", " << high;
        EXPECT_FALSE(e.contradicted) << p.text << " " << constant_names[c];
        if (e.converged) { EXPECT_LE(e.upper - e.lower, 2e-8 * std::max(1.0, std::fabs(p.facts.L.known() ? p.facts.L.upper : 1e3))) << p.text << " " << constant_names[c]; }
      }
    }
  }
  EXPECT_GE(asked, 300U);
}

TEST(CertifyProblem, NothingThatTheCatalogueDeclaresIsContradicted) {
  std::size_t compared = 0;
  for (const Problem& p : instances()) {
    for (std::size_t c = 0; c < constant_names.size(); ++c) {
      Inquiry inquiry = about(static_cast<ConstantName>(c));
      inquiry.most_pieces = OverBoxes(p).separable() ? 300 : 20;
      try {
        const Certificate e = certify(p, inquiry);
        EXPECT_FALSE(e.contradicted) << p.text << " " << constant_names[c] << " in [" << e.lower << ", " << e.upper << "], declared [" << e.declared.lower << ", " << e.declared.upper << "]";
        EXPECT_LE(e.lower, e.upper);
        compared += e.declared.known();
      } catch (const SpecError&) {  // needs a region, or has kinks
      }
    }
  }
  EXPECT_GE(compared, 200U);
}

TEST(CertifyProblem, WhatIsDeclaredFalseIsContradicted) {
  Problem p = make_problem("pl-sine");
  p.facts.L = exact(7.9);
  EXPECT_TRUE(certify(p, about(ConstantName::L)).contradicted);
  p.facts.L = exact(8.1);  // no Lipschitz constant is violated, but it is not the least one
  EXPECT_TRUE(certify(p, about(ConstantName::L)).contradicted);
  EXPECT_FALSE(certify(p, about(ConstantName::L, cube(10, 1.0))).contradicted) << "on a part of R^d the constant may be smaller";
  p.facts.mu_pl = exact(0.18);
  EXPECT_TRUE(certify(p, about(ConstantName::mu_pl)).contradicted);
  p.facts.mu_pl = exact(0.17);
  EXPECT_TRUE(certify(p, about(ConstantName::mu_pl)).contradicted);
  EXPECT_FALSE(certify(p, about(ConstantName::mu_pl, cube(10, 2.0))).contradicted);
}

TEST(CertifyProblem, PlConstantOfPlSineIsGlobalAndQuick) {
  const Problem p = make_problem("pl-sine");
  const auto before = std::chrono::steady_clock::now();
  const Certificate e = certify(p, about(ConstantName::mu_pl));
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count(), 0.1);
  EXPECT_TRUE(e.converged && e.region.everything());
  EXPECT_LE(e.lower, 0.175530985879);
  EXPECT_GE(e.upper, 0.175530985879);
  EXPECT_LE(e.upper - e.lower, 1e-9);
  EXPECT_NEAR(std::fabs(e.at[0]), 2.2017, 1e-3);
  const Certificate right = certify(p, about(ConstantName::mu_pl, {PerCoordinate<double>(10, 0.0), PerCoordinate<double>(10, 6.0)}));
  EXPECT_TRUE(right.converged);
  EXPECT_NEAR(right.upper, 0.175530985879, 1e-9) << "what is right of the minimiser alone";
  const Certificate uneven = certify(make_problem("pl-sine", {{"scale", {3.0, 0.5, 2.0}}}), about(ConstantName::mu_pl));
  EXPECT_LE(uneven.lower, 0.5 * 0.175530985879) << "the least over the terms";
  EXPECT_GE(uneven.upper, 0.5 * 0.175530985879);
}

// On [-5, 5] the ratio's infimum is at x = 2: 26^2 / (2 * 38) = 8.89...
TEST(CertifyProblem, KinksOfTheGradientAreNoMatterOfOneEnd) {
  const Problem p = make_problem("heavy-ball-cycle");
  EXPECT_NEAR(certify(p, about(ConstantName::mu, cube(1, 5.0))).upper, 1.0, 1e-12);
  EXPECT_NEAR(certify(p, about(ConstantName::mu_pl, cube(1, 5.0))).lower, 26.0 * 26.0 / 76.0, 1e-7);
  EXPECT_NEAR(certify(make_problem("huber"), about(ConstantName::L)).upper, 1.0, 1e-12);
  EXPECT_EQ(certify(make_problem("huber"), about(ConstantName::mu)).upper, 0.0);
}

TEST(CertifyProblem, TailDecidesWhereItIsTheLeast) {
  static constexpr double three = 3.0;
  const TermEnclosures f = enclosures_of(Quadratic{Coefficients(&three, 1, true)}, 0);
  const Extreme e = pl_constant(f, {0.0, Interval::whole(), [](double) { return 2.5; }}, 1e-9);
  EXPECT_LE(e.lower, 2.5);
  EXPECT_FALSE(e.converged);
  EXPECT_TRUE(pl_constant(f, {0.0, {-9.0, 1.0}, {}}, 1e-9).converged) << "a bounded domain has none";
}

// (x^2 + 100 y^2) / (x^2 + 10 y^2) on [1, 2]^2 is least at (2, 1): no term can be 0 there, and the worst term's constant 1 is not that of the sum.
TEST(CertifyProblem, WithoutTheMinimiserASumIsMoreThanItsWorstTerm) {
  const Problem p = make_problem("quadratic", {{"spectrum", {1.0, 10.0}}});
  const Certificate e = certify(p, about(ConstantName::mu_pl, {{1.0, 1.0}, {2.0, 2.0}}));
  EXPECT_TRUE(e.converged);
  EXPECT_LE(e.lower, 104.0 / 14.0);
  EXPECT_GE(e.upper, 104.0 / 14.0);
  EXPECT_NEAR(e.upper, 104.0 / 14.0, 1e-2);
  EXPECT_NEAR(certify(p, about(ConstantName::mu_pl, {{-1.0, -1.0}, {2.0, 2.0}})).upper, 1.0, 1e-9);
}

// f = max(0, |x| - 1)^2 / 2 has the flat valley [-1, 1]: its curvature at 0 is 0, and yet it is PL with 1.
struct Valley {
  std::size_t dim() const { return 1; }
  template <class R, class J> R term(J, R x) const { return R(0.5) * m::sqr(m::max(R(0.0), m::abs(x) - R(1.0))); }
  template <class R, class J> R slope(J, R x) const {
    const R beyond = m::max(R(0.0), m::abs(x) - R(1.0));
    return m::select(x < R(0.0), -beyond, beyond);
  }
};
TEST(CertifyProblem, FlatMinimumBoundsNothingFromAbove) {
  const Extreme e = pl_constant(enclosures_of(Valley{}, 0), {0.0, {-3.0, 3.0}, {}}, 1e-9, 2000);
  EXPECT_LE(e.lower, 1.0);
  EXPECT_GE(e.upper, 1.0);
}

// Inside the chain's parabolas f is quadratic: its PL constant is the least eigenvalue of second differences.
TEST(CertifyProblem, CoupledFunctionsAreSubdividedOnARegion) {
  const Problem p = make_problem("huber-chain", {{"dim", {3}}});
  const double least = 4.0 * std::pow(std::sin(std::acos(-1.0) / 14.0), 2);
  const Certificate pl = certify(p, about(ConstantName::mu_pl, cube(3, 0.5)));
  EXPECT_TRUE(pl.converged);
  EXPECT_LE(pl.lower, least * (1.0 + 1e-14));
  EXPECT_GE(pl.upper, least * (1.0 - 1e-14));
  EXPECT_LE(pl.upper - pl.lower, 1e-3 * least);
  const Certificate slope = certify(p, [] {
    Inquiry inquiry = about(ConstantName::G_j, cube(3, 1.0));
    inquiry.coordinate = 2;
    return inquiry;
  }());
  EXPECT_NEAR(slope.upper, 1.0, 1e-3);
  EXPECT_NEAR(certify(p, about(ConstantName::G_j, cube(3, 1.0))).upper, 2.0, 2e-3);
  EXPECT_NEAR(certify(p, about(ConstantName::f_star, {{0.5, 0.5, 0.5}, {1.0, 1.0, 1.0}})).lower, 0.125, 1e-3);
  EXPECT_EQ(certify(p, about(ConstantName::weak_convexity, cube(3, 0.4))).lower, 0.0);
}

// Not every minimiser is isolated: then curvature at one says nothing of the ratio.
TEST(CertifyProblem, SingularLeastSquaresIsNotContradicted) {
  const Problem p = make_problem("singular-least-squares", {{"dim", {2}}, {"rank", {1}}, {"L", {3.0}}});
  Inquiry inquiry = about(ConstantName::mu_pl, cube(2, 1.0));
  inquiry.most_pieces = 2000;
  const Certificate e = certify(p, inquiry);
  EXPECT_FALSE(e.converged);
  EXPECT_FALSE(e.contradicted);
  EXPECT_NEAR(e.upper, 3.0, 1e-9);
}

TEST(CertifyProblem, QuestionsWithoutAnAnswerAreRefused) {
  EXPECT_THROW(certify(make_problem("welsch"), about(ConstantName::L)), SpecError) << "nothing on all of R^d, and no region";
  EXPECT_THROW(certify(make_problem("absolute"), about(ConstantName::L, cube(10, 1.0))), SpecError) << "kinks";
  EXPECT_THROW(certify(make_problem("pl-sine"), about(ConstantName::L, cube(3, 1.0))), SpecError) << "another dimension";
  Inquiry inquiry = about(ConstantName::L);
  inquiry.coordinate = 0;
  EXPECT_THROW(certify(make_problem("pl-sine"), inquiry), SpecError);
  inquiry.constant = ConstantName::L_j;
  inquiry.coordinate = 10;
  EXPECT_THROW(certify(make_problem("pl-sine"), inquiry), SpecError);
}

}  // namespace
}  // namespace thalweg::test

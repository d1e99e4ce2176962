// Kinks and jumps of formulas: found on the graph, and never certified as if they were not there.
#include "problems/regularity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "problems/certify_problem.hpp"
#include "problems/problem.hpp"

namespace thalweg::test {
namespace {

TEST(Regularity, IsThatOfTheLeastSmoothPart) {
  const std::pair<const char*, Regularity> all[] = {
      {"x[0]^2 + sin(x[1])*exp(-x[0])", Regularity::differentiable},
      {"abs(3)*x[0] + max(2, 1) + floor(pi)", Regularity::differentiable},
      {"if(1 < 2, x[0]^2, abs(x[0]))", Regularity::kinked},
      {"if(x[0] < 1, x[0]^2/2, x[0] - 1/2)", Regularity::jumps},
      {"x[0]*floor(x[1])", Regularity::jumps},
      {"abs(x[0])", Regularity::kinked},
      {"sum(sqrt(1 + abs(x[i])))", Regularity::kinked},
      {"max(x[0], -x[0])", Regularity::kinked},
      {"min(x[0], 1)^2", Regularity::kinked},
      {"max(x[0] - 1, 0)^2", Regularity::differentiable},
      {"sum(-min(0, x[i])^2)", Regularity::differentiable},
      {"abs(x[0]*x[1])^3", Regularity::differentiable},
      {"pow(abs(x[0]), 1.5) + abs(x[0])^2.5", Regularity::differentiable},
      {"abs(x[0])^1", Regularity::kinked},
      {"abs(x[0])^-2", Regularity::kinked},
      {"abs(abs(x[0]) - 1)^2", Regularity::kinked},
      {"(2*abs(x[0]))^2", Regularity::kinked},  // smooth, but not seen to be
      {"log(1 + exp(x[0])) + softplus(x[1])*sigmoid(x[0])", Regularity::differentiable},
  };
  for (const auto& [text, expected] : all) EXPECT_EQ(regularity(Expression::parse(text)), expected) << text;
}

Inquiry about(ConstantName constant) {
  Inquiry inquiry;
  inquiry.constant = constant;
  inquiry.region = {{-1.0}, {1.0}};
  return inquiry;
}

TEST(Regularity, OfAFormulaWithKinksNothingOfItsCurvatureIsCertified) {
  for (const char* text : {"abs(x[0])", "max(x[0], -x[0])", "if(x[0] < 0, 0, x[0])", "floor(x[0])", "x[0]^2 + min(x[0], 0)"}) {
    const Problem p = make_formula(text, {{"region", {1.0}}});
    EXPECT_FALSE(p.facts.differentiable) << text;
    EXPECT_FALSE(p.facts.on_region.L.known()) << text << ": the slope jumps";
    for (const ConstantName constant : {ConstantName::L, ConstantName::L_j, ConstantName::mu, ConstantName::mu_pl, ConstantName::weak_convexity}) EXPECT_THROW(certify(p, about(constant)), SpecError) << text;
  }
  for (const char* text : {"abs(x[0])", "x[0]^2 + min(x[0], 0)"}) EXPECT_NO_THROW(certify(make_formula(text, {}), about(ConstantName::f_star))) << text;
  for (const ConstantName constant : {ConstantName::f_star, ConstantName::G_j}) {
    EXPECT_THROW(certify(make_formula("if(x[0] < 0.5, 1, 0)", {}), about(constant)), SpecError) << "its infimum lies beyond the jump";
    EXPECT_THROW(certify(make_problem("shift(formula(\"x[0] + floor(x[0])\"), by=1)"), about(constant)), SpecError);
  }
  const Problem smooth = make_formula("max(x[0], 0)^2", {});
  const Certificate L = certify(smooth, about(ConstantName::L));
  EXPECT_TRUE(L.converged);
  EXPECT_NEAR(L.upper, 2.0, 1e-9);
  EXPECT_NEAR(L.lower, 2.0, 1e-9);
}

// The slope at the middle of a box and the curvatures over it do not reach beyond a kink.
TEST(Certify, BoundsSlopesOnBothSidesOfAKink) {
  Inquiry inquiry = about(ConstantName::G_j);
  inquiry.coordinate = 0;
  inquiry.region = {{-3.0}, {0.5}};
  EXPECT_EQ(certify(make_formula("max(x[0], 0)", {}), inquiry).upper, 1.0);
  inquiry.most_pieces = 2000;
  const Problem machine = make_problem("support-vector");
  inquiry.region = {PerCoordinate<double>(10, -0.3161436390501593), PerCoordinate<double>(10, 0.6039076411279618)};
  const std::vector<double> x = {-0.3161436390501593, 0.12138161804809271, 0.6023211848984769, -0.3161436390501593, -0.3161436390501593,
                                 0.46002564008906055, -0.3161436390501593, -0.3161436390501593, -0.3161436390501593, 0.46002564008906055};
  std::vector<double> g(10);
  machine.gradient(x, g);
  EXPECT_GE(certify(machine, inquiry).upper, std::fabs(g[0]));
}

// f less a lower bound of f* is no f - f*: the ratio is then too small.
TEST(Certify, OfPolyakLojasiewiczNeedsTheInfimum) {
  EXPECT_THROW(certify(make_formula("x[0]^2 + 1", {}), about(ConstantName::mu_pl)), SpecError);
  const Certificate declared = certify(make_formula("x[0]^2 + 1", {{"f_star", {1.0}}, {"minimiser", {0.0}}}), about(ConstantName::mu_pl));
  EXPECT_NEAR(declared.lower, 2.0, 1e-2);
  EXPECT_GE(declared.upper, 2.0 - 1e-9);
  Inquiry everywhere;
  everywhere.constant = ConstantName::mu_pl;
  const Certificate bounded = certify(make_problem("regularise(booth, mu=0.5)"), everywhere);
  EXPECT_FALSE(bounded.contradicted);
  EXPECT_FALSE(bounded.converged);
  EXPECT_TRUE(std::isinf(bounded.upper));
}

// Over the whole box the denominator 1 + x - 0.9 x seems to reach 0.
TEST(Certify, DividesABoxOverWhichNothingIsBounded) {
  const Problem p = make_formula("1/(1 + x[0] - 0.9*x[0])", {});
  Inquiry inquiry = about(ConstantName::L);
  inquiry.region = {{-5.0}, {5.0}};
  const Certificate c = certify(p, inquiry);
  EXPECT_TRUE(c.converged);
  EXPECT_LE(c.lower, 0.16 + 1e-12);  // 0.02/(1 + 0.1 x)^3 at -5
  EXPECT_GE(c.upper, 0.16 - 1e-12);
  EXPECT_LE(c.upper - c.lower, 1e-2);
  const Certificate unbounded = certify(make_formula("log(x[0])", {}), about(ConstantName::L));
  EXPECT_FALSE(unbounded.converged);
  EXPECT_TRUE(std::isinf(unbounded.upper));
}

}  // namespace
}  // namespace thalweg::test

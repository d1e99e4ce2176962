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
    EXPECT_NO_THROW(certify(p, about(ConstantName::f_star))) << text;
  }
  const Problem smooth = make_formula("max(x[0], 0)^2", {});
  const Certificate L = certify(smooth, about(ConstantName::L));
  EXPECT_TRUE(L.converged);
  EXPECT_NEAR(L.upper, 2.0, 1e-9);
  EXPECT_NEAR(L.lower, 2.0, 1e-9);
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

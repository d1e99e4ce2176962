// The A-LR bounds against runs, against their closed forms, and against a brute-force search over t.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/optimizers/bounds.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

using testing::ScalarRule;
using testing::Uniform;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<std::string> definitions() {
  std::vector<std::string> all;
  for (const std::string& name : testing::all_presets())
    if (rated(define(name))) all.push_back(name);
  for (const char* extra :
       {"amsgrad(correction=inside)", "sadam(correction=inside, beta=2)", "pamsgrad(correction=inside, eps=0.1, p=0.3)",
        "adam@eps-hat(beta1=0.5, beta2=0.6, eps=0.5)", "adam@eps-hat(beta1=0.99, beta2=0.9, eps=0.1)", "adam@seed(beta1=0, beta2=0)",
        "sadam@authors-code(beta1=0, beta2=0.5, beta=0.5)", "amsgrad(eps_placement=inside, eps=0.25)",
        "decorrelated-adam(beta2=0.5, eps=0.3)", "adamax(beta1=0.5, beta2=0.6, eps=0.3)", "padam@authors-code(beta1=0.9, beta2=0.95, eps=0.2, p=0.05)",
        "padam(eps_placement=inside, eps=0.2, p=0.3)", "pamsgrad(eps_placement=inside, correction=inside, eps=0.1, p=0.05)"})
    all.push_back(extra);
  return all;
}

// Exact arithmetic stays inside; double precision may leave by about 2^-53 / (1 - beta2) (bounds.hpp). 1 - beta2 >= 1e-3 here.
constexpr double slack = 1e-12;

TEST(RateBounds, ContainEveryRateOfRunsWithBoundedGradients) {
  for (const std::string& name : definitions()) {
    const Definition definition = define(name);
    for (const double G : {0.01, 1.0, 30.0}) {
      const RateBounds bounds = rate_bounds(definition, Interval(G));
      EXPECT_LE(bounds.mu1.upper(), bounds.mu2.upper()) << name;
      for (int kind = 0; kind < 5; ++kind) {
        ScalarRule rule(definition);
        Uniform uniform(static_cast<std::uint64_t>(31 + kind));
        for (std::uint64_t t = 1; t <= 4000; ++t) {
          const double g = kind == 0   ? uniform(-G, G)
                           : kind == 1 ? (uniform() < 0.5 ? G : -G)
                           : kind == 2 ? 0.0
                           : kind == 3 ? ((t / 200) % 2 == 0 ? G : 0.0)
                                       : (t % 3 == 0 ? G : -G * 1e-6);
          const double rate = rule.step(g, 0.0, t).rate;
          ASSERT_GE(rate, bounds.mu1.lower() * (1.0 - slack)) << name << " G = " << G << " t = " << t << " kind " << kind;
          ASSERT_LE(rate, bounds.mu2.upper() * (1.0 + slack)) << name << " G = " << G << " t = " << t << " kind " << kind;
        }
      }
    }
  }
}

TEST(RateBounds, AreAttainedOrApproached) {
  for (const std::string& name : definitions()) {
    const Definition definition = define(name);
    const double G = 2.0;
    const RateBounds bounds = rate_bounds(definition, Interval(G));
    if (!bounds.tight) continue;
    double least = infinity, largest = 0.0;
    ScalarRule full(definition), still(definition);
    for (std::uint64_t t = 1; t <= 40000; ++t) {
      least = std::min(least, full.step(G, 0.0, t).rate);
      largest = std::max(largest, still.step(0.0, 0.0, t).rate);
    }
    if (bounds.mu1.upper() > 0.0) {
      EXPECT_NEAR(least / bounds.mu1.upper(), 1.0, 1e-11) << name;
    } else {
      EXPECT_NEAR(least * std::sqrt(40000.0) * G, 1.0, 1e-2) << name << ": falls like 1 / sqrt(t)";
    }
    EXPECT_NEAR(largest / bounds.mu2.lower(), 1.0, 1e-11) << name;
  }
}

TEST(RateBounds, AreTheClosedFormsWithoutACorrection) {
  const double G = 3.0;
  const auto expect = [&](const char* name, double mu1, double mu2) {
    const RateBounds bounds = rate_bounds(define(name), Interval(G));
    EXPECT_NEAR(bounds.mu1.mid(), mu1, 1e-14 * mu1) << name;
    EXPECT_NEAR(bounds.mu2.mid(), mu2, 1e-14 * mu2) << name;
    EXPECT_LE(bounds.mu1.width(), 1e-14 * mu1) << name;
    EXPECT_LE(bounds.mu2.width(), 1e-14 * mu2) << name;
  };
  expect("sgd", 1.0, 1.0);
  expect("momentum", 1.0, 1.0);
  expect("adam@seed(eps=0.01)", 1.0 / (G + 0.01), 100.0);
  expect("amsgrad(eps=0.01)", 1.0 / (G + 0.01), 100.0);
  expect("adam@inside-root(eps=0.01)", 1.0 / std::sqrt(G * G + 0.01), 10.0);
  expect("padam(eps=0.01, p=0.25)", 1.0 / std::sqrt(G + 0.01), 10.0);
  expect("sadam(beta=2)", 2.0 / std::log1p(std::exp(2.0 * G)), 2.0 / std::log(2.0));
  expect("decorrelated-adam(eps=0.01)", 1.0 / (G + 0.01), 100.0);
  expect("adam(eps=0.01)", 1.0 / (G + 0.01), 1000.0);  // corrections inside: 1 / (1 - beta1) times larger
}

TEST(RateBounds, OfTheOuterFactorAreItsExtremesOverAllSteps) {
  for (const auto& [beta1, beta2] :
       {std::pair{0.9, 0.999}, {0.5, 0.6}, {0.0, 0.99}, {0.99, 0.9}, {0.999, 0.9999}, {0.9, 0.9}, {0.9, 0.0}}) {
    const double eps = 1e6;  // D is nearly constant, so that the bounds are those of the factor itself
    const Definition definition = define("adam@eps-hat", {{"beta1", beta1}, {"beta2", beta2}, {"eps", eps}});
    const RateBounds bounds = rate_bounds(definition, Interval(1e-6));
    double least = 1.0, largest = 1.0;  // the limit
    for (int t = 1; t < 300000; ++t) {
      const double h = std::sqrt(-std::expm1(t * std::log(beta2))) / -std::expm1(t * std::log(beta1));
      least = std::min(least, h);
      largest = std::max(largest, h);
    }
    EXPECT_NEAR(bounds.mu1.mid() * eps, least, 1e-11 * least) << beta1 << " " << beta2;
    EXPECT_NEAR(bounds.mu2.mid() * eps, largest, 1e-11 * largest) << beta1 << " " << beta2;
  }
  // Smallest at t = 12 for (0.9, 0.999), about 0.152.
  const RateBounds usual = rate_bounds(define("adam@eps-hat(eps=1e6)"), Interval(1e-6));
  EXPECT_NEAR(usual.mu1.mid() * 1e6, 0.1522, 1e-4);
}

TEST(RateBounds, FinishForCoefficientsNextToOne) {
  const RateBounds bounds =
      rate_bounds(define("adam@eps-hat", {{"beta1", 0.999999}, {"beta2", 1.0 - 0x1p-53}, {"eps", 1.0}}), Interval(1.0));
  EXPECT_GT(bounds.mu1.lower(), 0.0);
  EXPECT_LE(bounds.mu1.upper(), bounds.mu2.lower());
}

TEST(RateBounds, FollowTheEnclosureOfG) {
  for (const char* name : {"adam@seed", "adam", "sadam@authors-code", "padam", "adam@inside-root"}) {
    const Definition definition = define(name);
    const RateBounds wide = rate_bounds(definition, Interval(1.0, 2.0));
    EXPECT_LE(wide.mu1.lower(), rate_bounds(definition, Interval(2.0)).mu1.lower()) << name;
    EXPECT_GE(wide.mu1.upper(), rate_bounds(definition, Interval(1.0)).mu1.lower()) << name;
    EXPECT_EQ(rate_bounds(definition, Interval(0.0, infinity)).mu1.lower(), 0.0) << name;
    EXPECT_LT(rate_bounds(definition, Interval(0.0, infinity)).mu2.upper(), infinity) << name;
  }
}

TEST(RateBounds, AreUnboundedWithoutEps) {
  for (const char* name : {"adam(eps=0)", "adam@seed(eps=0)", "adam@eps-hat(eps=0)", "amsgrad(eps=0)", "padam(eps=0)",
                           "adam@inside-root(eps=0)", "decorrelated-adam(eps=0)"}) {
    const Definition definition = define(name);
    EXPECT_EQ(rate_bounds(definition, Interval(1.0)).mu2.upper(), infinity) << name;
    EXPECT_GT(rate_bounds(definition, Interval(1.0)).mu1.lower(), 0.0) << name;
    EXPECT_FALSE(properties(definition).bounded_rate) << name;
    EXPECT_EQ(rate_lipschitz(definition), infinity) << name;
  }
}

TEST(Properties, SayWhatTheoremsAsk) {
  EXPECT_FALSE(properties(define("sgd")).adaptive);
  EXPECT_TRUE(properties(define("sgd")).monotone_rate);
  EXPECT_FALSE(properties(define("sgd")).lipschitz_denominator);
  EXPECT_EQ(properties(define("momentum")).heavy_ball, 0.9);
  EXPECT_FALSE(properties(define("momentum")).ema_numerator);
  EXPECT_TRUE(properties(define("sgd")).momentum_free);
  EXPECT_TRUE(properties(define("adam(beta1=0)")).momentum_free);
  EXPECT_TRUE(properties(define("momentum(momentum=0)")).momentum_free);
  for (const char* other : {"momentum(momentum=0, dampening=0.5)", "momentum(momentum=0, nesterov=yes)", "signsgd", "signum", "lion"}) {
    EXPECT_FALSE(properties(define(other)).momentum_free) << other;
    EXPECT_EQ(properties(define(other)).heavy_ball, 0.0) << other;
  }
  EXPECT_TRUE(properties(define("ema-momentum")).ema_numerator);
  EXPECT_TRUE(properties(define("adam@seed")).lipschitz_denominator);
  EXPECT_FALSE(properties(define("adam")).lipschitz_denominator);
  EXPECT_TRUE(properties(define("adam")).corrected);
  EXPECT_TRUE(properties(define("amsgrad")).monotone_rate);
  EXPECT_FALSE(properties(define("amsgrad@authors-code")).monotone_rate);
  EXPECT_TRUE(properties(define("amsgrad@authors-code")).has_max);
  EXPECT_FALSE(properties(define("padam")).has_max);
  EXPECT_FALSE(properties(define("padam")).lipschitz_denominator);
  EXPECT_TRUE(properties(define("pamsgrad")).has_max);
  EXPECT_TRUE(properties(define("decorrelated-adam")).predictable_rate);
  EXPECT_FALSE(properties(define("decorrelated-adam")).lipschitz_denominator);
  EXPECT_TRUE(properties(define("sadam(weight_decay=1e-4)")).decay);
  EXPECT_EQ(properties(define("samsgrad(beta2=0.5)")).beta2, 0.5);
}

TEST(Properties, ALipschitzDenominatorIsOne) {
  for (const std::string& name : definitions()) {
    const Definition definition = define(name);
    if (!properties(definition).lipschitz_denominator) continue;
    for (double s = 1e-6; s < 1e3; s *= 1.7) {
      const Interval D = denominator(definition, Interval(s)), next = denominator(definition, Interval(s * 1.5));
      EXPECT_GE(D.upper(), s) << name;
      EXPECT_LE(next.lower() - D.upper(), 0.5 * s * (1.0 + 1e-12)) << name;
    }
  }
}

TEST(Properties, RateLipschitzBoundsTheSlopeAndIsNearlyAttained) {
  for (const char* name :
       {"adam@seed(eps=0.1)", "sadam(beta=5)", "adam@inside-root(eps=0.01)", "padam(eps=0.1, p=0.25)", "samsgrad(beta=0.5)", "padam(eps_placement=inside, eps=0.01, p=0.25)",
        "pamsgrad(eps_placement=inside, eps=0.3, p=0.5)", "padam(eps_placement=inside, eps=0.1, p=0.01)"}) {
    const Definition definition = define(name);
    const double bound = rate_lipschitz(definition);
    double steepest = 0.0;
    for (double s = 0.0; s < 2.0; s += 1e-4) {
      const double slope =
          (1.0 / denominator(definition, Interval(s)).mid() - 1.0 / denominator(definition, Interval(s + 1e-4)).mid()) / 1e-4;
      steepest = std::max(steepest, slope);
    }
    EXPECT_LE(steepest, bound * (1.0 + 1e-9)) << name;
    EXPECT_GE(steepest, bound * 0.99) << name;
  }
}

TEST(Denominator, EnclosesTheDenominatorTheRuleDividesBy) {
  for (const char* name : {"adam@seed(beta2=0)", "adam@inside-root(beta2=0)", "padam(beta2=0)", "padam(beta2=0, eps_placement=inside)", "sadam(beta2=0)"}) {
    const Definition definition = define(name);
    ScalarRule rule(definition);
    for (double s = 1e-5; s < 1e3; s *= 3.3) {
      const double D = 1.0 / rule.step(s, 0.0, 1).rate;  // v = s^2
      const Interval enclosure = denominator(definition, Interval(s));
      EXPECT_NEAR(D / enclosure.mid(), 1.0, 4e-15) << name << " " << s;
      EXPECT_LE(enclosure.width(), 2e-14 * D) << name;
    }
  }
}

}  // namespace
}  // namespace thalweg

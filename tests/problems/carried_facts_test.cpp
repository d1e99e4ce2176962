// The rules by which facts go through a linear map, constant by constant, against what their theorems say.
#include "problems/carried_facts.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace thalweg::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A function of which everything is known: numbers that tell which constant is which.
Facts known() {
  Facts f;
  f.dim = 3;
  f.smooth = f.convex = f.quasi_convex = f.pl = true;
  f.L = exact(64.0);
  f.mu = exact(4.0);
  f.mu_pl = exact(6.0);
  f.f_star = exact(-5.0);
  f.hess_at_min = exact(32.0);
  f.weak_convexity = exact(7.0);
  f.quadratic_growth = exact(9.0);
  f.error_bound = exact(11.0);
  f.hessian_lipschitz = exact(13.0);
  f.kl_exponent = exact(0.5);
  f.sampling_variance = exact(17.0);
  f.variance_at_minimiser = exact(19.0);
  return f;
}
void expect_between(const Constant& c, double lower, double upper, const char* what) {
  EXPECT_NEAR(c.lower, lower, 1e-14 * lower) << what;
  EXPECT_NEAR(c.upper, upper, 1e-14 * upper) << what;
  EXPECT_LE(c.lower, lower) << what << " outward";
  EXPECT_GE(c.upper, upper) << what << " outward";
}

TEST(CarriedFactsRules, OfAMapThatIsOneToOneAndOnto) {
  const Facts F = under_linear_map(known(), 3, {Interval(0.5), Interval(3.0), true, true}, "A");
  expect_between(F.L, 0.25 * 64.0, 9.0 * 64.0, "L");
  expect_between(F.mu, 0.25 * 4.0, 9.0 * 4.0, "mu");
  expect_between(F.mu_pl, 0.25 * 6.0, 9.0 * 6.0, "mu_pl");
  expect_between(F.hess_at_min, 0.25 * 32.0, 9.0 * 32.0, "hess_at_min");
  expect_between(F.weak_convexity, 0.25 * 7.0, 9.0 * 7.0, "weak_convexity");
  expect_between(F.quadratic_growth, 0.25 * 9.0, 9.0 * 9.0, "quadratic_growth");
  expect_between(F.error_bound, 0.25 * 11.0, 9.0 * 11.0, "error_bound");
  expect_between(F.hessian_lipschitz, 0.125 * 13.0, 27.0 * 13.0, "M");
  expect_between(F.sampling_variance, 0.25 * 17.0, 9.0 * 17.0, "sampling_variance");
  expect_between(F.variance_at_minimiser, 0.25 * 19.0, 9.0 * 19.0, "variance_at_minimiser");
  EXPECT_EQ(F.f_star.upper, -5.0);
  EXPECT_EQ(F.kl_exponent.upper, 0.5);
  EXPECT_TRUE(F.smooth && F.convex && F.quasi_convex && F.pl);
  EXPECT_TRUE(F.L_j.empty() && !F.minimiser) << "of other rules";
}

TEST(CarriedFactsRules, OfAMapThatIsOntoAlone) {
  const Facts F = under_linear_map(known(), 5, {Interval(0.5), Interval(3.0), true, false}, "A");
  EXPECT_EQ(F.mu.upper, 0.0) << "flat along its kernel";
  expect_between(F.mu_pl, 0.25 * 6.0, 9.0 * 6.0, "mu_pl");
  expect_between(F.L, 0.25 * 64.0, 9.0 * 64.0, "L");
  EXPECT_EQ(F.f_star.upper, -5.0);
}

TEST(CarriedFactsRules, OfAMapThatIsOneToOneAlone) {
  const Facts F = under_linear_map(known(), 2, {Interval(0.5), Interval(3.0), false, true}, "A");
  EXPECT_EQ(F.L.lower, 0.0);
  EXPECT_GE(F.L.upper, 9.0 * 64.0);
  EXPECT_NEAR(F.mu.lower, 1.0, 1e-14);
  EXPECT_EQ(F.mu.upper, F.L.upper) << "nothing better";
  EXPECT_FALSE(F.pl || F.mu_pl.known() || F.quadratic_growth.known() || F.error_bound.known() || F.hess_at_min.known() || F.kl_exponent.known());
  EXPECT_EQ(F.f_star.lower, 0.0) << "values are f - f*, of which 0 is a bound whatever A x reaches";
  EXPECT_EQ(F.f_star.upper, infinity);
  EXPECT_EQ(F.hessian_lipschitz.lower, 0.0);
}

TEST(CarriedFactsRules, OrthogonalMapsLeaveNumbersExact) {
  const Facts f = known(), F = under_linear_map(f, 3, {Interval(1.0), Interval(1.0), true, true}, "A");
  for (Constant Facts::*constant : {&Facts::L, &Facts::mu, &Facts::mu_pl, &Facts::f_star, &Facts::weak_convexity, &Facts::hessian_lipschitz}) {
    EXPECT_EQ((F.*constant).lower, (f.*constant).lower);
    EXPECT_EQ((F.*constant).trust, Trust::exact);
  }
  EXPECT_EQ(make_problem("reflect(quadratic(dim=8))").facts.L.trust, Trust::exact) << "d is a power of two";
  EXPECT_EQ(make_problem("reflect(quadratic(dim=7))").facts.L.trust, Trust::proved);
}

}  // namespace
}  // namespace thalweg::test

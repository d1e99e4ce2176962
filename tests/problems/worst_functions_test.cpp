// Functions that are what they are said to be: slowest for a method, of a known number of stationary points, at known distances.
#include <gtest/gtest.h>

#include <cmath>

#include "problems/families/branin.hpp"
#include "problems/families/ogm_worst.hpp"
#include "tests/problems/prober.hpp"

namespace thalweg::test {
namespace {

// The optimised gradient method as its source writes it first: fixed coefficients h_{t+1,k} of all gradients before (OGM, Kim & Fessler 2016, equation (6.17)), not
// the recursion in two points that the engine runs. Theta from the source, in long double.
std::vector<long double> thetas(int N) {
  std::vector<long double> theta = {1.0L};
  for (int t = 1; t <= N; ++t) theta.push_back((1.0L + std::sqrt(1.0L + (t == N ? 8.0L : 4.0L) * theta.back() * theta.back())) / 2.0L);
  return theta;
}
double end_of_ogm(const Problem& p, int N, double L, double start) {
  const std::vector<long double> theta = thetas(N);
  std::vector<std::vector<long double>> h(N + 1, std::vector<long double>(N + 1, 0.0L));  // h[t][k]: of gradient k in point t
  for (int t = 0; t < N; ++t) {
    for (int k = 0; k + 2 <= t; ++k) h[t + 1][k] = (theta[t] - 1.0L) / theta[t + 1] * h[t][k];
    if (t > 0) h[t + 1][t - 1] = (theta[t] - 1.0L) / theta[t + 1] * (h[t][t - 1] - 1.0L);
    h[t + 1][t] = 1.0L + (2.0L * theta[t] - 1.0L) / theta[t + 1];
  }
  std::vector<double> x = {start}, g(1);
  std::vector<long double> gradients;
  for (int t = 0; t < N; ++t) {
    p.gradient(x, g);
    gradients.push_back(g[0]);
    long double step = 0.0L;
    for (int k = 0; k <= t; ++k) step += h[t + 1][k] * gradients[k];
    x[0] = static_cast<double>(x[0] - step / L);
  }
  return p.value(x);
}

TEST(OgmWorst, AttainsTheBoundOfTheOptimisedGradientMethodWithTheQuadratic) {
  for (const int N : {1, 2, 5, 10, 50, 200})
    for (const double L : {1.0, 7.0})
      for (const double R : {1.0, 0.3}) {
        const long double last = thetas(N).back();
        const double bound = static_cast<double>(L * R * R / (2.0L * last * last));
        const Problem huber = make_problem("ogm-worst", {{"steps", {static_cast<double>(N)}}, {"L", {L}}, {"start", {R}}}), square = make_problem("quadratic", {{"dim", {1}}, {"L", {L}}});
        EXPECT_EQ(huber.start[0], R);
        EXPECT_NEAR(static_cast<const OgmWorst*>(huber.objective.functor.get())->tau[0], static_cast<double>(R / (last * last)), 1e-13 * R);
        EXPECT_NEAR(end_of_ogm(huber, N, L, R), bound, 1e-9 * bound) << N;
        EXPECT_NEAR(end_of_ogm(square, N, L, R), bound, 1e-9 * bound) << N;
        // Another kink is not worst for N steps.
        for (const double factor : {0.8, 1.25}) {
          const Problem other = make_problem("huber", {{"L", {L}}, {"tau", {factor * static_cast<double>(R / (last * last))}}});
          EXPECT_LT(end_of_ogm(other, N, L, R), bound * (1.0 - 1e-4)) << N << " " << factor;
        }
      }
}

TEST(OrthogonalTensor, HasTheStatedStationaryPointsAndCurvatures) {
  const std::vector<double> w = {1.0, 3.0, 0.4, 2.0};
  const std::size_t d = w.size();
  const Problem p = make_problem("orthogonal-tensor", {{"weight", w}});
  std::size_t minimisers = 0;
  for (int code = 0; code < 81; ++code) {
    std::vector<double> x(d), g(d), hv(d);
    double sum = 0.0;
    std::size_t zeros = 0;
    for (std::size_t j = 0, rest = static_cast<std::size_t>(code); j < d; ++j, rest /= 3) {
      x[j] = (static_cast<double>(rest % 3) - 1.0) / std::sqrt(w[j]);
      zeros += x[j] == 0.0;
      sum += x[j];
    }
    for (double& xj : x) xj -= 0.5 * sum;  // H is its own inverse
    p.gradient(x, g);
    EXPECT_LT(norm(g), 1e-14);
    minimisers += zeros == 0;
    if (zeros == 0) { EXPECT_LT(p.value(x), 1e-30); }
    EXPECT_LT(zeros == 0 ? p.facts.distance(x) : -1.0, 1e-14);
    // Along q_i, the columns of H.
    for (std::size_t i = 0, rest = static_cast<std::size_t>(code); i < d; ++i, rest /= 3) {
      std::vector<double> q(d, -0.5);
      q[i] += 1.0;
      p.hessian_product(x, q, hv);
      for (std::size_t j = 0; j < d; ++j) EXPECT_NEAR(hv[j], (rest % 3 == 1 ? -1.0 : 2.0) * q[j], 1e-14);
    }
  }
  EXPECT_EQ(minimisers, 16U);
  EXPECT_NEAR(p.facts.hess_at_min.upper, 2.0, 1e-14);
  EXPECT_NEAR(p.facts.weak_convexity.upper, 1.0, 1e-14);
  // The largest curvature on the cube stands at the corner that is farthest along a component.
  const double side = number(p.parameters, "region");
  double top = 0.0;
  for (std::size_t i = 0; i < d; ++i) {
    std::vector<double> x(d, -side), q(d, -0.5), hv(d);
    x[i] = side, q[i] += 1.0;
    p.hessian_product(x, q, hv);
    top = std::max(top, dot(q, hv));
  }
  EXPECT_NEAR(p.facts.on_region.L.upper, top, 1e-11 * top);
  EXPECT_NEAR(p.facts.on_region.L.lower, top, 1e-11 * top);
  // Less its minimum: sum_i w_i (q_i . x)^4 / 4 - |x|^2 / 2 + sum_i 1 / (4 w_i).
  std::mt19937_64 random(5);
  for (int i = 0; i < 50; ++i) {
    const std::vector<double> x = probe_point(random, d, 0.1, 3.0);
    double sum = 0.0, f = -0.5 * dot(x, x);
    for (double xj : x) sum += xj;
    for (std::size_t j = 0; j < d; ++j) f += 0.25 * (w[j] * std::pow(x[j] - 0.5 * sum, 4) + 1.0 / w[j]);
    EXPECT_NEAR(p.value(x), f, 1e-12 * (1.0 + std::fabs(f) + dot(x, x)));
  }
  // The distance to the minimisers, by all of them.
  for (int i = 0; i < 50; ++i) {
    const std::vector<double> x = probe_point(random, d, 0.1, 3.0);
    double best = 1e300;
    for (int code = 0; code < 16; ++code) {
      std::vector<double> y(d);
      double sum = 0.0;
      for (std::size_t j = 0; j < d; ++j) sum += y[j] = ((code >> j & 1) != 0 ? 1.0 : -1.0) / std::sqrt(w[j]);
      for (double& yj : y) yj -= 0.5 * sum;
      best = std::min(best, norm(minus(x, y)));
    }
    EXPECT_NEAR(p.facts.distance(x), best, 1e-13 * (1.0 + best));
  }
}

TEST(Branin, DistanceIsThatToTheNearestOfAllMinimisers) {
  const Problem p = make_problem("branin");
  for (const std::vector<double>& x : {std::vector<double>{-3.141592653589793, 12.275}, {3.141592653589793, 2.275}, {9.42477796076938, 2.475}}) EXPECT_LT(p.facts.distance(x), 1e-9);
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> across(-40.0, 40.0), up(-100.0, 300.0);
  for (int i = 0; i < 500; ++i) {
    const std::vector<double> x = {across(random), up(random)};
    double best = 1e300;
    for (int k = -60; k <= 60; ++k) {
      const double at = (2 * k + 1) * Branin::pi, y = Branin::b * at * at - Branin::c * at + 6.0;
      best = std::min(best, std::hypot(x[0] - at, x[1] - y));
    }
    EXPECT_NEAR(p.facts.distance(x), best, 1e-12 * (1.0 + best));
  }
  const std::vector<double> far = {1e9, 0.0};
  EXPECT_EQ(p.facts.distance(far), std::numeric_limits<double>::infinity()) << "not looked for so far out";
}

// Subgradients of the network of rectifiers stay within their bounds on the region, which corners come near.
TEST(ReluNetwork, GradientIsBoundedOnTheRegion) {
  const Problem p = make_problem("relu-network", {{"region", {1.5}}});
  ASSERT_EQ(p.facts.gradient_bound.size(), p.dim());
  std::mt19937_64 random(9);
  std::vector<double> g(p.dim()), most(p.dim(), 0.0);
  for (int i = 0; i < 20000; ++i) {
    std::vector<double> x = probe_point(random, p.dim(), 1e-3, 1.5);
    if (i % 2 == 0)
      for (double& xj : x) xj = random() % 2 == 0 ? 1.5 : -1.5;
    p.gradient(x, g);
    for (std::size_t j = 0; j < p.dim(); ++j) most[j] = std::max(most[j], std::fabs(g[j]));
  }
  for (std::size_t j = 0; j < p.dim(); ++j) {
    EXPECT_LE(most[j], p.facts.gradient_bound[j].upper);
    EXPECT_GT(most[j], 0.5 * p.facts.gradient_bound[j].upper) << "a bound that says something";
  }
}

}  // namespace
}  // namespace thalweg::test

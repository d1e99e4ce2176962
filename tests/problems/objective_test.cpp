// What every synthetic objective must do, against transcriptions of its definition in 800-digit arithmetic.
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstring>
#include <functional>
#include <map>

#include "lib/core/dual.hpp"
#include "problems/catalogue.hpp"
#include "problems/logistic.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

using Big = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<800>, boost::multiprecision::et_off>;
using Point = std::vector<Big>;

std::vector<double> values_of(const Problem& p, const char* name) { return spread(p.parameters, name, p.dim()).values(); }

Big huber_term(const Big& x, double L, double tau) {
  const Big a = abs(x), l(L), t(tau);
  return a <= t ? Big(l * x * x / 2) : Big(l * t * a - l * t * t / 2);
}

// Hadamard's matrix by Sylvester's doubling.
int hadamard(std::size_t n, std::size_t i, std::size_t j) {
  if (n == 1) return 1;
  const std::size_t half = n / 2;
  return (i >= half && j >= half ? -1 : 1) * hadamard(half, i % half, j % half);
}

Big least_squares(const Problem& p, const Point& x) {
  const std::size_t d = p.dim(), rank = count(p.parameters, "rank");
  const std::vector<double> lambda = geometric(number(p.parameters, "mu"), number(p.parameters, "L"), rank).values();
  Big sum = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    Big row = 0;
    for (std::size_t j = 0; j < d; ++j) row += hadamard(d, i, j) * x[j];
    sum += Big(lambda[i]) / d * row * row / 2;
  }
  return sum;
}

Big scaled_sum(const Problem& p, const Point& x, const std::function<Big(const Big&)>& term) {
  const std::vector<double> scale = values_of(p, "scale");
  Big sum = 0;
  for (std::size_t j = 0; j < x.size(); ++j) sum += scale[j] * term(x[j]);
  return sum;
}

// f - f* by the definition.
Big oracle(const Problem& p, const Point& x) {
  const std::string_view id = p.entry.id;
  Big sum = 0;
  if (id == "quadratic") {
    const bool listed = !list(p.parameters, "spectrum").empty();
    const std::vector<double> lambda =
        listed ? values_of(p, "spectrum") : geometric(number(p.parameters, "mu"), number(p.parameters, "L"), p.dim()).values();
    for (std::size_t j = 0; j < x.size(); ++j) sum += lambda[j] * x[j] * x[j] / 2;
    return sum;
  }
  if (id == "huber") {
    for (std::size_t j = 0; j < x.size(); ++j) sum += huber_term(x[j], values_of(p, "L")[j], values_of(p, "tau")[j]);
    return sum;
  }
  if (id == "huber-chain") {
    for (std::size_t j = 0; j < x.size(); ++j)
      sum += huber_term(j == 0 ? x[0] : Big(x[j] - x[j - 1]), number(p.parameters, "L"), number(p.parameters, "tau"));
    return sum;
  }
  if (id == "singular-least-squares") return least_squares(p, x);
  if (id == "log-cosh") return scaled_sum(p, x, [](const Big& t) { return Big(log(cosh(t))); });
  if (id == "pl-sine") return scaled_sum(p, x, [](const Big& t) { return Big(t * t + 3 * sin(t) * sin(t)); });
  if (id == "cosine") return scaled_sum(p, x, [](const Big& t) { return Big(1 - cos(t)); });
  if (id == "log-one-plus-square") return scaled_sum(p, x, [](const Big& t) { return Big(log(1 + t * t)); });
  ADD_FAILURE() << "no oracle for " << id;
  return sum;
}

Point big(const std::vector<double>& x) { return Point(x.begin(), x.end()); }

// Points from 1e-150 to 20 in size, none within 1e-6 of a kink of a Huber function.
std::vector<std::vector<double>> points(const Problem& p, int how_many) {
  std::mt19937_64 random(p.instance);
  std::vector<std::vector<double>> out = {std::vector<double>(p.dim(), 1e-8), std::vector<double>(p.dim(), -1e-150), p.start.values()};
  for (int i = 0; i < how_many; ++i) out.push_back(probe_point(random, p.dim(), i % 4 == 0 ? 1e-150 : 1e-3, 20.0));
  return out;
}

TEST(Objective, EveryFamilyIsAmongTheCases) {
  for (const Family& family : problem_families()) {
    if (family.entry.id == "fashion-logistic") continue;  // tests of its own
    bool found = false;
    for (const Case& c : synthetic_cases()) found = found || c.id == family.entry.id;
    EXPECT_TRUE(found) << family.entry.id;
  }
}

TEST(Objective, ValueIsRelativelyAccurateFromTheMinimiserToFarOut) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    for (const auto& x : points(p, 30)) {
      const Big truth = oracle(p, big(x));
      // Rows of a least-squares problem may cancel: the error is relative to the sum of absolute terms there.
      Big scale = truth;
      if (c.id == "singular-least-squares") {
        for (double xi : x) scale += Big(xi) * xi * p.facts.L.upper;
      }
      const double error = static_cast<double>(abs(Big(p.value(x)) - truth) / (scale == 0 ? Big(1) : scale));
      EXPECT_LT(error, 4e-15) << p.text << " at " << x[0];
    }
  }
}

TEST(Objective, GradientIsTheDerivativeOfTheValueByHighPrecisionDifferences) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    std::vector<double> g(p.dim());
    for (const auto& x : points(p, 8)) {
      p.gradient(x, g);
      double size = 0.0;
      for (double gi : g) size = std::max(size, std::fabs(gi));
      for (std::size_t j = 0; j < p.dim(); ++j) {
        const Big h = Big("1e-200");
        Point up = big(x), down = big(x);
        up[j] += h;
        down[j] -= h;
        const Big truth = (oracle(p, up) - oracle(p, down)) / (2 * h);
        // Coupled gradients cancel between neighbours; separable ones are accurate in each coordinate.
        const bool coupled = c.id == "huber-chain" || c.id == "singular-least-squares";
        const double allowed =
            4e-15 * (coupled ? size + p.facts.L.upper * std::fabs(x[0]) : std::fabs(static_cast<double>(truth))) + 1e-300;
        EXPECT_NEAR(g[j], static_cast<double>(truth), allowed) << p.text << " coordinate " << j << " at " << x[j];
      }
    }
  }
}

// Value and gradient of a functor over any scalar.
template <class F, class R>
R value_of(const F& f, View<const R> x) {
  if constexpr (requires { f.template value<R>(x); }) {
    return f.template value<R>(x);
  } else {
    R sum = R(0.0);
    for (std::size_t j = 0; j < x.size(); ++j) sum = sum + f.template term<R>(j, x[j]);
    return sum;
  }
}

TEST(Objective, GradientEqualsTheDualPartOfTheValue) {
  using D = Dual<double>;
  Objectives::for_each([]<class F>() {
    if constexpr (!requires(const F& f) { f.sampled(); }) {
      for (const Case& c : synthetic_cases()) {
        if (c.id != F::entry.id) continue;
        const Problem p = make_problem(c.id, c.parameters);
        const F& f = *static_cast<const F*>(p.objective.functor.get());
        std::vector<double> g(p.dim());
        for (const auto& x : points(p, 40)) {
          p.gradient(x, g);
          double size = p.facts.L.upper * 1e-300;
          for (std::size_t j = 0; j < p.dim(); ++j) size = std::max(size, p.facts.L.upper * std::fabs(x[j]));
          for (std::size_t j = 0; j < p.dim(); ++j) {
            std::vector<D> y(p.dim());
            for (std::size_t k = 0; k < p.dim(); ++k) y[k] = D(x[k], k == j ? 1.0 : 0.0);
            const D value = value_of<F>(f, View<const D>(y.data(), y.size()));
            EXPECT_NEAR(value.derivative, g[j], 2e-14 * size) << p.text << " coordinate " << j;
          }
        }
      }
    }
  });
}

TEST(Objective, HessianProductIsSymmetricLinearAndTheDifferenceOfGradients) {
  std::mt19937_64 random(7);
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    const std::size_t d = p.dim();
    for (int i = 0; i < 20; ++i) {
      const std::vector<double> x = probe_point(random, d, 1e-2, 4.0), u = probe_point(random, d, 0.5, 2.0),
                                v = probe_point(random, d, 0.5, 2.0);
      std::vector<double> w(d), hu(d), hv(d), hw(d), up(d), down(d), y(d);
      for (std::size_t j = 0; j < d; ++j) w[j] = u[j] + 2.0 * v[j];
      p.hessian_product(x, u, hu);
      p.hessian_product(x, v, hv);
      p.hessian_product(x, w, hw);
      double uhv = 0.0, vhu = 0.0;
      for (std::size_t j = 0; j < d; ++j) {
        uhv += u[j] * hv[j];
        vhu += v[j] * hu[j];
        EXPECT_NEAR(hw[j], hu[j] + 2.0 * hv[j], 1e-13 * p.facts.L.upper * 10.0) << p.text;
      }
      EXPECT_NEAR(uhv, vhu, 1e-12 * p.facts.L.upper) << p.text;
      const double h = 1e-6;
      for (std::size_t j = 0; j < d; ++j) y[j] = x[j] + h * v[j];
      p.gradient(y, up);
      for (std::size_t j = 0; j < d; ++j) y[j] = x[j] - h * v[j];
      p.gradient(y, down);
      if (c.id == "huber" || c.id == "huber-chain") continue;  // its second derivative jumps
      for (std::size_t j = 0; j < d; ++j)
        EXPECT_NEAR(hv[j], (up[j] - down[j]) / (2.0 * h), 1e-8 * p.facts.L.upper) << p.text << " coordinate " << j;
    }
  }
}

TEST(Objective, MinimiserHasValueAndGradientZero) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    ASSERT_TRUE(p.facts.minimiser.has_value()) << p.text;
    const std::vector<double> minimiser = p.facts.minimiser->values(), start = p.start.values();
    std::vector<double> g(p.dim());
    p.gradient(minimiser, g);
    EXPECT_EQ(p.value(minimiser), 0.0) << p.text;
    for (double gj : g) EXPECT_EQ(gj, 0.0) << p.text;
    EXPECT_GT(p.value(start), 0.0) << p.text << ": the start must not be a minimiser";
  }
}

TEST(Objective, BoxOfAConvexProblemHoldsMinimiserAndStart) {
  for (const Family& family : problem_families()) {
    if (family.entry.id == "fashion-logistic") continue;
    const Problem p = make_problem(family.entry.id);
    if (!p.facts.convex) continue;
    ASSERT_EQ(p.box.lower.size(), p.dim()) << p.text;
    const double side = number(p.parameters, "box");
    for (std::size_t j = 0; j < p.dim(); ++j) {
      EXPECT_EQ(p.box.upper[j] - p.box.lower[j], side);
      for (double x : {(*p.facts.minimiser)[j], p.start[j]}) EXPECT_TRUE(p.box.lower[j] <= x && x <= p.box.upper[j]) << p.text;
    }
  }
}

TEST(Objective, KernelsOfAllInstructionSetsGiveTheBitsOfTheScalarProgram) {
  std::mt19937_64 random(11);
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    const std::size_t d = p.dim();
    std::vector<std::vector<double>> x;
    for (int i = 0; i < 16; ++i) x.push_back(probe_point(random, d, 1e-9, 30.0));
    for (std::size_t isa = 0; isa < 3; ++isa) {
      if (!supported(static_cast<Isa>(isa))) continue;
      const std::size_t W = lanes_of(static_cast<Isa>(isa)), groups = 16 / W;
      Aligned tile(16 * d), f(16), g(16 * d);
      std::vector<double> gradient(d);
      for (std::size_t i = 0; i < 16; ++i)
        for (std::size_t j = 0; j < d; ++j) tile[(i / W * d + j) * W + i % W] = x[i][j];
      p.objective.kernel.f64[isa]->value(p.objective.functor.get(), tile.data(), f.data(), {d, groups});
      p.objective.kernel.f64[isa]->gradient(p.objective.functor.get(), tile.data(), g.data(), {d, groups});
      for (std::size_t i = 0; i < 16; ++i) {
        const double value = p.value(x[i]);
        EXPECT_EQ(std::memcmp(&value, &f[i], sizeof value), 0) << p.text << " " << isa_names[isa];
        p.gradient(x[i], gradient);
        for (std::size_t j = 0; j < d; ++j)
          EXPECT_EQ(std::memcmp(&gradient[j], &g[(i / W * d + j) * W + i % W], sizeof value), 0) << p.text << " " << isa_names[isa];
      }
    }
  }
}

}  // namespace
}  // namespace thalweg::test

// What every synthetic objective must do, against transcriptions of its definition in 800-digit arithmetic.
#include <gtest/gtest.h>

#include <cstring>

#include "lib/core/dual.hpp"
#include "problems/host_catalogue.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

Point big(const std::vector<double>& x) { return Point(x.begin(), x.end()); }

// Points from 1e-150 to the family's reach in size.
std::vector<std::vector<double>> points(const Problem& p, int how_many) {
  std::mt19937_64 random(p.instance);
  std::vector<std::vector<double>> out = {std::vector<double>(p.dim(), 1e-8), std::vector<double>(p.dim(), -1e-150), p.start.values()};
  for (int i = 0; i < how_many; ++i) out.push_back(probe_point(random, p.dim(), i % 4 == 0 ? 1e-150 : 1e-3, definition_of(p.entry.id).reach));
  return out;
}
// A Lipschitz constant of the gradient near the points, for tolerances.
double smoothness(const Problem& p) { return p.facts.smooth ? p.facts.L.upper : p.facts.on_region.L.known() ? p.facts.on_region.L.upper : 1.0; }

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
      const FamilyDefinition& definition = definition_of(c.id);
      const Big truth = definition.value(p, big(x));
      Big scale = abs(truth) + Big("1e-290");  // where products underflow
      if (definition.value_scale) scale += definition.value_scale(p, big(x));
      const double error = static_cast<double>(abs(Big(p.value(x)) - truth) / scale);
      EXPECT_LT(error, 4e-15) << p.text << " at " << x[0];
    }
  }
}

TEST(Objective, GradientIsTheDerivativeOfTheValueByHighPrecisionDifferences) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    const FamilyDefinition& definition = definition_of(c.id);
    std::vector<double> g(p.dim());
    for (const auto& x : points(p, 8)) {
      if (definition.kink_at && definition.kink_at(p, x)) continue;
      p.gradient(x, g);
      double size = 0.0;
      for (double gi : g) size = std::max(size, std::fabs(gi));
      for (std::size_t j = 0; j < p.dim(); ++j) {
        const Big h = Big("1e-200");
        Point up = big(x), down = big(x);
        up[j] += h;
        down[j] -= h;
        const Big truth = (definition.value(p, up) - definition.value(p, down)) / (2 * h);
        const double allowed =
            4e-15 * (definition.gradient_scale ? size + definition.gradient_scale(p, x) : std::fabs(static_cast<double>(truth))) + 1e-300;
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
          double size = smoothness(p) * 1e-300;
          for (std::size_t j = 0; j < p.dim(); ++j) size = std::max({size, smoothness(p) * std::fabs(x[j]), std::fabs(g[j])});
          if (const auto& scale = definition_of(c.id).gradient_scale; scale) size += scale(p, x);
          for (std::size_t j = 0; j < p.dim(); ++j) {
            std::vector<D> y(p.dim());
            for (std::size_t k = 0; k < p.dim(); ++k) y[k] = D(x[k], k == j ? 1.0 : 0.0);
            if (!p.facts.differentiable && x[j] == 0.0) continue;  // one subgradient of many
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
      double uhv = 0.0, vhu = 0.0, size = smoothness(p);
      for (std::size_t j = 0; j < d; ++j) {
        uhv += u[j] * hv[j];
        vhu += v[j] * hu[j];
        size = std::max({size, std::fabs(hu[j]), std::fabs(hv[j])});
        EXPECT_NEAR(hw[j], hu[j] + 2.0 * hv[j], 1e-12 * size) << p.text;
      }
      EXPECT_NEAR(uhv, vhu, 1e-12 * size * static_cast<double>(d)) << p.text;
      const double h = 1e-6;
      for (std::size_t j = 0; j < d; ++j) y[j] = x[j] + h * v[j];
      p.gradient(y, up);
      for (std::size_t j = 0; j < d; ++j) y[j] = x[j] - h * v[j];
      p.gradient(y, down);
      if (definition_of(c.id).kinked || !p.facts.differentiable) continue;
      for (std::size_t j = 0; j < d; ++j)
        EXPECT_NEAR(hv[j], (up[j] - down[j]) / (2.0 * h), 3e-8 * size) << p.text << " coordinate " << j;
    }
  }
}

TEST(Objective, MinimiserHasValueAndGradientZero) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    const std::vector<double> start = p.start.values();
    EXPECT_GT(p.value(start), 0.0) << p.text << ": the start must not be a minimiser";
    if (!p.facts.minimiser) continue;
    const std::vector<double> minimiser = p.facts.minimiser->values();
    std::vector<double> g(p.dim());
    p.gradient(minimiser, g);
    EXPECT_EQ(p.value(minimiser), 0.0) << p.text;
    if (p.facts.on_box) continue;
    for (double gj : g) EXPECT_EQ(gj, 0.0) << p.text;
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
      for (double x : {p.facts.minimiser ? (*p.facts.minimiser)[j] : 0.0, p.start[j]}) EXPECT_TRUE(p.box.lower[j] <= x && x <= p.box.upper[j]) << p.text;
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

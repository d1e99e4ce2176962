// Problems inside transformations: values, gradients and products against transcriptions in 800-digit arithmetic, the same bits on every path, and the same
// function as the family that has it built in.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "problems/enclosure.hpp"
#include "tests/problems/transformed_cases.hpp"

namespace thalweg::test {
namespace {

Point big(const std::vector<double>& x) { return Point(x.begin(), x.end()); }
double norm(const std::vector<double>& x) {
  double sum = 0.0;
  for (double xj : x) sum += xj * xj;
  return std::sqrt(sum);
}
std::vector<double> gradient(const Problem& p, const std::vector<double>& x) {
  std::vector<double> g(p.dim());
  p.gradient(x, g);
  return g;
}
// A Lipschitz constant of the gradient near the points, for tolerances.
double smoothness(const Problem& p) { return p.facts.smooth ? p.facts.L.upper : p.facts.on_region.L.known() ? p.facts.on_region.L.upper : 1e5; }

TEST(Transformation, IsTheFunctionOfItsDefinition) {
  for (const Transcribed& f : transcribed()) {
    const Problem p = make_problem(f.text);
    ASSERT_EQ(p.dim(), f.dim) << f.text;
    std::mt19937_64 random(p.instance);
    for (int i = 0; i < 3; ++i) {
      const std::vector<double> x = i == 0 ? p.start.values() : probe_point(random, f.dim, 1e-2, 4.0);
      const Big truth = f.value(big(x));
      // Rounding of y moves it by a few 1e-16 |x|: the slope there, and the curvature, times that.
      const double size = norm(x) + 2.0 * static_cast<double>(f.dim), moved = 4e-15 * size;
      EXPECT_NEAR(p.value(x), static_cast<double>(truth), 1e-14 * std::fabs(static_cast<double>(truth)) + moved * (norm(gradient(p, x)) + smoothness(p) * moved)) << f.text;
    }
  }
}

TEST(Transformation, GradientIsTheDerivativeOfTheValueByHighPrecisionDifferences) {
  for (const Transcribed& f : transcribed()) {
    const Problem p = make_problem(f.text);
    std::mt19937_64 random(p.instance + 1);
    const std::vector<double> x = probe_point(random, f.dim, 1e-1, 3.0), g = gradient(p, x);
    for (std::size_t j = 0; j < f.dim; j += f.dim < 4 ? 1 : f.dim / 3) {
      const Big h("1e-200");
      Point up = big(x), down = big(x);
      up[j] += h;
      down[j] -= h;
      const double truth = static_cast<double>(Big((f.value(up) - f.value(down)) / (2 * h)));
      EXPECT_NEAR(g[j], truth, 2e-14 * norm(g) + 1e-14 * smoothness(p) * (norm(x) + 2.0)) << f.text << " coordinate " << j;
    }
  }
}

TEST(Transformation, HessianProductIsSymmetricAndTheDifferenceOfGradients) {
  for (const Transcribed& f : transcribed()) {
    const Problem p = make_problem(f.text);
    std::mt19937_64 random(p.instance + 2);
    const bool kinked = f.text.find("huber") != std::string::npos;
    for (int i = 0; i < 5; ++i) {
      const std::vector<double> x = probe_point(random, f.dim, 1e-1, 2.0), u = probe_point(random, f.dim, 0.5, 1.0), v = probe_point(random, f.dim, 0.5, 1.0);
      std::vector<double> hu(f.dim), hv(f.dim), up = x, down = x;
      p.hessian_product(x, u, hu);
      p.hessian_product(x, v, hv);
      double uhv = 0.0, vhu = 0.0;
      const double h = 1e-5, size = smoothness(p) * (norm(u) + norm(v) + 1.0);
      for (std::size_t j = 0; j < f.dim; ++j) {
        uhv += u[j] * hv[j];
        vhu += v[j] * hu[j];
        up[j] += h * v[j];
        down[j] -= h * v[j];
      }
      EXPECT_NEAR(uhv, vhu, 1e-12 * size * (norm(u) + norm(v))) << f.text;
      if (kinked) continue;
      const std::vector<double> above = gradient(p, up), below = gradient(p, down);
      for (std::size_t j = 0; j < f.dim; ++j) EXPECT_NEAR(hv[j], (above[j] - below[j]) / (2.0 * h), 2e-8 * size) << f.text << " coordinate " << j;
    }
  }
}

TEST(Transformation, KernelsOfAllInstructionSetsGiveTheBitsOfTheScalarProgram) {
  std::mt19937_64 random(11);
  for (const Transcribed& f : transcribed()) {
    const Problem p = make_problem(f.text);
    const std::size_t d = p.dim();
    std::vector<std::vector<double>> x;
    for (int i = 0; i < 16; ++i) x.push_back(probe_point(random, d, 1e-9, 30.0));
    for (std::size_t isa = 0; isa < 3; ++isa) {
      if (!supported(static_cast<Isa>(isa))) continue;
      const std::size_t W = lanes_of(static_cast<Isa>(isa)), groups = 16 / W;
      Aligned tile(16 * d), values(16), g(16 * d);
      for (std::size_t i = 0; i < 16; ++i)
        for (std::size_t j = 0; j < d; ++j) tile[(i / W * d + j) * W + i % W] = x[i][j];
      p.objective.kernel.f64[isa]->value(p.objective.functor.get(), tile.data(), values.data(), {d, groups});
      p.objective.kernel.f64[isa]->gradient(p.objective.functor.get(), tile.data(), g.data(), {d, groups});
      for (std::size_t i = 0; i < 16; ++i) {
        const double value = p.value(x[i]);
        EXPECT_EQ(std::memcmp(&value, &values[i], sizeof value), 0) << p.text << " " << isa_names[isa];
        const std::vector<double> at = gradient(p, x[i]);
        for (std::size_t j = 0; j < d; ++j) EXPECT_EQ(std::memcmp(&at[j], &g[(i / W * d + j) * W + i % W], sizeof value), 0) << p.text << " " << isa_names[isa];
      }
    }
  }
}

TEST(Transformation, EnclosuresHoldWhatRuns) {
  std::mt19937_64 random(8);
  for (const Transcribed& f : transcribed()) {
    const Problem p = make_problem(f.text);
    const OverBoxes boxes(p);
    ASSERT_FALSE(boxes.nothing()) << f.text;
    for (int i = 0; i < 6; ++i) {
      const std::vector<double> x = probe_point(random, f.dim, 1e-2, 3.0), v = probe_point(random, f.dim, 0.5, 1.0), g = gradient(p, x);
      std::vector<Interval> around, direction, over(f.dim), product(f.dim);
      for (std::size_t j = 0; j < f.dim; ++j) {
        around.emplace_back(x[j] - 0.01, x[j] + 0.01);
        direction.emplace_back(v[j]);
      }
      std::vector<double> hv(f.dim);
      p.hessian_product(x, v, hv);
      EXPECT_TRUE(boxes.value(around).contains(p.value(x))) << f.text;
      boxes.gradient(around, over);
      boxes.product(around, direction, product);
      double sum = 0.0;
      for (std::size_t j = 0; boxes.separable() && j < f.dim; ++j) sum += boxes.term(j).value(Interval(x[j])).mid();
      for (std::size_t j = 0; j < f.dim; ++j) {
        EXPECT_TRUE(over[j].contains(g[j])) << f.text << " coordinate " << j;
        EXPECT_TRUE(product[j].contains(hv[j])) << f.text << " coordinate " << j;
        if (!boxes.separable() || v[j] == 0.0) continue;
        const TermEnclosures term = boxes.term(j);
        const Dual<Interval> slope = term.slope_and_curvature(around[j]), curvature = term.curvature_and_third(around[j]);
        EXPECT_TRUE(term.slope(around[j]).contains(g[j]) && slope.value.contains(g[j])) << f.text;
        EXPECT_TRUE(term.curvature(around[j]).contains(hv[j] / v[j]) && slope.derivative.contains(hv[j] / v[j]) && curvature.value.contains(hv[j] / v[j])) << f.text << " coordinate " << j;
        // The third derivative, by a difference of second ones.
        if (f.text.find("huber") == std::string::npos) {
          const double h = 1e-4, change = (term.curvature(Interval(x[j] + h)).mid() - term.curvature(Interval(x[j] - h)).mid()) / (2.0 * h);
          EXPECT_GE(change, curvature.derivative.lower() - 1e-5 * (1.0 + curvature.derivative.magnitude())) << f.text;
          EXPECT_LE(change, curvature.derivative.upper() + 1e-5 * (1.0 + curvature.derivative.magnitude())) << f.text;
        }
      }
      if (boxes.separable()) { EXPECT_NEAR(sum, p.value(x), 1e-12 * (1.0 + std::fabs(sum))) << f.text; }
    }
  }
}

// The tail of the PL constant: below what the ratio is anywhere beyond r, and not 0 where the term inside has one.
TEST(Transformation, TailsBoundTheRatioBeyond) {
  for (const char* text : {"condition(pl-sine(dim=3), by=[0.5, 1, 3])", "scale(pl-sine(dim=2), by=0.25)"}) {
    const Problem p = make_problem(text);
    const OverBoxes boxes(p);
    ASSERT_TRUE(boxes.has_tail()) << text;
    for (std::size_t j = 0; j < p.dim(); ++j) {
      const TermEnclosures term = boxes.term(j);
      for (double r : {20.0, 50.0}) {
        const double tail = boxes.tail(j)(r);
        EXPECT_GT(tail, 0.0) << text;
        for (double x = r; x < 3.0 * r; x += 0.01) EXPECT_GE(m::sqr(term.slope(Interval(x)).mid()) / (2.0 * term.value(Interval(x)).mid()), tail) << text << " at " << x;
      }
    }
  }
  EXPECT_FALSE(OverBoxes(make_problem("shift(pl-sine)")).has_tail()) << "tails are about 0";
}

// ---- families that exist in both forms

void expect_the_same_function(const std::string& left, const std::string& right, double tolerance) {
  const Problem a = make_problem(left), b = make_problem(right);
  ASSERT_EQ(a.dim(), b.dim());
  std::mt19937_64 random(4);
  for (int i = 0; i < 30; ++i) {
    const std::vector<double> x = probe_point(random, a.dim(), 1e-3, 5.0), ga = gradient(a, x), gb = gradient(b, x);
    EXPECT_NEAR(a.value(x), b.value(x), tolerance * std::fabs(b.value(x))) << left;
    for (std::size_t j = 0; j < a.dim(); ++j) EXPECT_NEAR(ga[j], gb[j], tolerance * norm(gb)) << left;
  }
}

// Both enclose the true constant, so they have a number in common; what is tight on both sides agrees.
void expect_the_same(const Constant& a, const Constant& b, const std::string& what) {
  ASSERT_TRUE(a.known() && b.known()) << what;
  EXPECT_LE(a.lower, b.upper) << what;
  EXPECT_LE(b.lower, a.upper) << what;
  if (b.upper - b.lower <= 1e-10 * b.upper) { EXPECT_NEAR(a.upper, b.upper, 1e-10 * b.upper) << what << ": the carried constant is as tight"; }
}

TEST(Transformation, GivesTheFamiliesThatExistInBothForms) {
  for (const auto& [made, family] : std::vector<std::pair<std::string, std::string>>{
           {"reflect(quadratic(dim=8, start=2, region=4, box=8))", "rotated-quadratic(dim=8)"},
           {"reflect(quadratic(dim=11, start=2, region=4, box=8))", "rotated-quadratic(dim=11)"},
           {"reflect(pl-sine(dim=10, start=3, region=4))", "rotated-pl-sine(dim=10)"},
           {"reflect(pl-sine(start=3, region=4, scale=[1, 2, 3, 0.5]))", "rotated-pl-sine(scale=[1, 2, 3, 0.5])"}}) {
    expect_the_same_function(made, family, 1e-15);
    const Problem a = make_problem(made), b = make_problem(family);
    EXPECT_EQ(a.start, b.start);
    EXPECT_EQ(a.facts.region, b.facts.region);
    EXPECT_EQ(a.box, b.box);
    EXPECT_EQ(a.facts.minimiser, b.facts.minimiser);
    EXPECT_EQ(a.facts.convex, b.facts.convex);
    EXPECT_EQ(a.facts.pl, b.facts.pl);
    EXPECT_EQ(a.facts.quadratic, b.facts.quadratic);
    expect_the_same(a.facts.L, b.facts.L, made);
    expect_the_same(a.facts.mu_pl, b.facts.mu_pl, made);
    expect_the_same(a.facts.hess_at_min, b.facts.hess_at_min, made);
    if (b.facts.mu.known()) expect_the_same(a.facts.mu, b.facts.mu, made);
    for (std::size_t j = 0; j < a.dim(); ++j) {
      expect_the_same(a.facts.L_j[j], b.facts.L_j[j], made);
      expect_the_same(a.facts.gradient_bound[j], b.facts.gradient_bound[j], made);
    }
  }
}

TEST(Transformation, GivesTheParametersThatFamiliesHave) {
  for (const auto& [made, family] : std::vector<std::pair<std::string, std::string>>{
           {"scale(pl-sine(dim=3), by=0.25)", "pl-sine(dim=3, scale=0.25)"},
           {"scale(cosine(dim=12), by=3)", "cosine(dim=12, scale=3)"},
           {"condition(quadratic(spectrum=[1, 2, 3], start=4, region=8, box=16), by=[2, 4, 0.5])", "quadratic(spectrum=[4, 32, 0.75])"},
           {"regularise(quadratic(spectrum=[1, 2, 3]), mu=4)", "quadratic(spectrum=[5, 6, 7])"},
           {"sum(quadratic(spectrum=[1, 2, 3]), quadratic(spectrum=[4, 4, 4]))", "quadratic(spectrum=[5, 6, 7])"}}) {
    expect_the_same_function(made, family, 4e-16);
    const Problem a = make_problem(made), b = make_problem(family);
    EXPECT_EQ(a.facts.minimiser, b.facts.minimiser);
    EXPECT_EQ(a.facts.minimiser_unique, b.facts.minimiser_unique);
    EXPECT_EQ(a.facts.convex, b.facts.convex);
    EXPECT_EQ(a.facts.pl, b.facts.pl);
    EXPECT_EQ(a.facts.f_star.upper, 0.0);
    for (const auto& [left, right] : {std::pair{a.facts.L, b.facts.L}, std::pair{a.facts.L_j.back(), b.facts.L_j.back()}, std::pair{a.facts.hess_at_min, b.facts.hess_at_min}}) expect_the_same(left, right, made);
    if (b.facts.mu.known() && made.starts_with("sum")) {
      EXPECT_LE(a.facts.mu.lower, b.facts.mu.lower);  // only a bound from below is known of a sum
      EXPECT_EQ(a.facts.mu.lower, 5.0);
    } else if (b.facts.mu.known()) {
      expect_the_same(a.facts.mu, b.facts.mu, made);
      expect_the_same(a.facts.mu_pl, b.facts.mu_pl, made);
    }
  }
  // Ridge regression is regularised least squares; what both know of it agrees.
  const Problem a = make_problem("regularise(least-squares(samples=64, dim=10), mu=0.1)"), b = make_problem("ridge(samples=64, dim=10, lambda=0.1)");
  std::mt19937_64 random(4);
  const std::vector<double> zero(a.dim(), 0.0);
  for (int i = 0; i < 10; ++i) {  // up to the constant f*
    const std::vector<double> x = probe_point(random, a.dim(), 1e-1, 3.0), ga = gradient(a, x), gb = gradient(b, x);
    EXPECT_NEAR(a.value(x) - a.value(zero), b.value(x) - b.value(zero), 1e-12 * (1.0 + b.value(x)));
    for (std::size_t j = 0; j < a.dim(); ++j) EXPECT_NEAR(ga[j], gb[j], 1e-12 * (1.0 + norm(gb)));
  }
  expect_the_same(a.facts.L, b.facts.L, "ridge");
  expect_the_same(a.facts.mu, b.facts.mu, "ridge");
  EXPECT_FALSE(a.facts.minimiser) << "not where the parts have theirs";
  EXPECT_EQ(a.facts.f_star.lower, 0.0);
  EXPECT_EQ(a.facts.f_star.upper, std::numeric_limits<double>::infinity());
}

// Q'Q = 1 up to rounding, for sizes of every kind; another seed is another map, and it does mix.
TEST(Transformation, RotationIsOrthogonalAndMixes) {
  for (std::size_t n : {1, 2, 3, 4, 7, 10, 16, 33, 100}) {
    const std::string size = std::to_string(n);
    const Problem p = make_problem("rotate(quadratic(mu=1, L=1, dim=" + size + "), seed=5)"), other = make_problem("rotate(quadratic(mu=1, L=" + std::string(n == 1 ? "1" : "10") + ", dim=" + size + "), seed=6)");
    std::mt19937_64 random(n);
    for (int i = 0; i < 10; ++i) {
      const std::vector<double> x = probe_point(random, n, 0.1, 2.0), g = gradient(p, x);  // Q'Q x
      for (std::size_t j = 0; j < n; ++j) EXPECT_NEAR(g[j], x[j], 2e-14 * (norm(x) + 1.0)) << n;
    }
    if (n < 7) continue;
    std::vector<double> unit(n, 0.0), column(n);
    unit[n / 2] = 1.0;
    other.hessian_product(unit, unit, column);
    std::size_t reached = 0;
    for (double entry : column) reached += std::fabs(entry) > 1e-6;
    EXPECT_GE(10 * reached, 9 * n) << "the Hessian of a diagonal problem is dense";
  }
}

}  // namespace
}  // namespace thalweg::test

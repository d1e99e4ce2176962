// Objectives given as text: the values, derivatives, enclosures and errors of the formula that was written.
#include "problems/families/formula.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "problems/certify_box.hpp"
#include "problems/enclosure.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

using ::testing::HasSubstr;

std::string error_of(const std::string& text, const Parameters& values = {}) {
  try {
    make_formula(text, values, Place{"study.toml", 3, 1});
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

// The same functions as built-in families, in their way of writing.
struct Pair {
  std::string text;
  Parameters values;
  std::string id;
  Parameters parameters;
};
const std::vector<Pair>& pairs() {
  static const std::vector<Pair> all = {
      {"sum(x[i]^2 + 3*sin(x[i])^2)", {{"dim", {7}}}, "pl-sine", {{"dim", {7}}}},
      {"sum(x[i]^2) - sum(-6*sin(x[i])^2)/2", {{"dim", {4}}}, "pl-sine", {{"dim", {4}}}},
      {"2*sum(log1p(x[i]^2))", {{"dim", {5}}}, "log-one-plus-square", {{"dim", {5}}, {"scale", {2}}}},
      {"sum(j, 0, d - 1, a*(sqrt(1 + (x[j]/delta)^2) - 1)*delta^2)", {{"dim", {3}}, {"a", {1.5}}, {"delta", {0.7}}}, "pseudo-huber", {{"dim", {3}}, {"scale", {1.5}}, {"delta", {0.7}}}},
      {"if(abs(x[0]) <= 0.6, x[0]^2, 1.2*abs(x[0]) - 0.36) + sum(i, 1, d - 1, if(abs(x[i] - x[i-1]) <= 0.6, (x[i] - x[i-1])^2, 1.2*abs(x[i] - x[i-1]) - 0.36))",
       {{"dim", {6}}}, "huber-chain", {{"dim", {6}}, {"L", {2}}, {"tau", {0.6}}}},
      {"-(-sum(softplus(x[i])))", {{"dim", {4}}}, "softplus-sum", {{"dim", {4}}}},
      {"sum(0.25*((x[i]^2 - 1))^2)", {{"dim", {4}}}, "double-well", {{"dim", {4}}}},
      {"sum(if(x[i] < 1 and not (x[i] >= 1), 12.5*x[i]^2, if(x[i] < 2, 0.5*x[i]^2 + 24*x[i] - 12, 12.5*x[i]^2 - 24*x[i] + 36)))", {{"dim", {3}}}, "heavy-ball-cycle", {{"dim", {3}}}},
  };
  return all;
}

TEST(Formula, IsTheFunctionThatIsWritten) {
  std::mt19937_64 random(5);
  for (const Pair& pair : pairs()) {
    const Problem f = make_formula(pair.text, pair.values), g = make_problem(pair.id, pair.parameters);
    ASSERT_EQ(f.dim(), g.dim());
    const std::size_t d = f.dim();
    for (int i = 0; i < 50; ++i) {
      const std::vector<double> x = probe_point(random, d, 1e-2, 5.0), v = probe_point(random, d, 0.5, 1.0);
      EXPECT_NEAR(f.value(x), g.value(x), 1e-13 * (1.0 + std::fabs(g.value(x)))) << pair.text;
      std::vector<double> a(d), b(d);
      f.gradient(x, a);
      g.gradient(x, b);
      for (std::size_t j = 0; j < d; ++j) EXPECT_NEAR(a[j], b[j], 1e-12 * (1.0 + std::fabs(b[j]))) << pair.text;
      f.hessian_product(x, v, a);
      g.hessian_product(x, v, b);
      for (std::size_t j = 0; j < d; ++j) EXPECT_NEAR(a[j], b[j], 1e-11 * (1.0 + std::fabs(b[j]))) << pair.text;
    }
  }
}

// Every operation: the gradient is the derivative of the value by forward duals of the same formula.
TEST(Formula, GradientOfEveryOperationIsTheDerivativeOfTheValue) {
  using D = Dual<double>;
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> at(0.2, 2.0);
  for (const char* text :
       {"x[0] + x[1] - x[2]", "x[0]*x[1]*x[0]", "x[0]/x[1]/x[2]", "-x[0]^3 + x[1]^-2", "x[0]^x[1]", "pow(x[0], 1.5) + pow(2, x[1])", "abs(x[0] - 1) + sqrt(x[1]) + exp(x[2])",
        "expm1(x[0])*log(x[1])*log1p(x[2])", "sin(x[0])*cos(x[1]) + tanh(x[2])", "softplus(x[0] - 1)*sigmoid(x[1])", "floor(x[0])*x[1]", "min(x[0], x[1], x[2])*max(x[0], x[1]*x[2])",
        "if(x[0] < x[1] or x[2] > 1, x[0]*x[2], x[1]^2)", "if(x[0] == x[1], 0, x[2]*pi)", "prod(x[i]) + sum(i, 0, 1, sum(j, i, 2, x[i]*x[j]))", "(sum(x[i]))^2*d", "sum(i, 0, 2, i*x[2 - i]^2)"}) {
    const Problem p = make_formula(text, {{"dim", {3}}});
    const auto& f = *static_cast<const Formula*>(p.objective.functor.get());
    for (int i = 0; i < 30; ++i) {
      const std::vector<double> x = {at(random), at(random), at(random)};
      std::vector<double> g(3);
      p.gradient(x, g);
      for (std::size_t j = 0; j < 3; ++j) {
        std::vector<D> y;
        for (std::size_t k = 0; k < 3; ++k) y.emplace_back(x[k], k == j ? 1.0 : 0.0);
        const double derivative = f.value<D>(View<const D>(y.data(), 3)).derivative;
        EXPECT_NEAR(g[j], derivative, 1e-13 * (1.0 + std::fabs(derivative))) << text << " coordinate " << j;
      }
    }
  }
}

TEST(Formula, EnclosuresContainValuesAndTheRegionGetsItsConstants) {
  std::mt19937_64 random(8);
  for (const Pair& pair : pairs()) {
    const Problem p = make_formula(pair.text, pair.values);
    const OverBoxes boxes(p);
    const std::size_t d = p.dim();
    for (int i = 0; i < 20; ++i) {
      const std::vector<double> x = probe_point(random, d, 1e-2, 3.0);
      std::vector<Interval> around, g(d);
      for (double xj : x) around.emplace_back(xj - 0.01, xj + 0.01);
      std::vector<double> at(d);
      p.gradient(x, at);
      EXPECT_TRUE(boxes.value(around).contains(p.value(x))) << pair.text;
      boxes.gradient(around, g);
      for (std::size_t j = 0; j < d; ++j) EXPECT_TRUE(g[j].contains(at[j])) << pair.text;
    }
  }
  // (x^2 - 1)^2 + y^2 on [-2, 2]^2: H = diag(12 x^2 - 4, 2), gradient (4 x (x^2 - 1), 2 y).
  const Problem p = make_formula("(x[0]^2 - 1)^2 + x[1]^2", {{"dim", {2}}, {"region", {2}}});
  EXPECT_LE(p.facts.on_region.L.lower, 44.0);
  EXPECT_GE(p.facts.on_region.L.upper, 44.0);
  EXPECT_NEAR(p.facts.on_region.L.upper, 44.0, 1e-3);
  EXPECT_NEAR(p.facts.on_region.least_curvature.lower, -4.0, 1e-2);
  EXPECT_NEAR(p.facts.gradient_bound[0].upper, 24.0, 1e-2);
  EXPECT_NEAR(p.facts.gradient_bound[1].upper, 4.0, 1e-9);
  EXPECT_EQ(p.facts.on_region.L.trust, Trust::proved);
  EXPECT_FALSE(p.facts.declared);
}

TEST(Formula, KernelsGiveTheBitsOfTheScalarProgram) {
  std::mt19937_64 random(11);
  for (const Pair& pair : pairs()) {
    const Problem p = make_formula(pair.text, pair.values);
    const std::size_t d = p.dim();
    for (std::size_t isa = 0; isa < 3; ++isa) {
      if (!supported(static_cast<Isa>(isa))) continue;
      const std::size_t W = lanes_of(static_cast<Isa>(isa));
      std::vector<std::vector<double>> x;
      for (std::size_t l = 0; l < W; ++l) x.push_back(probe_point(random, d, 1e-3, 5.0));
      Aligned tile(W * d), f(W), g(W * d);
      for (std::size_t l = 0; l < W; ++l)
        for (std::size_t j = 0; j < d; ++j) tile[j * W + l] = x[l][j];
      p.objective.kernel.f64[isa]->value(p.objective.functor.get(), tile.data(), f.data(), {d, 1});
      p.objective.kernel.f64[isa]->gradient(p.objective.functor.get(), tile.data(), g.data(), {d, 1});
      std::vector<double> gradient(d);
      for (std::size_t l = 0; l < W; ++l) {
        const double value = p.value(x[l]);
        EXPECT_EQ(std::memcmp(&value, &f[l], sizeof value), 0) << pair.text << " " << isa_names[isa];
        p.gradient(x[l], gradient);
        for (std::size_t j = 0; j < d; ++j) EXPECT_EQ(std::memcmp(&gradient[j], &g[j * W + l], sizeof value), 0) << pair.text << " " << isa_names[isa];
      }
    }
  }
}

TEST(Formula, TakesTheCallersWordAndSaysSo) {
  const Problem p = make_formula("sum(x[i]^2) + 3", {{"dim", {4}}, {"L", {2}}, {"mu", {2}}, {"f_star", {3}}, {"minimiser", {0}}, {"start", {1, 2, 3, 4}}, {"box", {20}}});
  const auto at = [&](const std::vector<double>& x) { return p.value(x); };
  EXPECT_TRUE(p.facts.declared && p.facts.smooth && p.facts.convex);
  EXPECT_EQ(p.facts.L.trust, Trust::estimated);
  EXPECT_EQ(p.facts.mu.lower, 2.0);
  EXPECT_EQ(at({0.0, 0.0, 0.0, 0.0}), 0.0) << "values are f - f*";
  EXPECT_EQ(at({1.0, 0.0, 0.0, 2.0}), 5.0);
  EXPECT_EQ(p.start[3], 4.0);
  EXPECT_EQ(p.box.upper[0], 10.0);
  EXPECT_EQ(p.text, "formula(\"sum(x[i]^2) + 3\", L=2, box=20, dim=4, f_star=3, minimiser=0, mu=2, start=[1, 2, 3, 4])");
  EXPECT_NE(p.instance, make_formula("sum(x[i]^2) + 3", {{"dim", {4}}}).instance);
}

TEST(Formula, ErrorsNameThePlaceTheNameAndWhatIsAllowed) {
  EXPECT_THAT(error_of("x[0]^2 +"), HasSubstr("study.toml:3"));
  EXPECT_THAT(error_of("x[1]^2", {{"dim", {1}}}), HasSubstr("reaches x[1]; the coordinates are x[0] ... x[0]"));
  EXPECT_THAT(error_of("sum(x[i+1])", {{"dim", {3}}}), HasSubstr("reaches x[3]"));
  EXPECT_THAT(error_of("sum(x[i]*alfa)", {{"dim", {3}}, {"alpha", {2}}}), HasSubstr("did you mean 'alpha'"));
  EXPECT_THAT(error_of("x^2"), HasSubstr("write x[0]"));
  EXPECT_THAT(error_of("y[0]"), HasSubstr("is no array"));
  EXPECT_THAT(error_of("x[0] < 1"), HasSubstr("not a condition"));
  EXPECT_THAT(error_of("x[x[0]]"), HasSubstr("must be a whole number, an index, d"));
  EXPECT_THAT(error_of("x[0.5]"), HasSubstr("must be a whole number"));
  EXPECT_THAT(error_of("(sum(x[i]))^2", {{"dim", {5000}}}), HasSubstr("more than 768 operations"));
  EXPECT_THAT(error_of("x[0]", {{"dim", {2.5}}}), HasSubstr("dim = 2.5: must be an integer from 1 to 1e+06"));
  EXPECT_THAT(error_of("x[0]", {{"dim", {2e6}}}), HasSubstr("must be an integer from 1 to"));
  EXPECT_THAT(error_of("x[0]", {{"start", {1, 2, 3}}, {"dim", {2}}}), HasSubstr("a list of 2"));
  EXPECT_THAT(error_of("x[0]", {{"L", {-1}}}), HasSubstr("L = -1: must be at least 0"));
  EXPECT_THAT(error_of("x[0]", {{"d", {3}}}), HasSubstr("is the name of"));
  EXPECT_THAT(error_of("x[0]*a", {{"a", {std::nan("")}}}), HasSubstr("must be a finite number"));
  EXPECT_THAT(error_of(""), HasSubstr("study.toml"));
}

}  // namespace
}  // namespace thalweg::test

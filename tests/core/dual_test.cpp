#include "lib/core/dual.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/interval.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/view.hpp"

namespace thalweg {
namespace {

using Big = boost::multiprecision::cpp_bin_float_100;

double relative_error(double got, const Big& want) {
  if (want == 0) return std::fabs(got);
  return static_cast<double>(abs((Big(got) - want) / want));
}

// One function with an independent transcription in 100 digits; derivatives of the latter by central differences with h = 1e-25, whose error is
// about 1e-50 (second: 1e-45).
struct Case {
  const char* name;
  std::function<Dual<double>(Dual<double>)> once;
  std::function<Dual<Dual<double>>(Dual<Dual<double>>)> twice;
  std::function<Big(Big)> big;
  std::vector<double> arguments;
};
template <class F>
Case make_case(const char* name, F f, std::function<Big(Big)> big, std::vector<double> arguments) {
  return {name, [f](Dual<double> x) { return f(x); }, [f](Dual<Dual<double>> x) { return f(x); }, std::move(big), std::move(arguments)};
}
std::vector<Case> cases() {
  const std::vector<double> line = {-20.0, -3.3, -1.0, -0.4, -1e-3, 1e-3, 0.25, 0.9, 2.0, 7.5, 18.0};
  const std::vector<double> half_line = {1e-6, 0.02, 0.7, 1.0, 1.6, 12.0, 4000.0};
  return {
      make_case("exp", [](auto x) { return m::exp(x); }, [](Big x) { return exp(x); }, line),
      make_case("expm1", [](auto x) { return m::expm1(x); }, [](Big x) { return expm1(x); }, line),
      make_case("log", [](auto x) { return m::log(x); }, [](Big x) { return log(x); }, half_line),
      make_case("log1p", [](auto x) { return m::log1p(x); }, [](Big x) { return log1p(x); }, half_line),
      make_case("sqrt", [](auto x) { return m::sqrt(x); }, [](Big x) { return sqrt(x); }, half_line),
      make_case("sin", [](auto x) { return m::sin(x); }, [](Big x) { return sin(x); }, line),
      make_case("cos", [](auto x) { return m::cos(x); }, [](Big x) { return cos(x); }, line),
      make_case("tanh", [](auto x) { return m::tanh(x); }, [](Big x) { return tanh(x); }, {-4.0, -1.0, 0.3, 2.0}),
      make_case("softplus", [](auto x) { return m::softplus(x); }, [](Big x) { return log(1 + exp(x)); }, line),
      make_case("sigmoid", [](auto x) { return m::sigmoid(x); }, [](Big x) { return 1 / (1 + exp(-x)); }, line),
      make_case("sqr", [](auto x) { return m::sqr(x); }, [](Big x) { return x * x; }, line),
      make_case("abs", [](auto x) { return m::abs(x); }, [](Big x) { return abs(x); }, line),
      make_case("pow in the base", [](auto x) { return m::pow(x, decltype(x)(1.7)); }, [](Big x) { return pow(x, Big(1.7)); }, half_line),
      make_case("pow in the exponent", [](auto x) { return m::pow(decltype(x)(1.3), x); }, [](Big x) { return pow(Big(1.3), x); }, line),
      make_case("pow in both", [](auto x) { return m::pow(x, x); }, [](Big x) { return pow(x, x); }, {0.2, 0.5, 1.3, 2.5, 9.0}),
      make_case("quotient", [](auto x) { return (x + decltype(x)(2.5)) / (decltype(x)(1.0) + x * x); },
                [](Big x) { return (x + Big(2.5)) / (1 + x * x); }, {-3.0, -1.5, 0.2, 0.7, 5.0}),
      make_case("fma", [](auto x) { return m::fma(x, m::sin(x), m::exp(x)); }, [](Big x) { return x * sin(x) + exp(x); }, {-2.0, 0.3, 1.2, 4.0}),
      make_case("min", [](auto x) { return m::min(m::exp(x), decltype(x)(2.0) - x); }, [](Big x) { return std::min<Big>(exp(x), 2 - x); },
                {-2.0, 0.3, 0.6, 4.0}),
      make_case("max", [](auto x) { return m::max(m::exp(x), decltype(x)(2.0) - x); }, [](Big x) { return std::max<Big>(exp(x), 2 - x); },
                {-2.0, 0.3, 0.6, 4.0}),
      make_case("select", [](auto x) { return m::select(x < decltype(x)(1.0), m::sin(x), m::log(x)); },
                [](Big x) { return x < 1 ? Big(sin(x)) : Big(log(x)); }, {-2.0, 0.3, 1.5, 4.0}),
      make_case("copysign", [](auto x) { return m::copysign(m::exp(x), -x); }, [](Big x) { return x > 0 ? Big(-exp(x)) : Big(exp(x)); }, {-2.0, 0.4, 3.0}),
  };
}

TEST(Dual, FirstDerivativesAgreeWithDifferencesInHundredDigits) {
  const Big h = Big("1e-25");
  for (const Case& c : cases()) {
    for (double x : c.arguments) {
      const Dual<double> y = c.once(variable(x));
      EXPECT_LT(relative_error(y.value, c.big(x)), 4e-15) << c.name << " at " << x;
      const Big slope = (c.big(x + h) - c.big(x - h)) / (2 * h);
      EXPECT_LT(relative_error(y.derivative, slope), 1e-13) << c.name << " at " << x;
    }
  }
}

TEST(Dual, SecondDerivativesAgreeWithDifferencesInHundredDigits) {
  const Big h = Big("1e-25");
  for (const Case& c : cases()) {
    for (double x : c.arguments) {
      const auto y = c.twice(Dual<Dual<double>>(variable(x), Dual<double>(1.0)));
      EXPECT_EQ(y.value.derivative, y.derivative.value) << c.name << " at " << x;
      const Big curvature = (c.big(x + h) - 2 * c.big(x) + c.big(x - h)) / (h * h);
      const double scale = std::max({1e-3, std::fabs(y.value.value), std::fabs(y.value.derivative)});
      const double error = static_cast<double>(abs(Big(y.derivative.derivative) - curvature));
      EXPECT_LT(error, 1e-12 * std::max(scale, std::fabs(static_cast<double>(curvature)))) << c.name << " at " << x;
    }
  }
}

TEST(Dual, TailsOfSigmoidAreAccurateRelatively) {
  const auto at = [](double x) { return m::sigmoid(variable(x)).derivative; };
  for (double x : {-700.0, -50.0, 50.0, 700.0}) {
    EXPECT_LT(relative_error(at(x), exp(-abs(Big(x))) / pow(1 + exp(-abs(Big(x))), 2)), 1e-14) << x;
  }
}

TEST(Dual, KinksTakeTheStatedSide) {
  EXPECT_EQ(m::abs(variable(0.0)).derivative, 1.0);
  const Dual<double> a(1.0, 5.0);
  const Dual<double> b(1.0, 7.0);
  EXPECT_EQ(m::min(a, b).derivative, 7.0);
  EXPECT_EQ(m::max(a, b).derivative, 7.0);
}

TEST(Dual, PowersAtZeroHaveFiniteDerivativesWhereTheyExist) {
  EXPECT_EQ(m::pow(variable(0.0), Dual<double>(2.0)).derivative, 0.0);
  EXPECT_EQ(m::pow(variable(0.0), Dual<double>(1.0)).derivative, 1.0);
  EXPECT_EQ(m::pow(variable(0.0), Dual<double>(0.0)).derivative, 0.0);
  EXPECT_EQ(m::pow(Dual<double>(0.0), variable(2.0)).derivative, 0.0);
}

TEST(Dual, ComparisonsLookAtTheValue) {
  EXPECT_TRUE(Dual<double>(1.0, 9.0) < Dual<double>(2.0, -9.0));
  EXPECT_TRUE(Dual<double>(1.0, 9.0) == Dual<double>(1.0, -9.0));
  EXPECT_FALSE(Dual<double>(1.0, 9.0) != Dual<double>(1.0, -9.0));
}

// f(x) = sum_j log cosh-like chain; its gradient formula evaluated on duals is the Hessian times v.
template <class R>
void chain_gradient(View<const R> x, View<R> g) {
  for (std::size_t j = 0; j < x.size(); ++j) g[j] = R(2.0) * x[j] + R(3.0) * m::sin(x[j] + x[j]);
  for (std::size_t j = 0; j + 1 < x.size(); ++j) {
    const R s = m::tanh(x[j + 1] - x[j]);
    g[j] -= s;
    g[j + 1] += s;
  }
}
TEST(Dual, GradientFormulaGivesHessianVectorProducts) {
  const std::array<double, 4> point = {0.3, -1.1, 0.7, 2.0};
  const std::array<double, 4> v = {1.0, -0.5, 0.25, 2.0};
  std::array<Dual<double>, 4> x;
  std::array<Dual<double>, 4> g;
  for (std::size_t j = 0; j < 4; ++j) x[j] = Dual<double>(point[j], v[j]);
  chain_gradient<Dual<double>>(View<const Dual<double>>(x.data(), 4), View<Dual<double>>(g.data(), 4));
  std::array<double, 4> want{};
  for (std::size_t j = 0; j < 4; ++j) want[j] = (2.0 + 6.0 * std::cos(2.0 * point[j])) * v[j];
  for (std::size_t j = 0; j + 1 < 4; ++j) {
    const double c = std::cosh(point[j + 1] - point[j]);
    const double w = (v[j + 1] - v[j]) / (c * c);
    want[j] -= w;
    want[j + 1] += w;
  }
  for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(g[j].derivative, want[j], 1e-13) << j;
}

template <class R>
R mixture(const R& x) {
  return m::sqr(x) + R(3.0) * m::sqr(m::sin(x)) + m::softplus(x) * m::pow(m::abs(x) + R(0.5), R(1.5)) + m::select(x < R(0.5), m::tanh(x), x);
}

TEST(Dual, PackLanesGiveTheScalarBits) {
  constexpr std::size_t W = 4;
  std::array<double, W> points = {-1.25, 0.1, 0.49, 3.0};
  const auto packs = mixture(variable(Pack<double, W>::load(points.data())));
  for (std::size_t l = 0; l < W; ++l) {
    const auto scalar = mixture(variable(points[l]));
    EXPECT_EQ(packs.value[l], scalar.value);
    EXPECT_EQ(packs.derivative[l], scalar.derivative);
  }
}

TEST(Dual, OverIntervalsEnclosesTheDerivativeOnTheWholeBox) {
  for (double low : {-2.0, -0.3, 0.2, 0.4, 1.0}) {
    for (double width : {1e-6, 0.1, 1.0}) {
      const auto y = mixture(variable(Interval(low, low + width)));
      for (int i = 0; i <= 100; ++i) {
        const double x = std::min(low + width * i / 100, low + width);
        const auto point = mixture(variable(x));
        EXPECT_TRUE(y.value.contains(point.value)) << low << ' ' << width << ' ' << x;
        EXPECT_TRUE(y.derivative.contains(point.derivative)) << low << ' ' << width << ' ' << x;
      }
    }
  }
}

}  // namespace
}  // namespace thalweg

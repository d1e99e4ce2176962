// Muon on matrices: its two maps against 50 digits, in every orientation, with bounds that say how far the condition enters; what they do to singular values.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "lib/core/check.hpp"
#include "lib/engine/step.hpp"
#include "lib/optimizers/definition.hpp"
#include "tests/optimizers/scalar_rule.hpp"
#include "tests/oracle/phased_oracle.hpp"

namespace thalweg {
namespace {

using oracle::Real;
using testing::Uniform;

struct Shape {
  std::size_t rows, columns;
  std::size_t size() const { return rows * columns; }
};
const Shape shapes[] = {{1, 1}, {1, 6}, {6, 1}, {2, 3}, {3, 4}, {4, 3}, {5, 5}, {9, 4}, {3, 17}, {12, 12}};

// A matrix with singular values from 1 down to 1 / condition, evenly on a logarithmic scale, turned by rotations of random planes on both sides.
std::vector<double> turned(Uniform& uniform, Shape shape, double condition) {
  std::vector<double> a(shape.size(), 0.0);
  const std::size_t n = std::min(shape.rows, shape.columns);
  for (std::size_t i = 0; i < n; ++i) a[i * shape.columns + i] = n == 1 ? 1.0 : std::pow(condition, -static_cast<double>(i) / static_cast<double>(n - 1));
  for (int turn = 0; turn < 40; ++turn) {
    const double angle = uniform(0.0, 6.0), c = std::cos(angle), s = std::sin(angle);
    const auto rotate = [&](std::size_t count, std::size_t length, std::size_t step, std::size_t along) {
      if (count < 2) return;
      const auto p = static_cast<std::size_t>(uniform(0.0, static_cast<double>(count))), q = (p + 1 + static_cast<std::size_t>(uniform(0.0, static_cast<double>(count - 1)))) % count;
      for (std::size_t k = 0; k < length; ++k) {
        double &one = a[p * step + k * along], &other = a[q * step + k * along];
        const double kept = one;
        one = c * kept - s * other;
        other = s * kept + c * other;
      }
    };
    rotate(shape.rows, shape.columns, shape.columns, 1);
    rotate(shape.columns, shape.rows, 1, shape.columns);
  }
  return a;
}

// o after one step with this gradient and no momentum.
std::vector<double> mapped(const Definition& definition, const std::vector<double>& g) {
  Stepper<double> stepper(rule_instance(definition, g.size()), g.size(), {.isa = {}, .threads = 1});
  std::vector<double> x(g.size(), 0.0), o;
  stepper.step(1.0, g.data(), x.data());
  for (std::size_t j = 0; j < g.size(); ++j) o.push_back(stepper.state(1, j));
  return o;
}
Definition without_momentum(const std::string& preset, Shape shape, const std::string& scale = "none") {
  return define("muon@" + preset, {{"momentum", 0.0}, {"columns", static_cast<double>(shape.columns)}, {"scale", scale}, {"weight_decay", 0.0}});
}

// Largest |o - exact| over the coordinates, where the exact one is scaled, too.
double error_of(const std::string& preset, Shape shape, const std::vector<double>& g) {
  oracle::PhasedState state;
  oracle::PhasedParameters k{};
  k.eps = 1e-7;
  k.columns = static_cast<double>(shape.columns);
  oracle::Vector exact(g.size(), Real(0));
  oracle::phased_transcriptions().at("muon@" + preset)(state, k, Real(1), 1, exact, [&](const oracle::Vector&) { return oracle::Vector(g.begin(), g.end()); });
  const std::vector<double> o = mapped(without_momentum(preset, shape, preset == "moonshot" ? "match-adam" : "rows-over-columns"), g);
  double worst = 0.0;
  for (std::size_t j = 0; j < g.size(); ++j) worst = std::max(worst, static_cast<double>(abs(Real(o[j]) + exact[j])));
  return worst;
}

// Each step makes three products of inner length n or m, whose errors are at most (n + m) u times the norms of the factors, which are below 1.2 sqrt(n), and
// magnifies what it was given by its slope, at most 3.4445: together 485 times after five steps, whatever the condition. With the scale s of the shape:
// |error| <= 485 s (n + m) u.
TEST(Muon, NewtonSchulzIsWithinItsSlopeOfTheTranscriptionWhateverTheCondition) {
  Uniform uniform(61);
  double worst = 0.0;
  for (const Shape shape : shapes)
    for (const double condition : {1.0, 10.0, 1e3, 1e6, 1e12})
      for (const char* preset : {"paper", "torch", "moonshot"}) {
        const std::vector<double> g = turned(uniform, shape, condition);
        const double scale = std::sqrt(std::max(1.0, static_cast<double>(shape.rows) / static_cast<double>(shape.columns)));
        const double allowed = 485.0 * scale * static_cast<double>(shape.rows + shape.columns) * 0x1p-53, error = error_of(preset, shape, g);
        EXPECT_LE(error, allowed) << preset << " " << shape.rows << "x" << shape.columns << ", condition " << condition;
        worst = std::max(worst, error / allowed);
      }
  std::printf("[ measured ] newton-schulz: at most %.3f of the bound\n", worst);
}

// The polar factor moves by at most 2 / (sigma_i + sigma_j) times what its matrix does, so that the error carries |u|_F / sigma_min, here at most sqrt(n) times
// the condition: |error| <= 16 s (n + m) u sqrt(n) condition.
TEST(Muon, ThePolarFactorIsExactUpToTheCondition) {
  Uniform uniform(67);
  double worst = 0.0;
  for (const Shape shape : shapes)
    for (const double condition : {1.0, 10.0, 1e3, 1e6, 1e9}) {
      const std::vector<double> g = turned(uniform, shape, condition);
      const double n = static_cast<double>(std::min(shape.rows, shape.columns)), scale = std::sqrt(std::max(1.0, static_cast<double>(shape.rows) / static_cast<double>(shape.columns)));
      const double allowed = 16.0 * scale * static_cast<double>(shape.rows + shape.columns) * 0x1p-53 * std::sqrt(n) * (n > 1.0 ? condition : 1.0), error = error_of("polar", shape, g);
      EXPECT_LE(error, allowed) << shape.rows << "x" << shape.columns << ", condition " << condition;
      worst = std::max(worst, error / allowed);
    }
  std::printf("[ measured ] polar: at most %.3f of the bound\n", worst);
}

// On a diagonal matrix the map acts on each singular value alone.
TEST(Muon, MapsEachSingularValueByThePolynomial) {
  const double sizes[] = {3.0, 1.0, 0.2, 0.0};
  std::vector<double> g(4 * 5, 0.0);
  double square = 0.0;
  for (std::size_t i = 0; i < 4; ++i) {
    g[i * 5 + i] = sizes[i];
    square += sizes[i] * sizes[i];
  }
  const std::vector<double> o = mapped(without_momentum("paper", {4, 5}), g), polar = mapped(without_momentum("polar", {4, 5}), g);
  for (std::size_t i = 0; i < 4; ++i) {
    double s = sizes[i] / (std::sqrt(square) + 1e-7);
    for (int step = 0; step < 5; ++step) s = 3.4445 * s - 4.7750 * std::pow(s, 3) + 2.0315 * std::pow(s, 5);
    EXPECT_NEAR(o[i * 5 + i], s, 1e-13);
    if (sizes[i] > 0.0) {
      EXPECT_GT(s, 0.68);
      EXPECT_LT(s, 1.14);
    }
    EXPECT_NEAR(polar[i * 5 + i], sizes[i] > 0.0 ? 1.0 : 0.0, 1e-14);
  }
  for (std::size_t j = 0; j < o.size(); ++j)
    if (j % 6 != 0) { EXPECT_EQ(o[j], 0.0) << j; }
}

TEST(Muon, ThePolarFactorIsOrthogonal) {
  Uniform uniform(71);
  for (const Shape shape : shapes) {
    const std::vector<double> o = mapped(without_momentum("polar", shape), turned(uniform, shape, 1e6));
    const bool wide = shape.rows <= shape.columns;
    const std::size_t n = wide ? shape.rows : shape.columns, length = wide ? shape.columns : shape.rows;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0.0;
        for (std::size_t k = 0; k < length; ++k) sum += wide ? o[i * shape.columns + k] * o[j * shape.columns + k] : o[k * shape.columns + i] * o[k * shape.columns + j];
        EXPECT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-14) << shape.rows << "x" << shape.columns;
      }
  }
}

// In one column the polar factor is the direction: momentum that is normalised.
TEST(Muon, InOneColumnIsNormalisedMomentum) {
  const std::vector<double> g{3.0, -4.0, 12.0}, o = mapped(without_momentum("polar", {3, 1}), g);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(o[j], g[j] / 13.0, 1e-15);
}

TEST(Muon, RefusesColumnsThatDoNotFit) {
  EXPECT_THROW(define("muon(columns=2.5)"), SpecError);
  EXPECT_THROW(define("muon(columns=0)"), SpecError);
  EXPECT_NO_THROW(rule_instance(define("muon(columns=3)"), 12));
  try {
    rule_instance(define("muon(columns=3)"), 10);
    FAIL() << "10 coordinates in 3 columns";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("must divide the number of coordinates, 10"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace thalweg

// Compiled expressions are worth, bit by bit, what walking their graph gives.
#include "lib/core/expression_program.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/interval.hpp"
#include "lib/core/pack.hpp"
#include "tests/core/expression_samples.hpp"

namespace thalweg {
namespace {

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b)); }
bool same(const Interval& a, const Interval& b) { return identical(a, b); }
bool same(const Dual<double>& a, const Dual<double>& b) { return same(a.value, b.value) && same(a.derivative, b.derivative); }
bool same(const Pack<double, 4>& a, const Pack<double, 4>& b) { return same(a[0], b[0]) && same(a[1], b[1]) && same(a[2], b[2]) && same(a[3], b[3]); }
bool same(bool a, bool b) { return a == b; }
bool same(Truth a, Truth b) { return a == b; }
bool same(const Mask<double, 4>& a, const Mask<double, 4>& b) { return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3]; }

template <class R>
void expect_same_bits(const R& x, const R& y, const std::vector<R>& v, std::uint64_t seed) {
  ExpressionEnvironment<R> environment;
  environment.set("x", x).set("y", y).set_array("v", v).set_coordinates(0, 3);
  ExpressionSampler sampler(seed);
  const typename Program<R>::Array array{v, 0};
  const std::vector<R> values = {y, x};
  for (int k = 0; k < 1000; ++k) {
    const Expression e = Expression::parse(sampler.text(5));
    const Program<R> program(e, {"y", "x"}, {"v"});
    auto workspace = program.workspace();
    const typename Program<R>::Inputs inputs{values, {&array, 1}, {0.0, 3.0}};
    for (int twice = 0; twice < 2; ++twice) {
      if (e.is_condition()) {
        ASSERT_TRUE(same(program.condition(inputs, workspace), evaluate_condition(e, environment))) << e.text();
      } else {
        ASSERT_TRUE(same(program.evaluate(inputs, workspace), evaluate(e, environment))) << e.text();
      }
    }
  }
}

TEST(ExpressionProgram, GivesTheBitsOfTheGraphOverEveryScalar) {
  expect_same_bits<double>(0.7, -1.25, {1.0, -0.5, 2.0, 0.25}, 1);
  expect_same_bits<Interval>(Interval(-0.5, 0.75), Interval(1.0, 1.5), {Interval(1.0), Interval(-1.0, 2.0), Interval(0.5), Interval(3.0, 4.0)}, 2);
  using D = Dual<double>;
  expect_same_bits<D>(D(0.7, 1.0), D(-1.25), {D(1.0), D(0.5, 2.0), D(2.0), D(0.25)}, 3);
  using P = Pack<double, 4>;
  P x, y;
  for (std::size_t l = 0; l < 4; ++l) {
    x.set(l, static_cast<double>(l) - 1.5);
    y.set(l, 0.5 * static_cast<double>(l));
  }
  expect_same_bits<P>(x, y, {P(1.0), x, P(2.0), y}, 4);
}

TEST(ExpressionProgram, ComputesEqualPartsOnce) {
  const Program<double> once(Expression::parse("exp(x*y)"), {"x", "y"});
  const Program<double> thrice(Expression::parse("exp(x*y) + exp(x*y)*exp(x*y)"), {"x", "y"});
  EXPECT_EQ(thrice.size(), once.size() + 2);
}

TEST(ExpressionProgram, LooksOnlyAtTheBranchThatIsTaken) {
  const Program<double> program(Expression::parse("sum(if(i < 2, x[i + 1] - x[i], 0))"), {}, {"x"});
  const std::vector<double> x = {1.0, 3.0, 7.0};
  const Program<double>::Array array{x, 0};
  auto workspace = program.workspace();
  EXPECT_EQ(program.evaluate({{}, {&array, 1}, {0.0, 2.0}}, workspace), 6.0);
  const Program<double> guarded(Expression::parse("i > 0 and x[i - 1] > 0"), {"i"}, {"x"});
  auto other = guarded.workspace();
  const std::vector<double> zero = {0.0}, one = {1.0};
  EXPECT_FALSE(guarded.condition({zero, {&array, 1}}, other));
  EXPECT_TRUE(guarded.condition({one, {&array, 1}}, other));
}

TEST(ExpressionProgram, SaysWhichNameOrIndexIsWrong) {
  EXPECT_THROW(Program<double>(Expression::parse("2*etha"), {"eta"}), SpecError);
  EXPECT_THROW(Program<double>(Expression::parse("x[0]"), {"x"}), SpecError);
  const Program<double> program(Expression::parse("x[i + 1]"), {"i"}, {"x"});
  const std::vector<double> x = {1.0, 2.0};
  const Program<double>::Array array{x, 0};
  auto workspace = program.workspace();
  const auto message = [&](double i) -> std::string {
    try {
      const std::vector<double> values = {i};
      program.evaluate({values, {&array, 1}}, workspace);
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(0.0), "");
  EXPECT_NE(message(1.0).find("from 0 to 1"), std::string::npos);
  EXPECT_NE(message(0.5).find("whole"), std::string::npos);
}

}  // namespace
}  // namespace thalweg

#include "lib/core/interval.hpp"

#include <gtest/gtest.h>

// Boost's directed rounding is meaningful only where the compiler does not assume rounding to nearest.
#pragma GCC push_options
#pragma GCC optimize("rounding-math")
#include <boost/numeric/interval.hpp>
#pragma GCC pop_options

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>
#include <random>
#include <vector>

#include "lib/core/dual.hpp"

namespace thalweg {

std::ostream& operator<<(std::ostream& out, const Interval& x) {
  const auto digits = out.precision(17);
  out << '[' << x.lower() << ", " << x.upper() << ']';
  out.precision(digits);
  return out;
}

namespace {

using Big = boost::multiprecision::cpp_bin_float_50;
using BoostInterval = boost::numeric::interval<double>;
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double huge = std::numeric_limits<double>::max();

bool encloses(const Interval& x, const Big& y) {
  return (x.lower() == -inf || Big(x.lower()) <= y) && (x.upper() == inf || y <= Big(x.upper()));
}

// Boxes of every size and place: points, a few ulp wide, relative widths up to 1, around zero, with ends at small integers.
class Boxes {
 public:
  explicit Boxes(unsigned seed, double low_exponent = -30.0, double high_exponent = 30.0) : random_(seed), exponent_(low_exponent, high_exponent) {}
  double number() {
    const double sign = chance_(random_) < 0.5 ? -1.0 : 1.0;
    if (chance_(random_) < 0.15) return sign * std::floor(6.0 * chance_(random_));
    return sign * std::exp2(exponent_(random_));
  }
  Interval box() {
    const double x = number();
    const double kind = chance_(random_);
    if (kind < 0.15) return Interval(x);
    if (kind < 0.3) return {x, std::nextafter(std::nextafter(x, inf), inf)};
    if (kind < 0.6) return {x, x + std::fabs(x) * std::exp2(-40.0 * chance_(random_))};
    const double y = number();
    return {std::min(x, y), std::max(x, y)};
  }
  Interval positive_box() {
    const Interval x = Num<Interval>::abs(box());
    return x.upper() > 0.0 ? x : Interval(1.0, 2.0);
  }
  double inside(const Interval& x) {
    const double kind = chance_(random_);
    if (kind < 0.25) return x.lower();
    if (kind < 0.5) return x.upper();
    const double y = x.lower() + (x.upper() - x.lower()) * chance_(random_);
    return std::min(std::max(y, x.lower()), x.upper());
  }
  // An interval within x.
  Interval part(const Interval& x) {
    const double a = inside(x);
    const double b = inside(x);
    return {std::min(a, b), std::max(a, b)};
  }

 private:
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> exponent_;
  std::uniform_real_distribution<double> chance_{0.0, 1.0};
};

struct Binary {
  const char* name;
  std::function<Interval(Interval, Interval)> interval;
  std::function<Big(Big, Big)> big;
  std::function<BoostInterval(BoostInterval, BoostInterval)> boost;
  bool divides = false;
};
std::vector<Binary> binaries() {
  return {
      {"+", [](auto a, auto b) { return a + b; }, [](Big a, Big b) { return a + b; }, [](auto a, auto b) { return a + b; }},
      {"-", [](auto a, auto b) { return a - b; }, [](Big a, Big b) { return a - b; }, [](auto a, auto b) { return a - b; }},
      {"*", [](auto a, auto b) { return a * b; }, [](Big a, Big b) { return a * b; }, [](auto a, auto b) { return a * b; }},
      {"/", [](auto a, auto b) { return a / b; }, [](Big a, Big b) { return a / b; }, [](auto a, auto b) { return a / b; }, true},
      {"min", [](auto a, auto b) { return m::min(a, b); }, [](Big a, Big b) { return a < b ? a : b; }, [](auto a, auto b) { return min(a, b); }},
      {"max", [](auto a, auto b) { return m::max(a, b); }, [](Big a, Big b) { return a > b ? a : b; }, [](auto a, auto b) { return max(a, b); }},
  };
}

TEST(Interval, ArithmeticContainsEveryPointResult) {
  Boxes boxes(1);
  for (const Binary& op : binaries()) {
    for (int i = 0; i < 20000; ++i) {
      const Interval a = boxes.box();
      const Interval b = boxes.box();
      const Interval y = op.interval(a, b);
      for (int k = 0; k < 3; ++k) {
        const double p = boxes.inside(a);
        const double q = boxes.inside(b);
        if (op.divides && q == 0.0) continue;
        ASSERT_TRUE(encloses(y, op.big(p, q))) << a << ' ' << op.name << ' ' << b << " = " << y << " at " << p << ", " << q;
      }
    }
  }
}

// Boost's ends are the tightest doubles; ours contain them and lie at most one step further out.
TEST(Interval, ArithmeticIsAtMostOneStepWiderThanBoosts) {
  Boxes boxes(2);
  for (const Binary& op : binaries()) {
    for (int i = 0; i < 20000; ++i) {
      const Interval a = boxes.box();
      const Interval b = boxes.box();
      if (op.divides && b.contains(0.0)) continue;
      const Interval y = op.interval(a, b);
      const BoostInterval z = op.boost(BoostInterval(a.lower(), a.upper()), BoostInterval(b.lower(), b.upper()));
      ASSERT_TRUE(y.contains(Interval(z.lower(), z.upper()))) << a << op.name << b << " = " << y << ", Boost " << z.lower() << ' ' << z.upper();
      ASSERT_GE(std::nextafter(y.lower(), inf), z.lower()) << a << op.name << b;
      ASSERT_LE(std::nextafter(y.upper(), -inf), z.upper()) << a << op.name << b;
    }
  }
}

TEST(Interval, SumsAndDifferencesAreBoostsOwn) {
  Boxes boxes(3, -1000.0, 1000.0);
  for (int i = 0; i < 20000; ++i) {
    const Interval a = boxes.box();
    const Interval b = boxes.box();
    const BoostInterval z = BoostInterval(a.lower(), a.upper()) + BoostInterval(b.lower(), b.upper());
    ASSERT_TRUE(identical(a + b, Interval(z.lower(), z.upper()))) << a << " + " << b << " = " << a + b;
  }
}

struct Unary {
  const char* name;
  std::function<Interval(Interval)> interval;
  std::function<Big(Big)> big;
  double low_exponent, high_exponent;
  bool positive = false;
};
std::vector<Unary> unaries() {
  return {
      {"sqr", [](auto x) { return m::sqr(x); }, [](Big x) { return x * x; }, -30, 30},
      {"abs", [](auto x) { return m::abs(x); }, [](Big x) { return abs(x); }, -30, 30},
      {"sqrt", [](auto x) { return m::sqrt(x); }, [](Big x) { return sqrt(x); }, -300, 300, true},
      {"exp", [](auto x) { return m::exp(x); }, [](Big x) { return exp(x); }, -30, 9.4},
      {"expm1", [](auto x) { return m::expm1(x); }, [](Big x) { return expm1(x); }, -60, 9.4},
      {"log", [](auto x) { return m::log(x); }, [](Big x) { return log(x); }, -300, 300, true},
      {"log1p", [](auto x) { return m::log1p(x); }, [](Big x) { return log1p(x); }, -60, 300, true},
      {"sin", [](auto x) { return m::sin(x); }, [](Big x) { return sin(x); }, -30, 12},
      {"cos", [](auto x) { return m::cos(x); }, [](Big x) { return cos(x); }, -30, 12},
      {"tanh", [](auto x) { return m::tanh(x); }, [](Big x) { return tanh(x); }, -30, 6},
      {"softplus", [](auto x) { return m::softplus(x); }, [](Big x) { return x < 0 ? Big(log1p(exp(x))) : Big(x + log1p(exp(-x))); }, -30, 9},
      {"sigmoid", [](auto x) { return m::sigmoid(x); }, [](Big x) { return 1 / (1 + exp(-x)); }, -30, 9},
  };
}

TEST(Interval, FunctionsContainEveryPointResult) {
  for (const Unary& f : unaries()) {
    Boxes boxes(4, f.low_exponent, f.high_exponent);
    for (int i = 0; i < 2500; ++i) {
      const Interval x = f.positive ? boxes.positive_box() : boxes.box();
      const Interval y = f.interval(x);
      for (int k = 0; k < 3; ++k) {
        const double p = boxes.inside(x);
        if (f.positive && p == 0.0) continue;
        ASSERT_TRUE(encloses(y, f.big(p))) << f.name << x << " = " << y << " at " << p;
      }
    }
  }
}

TEST(Interval, FunctionsOfPointsAreTight) {  // a few ulp: not merely true, also useful
  for (const Unary& f : unaries()) {
    Boxes boxes(5, -20.0, 5.0);
    for (int i = 0; i < 2500; ++i) {
      const double p = f.positive ? boxes.positive_box().upper() : boxes.number();
      const Interval y = f.interval(Interval(p));
      if (y.magnitude() > 1e300) continue;
      ASSERT_LE(y.width(), 8.0 * 0x1p-52 * y.magnitude() + 8.0 * 0x1p-1074) << f.name << " at " << p << " = " << y;
    }
  }
}

TEST(Interval, PowerContainsEveryPointResult) {
  Boxes bases(6, -20.0, 20.0);
  Boxes powers(7, -8.0, 4.0);
  for (int i = 0; i < 4000; ++i) {
    const Interval x = bases.positive_box();
    const Interval p = powers.box();
    const Interval y = m::pow(x, p);
    for (int k = 0; k < 3; ++k) {
      const double a = bases.inside(x);
      const double b = powers.inside(p);
      if (a == 0.0) continue;
      ASSERT_TRUE(encloses(y, pow(Big(a), Big(b)))) << x << "^" << p << " = " << y << " at " << a << ' ' << b;
    }
  }
}

TEST(Interval, SineAndCosineFindEveryExtremum) {
  for (int k = -40; k <= 40; ++k) {
    const double top = (2 * k + 0.5) * 3.14159265358979323846;
    const double bottom = (2 * k - 0.5) * 3.14159265358979323846;
    for (double w : {1e-12, 1e-3, 1.0, 2.5}) {
      EXPECT_EQ(m::sin(Interval(top - w, top + w)).upper(), 1.0) << k << ' ' << w;
      EXPECT_EQ(m::sin(Interval(bottom - w, bottom + w)).lower(), -1.0) << k << ' ' << w;
      if (w < 2.0) {
        EXPECT_GT(m::sin(Interval(top - w, top + w)).lower(), -1.0) << k << ' ' << w;
        EXPECT_LT(m::sin(Interval(bottom - w, bottom + w)).upper(), 1.0) << k << ' ' << w;
      }
    }
  }
  EXPECT_TRUE(identical(m::sin(Interval(0.0, 7.0)), Interval(-1.0, 1.0)));
  EXPECT_TRUE(identical(m::cos(Interval(-1e300, 1e300)), Interval(-1.0, 1.0)));
  EXPECT_TRUE(identical(m::sin(Interval(-inf, 3.0)), Interval(-1.0, 1.0)));
  EXPECT_LT(m::cos(Interval(1.0, 1.1)).width(), 0.1);
}

TEST(Interval, ArithmeticIsInclusionIsotonic) {
  Boxes boxes(8);
  for (const Binary& op : binaries()) {
    for (int i = 0; i < 20000; ++i) {
      const Interval a = boxes.box();
      const Interval b = boxes.box();
      const Interval a_part = boxes.part(a);
      const Interval b_part = boxes.part(b);
      if (op.divides && b_part.lower() == 0.0 && b_part.upper() == 0.0) continue;  // invalid
      ASSERT_TRUE(op.interval(a, b).contains(op.interval(a_part, b_part))) << a << op.name << b << ' ' << a_part << op.name << b_part;
    }
  }
}

TEST(Interval, FunctionsAreInclusionIsotonicUpToTheirRounding) {
  for (const Unary& f : unaries()) {
    Boxes boxes(9, f.low_exponent, std::min(f.high_exponent, 8.0));
    for (int i = 0; i < 5000; ++i) {
      const Interval x = f.positive ? boxes.positive_box() : boxes.box();
      const Interval y = f.interval(x);
      const Interval slack(outward::below(y.lower(), 4.0), outward::above(y.upper(), 4.0));
      const Interval part = boxes.part(x);
      if (f.positive && part.upper() == 0.0) continue;  // outside the domain of log: invalid
      ASSERT_TRUE(slack.contains(f.interval(part))) << f.name << x << " part " << part;
    }
  }
}

TEST(Interval, SumsOfRepresentableNumbersStayExact) {
  EXPECT_TRUE(identical(Interval(2.0) + Interval(6.0), Interval(8.0)));
  EXPECT_TRUE(identical(Interval(0.1) + Interval(0.0), Interval(0.1)));
  EXPECT_TRUE(identical(Interval(1.0) - Interval(1.0, 3.0), Interval(-2.0, 0.0)));
  const Interval third = Interval(0.1) + Interval(0.2);
  EXPECT_EQ(std::nextafter(third.lower(), inf), third.upper());
}

TEST(Interval, ZeroFactorsAndSignsAreKept) {
  EXPECT_TRUE(identical(Interval(0.0) * Interval(-inf, inf), Interval(0.0)));
  EXPECT_TRUE(identical(Interval(-inf, inf) * Interval(0.0), Interval(0.0)));
  EXPECT_TRUE(identical(Interval(0.0) * Interval(-3.0, -1.0), Interval(0.0)));
  EXPECT_TRUE(identical(Interval(-3.0, -1.0) * Interval(0.0), Interval(0.0)));
  EXPECT_TRUE(identical(Interval(0.0) / Interval(3.0), Interval(0.0)));
  EXPECT_EQ((Interval(1e-200) * Interval(1e-200)).lower(), 0.0);
  EXPECT_EQ((Interval(-1e-200) * Interval(1e-200)).upper(), 0.0);
  EXPECT_EQ(m::sqr(Interval(-1.0, 2.0)).lower(), 0.0);
  EXPECT_EQ(m::sin(Interval(0.0, 1.0)).lower(), 0.0);
  EXPECT_EQ(m::expm1(Interval(0.0, 1.0)).lower(), 0.0);
  EXPECT_EQ(m::tanh(Interval(-1.0, 0.0)).upper(), 0.0);
}

TEST(Interval, OverflowGoesToTheSafeSide) {
  const Interval top(huge);
  EXPECT_TRUE(identical(top + top, Interval(huge, inf)));
  EXPECT_TRUE(identical(-top - top, Interval(-inf, -huge)));
  EXPECT_TRUE(identical(top * Interval(-2.0), Interval(-inf, -huge)));
  EXPECT_TRUE(identical(m::exp(Interval(1e4)), Interval(huge, inf)));
  EXPECT_EQ(m::exp(Interval(-1e4)).lower(), 0.0);
  EXPECT_GT(m::exp(Interval(-1e4)).upper(), 0.0);
  EXPECT_TRUE(identical(Interval(-inf, 1.0) + Interval(2.0, inf), Interval::whole()));
}

TEST(Interval, DivisionByIntervalsWithZeroGivesHalfLinesOrTheLine) {
  EXPECT_EQ((Interval(1.0) / Interval(0.0, 4.0)).upper(), inf);
  EXPECT_NEAR((Interval(1.0) / Interval(0.0, 4.0)).lower(), 0.25, 1e-15);
  EXPECT_EQ((Interval(1.0) / Interval(-4.0, 0.0)).lower(), -inf);
  EXPECT_NEAR((Interval(1.0) / Interval(-4.0, 0.0)).upper(), -0.25, 1e-15);
  EXPECT_TRUE(identical(Interval(-1.0, 1.0) / Interval(0.0, 4.0), Interval::whole()));
  EXPECT_TRUE(identical(Interval(1.0) / Interval(-1.0, 1.0), Interval::whole()));
  EXPECT_TRUE(identical(Interval(1.0) / Interval(0.0), Interval::whole()));
  EXPECT_TRUE(identical(Interval(0.0) / Interval(0.0), Interval::whole()));
  EXPECT_TRUE((Interval(1.0, inf) / Interval(1.0, inf)).contains(Interval(0.0, inf)));
}

TEST(Interval, InvalidIntervalsSayNothing) {
  EXPECT_TRUE(identical(Interval(nan), Interval::whole()));
  EXPECT_TRUE(identical(Interval(2.0, 1.0), Interval::whole()));
  EXPECT_TRUE(identical(Interval(inf), Interval::whole()));
  EXPECT_TRUE(identical(m::sqrt(Interval(-2.0, -1.0)), Interval::whole()));
  EXPECT_TRUE(identical(m::log(Interval(-2.0, 0.0)), Interval::whole()));
  EXPECT_TRUE(identical(m::log1p(Interval(-3.0, -1.0)), Interval::whole()));
  EXPECT_TRUE(identical(m::pow(Interval(-3.0, -1.0), Interval(2.0)), Interval::whole()));
  EXPECT_TRUE(identical(intersect(Interval(0.0, 1.0), Interval(2.0, 3.0)), Interval::whole()));
}

TEST(Interval, DomainsAreIntersected) {
  EXPECT_EQ(m::sqrt(Interval(-1.0, 4.0)).lower(), 0.0);
  EXPECT_NEAR(m::sqrt(Interval(-1.0, 4.0)).upper(), 2.0, 1e-15);
  EXPECT_EQ(m::log(Interval(-1.0, 1.0)).lower(), -inf);
  EXPECT_LT(m::log(Interval(-1.0, 1.0)).upper(), 1e-300);
  EXPECT_EQ(m::pow(Interval(-1.0, 2.0), Interval(2.0)).lower(), 0.0);
}

TEST(Interval, ComparisonsAnswerYesNoOrMaybe) {
  const Interval low(0.0, 1.0), high(2.0, 3.0), over(0.5, 2.5), touching(1.0, 2.0);
  EXPECT_EQ(low < high, Truth::yes);
  EXPECT_EQ(high < low, Truth::no);
  EXPECT_EQ(low < over, Truth::maybe);
  EXPECT_EQ(low < touching, Truth::maybe);
  EXPECT_EQ(low <= touching, Truth::yes);
  EXPECT_EQ(low > touching, Truth::no);
  EXPECT_EQ(low >= touching, Truth::maybe);
  EXPECT_EQ(low == low, Truth::maybe);
  EXPECT_EQ(low == high, Truth::no);
  EXPECT_EQ(Interval(2.0) == Interval(2.0), Truth::yes);
  EXPECT_EQ(Interval(2.0) != Interval(2.0), Truth::no);
  const std::vector<Truth> all = {Truth::no, Truth::maybe, Truth::yes};
  for (Truth a : all) {
    EXPECT_EQ(!!a, a);
    EXPECT_EQ(Truth::yes && a, a);
    EXPECT_EQ(Truth::no || a, a);
    EXPECT_EQ(Truth::no && a, Truth::no);
    EXPECT_EQ(Truth::yes || a, Truth::yes);
    for (Truth b : all) EXPECT_EQ(!(a && b), (!a || !b));
  }
}

TEST(Interval, SelectTakesTheHullWhenUndecided) {
  const Interval a(0.0, 1.0), b(5.0, 6.0);
  EXPECT_TRUE(identical(m::select(Truth::yes, a, b), a));
  EXPECT_TRUE(identical(m::select(Truth::no, a, b), b));
  EXPECT_TRUE(identical(m::select(Truth::maybe, a, b), Interval(0.0, 6.0)));
  EXPECT_TRUE(identical(m::sign(Interval(-1.0, 2.0)), Interval(-1.0, 1.0)));
  EXPECT_TRUE(identical(m::sign(Interval(1.0, 2.0)), Interval(1.0)));
  EXPECT_TRUE(identical(m::copysign(Interval(1.0, 2.0), Interval(-1.0, 1.0)), Interval(-2.0, 2.0)));
}

TEST(Interval, HelpersAnswerForBoundedAndUnboundedIntervals) {
  EXPECT_TRUE(identical(hull(Interval(0.0, 1.0), Interval(3.0, 4.0)), Interval(0.0, 4.0)));
  EXPECT_TRUE(identical(intersect(Interval(0.0, 3.0), Interval(2.0, 4.0)), Interval(2.0, 3.0)));
  EXPECT_EQ(Interval(1.0, 4.0).width(), 3.0);
  EXPECT_EQ(Interval(1.0, 4.0).mid(), 2.5);
  EXPECT_EQ(Interval(-huge, huge).mid(), 0.0);
  EXPECT_EQ(Interval(-huge, huge).width(), inf);
  EXPECT_EQ(Interval::whole().mid(), 0.0);
  EXPECT_EQ(Interval(3.0, inf).mid(), 3.0);
  EXPECT_TRUE(Interval::pi().contains(3.141592653589793));
  EXPECT_TRUE(Interval(0.0, 1.0).contains(1.0));
  EXPECT_FALSE(Interval(0.0, 1.0).contains(1.0000001));
}

// A formula evaluated on a box, with its derivative: the enclosure by the mean-value form must hold for x^2 + 3 sin^2 x.
TEST(Interval, MeanValueFormEnclosesAFormula) {
  const auto f = [](auto x) { return m::sqr(x) + decltype(x)(3.0) * m::sqr(m::sin(x)); };
  for (double low = -3.0; low < 3.0; low += 0.37) {
    const Interval box(low, low + 0.05);
    const Interval center(box.mid());
    const Interval form = f(center) + f(variable(box)).derivative * (box - center);
    for (int i = 0; i <= 50; ++i) {
      const Big x(std::min(low + 0.001 * i, low + 0.05));
      ASSERT_TRUE(encloses(form, x * x + 3 * sin(x) * sin(x)));
    }
    EXPECT_LT(form.width(), 0.05 * 8.0);
  }
}

}  // namespace
}  // namespace thalweg

// The large sweeps: 10^6 stratified arguments a function; every float.
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <bit>
#include <cmath>
#include <cstdio>

#include "lib/core/elementary.hpp"
#include "tests/core/elementary_arguments.hpp"

namespace thalweg {
namespace {

using Big = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<100>>;

template <class Function, class Exact>
void sweep(const char* name, const std::vector<double>& arguments, double allowed, Function function, Exact exact) {
  double worst = 0.0;
  for (double x : arguments) {
    const Big value = exact(Big(x));
    const double rounded = value.template convert_to<double>(), computed = function(x);
    if (!std::isfinite(rounded) || !std::isfinite(computed)) {
      EXPECT_EQ(rounded, computed) << name << "(" << x << ")";
      continue;
    }
    worst = std::max(worst, boost::multiprecision::abs(value - Big(computed)).template convert_to<double>() / ulp_of(rounded));
  }
  std::printf("%-9s %zu arguments, largest error %.3f ulp\n", name, arguments.size(), worst);
  EXPECT_LE(worst, allowed);
}

Big tail(const Big& x) { return x * (1 - x * (Big(1) / 2 - x * (Big(1) / 3 - x * (Big(1) / 4 - x / 5)))); }
Big exact_log1p(const Big& x) { return abs(x) < Big(1e-22) ? tail(x) : Big(log(1 + x)); }
Big exact_expm1(const Big& x) { return abs(x) < Big(1e-22) ? Big(x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4)))) : Big(exp(x) - 1); }

constexpr std::size_t many = 1000000;

TEST(ElementarySweep, AMillionArgumentsAFunction) {
  sweep("exp", exp_arguments(many), 2.0, [](double x) { return m::exp(x); }, [](const Big& x) { return Big(exp(x)); });
  sweep("expm1", expm1_arguments(many), 2.0, [](double x) { return m::expm1(x); }, exact_expm1);
  sweep("log", log_arguments(many), 2.0, [](double x) { return m::log(x); }, [](const Big& x) { return Big(log(x)); });
  sweep("log1p", log1p_arguments(many), 2.0, [](double x) { return m::log1p(x); }, exact_log1p);
  sweep("tanh", tanh_arguments(many), 2.0, [](double x) { return m::tanh(x); }, [](const Big& x) {
    const Big e = exact_expm1(2 * x);
    return Big(e / (e + 2));
  });
  sweep("softplus", softplus_arguments(many), 2.0, [](double x) { return m::softplus(x); },
        [](const Big& x) { return Big((x > 0 ? x : Big(0)) + exact_log1p(exp(-abs(x)))); });
  sweep("sigmoid", softplus_arguments(many), 2.0, [](double x) { return m::sigmoid(x); }, [](const Big& x) { return Big(1 / (1 + exp(-x))); });
  sweep("sin", angle_arguments(many), 2.0, [](double x) { return m::sin(x); }, [](const Big& x) { return Big(sin(x)); });
  sweep("cos", angle_arguments(many), 2.0, [](double x) { return m::cos(x); }, [](const Big& x) { return Big(cos(x)); });
}

TEST(ElementarySweep, AMillionPowers) {
  double worst = 0.0;
  for (const auto& [x, p] : pow_arguments(many)) {
    const Big value = pow(Big(x), Big(p));
    const double rounded = value.convert_to<double>(), computed = m::pow(x, p);
    if (!std::isfinite(rounded) || rounded == 0.0) {
      EXPECT_EQ(rounded, computed) << x << " ^ " << p;
      continue;
    }
    worst = std::max(worst, boost::multiprecision::abs(value - Big(computed)).convert_to<double>() / ulp_of(rounded));
  }
  std::printf("pow       %zu arguments, largest error %.3f ulp\n", many, worst);
  EXPECT_LE(worst, 4.0);
}

// Every float, in packs of 16: the double function rounded, lane by lane.
TEST(ElementarySweep, EveryFloatIsTheDoubleFunctionRounded) {
  using P = Pack<float, 16>;
  std::size_t wrong = 0;
  for (std::uint64_t base = 0; base < (std::uint64_t{1} << 32); base += 16) {
    P x;
    for (std::size_t l = 0; l < 16; ++l) x.set(l, std::bit_cast<float>(static_cast<std::uint32_t>(base + l)));
    const auto check = [&](const P& y, auto function) {
      const std::size_t l = (base / 16) % 16;  // one lane of each pack against the scalar; lanes change from pack to pack
      const auto expected = static_cast<float>(function(static_cast<double>(x[l])));
      wrong += !(y[l] == expected || (y[l] != y[l] && expected != expected));
    };
    check(m::exp(x), [](double v) { return m::exp(v); });
    check(m::expm1(x), [](double v) { return m::expm1(v); });
    check(m::log(x), [](double v) { return m::log(v); });
    check(m::log1p(x), [](double v) { return m::log1p(v); });
    check(m::sin(x), [](double v) { return m::sin(v); });
    check(m::cos(x), [](double v) { return m::cos(v); });
    check(m::tanh(x), [](double v) { return m::tanh(v); });
    check(m::softplus(x), [](double v) { return m::softplus(v); });
    check(m::sigmoid(x), [](double v) { return m::sigmoid(v); });
  }
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace thalweg

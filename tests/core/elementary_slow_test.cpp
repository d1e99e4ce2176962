// The elementary functions over 10^6 stratified arguments each, against 100 decimal digits. The header of lib/core/elementary.hpp states the maxima.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/num.hpp"
#include "tests/core/elementary_reference.hpp"

namespace thalweg {
namespace {

constexpr std::size_t many = 1000000;
constexpr std::uint64_t seed = 1001;  // other arguments than the fast test's

void state(const char* name, std::size_t count, const reference::Worst& worst) {
  char text[160];
  std::snprintf(text, sizeof text, "%.4f ulp at %a %a, the largest of %zu", worst.error, worst.x, worst.p, count);
  testing::Test::RecordProperty(std::string("max_ulp_") + name, text);
  std::printf("%-9s %s\n", name, text);
}

void expect_two_ulp(const char* name, double (*computed)(double)) {
  for (const reference::Function& function : reference::functions) {
    if (std::string(name) != function.name) continue;
    const std::vector<double> xs = function.arguments(many, seed);
    ASSERT_GE(xs.size(), many * 99 / 100);
    const reference::Worst worst = reference::largest_error(xs.size(), [&](std::size_t i) {
      return reference::Worst{reference::ulp_error(computed(xs[i]), function.exact(xs[i])), xs[i], 0};
    });
    state(name, xs.size(), worst);
    EXPECT_LE(worst.error, 2.0);
    return;
  }
  FAIL() << "no function " << name;
}

TEST(AMillionArguments, OfExpStayWithinTwoUlp) { expect_two_ulp("exp", [](double x) { return m::exp(x); }); }
TEST(AMillionArguments, OfExpm1StayWithinTwoUlp) { expect_two_ulp("expm1", [](double x) { return m::expm1(x); }); }
TEST(AMillionArguments, OfLogStayWithinTwoUlp) { expect_two_ulp("log", [](double x) { return m::log(x); }); }
TEST(AMillionArguments, OfLog1pStayWithinTwoUlp) { expect_two_ulp("log1p", [](double x) { return m::log1p(x); }); }
TEST(AMillionArguments, OfSinStayWithinTwoUlp) { expect_two_ulp("sin", [](double x) { return m::sin(x); }); }
TEST(AMillionArguments, OfCosStayWithinTwoUlp) { expect_two_ulp("cos", [](double x) { return m::cos(x); }); }
TEST(AMillionArguments, OfTanhStayWithinTwoUlp) { expect_two_ulp("tanh", [](double x) { return m::tanh(x); }); }
TEST(AMillionArguments, OfSoftplusStayWithinTwoUlp) { expect_two_ulp("softplus", [](double x) { return m::softplus(x); }); }
TEST(AMillionArguments, OfSigmoidStayWithinTwoUlp) { expect_two_ulp("sigmoid", [](double x) { return m::sigmoid(x); }); }

TEST(AMillionArguments, OfPowStayWithinFourUlp) {
  const std::vector<reference::Power> all = reference::power_arguments(many, seed);
  ASSERT_GE(all.size(), many * 95 / 100);
  const reference::Worst worst = reference::largest_error(all.size(), [&](std::size_t i) {
    const auto [x, p] = all[i];
    return reference::Worst{reference::ulp_error(m::pow(x, p), reference::pow(x, p)), x, p};
  });
  state("pow", all.size(), worst);
  EXPECT_LE(worst.error, 4.0);
}

}  // namespace
}  // namespace thalweg

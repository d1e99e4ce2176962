// The one-step comparison of published_updates_test.cpp over random hyper-parameters.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/optimizers/update_comparison.hpp"

namespace thalweg {
namespace {

using namespace testing;

TEST(PublishedUpdates, AgreeWithinEightUlpsForRandomHyperParameters) {
  Uniform uniform(101);
  const auto coefficient = [&] { return uniform() < 0.5 ? uniform() : 1.0 - std::pow(10.0, uniform(-12.0, 0.0)); };
  double worst = 0.0;
  std::string where;
  for (const std::string& name : all_presets()) {
    for (int set = 0; set < 60; ++set) {
      const Case c{name,
                   {.beta1 = coefficient(),
                    .beta2 = coefficient(),
                    .eps = std::pow(10.0, uniform(-12.0, 1.0)),
                    .beta = std::pow(10.0, uniform(-2.0, 6.0)),
                    .p = uniform(1e-3, 0.5),
                    .momentum = coefficient(),
                    .weight_decay = set % 3 == 0 ? uniform(0.0, 0.1) : 0.0,
                    .nu1 = coefficient(),
                    .nu2 = coefficient(),
                    .beta3 = coefficient(),
                    .eps_root = std::pow(10.0, uniform(-20.0, 0.0)),
                    .momentum_decay = std::pow(10.0, uniform(-5.0, 1.0)),
                    .final_rate = std::pow(10.0, uniform(-3.0, 3.0)),
                    .gamma = std::pow(10.0, uniform(-8.0, 1.0))}};
      const double error = worst_of_single_steps(c, 200, static_cast<std::uint64_t>(set));
      EXPECT_LE(error, 8.0) << text(defined(c));
      if (error > worst) {
        worst = error;
        where = text(defined(c));
      }
    }
  }
  std::printf("[ measured ] one step: at most %.3f ulps of the sum of absolute terms (%s)\n", worst, where.c_str());
}

}  // namespace
}  // namespace thalweg

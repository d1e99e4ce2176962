// Constants that the catalogues state, held against runs from all over the space of instances: problems, noises, definitions, starts, steps and horizons as a
// search draws them. None fails: a watched constant that did would be a wrong fact, or no room for rounding.
#include <gtest/gtest.h>

#include <string>

#include "analysis/study/attack.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/check.hpp"

namespace thalweg {
namespace {

class HonestRuns : public testing::TestWithParam<std::string> {};

TEST_P(HonestRuns, FailNoConstantThatTheyAreHeldAgainst) {
  const Card card = parse_card("id = \"wide\"\nstatement = \"s\"\nmetric = \"f_gap\"\nrequires = [\"" + GetParam() + "\", \"constant-step\"]\n[bound]\nvalue = \"1e250 + sigma2\"\n[trivial]\nvalue = \"1e300\"\n", "wide.toml");
  const std::unique_ptr<Engine> engine = cpu_engine();
  AttackOptions options;
  options.evaluations = 400;
  const Attack found = attack(card, options, *engine);
  EXPECT_GT(found.trials, 200u) << "too few to tell";
  for (const auto& [reason, count] : found.reasons)
    for (const char* failure : {"changed by more than L", "below 2 mu_pl", "the A-LR rose", "larger than its variance"}) EXPECT_EQ(reason.find(failure), std::string::npos) << reason << ", " << count << " times";
}

INSTANTIATE_TEST_SUITE_P(Assumptions, HonestRuns, testing::Values("smooth-on-region", "pl", "monotone-rate"), [](const auto& one) {
  std::string name = one.param;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace thalweg

// Falsifier: how often it finds what is planted false, within a million evaluations, and that it never finds what is true false.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "tests/problems/claims.hpp"

namespace thalweg::test {
namespace {

TEST(FalsifySlow, FindsNineteenOfTwentyPlantedClaimsWithinAMillionEvaluations) {
  std::size_t found = 0, large = 0, found_large = 0;
  std::set<std::string_view> families;
  const std::vector<Given> all = planted(instances());
  std::uint64_t most = 0;
  for (Given g : all) {
    g.problem.facts.minimiser.reset();  // it is not told where to look
    const Falsification finding = falsify(g.problem, g.claim, {.region = g.region});
    families.insert(g.problem.entry.id);
    found += finding.falsified();
    if (finding.falsified()) most = std::max(most, finding.evaluations);
    large += g.problem.dim() >= 10;
    found_large += g.problem.dim() >= 10 && finding.falsified();
    if (!finding.falsified()) std::printf("not found: %s, best %.6g\n", label(g).c_str(), finding.best);
  }
  std::printf("%zu of %zu found over %zu families, %zu of %zu in 10 dimensions and more; most evaluations %llu\n", found, all.size(), families.size(), found_large, large, static_cast<unsigned long long>(most));
  EXPECT_GE(all.size(), 60U);
  EXPECT_GE(families.size(), 20U);
  EXPECT_GE(2 * large, all.size() - all.size() / 10);
  EXPECT_GE(20 * found, 19 * all.size());
  EXPECT_GE(20 * found_large, 19 * large);
}

TEST(FalsifySlow, NoTrueClaimIsFalsified) {
  const std::vector<Given> all = true_claims(instances());
  EXPECT_GE(all.size(), 200U);
  for (const Given& g : all) EXPECT_FALSE(falsify(g.problem, g.claim, {.region = g.region, .budget = 1000000}).falsified()) << label(g);
}

}  // namespace
}  // namespace thalweg::test

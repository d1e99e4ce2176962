// What the search for the tightest instance finds from a cold start on the controls that hold in most places: the bound is attained, not broken, where fading
// terms rule it, and broken where skewed noise keeps a method away from the minimiser.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "analysis/study/attack.hpp"
#include "lib/core/check.hpp"

namespace thalweg {
namespace {

TEST(Attack, BreaksTheoremAWithoutTheMaximumFromAColdStart) {
  const std::vector<Card> cards = read_cards(std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems");
  const std::unique_ptr<Engine> engine = cpu_engine();
  for (const char* id : {"theorem-a-on-adam", "theorem-a-on-sadam"}) {
    const Card& card = *std::find_if(cards.begin(), cards.end(), [&](const Card& one) { return one.id == id; });
    for (std::uint64_t seed : {1U, 2U}) {
      AttackOptions options;
      options.evaluations = 12000;
      options.seed = seed;
      const Attack found = attack(card, options, *engine);
      ASSERT_FALSE(found.findings.empty());
      EXPECT_GT(found.findings.front().ratio, 1.2) << id << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace thalweg

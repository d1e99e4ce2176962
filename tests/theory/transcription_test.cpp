// Every built-in card against a transcription of its theorem in long double (transcription.hpp). A list of planted misprints proves that the
// comparison can fail.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/theory/transcription.hpp"
#include "tests/theory/transcriptions_adaptive.hpp"
#include "tests/theory/transcriptions_deterministic.hpp"
#include "tests/theory/transcriptions_norms.hpp"
#include "tests/theory/transcriptions_online.hpp"
#include "tests/theory/transcriptions_propositions.hpp"
#include "tests/theory/transcriptions_registry.hpp"
#include "tests/theory/transcriptions_stability.hpp"
#include "tests/theory/transcriptions_stochastic.hpp"
#include "tests/theory/transcriptions_variants.hpp"

namespace thalweg::transcription {
namespace {

// A new group of theorems: its header above and its line here.
const Group& everything() {
  static const Group all = [] {
    Group joined;
    for (const Group& group : {
             adaptive(),
             norms(),
             online(),
             propositions(),
             registry(),
             stability(),
             variants(),
             deterministic(),
             stochastic(),
         }) {
      joined.theorems.insert(joined.theorems.end(), group.theorems.begin(), group.theorems.end());
      joined.misprints.insert(joined.misprints.end(), group.misprints.begin(), group.misprints.end());
    }
    return joined;
  }();
  return all;
}

const Transcription* find(const std::string& id) {
  const auto found = std::find_if(everything().theorems.begin(), everything().theorems.end(), [&](const Transcription& theorem) { return theorem.id == id; });
  return found == everything().theorems.end() ? nullptr : &*found;
}

const std::filesystem::path theorems = std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems";

TEST(Transcription, EveryCardAgreesWithTheStatementToTwelveDigits) {
  for (const Card& card : read_cards(theorems)) {
    const Transcription* theorem = find(card.id);
    ASSERT_NE(theorem, nullptr) << card.id << ": a new card brings its transcription";
    EXPECT_EQ(compare(card, *theorem), "") << card.id;
  }
}

TEST(Transcription, EveryTranscriptionHasItsCard) {
  std::set<std::string> ids;
  for (const Card& card : read_cards(theorems)) ids.insert(card.id);
  for (const Transcription& theorem : everything().theorems) EXPECT_TRUE(ids.contains(theorem.id)) << theorem.id;
}

// ---- planted misprints

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Transcription, FindsEveryPlantedMisprint) {
  EXPECT_GE(everything().misprints.size(), 60U);
  for (const Misprint& misprint : everything().misprints) {
    SCOPED_TRACE(misprint.id + ": " + misprint.what);
    std::string toml = content(theorems / (misprint.id + ".toml"));
    const std::size_t at = toml.find(misprint.right);
    ASSERT_NE(at, std::string::npos) << "the card does not say " << misprint.right;
    toml.replace(at, misprint.right.size(), misprint.wrong);
    const Transcription* theorem = find(misprint.id);
    ASSERT_NE(theorem, nullptr);
    EXPECT_NE(compare(parse_card(toml, misprint.id + ".toml"), *theorem), "");
  }
}

}  // namespace
}  // namespace thalweg::transcription

#include "analysis/study/check.hpp"

#include <algorithm>
#include <array>

#include "analysis/study/claims.hpp"
#include "analysis/study/study.hpp"
#include "analysis/theory/card_units.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {

namespace {

constexpr std::uint64_t most_tried = 1000000;

// Keys that tell the kinds of files apart: whichever has more of its own is meant, so that one of them may be misspelt.
constexpr std::array<std::string_view, 13> of_cards = {"statement", "latex", "sentence", "source", "status", "expect", "methods", "requires", "metric", "admissible", "bound", "monotone", "witness"};
constexpr std::array<std::string_view, 6> of_studies = {"title", "replicas", "level", "records", "block", "figure"};

template <std::size_t N>
std::ptrdiff_t count_of(const TomlTable& table, const std::array<std::string_view, N>& keys) {
  return std::count_if(keys.begin(), keys.end(), [&](std::string_view key) { return table.has(key); });
}

// Whether a horizon was longer than is tried.
bool shorten(Study& study) {
  bool cut = false;
  for (StudyBlock& block : study.blocks)
    for (std::uint64_t& horizon : block.horizons) {
      cut = cut || horizon > most_tried;
      horizon = std::min(horizon, most_tried);
    }
  return cut;
}

void check_study(const TomlTable& table, const std::filesystem::path& file, const std::vector<Card>& cards, Findings& findings) {
  Study study = read_study(table, "", file, findings);
  shorten(study);
  expand(study, cards, {}, findings);
}

// Instances of which the card speaks nowhere.
void check_instances(const Study& study, const std::vector<Card>& cards, Findings& findings) {
  for (const StudyBlock& block : study.blocks) {
    Study one = study;
    one.blocks = {block};
    std::string reason;
    bool any = false;
    Findings ignored(Findings::At::every_error_collect);
    for (const Cell& cell : expand(one, cards, {}, ignored)) {
      const Applicability answer = applicability(cards.front(), cell.setting);
      any = any || answer.applies;
      if (reason.empty()) reason = answer.reason;
    }
    if (!any && ignored.all().empty()) findings.add(SpecError({block.place, "[[witness]]", "", "the card does not speak of this instance of its own: " + reason}));
  }
}

void check_card(const TomlTable& table, const std::filesystem::path& file, Findings& findings) {
  const Card card = read_card(table, file, findings);
  const bool sound = findings.all().empty();
  for (const SpecError& error : unit_errors(card)) findings.add(error);
  Study study = study_of_witnesses({&card}, findings);
  study.file = file;
  // A card whose formulas are broken is not evaluated: its instances are set up for themselves.
  const std::vector<Card> cards = sound ? std::vector<Card>{card} : std::vector<Card>{};
  for (StudyBlock& block : study.blocks)
    if (!sound) block.theorems.clear();
  const bool cut = shorten(study);
  expand(study, cards, {}, findings);
  if (sound && !cut) check_instances(study, cards, findings);
}

// Every cell that decides is set up, too.
void check_claims(const TomlTable& table, const std::string& text, const std::filesystem::path& file, const std::vector<Card>& cards, const StudyFinder& studies, Findings& findings) {
  const Claims claims = read_claims(table, text, file, findings);
  Study study = study_of(claims, cards, studies, findings);
  shorten(study);
  expand(study, cards, {}, findings);
}

}  // namespace

FileCheck check_text(const std::string& text, const std::filesystem::path& file, const std::vector<Card>& cards, const StudyFinder& studies) {
  FileCheck answer;
  Findings findings(Findings::At::every_error_collect);
  findings.attempt([&] {
    const TomlTable table = TomlTable::parse(text, file.string());
    if (table.has("claim")) {
      answer.kind = "claims";
      check_claims(table, text, file, cards, studies, findings);
      return;
    }
    const std::ptrdiff_t card = count_of(table, of_cards), study = count_of(table, of_studies);
    if (card == study) throw SpecError({{file.string(), 0, 0}, "", "", "is neither a theorem card (keys statement, metric, bound) nor a study (key block) nor a file of claims (key claim)"});
    answer.kind = card > study ? "card" : "study";
    if (card > study) {
      check_card(table, file, findings);
    } else {
      check_study(table, file, cards, findings);
    }
  });
  answer.wrong = findings.all();
  return answer;
}

FileCheck check_file(const std::filesystem::path& file, const std::vector<Card>& cards, const StudyFinder& studies) {
  try {
    return check_text(text_of_toml(file), file, cards, studies);
  } catch (const SpecError& error) {
    return {"", {error}};
  }
}

}  // namespace thalweg

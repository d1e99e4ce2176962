// thalweg verify: theorems and studies to a table of verdicts.
#include <fmt/format.h>

#include <cstdio>

#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "analysis/report/verification.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

// The study that answers the request: the named study, or the named theorems (all when none is named) on their own instances.
// A theorem without an instance is tried on every cell of the built-in study seed-claims.
Study requested(const VerifyOptions& options, std::vector<Card>& cards) {
  std::vector<const Card*> theorems;
  std::optional<Study> study;
  std::vector<Card> given;
  for (const std::string& name : options.names) {
    auto found = theorem_or_study(name, cards);
    if (std::holds_alternative<Study>(found)) {
      if (study || !given.empty()) throw SpecError({{}, "", name, "name one study, or theorems, not both"});
      study = std::get<Study>(std::move(found));
    } else {
      if (study) throw SpecError({{}, "", name, "name one study, or theorems, not both"});
      given.push_back(std::get<Card>(std::move(found)));
    }
  }
  if (study) return *std::move(study);
  // A user's file may bear the id of a built-in card: then the file is meant.
  for (std::size_t i = 0; i < given.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (given[k].id == given[i].id) throw SpecError({{}, "", options.names[i], "the theorem '" + given[i].id + "' is named twice"});
  for (Card& card : given) {
    std::erase_if(cards, [&](const Card& other) { return other.id == card.id; });
    cards.push_back(std::move(card));
  }
  const std::size_t first = options.names.empty() ? 0 : cards.size() - given.size();
  for (std::size_t i = first; i < cards.size(); ++i) theorems.push_back(&cards[i]);
  Study made = study_of_witnesses(theorems);
  for (const Card* card : theorems) {
    if (!card->witnesses.empty()) continue;
    Study shared = study_named("seed-claims");
    made.text += card->id + "\n" + shared.hash() + "\n";
    for (StudyBlock& block : shared.blocks) {
      block.theorems = {card->id};
      made.blocks.push_back(std::move(block));
    }
  }
  if (!options.names.empty()) made.id = options.names.size() == 1 ? theorems.front()->id : "theorems";
  return made;
}

}  // namespace

int verify(const VerifyOptions& options) {
  std::vector<Card> cards = built_in_cards();
  const Study study = requested(options, cards);
  const std::vector<Cell> cells = expand(study, cards, changes(options));
  const std::unique_ptr<Engine> engine = make_engine(options);
  const std::filesystem::path folder = store_folder(options, study);
  Store store(folder);
  const RunSummary summary = run_cells(study, cells, *engine, options.threads, store, terminal_progress(study.id));
  Verification verification = verify(study, cells, store);
  verification.declared_budget = !options.quick && !options.replicas && options.set.empty();
  verification.store_hash = store.hash();
  const std::string text = options.json ? to_json(verification) : table(verification, options.all, terminal_width());
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) throw EnvironmentError("standard output cannot be written");
  fmt::print(stderr, "{} cells: {} run in {:.1f} s, {} found in the store {}\n", summary.cells, summary.run, summary.seconds, summary.skipped, (folder / "store.sqlite").string());
  return exit_code(verification);
}

}  // namespace thalweg::cli

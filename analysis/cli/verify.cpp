// thalweg verify: theorems and studies to a table of verdicts.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "analysis/cli/search.hpp"
#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "analysis/report/claims_figures.hpp"
#include "analysis/report/claims_page.hpp"
#include "analysis/report/verification.hpp"
#include "analysis/theory/card_units.hpp"
#include "lib/core/check.hpp"
#include "notebooks-export/render.hpp"

namespace thalweg::cli {

namespace {

// An undecided cell gets up to this many times its declared replicas: three more rounds.
constexpr std::size_t default_budget_factor = 8;

std::filesystem::path written(const std::filesystem::path& file, const std::string& text) {
  std::error_code failure;
  std::filesystem::create_directories(file.parent_path(), failure);
  std::ofstream out(file, std::ios::binary);
  if (!out.write(text.data(), static_cast<std::streamsize>(text.size())).flush()) throw EnvironmentError(file.string() + " cannot be written");
  return file;
}

// What is to be verified: a study, and how instances were searched for.
struct Request {
  Study study;
  std::vector<SearchNote> searches;
};

// The cards that the names mean, put among the built-in ones at the end; or a study.
std::variant<Study, std::vector<const Card*>> named(const VerifyOptions& options, std::vector<Card>& cards) {
  std::optional<Study> study;
  std::vector<Card> given;
  for (const std::string& name : options.names) {
    auto found = theorem_or_study(name, cards);
    const bool is_study = std::holds_alternative<Study>(found);
    if (study || (is_study && !given.empty())) throw SpecError({{}, "", name, "name one study, or theorems, not both"});
    if (is_study) {
      study = std::get<Study>(std::move(found));
      continue;
    }
    given.push_back(std::get<Card>(std::move(found)));
    if (given.back().file == std::filesystem::path(name))  // a user's own
      for (const SpecError& problem : unit_errors(given.back())) fmt::print(stderr, "note: {}\n", problem.what());
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
  std::vector<const Card*> theorems;
  for (std::size_t i = options.names.empty() ? 0 : cards.size() - given.size(); i < cards.size(); ++i) theorems.push_back(&cards[i]);
  return theorems;
}

// The named study, or the named theorems (all when none is named) on their own instances. A theorem without one, or any where the command line says
// where to look, is given instances from the catalogues; with --attack the tightest that a search finds.
Request requested(const VerifyOptions& options, std::vector<Card>& cards, const Engine& engine) {
  auto found = named(options, cards);
  if (std::holds_alternative<Study>(found)) {
    Study study = std::get<Study>(std::move(found));
    if (options.searches()) throw SpecError({{}, "", study.id, "a study says itself which instances to run; --attack, --problem, --noise, --method, --grid and --budget are for theorems"});
    return {std::move(study), {}};
  }
  const auto& theorems = std::get<std::vector<const Card*>>(found);
  std::vector<const Card*> at_home;
  std::vector<Searched> searched;
  for (const Card* card : theorems) {
    if (options.attack) searched.push_back(tightest_instances(*card, options, engine, 1e-3));
    else if (options.searches() || card->witnesses.empty()) searched.push_back(chosen_instances(*card, options, engine));
    else at_home.push_back(card);
  }
  Request request{study_of_witnesses(at_home), {}};
  for (Searched& one : searched) {
    request.study.text += one.text;
    for (StudyBlock& block : one.blocks) {
      if (theorems.size() > 1) block.name = one.note.theorem + "/" + block.name.substr(block.name.find('/') + 1);
      request.study.blocks.push_back(std::move(block));
    }
    request.searches.push_back(std::move(one.note));
  }
  if (!options.names.empty()) request.study.id = options.names.size() == 1 ? theorems.front()->id : "theorems";
  if (options.attack) {
    request.study.id += "-attack";
    // What was found can be run again by anyone.
    const std::filesystem::path folder = store_folder(options, request.study);
    for (std::size_t i = 0; i < searched.size(); ++i) request.searches[i].study = written(folder / (request.searches[i].theorem + "-attack.toml"), searched[i].text).string();
  }
  return request;
}

// A control that the search did not break, at its own budget: the search or the card is too weak.
bool uncaught_control(const Verification& verification) {
  std::map<std::string, bool> caught;
  for (const Result& result : verification.results)
    if (result.expect == Expectation::violated) caught[result.theorem] = caught[result.theorem] || result.judgement.verdict == Verdict::violated;
  return std::any_of(caught.begin(), caught.end(), [](const auto& control) { return !control.second; });
}

// Cells run into their store, and what further rounds add.
class Runs {
 public:
  Runs(const VerifyOptions& options, const Engine& engine, const Study& study, const std::vector<Cell>& cells)
      : options_(options), engine_(engine), study_(study), folder_(store_folder(options, study)), store_(folder_), summary_(run(cells, study.id)) {}

  const Store& store() const { return store_; }
  Budget budget() const {
    Budget budget{.factor = options_.quick ? std::size_t{1} : default_budget_factor, .replicas = {}};
    if (options_.most_replicas) budget.replicas = *options_.most_replicas;
    return budget;
  }
  RunMore more() {
    return [this](const std::vector<Cell>& rounds) {
      const RunSummary more = run(rounds, study_.id + ", further replicas");
      summary_.cells += more.cells;
      summary_.run += more.run;
      summary_.skipped += more.skipped;
      summary_.seconds += more.seconds;
    };
  }
  bool as_declared() const { return !options_.quick && !options_.replicas && options_.set.empty(); }
  void report(double judging_seconds) const {
    fmt::print(stderr, "{} cells: {} run in {:.1f} s, {} found in the store {}\n", summary_.cells, summary_.run, summary_.seconds, summary_.skipped, (folder_ / "store.sqlite").string());
    if (summary_.run > 0) fmt::print(stderr, "statistics {:.2f} s, {:.1f} % of runs and statistics\n", judging_seconds, 100.0 * judging_seconds / (judging_seconds + summary_.seconds));
  }

 private:
  RunSummary run(const std::vector<Cell>& cells, const std::string& what) {
    expect_memory(cells, engine_, options_.threads);
    return run_cells(study_, cells, engine_, options_.threads, store_, terminal_progress(what));
  }

  const VerifyOptions& options_;
  const Engine& engine_;
  const Study& study_;
  std::filesystem::path folder_;
  Store store_;
  RunSummary summary_;
};

void answer(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) throw EnvironmentError("standard output cannot be written");
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Figures of the claims, and the page with them, beside the store. One that is there already is not drawn again; without matplotlib the page says so.
void draw_claims(ClaimsVerification& decided, const std::vector<Cell>& cells, const Store& store, const std::filesystem::path& folder) {
  const std::string hash = store.hash();
  std::optional<Availability> drawing;
  const Progress progress = terminal_progress("figures of " + decided.claims->id);
  for (std::size_t k = 0; k < decided.decided.size(); ++k) {
    Decided& one = decided.decided[k];
    const std::optional<Figure> figure = claim_figure(decided, one, cells, store, hash);
    if (!figure) continue;
    const std::filesystem::path stem = folder / "figures" / figure->id, picture = stem.string() + ".svg";
    if (!std::filesystem::exists(picture) || text_of(stem.string() + ".json") != to_json(*figure)) {
      if (!drawing) drawing = drawing_availability();
      if (!drawing->available) {
        fmt::print(stderr, "no figures: {}\n", drawing->reason);
        break;
      }
      render(*figure, stem, {"svg"});
    }
    one.figure = picture.string();
    if (progress) progress(k + 1, decided.decided.size());
  }
  fmt::print(stderr, "the page with its figures: {}\n", written(folder / "page.md", markdown(decided, folder)).string());
}

int verify_claims(const Claims& claims, const VerifyOptions& options, const std::vector<Card>& cards, const Engine& engine) {
  if (options.names.size() > 1) throw SpecError({{}, "", claims.id, "claims are verified alone"});
  if (options.searches()) throw SpecError({{}, "", claims.id, "claims say themselves what decides them; --attack, --problem, --noise, --method, --grid and --budget are for theorems"});
  Study study = study_of(claims, cards, study_named);
  if (options.level) study.level = *options.level;
  const std::vector<Cell> cells = expand(study, cards, changes(options));
  Runs runs(options, engine, study, cells);
  ClaimsVerification decided = decide(claims, study, cells, runs.store(), runs.budget(), runs.more());
  decided.verification.declared_budget = runs.as_declared();
  if (options.figures) draw_claims(decided, cells, runs.store(), store_folder(options, study));
  answer(options.json ? to_json(decided) : page(decided, terminal_width()));
  runs.report(decided.verification.judging_seconds);
  return exit_code(decided);
}

}  // namespace

int verify(const VerifyOptions& options) {
  std::vector<Card> cards = built_in_cards();
  const std::unique_ptr<Engine> engine = make_engine(options);
  for (const std::string& name : options.names)
    if (const auto claims = claims_named(name)) return verify_claims(*claims, options, cards, *engine);
  Request request = requested(options, cards, *engine);
  Study& study = request.study;
  if (options.level) study.level = *options.level;
  const std::vector<Cell> cells = expand(study, cards, changes(options));
  Runs runs(options, *engine, study, cells);
  Verification verification = verify(study, cells, runs.store(), runs.budget(), runs.more());
  verification.declared_budget = runs.as_declared();
  verification.store_hash = runs.store().hash();
  verification.searches = request.searches;
  answer(options.json ? to_json(verification) : table(verification, options.all, terminal_width()));
  runs.report(verification.judging_seconds);
  const int code = exit_code(verification);
  return code == 0 && options.attack && !options.replicas && uncaught_control(verification) ? 1 : code;
}

}  // namespace thalweg::cli

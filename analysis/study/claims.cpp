#include "analysis/study/claims.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "analysis/theory/verdict.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::string_view, 7> file_keys = {"id", "title", "paper", "arxiv", "note", "level", "claim"};
constexpr std::array<std::string_view, 7> claim_keys = {"id", "words", "where", "conditions", "comment", "expect", "evidence"};
constexpr std::array<std::string_view, 12> evidence_keys = {"says", "theorem", "study", "blocks", "methods", "supports", "contradicts", "contrast", "metric", "condition", "run", "note"};
constexpr std::array<ClaimOutcome, 4> outcomes = {ClaimOutcome::supported, ClaimOutcome::contradicted, ClaimOutcome::conditional, ClaimOutcome::undecided};
constexpr std::array<Verdict, 5> verdicts = {Verdict::holds, Verdict::violated, Verdict::vacuous, Verdict::undecided, Verdict::not_applicable};

std::vector<std::string> verdicts_of(const TomlTable& table, std::string_view key, const char* otherwise, Findings& findings) {
  std::vector<std::string> given = {otherwise};
  if (!table.has(key)) return given;
  findings.attempt([&] { given = table.strings(key); });
  std::vector<std::string_view> known;
  for (Verdict verdict : verdicts) known.emplace_back(to_string(verdict));
  const std::vector<Place> places = table.places(key);
  for (std::size_t i = 0; i < given.size(); ++i)
    if (std::find(known.begin(), known.end(), given[i]) == known.end()) findings.add(SpecError({i < places.size() ? places[i] : table.place(key), std::string(key), given[i], unknown_clause("verdict", given[i], known)}));
  return given;
}

bool is_name(const std::string& text) {
  return !text.empty() && (std::isalpha(static_cast<unsigned char>(text.front())) != 0 || text.front() == '_') &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

Expression read_expression(const TomlTable& table, std::string_view key) {
  Place place = table.place(key);
  ++place.column;
  return Expression::parse(table.string(key), place);
}

void read_runs(const TomlTable& table, Evidence& evidence, Findings& findings) {
  std::size_t named = 0;
  findings.attempt([&] {
    for (const TomlTable& runs : table.tables("run"))
      for (const std::string& name : runs.keys()) {
        ++named;
        findings.attempt([&] {
          if (!is_name(name)) throw SpecError({runs.place(name), "run", name, "must be a name that an expression can use: letters, digits and _"});
          const auto blocks = runs.tables(name);
          if (blocks.size() != 1) runs.refuse(name, "must be one block of a study");
          StudyBlock block = parse_block(blocks.front(), "[claim.evidence.run." + name + "]", findings);
          block.theorems.clear();
          block.without_theorems = true;
          evidence.runs.emplace_back(name, std::move(block));
        });
      }
    if (named == 0) table.refuse("run", "the runs that it is about: [claim.evidence.run.NAME] with the keys of a block");
  });
}

void read_contrast(const TomlTable& table, Evidence& evidence, Findings& findings) {
  findings.attempt([&] { evidence.contrast = read_expression(table, "contrast"); });
  findings.attempt([&] {
    evidence.metric = table.string("metric");
    std::vector<std::string_view> known(metric_names.begin(), metric_names.end());
    std::erase_if(known, [](std::string_view name) { return name.starts_with("weighted_") || name.ends_with("_passage"); });  // weights and levels are a card's
    if (std::find(known.begin(), known.end(), evidence.metric) != known.end()) return;
    const std::string given = std::exchange(evidence.metric, "");
    throw SpecError({table.place("metric"), "metric", given, unknown_clause("metric", given, known)});
  });
  read_runs(table, evidence, findings);
  if (!evidence.contrast) return;
  if (evidence.contrast->is_condition()) findings.attempt([&] { table.refuse("contrast", "must be a number that is positive where the claim is right, such as \"a - b\""); });
  std::vector<std::string_view> names;
  for (const auto& run : evidence.runs) names.push_back(run.first);
  if (names.empty() || evidence.metric.empty()) return;
  for (const auto& [name, node] : evidence.contrast->names()) {
    const auto meant = run_metric(evidence, name);
    if (!meant) {
      findings.add(SpecError({evidence.contrast->place(node), "contrast", name, unknown_clause("run", name, names) + ", or a run, _ and a metric: " + evidence.runs.front().first + "_rate_max"}));
      continue;
    }
    for (auto& [run, block] : evidence.runs)
      if (run == meant->run) block.record.insert(meant->metric);
  }
}

void read_condition(const TomlTable& table, Evidence& evidence, Findings& findings) {
  findings.attempt([&] {
    evidence.condition = read_expression(table, "condition");
    if (!evidence.condition->is_condition()) table.refuse("condition", "must be a comparison, such as \"mu_pl >= 1/32\"");
  });
  read_runs(table, evidence, findings);
  for (auto& [name, block] : evidence.runs) block.records = 1;
  if (evidence.runs.size() > 1) findings.attempt([&] { table.refuse("run", "a condition is one on the setting of exactly one run"); });
}

void read_theorem(const TomlTable& table, Evidence& evidence, Findings& findings) {
  findings.attempt([&] { evidence.theorem = table.string("theorem"); });
  findings.attempt([&] { evidence.study = table.string("study", ""); });
  findings.attempt([&] { evidence.blocks = table.strings("blocks"); });
  findings.attempt([&] { evidence.methods = table.strings("methods"); });
  if (!table.has("study") && !evidence.blocks.empty()) findings.attempt([&] { table.refuse("blocks", "are those of a study: name it"); });
  evidence.supports = verdicts_of(table, "supports", "holds", findings);
  evidence.contradicts = verdicts_of(table, "contradicts", "violated", findings);
  for (const std::string& verdict : evidence.supports)
    if (std::find(evidence.contradicts.begin(), evidence.contradicts.end(), verdict) != evidence.contradicts.end()) findings.attempt([&] { table.refuse("contradicts", "'" + verdict + "' cannot both support and contradict"); });
}

// One of theorem, contrast and condition, and the keys that go with it.
Evidence read_evidence(const TomlTable& table, Findings& findings) {
  table.only("[[claim.evidence]]", evidence_keys, findings);
  Evidence evidence;
  evidence.place = table.place();
  findings.attempt([&] { evidence.says = table.string("says"); });
  constexpr std::array<std::pair<std::string_view, std::array<std::string_view, 5>>, 3> kinds = {{{"theorem", {"study", "blocks", "methods", "supports", "contradicts"}},
                                                                                                {"contrast", {"metric", "run"}}, {"condition", {"run"}}}};
  std::string_view kind;
  for (const auto& [key, belong] : kinds) {
    if (!table.has(key)) continue;
    if (!kind.empty()) findings.attempt([&, &second = key] { table.refuse(second, "a piece of evidence is one of a theorem, a contrast and a condition"); });
    else kind = key;
  }
  if (kind.empty()) {
    findings.attempt([&] { table.refuse("theorem", "a piece of evidence is a theorem, a contrast or a condition"); });
    return evidence;
  }
  const auto& own = std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.first == kind; })->second;
  std::set<std::string_view> refused;
  for (const auto& [key, belong] : kinds)
    for (std::string_view one : belong)
      if (!one.empty() && table.has(one) && std::find(own.begin(), own.end(), one) == own.end() && refused.insert(one).second)
        findings.attempt([&, &whose = key] { table.refuse(one, "belongs to a " + std::string(whose) + ", not to a " + std::string(kind)); });
  if (kind == "contrast") read_contrast(table, evidence, findings);
  else if (kind == "condition") read_condition(table, evidence, findings);
  else read_theorem(table, evidence, findings);
  return evidence;
}

ClaimOutcome read_outcome(const TomlTable& table) {
  const std::string expect = table.string("expect");
  const auto found = std::find_if(outcomes.begin(), outcomes.end(), [&](ClaimOutcome outcome) { return expect == to_string(outcome); });
  if (found != outcomes.end()) return *found;
  std::vector<std::string_view> known;
  for (ClaimOutcome outcome : outcomes) known.emplace_back(to_string(outcome));
  throw SpecError({table.place("expect"), "expect", expect, unknown_clause("outcome", expect, known)});
}

Claim read_claim(const TomlTable& table, Findings& findings) {
  table.only("[[claim]]", claim_keys, findings);
  Claim claim;
  claim.place = table.place();
  findings.attempt([&] { claim.id = kebab_case_id(table); });
  findings.attempt([&] { claim.words = table.string("words"); });
  findings.attempt([&] { claim.where = table.string("where", ""); });
  findings.attempt([&] { claim.conditions = table.string("conditions", ""); });
  findings.attempt([&] { claim.comment = table.string("comment", ""); });
  findings.attempt([&] { claim.expect = read_outcome(table); });
  findings.attempt([&] {
    for (const TomlTable& evidence : table.tables("evidence")) claim.evidence.push_back(read_evidence(evidence, findings));
    if (claim.evidence.empty()) table.refuse("evidence", "what decides the claim: at least one [[claim.evidence]]");
  });
  return claim;
}

}  // namespace

Claims read_claims(const TomlTable& table, const std::string& text, const std::filesystem::path& file, Findings& findings) {
  table.only("", file_keys, findings);
  Claims claims;
  claims.text = text;
  claims.file = file;
  findings.attempt([&] {
    claims.id = table.string("id");
    if (claims.id.empty() || claims.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") != std::string::npos)
      table.refuse("id", "must be made of lower-case letters, digits, hyphens and points");
  });
  findings.attempt([&] { claims.title = table.string("title", claims.id); });
  findings.attempt([&] { claims.paper = table.string("paper", ""); });
  findings.attempt([&] { claims.arxiv = table.string("arxiv", ""); });
  findings.attempt([&] { claims.note = table.string("note", ""); });
  findings.attempt([&] {
    claims.level = table.number("level", 1e-3);
    if (!(claims.level > 0.0 && claims.level < 0.5)) table.refuse("level", "must lie in (0, 0.5)");
  });
  findings.attempt([&] {
    std::set<std::string> ids;
    for (const TomlTable& claim : table.tables("claim")) {
      claims.claims.push_back(read_claim(claim, findings));
      const std::string& id = claims.claims.back().id;
      if (!id.empty() && !ids.insert(id).second) findings.attempt([&] { claim.refuse("id", "is that of an earlier claim"); });
    }
    if (claims.claims.empty()) table.refuse("claim", "a claims file has at least one [[claim]]");
  });
  return claims;
}

Claims parse_claims(const std::string& toml, const std::filesystem::path& name) {
  Findings first;
  return read_claims(TomlTable::parse(toml, name.string()), toml, name, first);
}

Claims read_claims(const std::filesystem::path& file) { return parse_claims(text_of_toml(file), file); }

std::optional<RunMetric> run_metric(const Evidence& evidence, const std::string& name) {
  const auto metric_at = [](std::string_view metric) { return std::find(metric_names.begin(), metric_names.end(), metric) - metric_names.begin(); };
  for (const auto& [run, block] : evidence.runs)
    if (name == run) return RunMetric{run, static_cast<Metric>(metric_at(evidence.metric))};
  for (const auto& [run, block] : evidence.runs)
    if (name.starts_with(run + "_"))
      if (const auto at = metric_at(std::string_view(name).substr(run.size() + 1)); at < static_cast<std::ptrdiff_t>(metric_count) && !needs_weights(static_cast<Metric>(at))) return RunMetric{run, static_cast<Metric>(at)};
  return std::nullopt;
}

std::string block_prefix(const Claim& claim, std::size_t evidence) { return claim.id + "/" + std::to_string(evidence + 1); }

namespace {

// The blocks that a theorem decides by, named after the evidence.
void add_theorem(const Evidence& evidence, const std::string& prefix, const std::vector<Card>& cards, const StudyFinder& studies, Study& all, Findings& findings) {
  std::vector<std::string_view> ids;
  for (const Card& card : cards) ids.push_back(card.id);
  const auto card = std::find_if(cards.begin(), cards.end(), [&](const Card& one) { return one.id == evidence.theorem; });
  if (card == cards.end()) throw SpecError({evidence.place, "theorem", evidence.theorem, unknown_clause("theorem", evidence.theorem, ids)});
  if (evidence.study.empty() && card->witnesses.empty()) throw SpecError({evidence.place, "study", "", "the theorem " + card->id + " has no instance of its own: name a study whose blocks decide"});
  if (!evidence.study.empty() && !studies) return;  // a check of the file alone
  const Study source = evidence.study.empty() ? study_of_witnesses({&*card}) : studies(evidence.study);
  if (!evidence.study.empty()) all.text += source.hash();
  std::vector<std::string_view> known;
  for (const StudyBlock& block : source.blocks) known.push_back(block.name);
  bool named = true;
  for (const std::string& wanted : evidence.blocks)
    if (std::find(known.begin(), known.end(), wanted) == known.end()) named = false, findings.add(SpecError({evidence.place, "blocks", wanted, unknown_clause("block", wanted, known)}));
  const std::size_t before = all.blocks.size();
  for (StudyBlock block : source.blocks) {
    if (!evidence.blocks.empty() && std::find(evidence.blocks.begin(), evidence.blocks.end(), block.name) == evidence.blocks.end()) continue;
    block.name = prefix + "/" + block.name;
    block.theorems = {card->id};
    block.without_theorems = false;
    if (!evidence.methods.empty())
      std::erase_if(block.methods, [&](const std::string& method) {
        return std::none_of(evidence.methods.begin(), evidence.methods.end(), [&](const std::string& m) { return method == m || method.starts_with(m + "@"); });
      });
    // Fields of the methods that were left out.
    std::erase_if(block.grid, [&](const auto& field) { return std::none_of(block.methods.begin(), block.methods.end(), [&](const std::string& m) { return define(m).has(field.first); }); });
    if (!block.methods.empty()) all.blocks.push_back(std::move(block));
  }
  if (named && all.blocks.size() == before) throw SpecError({evidence.place, "methods", "", "no block of the study has a method of the evidence"});
}

}  // namespace

Study study_of(const Claims& claims, const std::vector<Card>& cards, const StudyFinder& studies, Findings& findings) {
  Study all;
  all.id = claims.id;
  all.title = claims.title;
  all.level = claims.level;
  all.text = claims.text;
  all.file = claims.file;
  for (const Claim& claim : claims.claims)
    for (std::size_t e = 0; e < claim.evidence.size(); ++e) {
      const Evidence& evidence = claim.evidence[e];
      const std::string prefix = block_prefix(claim, e);
      for (const auto& [name, block] : evidence.runs) {
        all.blocks.push_back(block);
        all.blocks.back().name = prefix + "/" + name;
      }
      if (!evidence.theorem.empty()) findings.attempt([&] { add_theorem(evidence, prefix, cards, studies, all, findings); });
    }
  return all;
}

Study study_of(const Claims& claims, const std::vector<Card>& cards, const StudyFinder& studies) {
  Findings first;
  return study_of(claims, cards, studies, first);
}

}  // namespace thalweg

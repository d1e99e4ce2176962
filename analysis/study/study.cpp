#include "analysis/study/study.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/study/hash.hpp"
#include "lib/core/expression.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::string_view, 8> study_keys = {"id", "title", "seed", "replicas", "level", "records", "block", "figure"};
constexpr std::array<std::string_view, 17> block_keys = {"name", "class", "problem", "noise", "method", "set", "eta", "T",
                                                         "replicas", "records", "seed", "theorems", "box", "record", "expect", "note", "precision"};
constexpr std::array<std::string_view, 3> figure_keys = {"id", "blocks", "theorems"};

struct Defaults {
  std::uint64_t seed = 1;
  std::size_t replicas = 256, records = 24;
};

Choice read_choice(const TomlTable& table, Findings& findings) {
  Choice choice;
  const std::string key_of_choice = table.has("objective") ? "objective" : "id";
  (table.has("objective") ? choice.objective : choice.id) = table.string(key_of_choice);
  choice.place = table.place(key_of_choice);
  for (const std::string& key : table.keys()) {
    if (key == key_of_choice) continue;
    findings.attempt([&] { choice.parameters[key] = table.scalars(key); });
    choice.places[key] = table.place(key);
  }
  return choice;
}

std::vector<Choice> read_choices(const TomlTable& block, std::string_view key, Findings& findings) {
  std::vector<Choice> choices;
  std::vector<TomlTable> tables;
  findings.attempt([&] { tables = block.tables(key, "id"); });
  for (std::size_t i = 0; i < tables.size(); ++i)
    findings.attempt([&] {
      const TomlTable& table = tables[i];
      const bool by_text = key == "problem" && table.has("objective");
      if (by_text && table.has("id")) table.refuse("objective", "a problem has an id or an objective, not both");
      if (by_text && table.string("objective").empty()) table.refuse("objective", "a formula in x[0] ... x[d-1]");
      if (!by_text && !table.has("id")) table.refuse("id", "the id of a " + std::string(key) + (key == "problem" ? ", or an objective" : ""));
      choices.push_back(read_choice(table, findings));
      if (choices.back().place.line == 0) choices.back().place = block.places(key)[i];  // a plain id
    });
  return choices;
}

// What to record besides what the cards need.
void read_record(const TomlTable& table, StudyBlock& block, Findings& findings) {
  const std::vector<std::string> names = table.strings("record");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (name == "rate_percentiles") {
      block.percentiles = true;
      continue;
    }
    const auto found = std::find(metric_names.begin(), metric_names.end(), name);
    const auto metric = static_cast<Metric>(found - metric_names.begin());
    // Weights and levels are what only a card gives.
    const auto left_to_cards = [](Metric one) { return needs_weights(one) || one == Metric::f_passage || one == Metric::grad_passage; };
    std::vector<std::string_view> known;
    for (std::size_t k = 0; k < metric_count; ++k)
      if (!left_to_cards(static_cast<Metric>(k))) known.push_back(metric_names[k]);
    known.push_back("rate_percentiles");
    if (found == metric_names.end() || left_to_cards(metric)) {
      findings.add(SpecError({table.places("record")[i], "record", name, unknown_clause("metric", name, known)}));
      continue;
    }
    block.record.insert(metric);
  }
}

Precision read_precision(const TomlTable& table) {
  const std::string name = table.string("precision", "double");
  const auto found = std::find(precision_names.begin(), precision_names.end(), name);
  if (found == precision_names.end()) table.refuse("precision", "must be \"double\", \"float\" or \"mixed\"");
  return static_cast<Precision>(found - precision_names.begin());
}

void read_grid(const TomlTable& table, StudyBlock& block, Findings& findings) {
  for (const TomlTable& set : table.tables("set"))
    for (const std::string& key : set.keys())
      findings.attempt([&] {
        const std::string name(canonical_name(key));
        if (name == "eta") set.refuse(key, "the step size is given by the block's own key eta, as an expression");
        std::vector<double>& values = block.grid[name];
        if (!values.empty()) set.refuse(key, "is given twice: it is another name of " + name);
        values = set.numbers(key);
        if (values.empty()) set.refuse(key, "must be a number or a list of at least one");
        block.places["set " + name] = set.places(key);
      });
}

StudyBlock read_block(const TomlTable& table, const Defaults& defaults, std::string_view where, Findings& findings) {
  table.only(where, block_keys, findings);
  StudyBlock block;
  block.place = table.place();
  for (std::string_view key : {"method", "eta", "theorems"}) block.places[std::string(key)] = table.places(key);
  findings.attempt([&] { block.name = table.string("name", ""); });
  findings.attempt([&] { block.condition = table.string("class", ""); });
  block.problems = read_choices(table, "problem", findings);
  if (!table.has("problem")) findings.attempt([&] { table.refuse("problem", "the id of a problem (thalweg list problems)"); });
  if (table.has("problem") && block.problems.empty() && !findings.collects()) table.refuse("problem", "the id of a problem (thalweg list problems)");
  block.noises = read_choices(table, "noise", findings);
  if (block.noises.empty()) block.noises.push_back({"none", {}, {}, block.place});
  findings.attempt([&] {
    block.methods = table.strings("method");
    if (block.methods.empty()) table.refuse("method", "the id of a method (thalweg list methods)");
  });
  findings.attempt([&] { read_grid(table, block, findings); });
  findings.attempt([&] {
    for (const TomlTable::Scalar& eta : table.scalars("eta"))
      block.etas.push_back(std::holds_alternative<std::string>(eta) ? std::get<std::string>(eta) : shortest(std::get<double>(eta)));
    if (block.etas.empty()) table.refuse("eta", "a step size: a number or an expression in t, T and constants, such as \"0.5 / (L * mu2)\"");
  });
  findings.attempt([&] {
    block.horizons = table.counts("T");
    if (block.horizons.empty() || std::ranges::max(block.horizons) > most_steps)
      table.refuse("T", "the number of steps, or a list of numbers of steps, each at most 2^30 = " + std::to_string(most_steps));
  });
  findings.attempt([&] {
    block.theorems = table.strings("theorems");
    block.without_theorems = table.has("theorems") && block.theorems.empty();
  });
  findings.attempt([&] { block.replicas = table.count("replicas", defaults.replicas); });
  findings.attempt([&] { block.records = table.count("records", defaults.records); });
  findings.attempt([&] { block.seed = table.count("seed", defaults.seed); });
  findings.attempt([&] { block.box = table.boolean("box", false); });
  findings.attempt([&] { block.precision = read_precision(table); });
  findings.attempt([&] { read_record(table, block, findings); });
  return block;
}

void read_figure(const TomlTable& figure, Study& study, Findings& findings) {
  figure.only("[[figure]]", figure_keys, findings);
  FigureRequest request;
  findings.attempt([&] { request.id = figure.string("id"); });
  findings.attempt([&] { request.theorems = figure.strings("theorems"); });
  findings.attempt([&] {
    request.blocks = figure.strings("blocks");
    if (request.blocks.empty()) figure.refuse("blocks", "must name the blocks to show, one panel each");
    for (const std::string& block : request.blocks)
      if (std::none_of(study.blocks.begin(), study.blocks.end(), [&](const StudyBlock& b) { return b.name == block; }))
        figure.refuse("blocks", "no block is named '" + block + "'");
  });
  study.figures.push_back(std::move(request));
}

}  // namespace

Study read_study(const TomlTable& table, const std::string& text, const std::filesystem::path& file, Findings& findings) {
  table.only("", study_keys, findings);
  Study study;
  study.text = text;
  study.file = file;
  findings.attempt([&] { study.id = kebab_case_id(table); });  // it names the folder of the results
  findings.attempt([&] { study.title = table.string("title", study.id); });
  findings.attempt([&] {
    study.level = table.number("level", 1e-3);
    if (!(study.level > 0.0 && study.level < 0.5)) table.refuse("level", "must lie in (0, 0.5)");
  });
  Defaults defaults;
  findings.attempt([&] { defaults.seed = table.count("seed", defaults.seed); });
  findings.attempt([&] { defaults.replicas = table.count("replicas", defaults.replicas); });
  findings.attempt([&] { defaults.records = table.count("records", defaults.records); });
  findings.attempt([&] {
    for (const TomlTable& block : table.tables("block")) {
      study.blocks.push_back(read_block(block, defaults, "[[block]]", findings));
      if (study.blocks.back().name.empty()) study.blocks.back().name = "block-" + std::to_string(study.blocks.size());
    }
    if (study.blocks.empty()) table.refuse("block", "a study has at least one [[block]]");
  });
  findings.attempt([&] {
    for (const TomlTable& figure : table.tables("figure")) read_figure(figure, study, findings);
  });
  return study;
}

Study parse_study(const std::string& toml, const std::filesystem::path& name) {
  Findings first;
  return read_study(TomlTable::parse(toml, name.string()), toml, name, first);
}

Study read_study(const std::filesystem::path& file) { return parse_study(text_of_toml(file), file); }

StudyBlock parse_block(const TomlTable& table, std::string_view where, Findings& findings) { return read_block(table, {}, where, findings); }

Study study_of_witnesses(const std::vector<const Card*>& cards) {
  Findings first;
  return study_of_witnesses(cards, first);
}

Study study_of_witnesses(const std::vector<const Card*>& cards, Findings& findings) {
  Study study;
  study.id = "witnesses";
  study.title = "each theorem on its own instances";
  for (const Card* card : cards) {
    std::size_t number = 0;
    for (const Witness& witness : card->witnesses) {
      StudyBlock block = read_block(witness.table, {}, "[[witness]]", findings);
      block.name = card->id + (card->witnesses.size() > 1 ? "/" + std::to_string(++number) : "");
      block.witness_of = card->id;
      block.theorems = {card->id};
      block.place = witness.place;
      study.blocks.push_back(std::move(block));
      study.text += card->id + "\n" + witness.toml + "\n";
    }
  }
  return study;
}

std::string Study::hash() const { return hash_text(text); }

}  // namespace thalweg

#include "analysis/study/study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

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

Choice read_choice(const TomlTable& table) {
  Choice choice;
  const std::string key_of_choice = table.has("objective") ? "objective" : "id";
  (table.has("objective") ? choice.objective : choice.id) = table.string(key_of_choice);
  choice.place = table.place(key_of_choice);
  for (const std::string& key : table.keys()) {
    if (key == key_of_choice) continue;
    choice.parameters[key] = table.scalars(key);
    choice.places[key] = table.place(key);
  }
  return choice;
}

std::vector<Choice> read_choices(const TomlTable& block, std::string_view key) {
  std::vector<Choice> choices;
  for (const TomlTable& table : block.tables(key, "id")) {
    const bool by_text = key == "problem" && table.has("objective");
    if (by_text && table.has("id")) table.refuse("objective", "a problem has an id or an objective, not both");
    if (by_text && table.string("objective").empty()) table.refuse("objective", "a formula in x[0] ... x[d-1]");
    if (!by_text && !table.has("id")) table.refuse("id", "the id of a " + std::string(key) + (key == "problem" ? ", or an objective" : ""));
    choices.push_back(read_choice(table));
    if (choices.back().place.line == 0) choices.back().place = block.place(key);
  }
  return choices;
}

// What to record besides what the cards need.
void read_record(const TomlTable& table, StudyBlock& block) {
  for (const std::string& name : table.strings("record")) {
    if (name == "rate_percentiles") {
      block.percentiles = true;
      continue;
    }
    const auto found = std::find(metric_names.begin(), metric_names.end(), name);
    std::vector<std::string_view> known(metric_names.begin(), metric_names.end());
    std::erase(known, "weighted_grad_sq");  // needs weights, which only a card gives
    known.push_back("rate_percentiles");
    if (found == metric_names.end() || name == "weighted_grad_sq") throw SpecError({table.place("record"), "record", name, unknown_clause("metric", name, known)});
    block.record.insert(static_cast<Metric>(found - metric_names.begin()));
  }
}

Precision read_precision(const TomlTable& table) {
  const std::string name = table.string("precision", "double");
  const auto found = std::find(precision_names.begin(), precision_names.end(), name);
  if (found == precision_names.end()) table.refuse("precision", "must be \"double\", \"float\" or \"mixed\"");
  return static_cast<Precision>(found - precision_names.begin());
}

StudyBlock read_block(const TomlTable& table, const Defaults& defaults, std::string_view where) {
  table.only(where, block_keys);
  StudyBlock block;
  block.place = table.place();
  block.name = table.string("name", "");
  block.condition = table.string("class", "");
  block.problems = read_choices(table, "problem");
  if (block.problems.empty()) table.refuse("problem", "the id of a problem (thalweg list problems)");
  block.noises = read_choices(table, "noise");
  if (block.noises.empty()) block.noises.push_back({"none", {}, {}, block.place});
  block.methods = table.strings("method");
  if (block.methods.empty()) table.refuse("method", "the id of a method (thalweg list methods)");
  for (const TomlTable& set : table.tables("set"))
    for (const std::string& key : set.keys()) {
      if (canonical_name(key) == "eta") set.refuse(key, "the step size is given by the block's own key eta, as an expression");
      std::vector<double>& values = block.grid[std::string(canonical_name(key))];
      if (!values.empty()) set.refuse(key, "is given twice: it is another name of " + std::string(canonical_name(key)));
      values = set.numbers(key);
      if (values.empty()) set.refuse(key, "must be a number or a list of at least one");
    }
  for (const TomlTable::Scalar& eta : table.scalars("eta"))
    block.etas.push_back(std::holds_alternative<std::string>(eta) ? std::get<std::string>(eta) : shortest(std::get<double>(eta)));
  if (block.etas.empty()) table.refuse("eta", "a step size: a number or an expression in t, T and constants, such as \"0.5 / (L * mu2)\"");
  block.horizons = table.counts("T");
  if (block.horizons.empty() || std::ranges::max(block.horizons) > most_steps)
    table.refuse("T", "the number of steps, or a list of numbers of steps, each at most 2^30 = " + std::to_string(most_steps));
  block.theorems = table.strings("theorems");
  block.replicas = table.count("replicas", defaults.replicas);
  block.records = table.count("records", defaults.records);
  block.seed = table.count("seed", defaults.seed);
  block.box = table.boolean("box", false);
  block.precision = read_precision(table);
  read_record(table, block);
  return block;
}

}  // namespace

Study parse_study(const std::string& toml, const std::filesystem::path& name) {
  const TomlTable table = TomlTable::parse(toml, name.string());
  table.only("", study_keys);
  Study study;
  study.text = toml;
  study.file = name;
  study.id = table.string("id");
  // It names the folder of the results.
  if (study.id.empty() || study.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    table.refuse("id", "must be kebab-case: lower-case letters, digits and hyphens");
  study.title = table.string("title", study.id);
  study.level = table.number("level", 1e-3);
  if (!(study.level > 0.0 && study.level < 0.5)) table.refuse("level", "must lie in (0, 0.5)");
  const Defaults defaults{table.count("seed", 1), table.count("replicas", 256), table.count("records", 24)};
  for (const TomlTable& block : table.tables("block")) {
    study.blocks.push_back(read_block(block, defaults, "[[block]]"));
    if (study.blocks.back().name.empty()) study.blocks.back().name = "block-" + std::to_string(study.blocks.size());
  }
  if (study.blocks.empty()) table.refuse("block", "a study has at least one [[block]]");
  for (const TomlTable& figure : table.tables("figure")) {
    figure.only("[[figure]]", figure_keys);
    study.figures.push_back({figure.string("id"), figure.strings("blocks"), figure.strings("theorems")});
    if (study.figures.back().blocks.empty()) figure.refuse("blocks", "must name the blocks to show, one panel each");
    for (const std::string& block : study.figures.back().blocks)
      if (std::none_of(study.blocks.begin(), study.blocks.end(), [&](const StudyBlock& b) { return b.name == block; }))
        figure.refuse("blocks", "no block is named '" + block + "'");
  }
  return study;
}

Study read_study(const std::filesystem::path& file) {
  TomlTable::read(file);  // clear errors for files that cannot be read
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return parse_study(text.str(), file);
}

Study study_of_witnesses(const std::vector<const Card*>& cards) {
  Study study;
  study.id = "witnesses";
  study.title = "each theorem on its own instances";
  for (const Card* card : cards) {
    std::size_t number = 0;
    for (const Witness& witness : card->witnesses) {
      StudyBlock block = read_block(TomlTable::parse(witness.toml, witness.place.file), {}, "[[witness]]");
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

#include "analysis/theory/card.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "analysis/theory/predicate.hpp"
#include "analysis/theory/toml_table.hpp"
#include "lib/engine/metric.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::string_view, 18> card_keys = {"id", "statement", "latex", "sentence", "source", "status", "expect", "methods", "requires", "metric",
                                                        "kind", "tolerance", "weights", "let", "admissible", "bound", "trivial", "monotone"};
constexpr std::array<std::string_view, 3> source_keys = {"paper", "arxiv", "where"};
constexpr std::array<std::string_view, 1> value_keys = {"value"};

template <class E, std::size_t N>
E chosen(const TomlTable& table, std::string_view key, std::string_view otherwise, const std::array<std::pair<std::string_view, E>, N>& choices) {
  const std::string given = table.string(key, otherwise);
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i) {
    if (choices[i].first == given) return choices[i].second;
    names[i] = choices[i].first;
  }
  table.refuse(key, unknown_clause(key, given, names));
}

// A TOML string's value starts one character after its opening quote.
Place inside(Place place) {
  ++place.column;
  return place;
}

Expression read_expression(const TomlTable& table, std::string_view key) { return Expression::parse(table.string(key), inside(table.place(key))); }

std::vector<NamedExpression> read_expressions(const TomlTable& card, std::string_view key) {
  std::vector<NamedExpression> all;
  for (const TomlTable& table : card.tables(key))
    for (const std::string& name : table.keys()) all.push_back({name, read_expression(table, name)});
  return all;
}

std::optional<Expression> read_value(const TomlTable& card, std::string_view key) {
  const auto tables = card.tables(key);
  if (tables.empty()) return std::nullopt;
  tables.front().only("[" + std::string(key) + "]", value_keys);
  return read_expression(tables.front(), "value");
}

void check_names(const TomlTable& table, const Card& card) {
  std::vector<std::string_view> known;
  for (const Predicate& predicate : predicates()) known.push_back(predicate.id);
  for (const std::string& id : card.requires_)
    if (find_predicate(id) == nullptr) throw SpecError({table.place("requires"), "requires", id, unknown_clause("predicate", id, known)});
  known = {"gd"};
  for (const MethodEntry& method : methods()) known.push_back(method.id);
  for (const std::string& id : card.methods)
    if (std::find(known.begin(), known.end(), id) == known.end()) throw SpecError({table.place("methods"), "methods", id, unknown_clause("method", id, known)});
  if (std::find(metric_names.begin(), metric_names.end(), card.metric) == metric_names.end())
    throw SpecError({table.place("metric"), "metric", card.metric, unknown_clause("metric", card.metric, metric_names)});
}

Card read(const TomlTable& table, const std::filesystem::path& file) {
  std::vector<std::string_view> keys(card_keys.begin(), card_keys.end());
  keys.insert(keys.end(), {"rate", "witness", "note", "see_also"});
  table.only("", keys);
  Card card;
  card.file = file;
  card.id = table.string("id");
  if (card.id.empty() || card.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    table.refuse("id", "must be kebab-case: lower-case letters, digits and hyphens");
  card.statement = table.string("statement");
  card.latex = table.string("latex", "");
  card.sentence = table.string("sentence", "");
  for (const TomlTable& source : table.tables("source")) {
    source.only("source", source_keys);
    card.paper = source.string("paper", "");
    card.arxiv = source.string("arxiv", "");
    card.where = source.string("where", "");
  }
  card.status = chosen(table, "status", "unverified",
                       std::array<std::pair<std::string_view, Status>, 4>{{{"proved", Status::proved}, {"published", Status::published},
                                                                           {"unverified", Status::unverified}, {"folklore", Status::folklore}}});
  card.expect = chosen(table, "expect", "holds",
                       std::array<std::pair<std::string_view, Expectation>, 2>{{{"holds", Expectation::holds}, {"violated", Expectation::violated}}});
  card.kind = chosen(table, "kind", "upper",
                     std::array<std::pair<std::string_view, Kind>, 4>{{{"upper", Kind::upper}, {"tight", Kind::tight}, {"limit", Kind::limit}, {"threshold", Kind::threshold}}});
  card.methods = table.strings("methods");
  card.requires_ = table.strings("requires");
  card.metric = table.string("metric");
  check_names(table, card);
  if (table.has("tolerance")) {
    card.tolerance = table.number("tolerance");
    if (!(*card.tolerance > 0.0)) table.refuse("tolerance", "must be a positive number");
  }
  card.let = read_expressions(table, "let");
  card.admissible = read_expressions(table, "admissible");
  if (table.has("weights")) card.weights = read_expression(table, "weights");
  const auto bound = read_value(table, "bound");
  if (!bound) table.refuse("bound", "a table with the expression of the bound: value = \"...\"");
  card.bound = *bound;
  card.trivial = read_value(table, "trivial");
  for (const TomlTable& monotone : table.tables("monotone"))
    for (const std::string& name : monotone.keys()) {
      const std::string direction = monotone.string(name);
      if (direction != "up" && direction != "down") monotone.refuse(name, "must be \"up\" or \"down\"");
      card.monotone.emplace_back(name, direction == "up");
    }
  card.rate = read_expressions(table, "rate");
  card.see_also = table.strings("see_also");
  for (const TomlTable& witness : table.tables("witness")) card.witnesses.push_back({witness.text(), witness.place()});
  if (card.kind == Kind::threshold && std::none_of(card.let.begin(), card.let.end(), [](const auto& let) { return let.name == "product"; }))
    table.refuse("let", "a threshold card names the quantity compared with the threshold: product = \"...\"");
  return card;
}

}  // namespace

Card read_card(const std::filesystem::path& file) { return read(TomlTable::read(file), file); }

Card parse_card(const std::string& toml, const std::filesystem::path& name) { return read(TomlTable::parse(toml, name.string()), name); }

std::vector<Card> read_cards(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Card> cards;
  for (const auto& file : files) {
    cards.push_back(read_card(file));
    for (std::size_t i = 0; i + 1 < cards.size(); ++i)
      if (cards[i].id == cards.back().id)
        throw SpecError({{file.string(), 0, 0}, "id", cards.back().id, "is the id of " + cards[i].file.string() + " too"});
  }
  return cards;
}

}  // namespace thalweg
